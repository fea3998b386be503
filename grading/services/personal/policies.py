"""What each table holds about people and what becomes of it when a person is erased. Every table has a line here.

A test compares this list with the models there are: a new model without a line fails it, and so does a path that
leads nowhere. Models are named by label, since not every installation has all apps.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from coursework.models import User


class Then(Enum):
    """What becomes of a person's rows when the person is erased."""

    DELETED = "deleted"
    KEPT = "kept, under the erased account's pseudonym"


@dataclass(frozen=True, slots=True)
class Policy:
    """How the rows of one table belong to people.

    owner: the path from a row to its person; None where there is none. then: what becomes of them. emptied: columns of
    kept rows that are set anew. files: columns that name files, which are deleted in either case. withheld: columns
    that are not handed out, such as secrets. why: for those that belong to nobody, what they hold. by_picture: instead
    of a path, the tables whose pictures these rows name; whose the picture is, theirs is the row.
    """

    owner: str | None = None
    then: Then = Then.KEPT
    emptied: dict[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    why: str = ""
    by_picture: tuple[str, ...] = ()
    of_grade: str = ""
    unreleased: tuple[str, ...] = ()


_OF_SUBMISSION = "submission__enrollment__user"

_DECISION = (
    *("submission", "verification", "automatic", "kept_against", "decided_at", "decided_by", "by_release"),
    *("adjustment", "adjustment_reason", "override", "override_reason", "excused", "excused_reason", "comment"),
)

# In the order in which rows are deleted: what points at others comes first.
POLICIES: dict[str, Policy] = {
    # What was read from the person's pictures; found by their names, so it goes before they do.
    "grading.PictureReading": Policy(
        by_picture=("coursework.DraftScreenshot", "coursework.Screenshot"), then=Then.DELETED
    ),
    # The account
    "sessions.Session": Policy(why="Deleted apart: the person's key stands inside of what is signed."),
    "admin.LogEntry": Policy("user", Then.KEPT),
    "account.EmailConfirmation": Policy("email_address__user", Then.DELETED, withheld=("key",)),
    "account.EmailAddress": Policy("user", Then.DELETED),
    "mfa.Authenticator": Policy("user", Then.DELETED, withheld=("data",)),
    "socialaccount.SocialToken": Policy("account__user", Then.DELETED, withheld=("token", "token_secret")),
    "socialaccount.SocialAccount": Policy("user", Then.DELETED),
    "grading.ApiToken": Policy("user", Then.DELETED, withheld=("digest", "token_key")),
    "grading.Score": Policy("member__account__user", Then.DELETED),
    "grading.LmsMember": Policy("account__user", Then.DELETED),
    "grading.LmsAccount": Policy("user", Then.DELETED),
    "coursework.User": Policy("pk", Then.KEPT, withheld=("password",)),  # made anonymous in its place, see erase.py
    # What the person brought
    "coursework.DraftScreenshot": Policy("draft__enrollment__user", Then.DELETED, files=("picture",)),
    "coursework.Draft": Policy("enrollment__user", Then.DELETED),
    "grading.PracticeRun": Policy("enrollment__user", Then.DELETED),
    # What checks say may name other people's hand-ins, and is for staff to look at.
    "grading.CheckResult": Policy(
        "assessment__submission__enrollment__user",
        Then.DELETED,
        withheld=("sentence", "innocent", "compared", "details"),
    ),
    "grading.Assessment": Policy(_OF_SUBMISSION, Then.DELETED),
    "coursework.Screenshot": Policy(_OF_SUBMISSION, Then.DELETED, files=("picture",)),
    # The link as pasted may hold anything; the network itself stands in `settings`.
    "coursework.Submission": Policy("enrollment__user", Then.KEPT, {"link": ""}),
    "coursework.Enrollment": Policy("user", Then.KEPT, {"show_name": False, "id_number": ""}),
    "coursework.Extension": Policy("enrollment__user", Then.KEPT, {"reason": ""}),
    # What was decided about it, and done by the person
    "grading.VerificationRun": Policy("verification__submission__enrollment__user", Then.KEPT),
    "grading.Verification": Policy(_OF_SUBMISSION, Then.KEPT),
    "grading.RerunItem": Policy(_OF_SUBMISSION, Then.KEPT),
    "grading.RerunBatch": Policy("requested_by", Then.KEPT),
    "grading.EvidenceMark": Policy("note_by", Then.KEPT),
    # Grades are the course's record. What was written to and about the person goes.
    "grading.GradingPresence": Policy("user", Then.DELETED),
    "grading.StaffVisit": Policy("user", Then.DELETED),
    "grading.RegradeRequest": Policy(
        "grade__enrollment__user",
        Then.KEPT,
        {"reason": "(erased)", "answer_text": "", "attachment": ""},
        files=("attachment",),
        of_grade="grade",
        unreleased=("answer", "answer_text", "points_before", "points_after"),
    ),
    "grading.RubricMark": Policy("grade__enrollment__user", Then.KEPT, of_grade="grade"),
    "grading.Grade": Policy("enrollment__user", Then.KEPT, {"comment": ""}, of_grade="pk", unreleased=_DECISION),
    "grading.SavedComment": Policy("author", Then.KEPT),
    "coursework.Event": Policy("actor", Then.KEPT),
    "coursework.SeedDrawing": Policy("asked_by", Then.KEPT),
    "grading.Platform": Policy("created_by", Then.KEPT),
    "grading.RegistrationLink": Policy("created_by", Then.KEPT, withheld=("token_hash",)),
    "grading.LmsCourse": Policy("connected_by", Then.KEPT),
    "grading.Webhook": Policy("created_by", Then.KEPT, withheld=("secret", "earlier_secret")),
    # Nobody's
    "coursework.Course": Policy(why="Courses, as their instructors describe them."),
    "coursework.Section": Policy(why="Parts of a course, by name."),
    "coursework.Assignment": Policy(why="What is due when."),
    "coursework.Task": Policy(why="What is asked."),
    "coursework.CourseSeed": Policy(why="Numbers."),
    "grading.GradingPolicy": Policy(why="How a task is graded."),
    "grading.RubricGroup": Policy(why="Parts of a rubric."),
    "grading.RubricItem": Policy(why="What gives points."),
    "grading.LmsColumn": Policy(why="Columns of the LMS's gradebook."),
    "grading.Deployment": Policy(why="Installations within an LMS."),
    "grading.ToolKey": Policy(why="Keys of this installation."),
    "grading.LoginState": Policy(why="Launches under way: digests, deleted after minutes."),
    "grading.LmsLink": Policy(why="Links in an LMS."),
    "grading.LineItem": Policy(why="Columns of an LMS's gradebook."),
    "grading.WebhookDelivery": Policy(why="What those were told: keys of rows, no names; deleted after some weeks."),
    "grading.WorkerSign": Policy(why="Machines."),
    "auth.Group": Policy(why="Names of groups of operators."),
    "auth.Permission": Policy(why="Made by Django."),
    "contenttypes.ContentType": Policy(why="Made by Django."),
    "socialaccount.SocialApp": Policy(why="The school's sign-in service, set up by operators."),
    "sites.Site": Policy(why="This site's own name."),
}


def policies() -> Iterator[tuple[type[Model], Policy]]:
    """Go through the tables that this installation has and that are about people."""
    for label, policy in POLICIES.items():
        if (policy.owner is not None or policy.by_picture) and _installed(label):
            yield apps.get_model(label), policy


def _installed(label: str) -> bool:
    app, name = label.split(".")
    return name.lower() in apps.all_models.get(app, {})


def rows_of(model: type[Model], policy: Policy, user: User) -> QuerySet[Any]:
    """Return the rows of a table that belong to the person."""
    if not policy.by_picture:
        return model._default_manager.filter(**{str(policy.owner): user.pk})
    belongs = Q()
    for label in policy.by_picture:
        pictures = rows_of(apps.get_model(label), POLICIES[label], user)
        belongs |= Q(picture__in=pictures.order_by().values("picture"))
    return model._default_manager.filter(belongs)
