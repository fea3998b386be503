"""Who gets which page: every address of ours, every kind of person. What is foreign answers as what does not exist."""

import copy
import functools
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from coursework.models import DraftScreenshot, Extension, Role, Section, Task
from coursework.services.drafts import add_pictures, save_draft
from coursework.services.screenshots import prepare_screenshot
from engine.link import write_link
from engine.training import Budget
from grading.grades.keys import grade_key
from grading.grades.reading import grade_of
from grading.lti.nrps import Member, Status
from grading.lti.people import Person
from grading.models import (
    Deployment,
    LineItem,
    LmsAccount,
    LmsCourse,
    LmsLink,
    LmsMember,
    Platform,
    RegradeRequest,
    RubricGroup,
    RubricItem,
    SavedComment,
    Scope,
    Score,
    Verification,
    Webhook,
    WebhookDelivery,
)
from grading.services.grades.regrades import ask_regrade
from grading.services.lms.uploads import LmsUpload, keep_lms_upload
from grading.services.lti.registering import make_registration_link
from grading.services.lti.roster import keep_roster
from grading.services.rerun import start_batch
from grading.services.verification import claim_verification, settle_verification
from grading.services.verify import Finding, Job, verify
from tests.grading.api.matrix import token
from tests.grading.evidence.rows import differing
from tests.grading.graded import decided
from tests.grading.lti.launches import make_lms_course, make_platform
from tests.grading.picture_rows import read, row_read, shown
from tests.grading.webhooks.hooks import webhook
from tests.world import QUICK_SPEC, World, hand_in, make_task, make_world, picture, settled_practice

pytestmark = pytest.mark.django_db

SIGN_IN, OK, GONE, CONFLICT, INVALID, STOP = 302, 200, 404, 409, 422, 286
MOVED = 302  # done, and on to the next page
MEMBERS = ("owner", "classmate", "ta", "instructor")
PUBLIC = {"anonymous": OK, "everybody": OK}
SIGNED_IN = {"anonymous": SIGN_IN, "everybody": OK}
COURSE = {
    "anonymous": SIGN_IN,
    "owner": OK,
    "classmate": OK,
    "ta": OK,
    "instructor": OK,
    "everybody": GONE,
}
STAFF = {"anonymous": SIGN_IN, "ta": OK, "instructor": OK, "everybody": GONE}
STAFF_FILLS_IN = STAFF | {"ta": INVALID, "instructor": INVALID}
INSTRUCTOR = {"anonymous": SIGN_IN, "instructor": OK, "everybody": GONE}
INSTRUCTOR_FORM = INSTRUCTOR | {"instructor": INVALID}  # an empty form
INSTRUCTOR_MOVES_ON = INSTRUCTOR | {"instructor": MOVED}
MAKERS = INSTRUCTOR | {"elsewhere_instructor": OK, "operator": OK}
OWNER_AND_STAFF = {"anonymous": SIGN_IN, "owner": OK, "ta": OK, "instructor": OK, "everybody": GONE}
STUDENTS = {"anonymous": SIGN_IN, "owner": OK, "classmate": OK, "everybody": GONE}
OWNER = {"anonymous": SIGN_IN, "owner": OK, "everybody": GONE}
SETTLED = {name: STOP if status == OK else status for name, status in OWNER_AND_STAFF.items()}
OPERATOR = {"anonymous": SIGN_IN, "operator": OK, "everybody": GONE}
MANAGER = {"anonymous": SIGN_IN, "instructor": OK, "operator": OK, "everybody": GONE}
MANAGER_ACTS = {name: MOVED if status == OK else status for name, status in MANAGER.items()}
MANAGER_FILLS_IN = {name: INVALID if status == OK else status for name, status in MANAGER.items()}
NOT_UNDERSTOOD, REFUSED = 400, 401
OVER = 410  # a page of a launch that is over
NO_LAUNCH = {"anonymous": SIGN_IN, "everybody": OVER}
HAND_IN = {name: INVALID if status == OK else status for name, status in COURSE.items()}

# Each area keeps its rows together: (address, method) -> who gets what.
MATRIX = {
    # Everybody's pages
    ("home", "get"): SIGNED_IN,
    ("help", "get"): PUBLIC,
    # Accounts and joining
    ("account_settings", "get"): SIGNED_IN,
    ("account_settings", "post"): {"anonymous": SIGN_IN, "everybody": INVALID},  # an empty form
    ("join", "get"): PUBLIC,
    ("join", "post"): {"anonymous": INVALID, "everybody": INVALID},  # an empty form
    ("join_course", "get"): PUBLIC,  # who has the code may know the course's name
    ("join_course", "post"): {"anonymous": SIGN_IN, **dict.fromkeys(MEMBERS, CONFLICT), "everybody": SIGN_IN},
    # Launches from an LMS: open to everybody, and what comes here by hand is none
    ("lti_login", "get"): {"anonymous": NOT_UNDERSTOOD, "everybody": NOT_UNDERSTOOD},
    ("lti_login", "post"): {"anonymous": NOT_UNDERSTOOD, "everybody": NOT_UNDERSTOOD},
    ("lti_launch", "post"): {"anonymous": REFUSED, "everybody": REFUSED},
    ("lti_keys", "get"): PUBLIC,
    # After a launch from an LMS: the pages are of a launch in the person's own session, and here nobody launched
    ("lti_account", "get"): NO_LAUNCH,
    ("lti_account", "post"): NO_LAUNCH,
    ("lti_connect", "get"): NO_LAUNCH,
    ("lti_connect", "post"): NO_LAUNCH,
    ("lti_choose", "get"): NO_LAUNCH,
    ("lti_choose", "post"): NO_LAUNCH,
    ("lti_deep_link", "get"): NO_LAUNCH,
    ("lti_deep_link", "post"): NO_LAUNCH,
    ("lti_wait", "get"): {"anonymous": OVER, "everybody": OVER},  # also for whom the LMS can't sign in
    ("lti_wait", "post"): {"anonymous": OVER, "everybody": OVER},
    ("lms_accounts", "get"): SIGNED_IN,
    ("lms_account_disconnect", "post"): {"anonymous": SIGN_IN, "owner": MOVED, "everybody": GONE},
    ("lms_account_connect", "post"): {"anonymous": SIGN_IN, "everybody": MOVED},  # nothing to connect: back
    ("lms_account_confirm", "get"): {"anonymous": SIGN_IN, "everybody": MOVED},
    ("lms_account_confirm", "post"): {"anonymous": SIGN_IN, "everybody": MOVED},
    # Tokens and the API's description
    ("tokens", "get"): SIGNED_IN,
    ("token_new", "get"): {"anonymous": SIGN_IN, "everybody": MOVED},  # first the password again
    ("token_new", "post"): {"anonymous": SIGN_IN, "everybody": MOVED},
    ("token_revoke", "get"): {"anonymous": SIGN_IN, "owner": OK, "everybody": GONE},
    ("token_revoke", "post"): {"anonymous": SIGN_IN, "owner": MOVED, "everybody": GONE},
    ("tokens_revoke", "get"): SIGNED_IN,
    ("tokens_revoke", "post"): {"anonymous": SIGN_IN, "everybody": MOVED},
    ("api_docs", "get"): PUBLIC,
    # Tasks and handing in
    ("assignment", "get"): COURSE,
    ("task", "get"): COURSE,
    ("hand_in", "get"): COURSE,
    ("hand_in", "post"): HAND_IN,  # an empty form
    ("hand_in_design", "post"): COURSE,
    ("hand_in_draft", "post"): COURSE,
    ("hand_in_pictures", "post"): COURSE,
    ("hand_in_picture", "get"): OWNER,
    ("hand_in_picture", "post"): OWNER,
    # Submissions
    ("submission", "get"): OWNER_AND_STAFF,
    ("submission_progress", "get"): SETTLED,
    ("submission_chart", "get"): OWNER_AND_STAFF,
    ("screenshot", "get"): OWNER_AND_STAFF,
    # Evidence: the student's own draft pictures
    ("hand_in_picture_reading", "get"): OWNER,
    ("hand_in_picture_adopt", "post"): OWNER | {"owner": INVALID},  # nothing is named
    # Leaderboard
    ("leaderboard", "get"): COURSE,
    ("board_rows", "get"): COURSE,
    ("board_name", "post"): {"anonymous": SIGN_IN, "owner": INVALID, "classmate": INVALID, "everybody": GONE},  # empty
    ("board_settings", "post"): {"anonymous": SIGN_IN, "instructor": SIGN_IN, "everybody": GONE},  # saved: back to it
    ("board_reveal", "post"): STAFF,
    # Practice
    ("practice", "get"): COURSE,
    ("practice", "post"): HAND_IN,  # an empty form
    ("practice_run", "get"): OWNER_AND_STAFF,
    ("practice_progress", "get"): SETTLED,
    # Staff: overview
    ("course_dashboard", "get"): STAFF,
    ("dashboard", "get"): STAFF,
    ("assignment_dashboard", "get"): STAFF,
    ("dashboard_act", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    # Staff: evidence
    ("evidence", "get"): STAFF,
    ("evidence_mark", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    ("evidence_queue", "get"): STAFF,
    # Staff: courses, assignments, tasks
    ("setup_home", "get"): MAKERS,
    ("course_new", "get"): MAKERS,
    ("course_new", "post"): {who: INVALID if status == OK else status for who, status in MAKERS.items()},
    ("course_setup", "get"): INSTRUCTOR,
    ("course_edit", "get"): INSTRUCTOR,
    ("course_edit", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("course_join_code", "post"): INSTRUCTOR | {"instructor": MOVED},
    ("course_copy", "get"): INSTRUCTOR,
    ("course_copy", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("assignment_new", "get"): INSTRUCTOR,
    ("assignment_new", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("assignment_edit", "get"): INSTRUCTOR,
    ("assignment_edit", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("assignment_delete", "post"): INSTRUCTOR | {"instructor": CONFLICT},  # there is a hand-in
    ("points_preview", "get"): INSTRUCTOR,
    ("instructions_preview", "post"): INSTRUCTOR,
    ("task_new", "get"): INSTRUCTOR,
    ("task_new", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("task_edit", "get"): INSTRUCTOR,
    ("task_edit", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("task_delete", "post"): INSTRUCTOR | {"instructor": CONFLICT},
    ("task_seeds", "get"): INSTRUCTOR,
    ("task_seeds", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("task_seed_add", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("task_seed_remove", "post"): INSTRUCTOR | {"instructor": MOVED},
    ("seed_drawing", "get"): INSTRUCTOR | {"instructor": STOP},  # nothing is being drawn
    # Staff: people and extensions
    ("people", "get"): STAFF,
    ("person", "get"): STAFF,
    ("person", "post"): INSTRUCTOR_FORM,
    ("person_password", "post"): INSTRUCTOR,
    ("person_new", "get"): INSTRUCTOR,
    ("person_new", "post"): INSTRUCTOR_FORM,
    ("sections", "get"): STAFF,
    ("sections", "post"): INSTRUCTOR_FORM,
    ("section", "get"): INSTRUCTOR,
    ("section", "post"): INSTRUCTOR_FORM,
    ("section_delete", "get"): INSTRUCTOR,
    ("section_delete", "post"): INSTRUCTOR_MOVES_ON,
    ("roster_upload", "get"): INSTRUCTOR,
    ("roster_upload", "post"): INSTRUCTOR_FORM,
    ("roster_preview", "get"): INSTRUCTOR_MOVES_ON,  # nothing was uploaded
    ("roster_preview", "post"): INSTRUCTOR_MOVES_ON,
    ("roster_download", "get"): STAFF,
    ("extensions", "get"): STAFF,
    ("extension_new", "get"): INSTRUCTOR,
    ("extension_new", "post"): INSTRUCTOR_FORM,
    ("extension", "get"): INSTRUCTOR,
    ("extension", "post"): INSTRUCTOR_FORM,
    ("extension_revoke", "get"): INSTRUCTOR,
    ("extension_revoke", "post"): INSTRUCTOR_MOVES_ON,
    # Staff: integrity view
    ("integrity", "get"): STAFF,
    ("integrity_download", "get"): STAFF,
    ("integrity_mark", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # about no group
    # Staff: history
    ("history", "get"): STAFF,
    ("history_download", "get"): STAFF,
    # Gradebook
    ("gradebook", "get"): STAFF,
    ("gradebook_student", "get"): STAFF,
    ("my_grades", "get"): COURSE | {"ta": MOVED, "instructor": MOVED},  # to the gradebook
    ("excuse", "get"): STAFF,
    ("excuse", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    # Staff: rubric, grading policy, saved comments
    ("rubric", "get"): STAFF,
    ("rubric_copy", "post"): INSTRUCTOR_FORM,
    ("rubric_text", "post"): STAFF,
    ("rubric_item_new", "get"): INSTRUCTOR,
    ("rubric_item_new", "post"): INSTRUCTOR_FORM,
    ("rubric_item_edit", "get"): INSTRUCTOR,
    ("rubric_item_edit", "post"): INSTRUCTOR_FORM,
    ("rubric_item_move", "post"): INSTRUCTOR | {"instructor": INVALID},  # says no direction
    ("rubric_item_delete", "get"): INSTRUCTOR,
    ("rubric_item_delete", "post"): INSTRUCTOR_MOVES_ON,
    ("rubric_group_new", "get"): INSTRUCTOR,
    ("rubric_group_new", "post"): INSTRUCTOR_FORM,
    ("rubric_group_edit", "get"): INSTRUCTOR,
    ("rubric_group_edit", "post"): INSTRUCTOR_FORM,
    ("rubric_group_move", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("rubric_group_delete", "post"): INSTRUCTOR_MOVES_ON,
    ("policy", "get"): INSTRUCTOR,
    ("policy", "post"): INSTRUCTOR_FORM,
    ("saved_comments", "get"): STAFF,
    ("saved_comments", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},
    ("saved_comments_edit", "get"): STAFF,
    ("saved_comments_edit", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},
    ("saved_comments_delete", "post"): STAFF | {"ta": MOVED, "instructor": GONE},  # the first one deletes it
    # Staff: releasing grades. Students: second looks
    ("release", "get"): INSTRUCTOR,  # assistants only where the course lets them
    ("release", "post"): INSTRUCTOR | {"instructor": INVALID},  # an empty form
    ("regrade_ask", "get"): STUDENTS,
    ("regrade_ask", "post"): STUDENTS | {"owner": INVALID, "classmate": CONFLICT},  # an empty form; nothing to ask
    ("regrades", "get"): STAFF,
    ("regrade", "get"): STAFF,
    ("regrade", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    ("regrade_close", "post"): {who: MOVED if status == OK else status for who, status in OWNER_AND_STAFF.items()},
    ("regrade_picture", "get"): OWNER_AND_STAFF,
    # Staff: grading page
    ("grading_start", "get"): STAFF,  # nothing waits for a person
    ("grading", "get"): STAFF,
    ("grading", "post"): STAFF_FILLS_IN,  # an empty form
    ("grading_presence", "post"): STAFF,
    ("grading_keep", "post"): STAFF_FILLS_IN,
    # Staff: files for the LMS
    ("lms", "get"): STAFF,
    ("lms", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # no file
    ("lms_preview", "get"): STAFF,
    ("lms_preview", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    ("lms_download", "post"): STAFF | {"ta": CONFLICT, "instructor": CONFLICT},  # another preview than there is
    ("lms_write", "get"): STAFF,
    ("lms_write", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},
    # Webhooks
    ("webhooks", "get"): INSTRUCTOR,
    ("webhook_new", "get"): INSTRUCTOR,
    ("webhook_new", "post"): INSTRUCTOR_FORM,
    ("webhook", "get"): INSTRUCTOR,
    ("webhook_edit", "get"): INSTRUCTOR,
    ("webhook_edit", "post"): INSTRUCTOR_FORM,
    ("webhook_delete", "get"): INSTRUCTOR,
    ("webhook_delete", "post"): INSTRUCTOR_MOVES_ON,
    ("webhook_secret", "post"): INSTRUCTOR,
    ("webhook_test", "post"): INSTRUCTOR_MOVES_ON,
    ("webhook_resend", "post"): INSTRUCTOR_MOVES_ON,
    ("webhook_redeliver", "post"): INSTRUCTOR_MOVES_ON,
    # A course's connections with an LMS
    ("lms_links", "get"): STAFF,
    ("lms_link", "get"): INSTRUCTOR,
    ("lms_link", "post"): INSTRUCTOR_FORM,
    ("lms_course_change", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_course_disconnect", "get"): INSTRUCTOR,
    ("lms_course_disconnect", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_roster", "get"): INSTRUCTOR,
    ("lms_roster", "post"): INSTRUCTOR | {"instructor": CONFLICT},  # another preview than there is
    ("lms_roster_read", "post"): INSTRUCTOR_MOVES_ON,  # the LMS gives no list
    # Operators: LMS platforms
    ("platforms", "get"): OPERATOR,
    ("platform_link", "post"): OPERATOR,
    ("platform_link_withdraw", "post"): OPERATOR | {"operator": MOVED},
    ("platform_new", "get"): OPERATOR,
    ("platform_new", "post"): OPERATOR | {"operator": INVALID},  # an empty form
    ("platform", "get"): OPERATOR,
    ("platform_edit", "get"): OPERATOR,
    ("platform_edit", "post"): OPERATOR | {"operator": INVALID},
    ("platform_check", "post"): OPERATOR,
    ("platform_switch", "post"): OPERATOR | {"operator": MOVED},
    ("deployment_add", "post"): OPERATOR | {"operator": INVALID},
    ("deployment_remove", "post"): OPERATOR | {"operator": MOVED},
    ("lti_register", "get"): {"anonymous": GONE, "everybody": GONE},  # to whoever has no link
    ("lti_register", "post"): {"anonymous": GONE, "everybody": GONE},
    ("lms_score_again", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_column_again", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_column_switch", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_column_new", "post"): INSTRUCTOR_MOVES_ON,  # the LMS does not let us
    # Operators
    ("queue", "get"): OPERATOR,
    ("course_queue", "get"): INSTRUCTOR,
    ("read_pictures_again", "post"): OPERATOR | {"operator": MOVED},
    ("read_course_pictures_again", "post"): INSTRUCTOR_MOVES_ON,
    ("rerun", "post"): MANAGER_ACTS,
    ("rerun_task", "get"): MANAGER,
    ("rerun_task", "post"): MANAGER_FILLS_IN,  # an empty form
    ("rerun_batch", "get"): MANAGER,
    ("rerun_apply", "post"): MANAGER_ACTS,
    ("rerun_selection", "post"): MANAGER_FILLS_IN,  # nobody is chosen
    ("rerun_stop", "post"): MANAGER_ACTS,
    # Downloads
    ("reports", "get"): STAFF,
    ("report_download", "get"): STAFF | {"ta": INVALID, "instructor": INVALID},  # no format is named
    ("report_student", "get"): STAFF,
    ("report_own", "get"): {"anonymous": SIGN_IN, "owner": OK, "classmate": OK, "everybody": GONE},
}


def of_course(world: World) -> dict[str, object]:
    return {"course": world.course.slug}


def of_assignment(world: World) -> dict[str, object]:
    return {"course": world.course.slug, "assignment": world.task.assignment.slug}


def of_token(world: World) -> dict[str, object]:
    return {"key": token(world.owner.user)[:15]}


def of_task(world: World) -> dict[str, object]:
    return world.task.url_arguments()


def of_draft_picture(world: World) -> dict[str, object]:
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture("draft.png", size=(32, 32))])
    return of_task(world) | {"picture": DraftScreenshot.objects.get().pk}


def of_read_picture(world: World) -> dict[str, object]:
    found = of_draft_picture(world)
    link = {"link": [write_link(QUICK_SPEC)], "claimed_epochs": ["300"]}
    save_draft(task=world.task, enrollment=world.owner, fields=link)
    name = str(DraftScreenshot.objects.get().picture.name)
    row_read(name, shown(hidden_layers=read(2), neurons=read((4, 2))))
    return found


def of_submission(world: World) -> dict[str, object]:
    return {"receipt_number": world.receipt_number}  # type: ignore[attr-defined]


def of_task_all_graded(world: World) -> dict[str, object]:
    """A task in which nothing waits for a person; another one leads straight to the first that does."""
    found = Task.objects.filter(assignment=world.task.assignment, slug="all-graded").first()
    return (found or make_task(world.course, slug="all-graded")).url_arguments()


def of_grade(world: World) -> dict[str, object]:
    return of_task(world) | {"key": grade_key(world.task.pk, world.owner.pk)}


def of_batch(world: World) -> dict[str, object]:
    return start_batch(task=world.task, actor=world.operator, scope=Scope.ALL, dry_run=True).url_arguments()


def of_lms_upload(world: World) -> dict[str, object]:
    rows = "Owner,1,,owner,Lab,,\nNobody,2,,nobody,Lab,,\n"
    content = f"Student,ID,SIS User ID,SIS Login ID,Section,Circle (7),Other (8)\n{rows}".encode()
    for staff in (world.ta, world.instructor):
        keep_lms_upload(by=staff, upload=LmsUpload(content, "grades.csv", columns=((world.task.pk, 5),)))
    return of_course(world)


def of_webhook(world: World) -> dict[str, object]:
    """A webhook with a message that arrived and one that is tried again."""
    hook = Webhook.objects.first() or webhook(world)
    if not hook.deliveries.exists():
        tried = {"payload": {"submission": Verification.objects.all()[0].submission.receipt_number}, "attempts": 1}
        hook.deliveries.create(event="submission.received", state="delivered", status_code=204, **tried)
        hook.deliveries.create(event="submission.verified", due_at=timezone.now(), answer="No answer.", **tried)
    return of_course(world) | {"webhook": hook.pk}


def of_delivery(world: World) -> dict[str, object]:
    return of_webhook(world) | {"delivery": WebhookDelivery.objects.all()[0].pk}


def of_lms_course(world: World) -> dict[str, object]:
    platform = Platform.objects.first() or make_platform()
    found = LmsCourse.objects.first() or make_lms_course(platform, world.course, memberships_url="")
    people = [Person("u1", Role.STUDENT, "Nora New"), Person("u2", Role.INSTRUCTOR, "Tim Teacher", email="t@x.edu")]
    keep_roster(lms_course=found, by=world.instructor, members=[Member(one, Status.ACTIVE) for one in people])
    return of_course(world) | {"lms_course": found.pk}


def of_lms_account(world: World) -> dict[str, object]:
    platform = Platform.objects.first() or make_platform()
    return {"account": LmsAccount.objects.create(platform=platform, subject="o1", user=world.owner.user).pk}


def of_lms_column(world: World) -> dict[str, object]:
    of_lms_course(world)
    about = {"assignment": world.task.assignment, "task": world.task}
    column, _ = LineItem.objects.get_or_create(lms_course=LmsCourse.objects.get(), url="https://lms/1", defaults=about)
    return of_course(world) | {"column": column.pk}


def of_lms_score(world: World) -> dict[str, object]:
    of_lms_column(world)
    lms_course = LmsCourse.objects.get()
    account, _ = LmsAccount.objects.get_or_create(
        platform=lms_course.deployment.platform, subject="s1", defaults={"user": world.owner.user}
    )
    about = {"enrollment": world.owner, "seen_at": timezone.now()}
    member, _ = LmsMember.objects.get_or_create(lms_course=lms_course, account=account, defaults=about)
    asked = {"asked_at": timezone.now()}
    score, _ = Score.objects.get_or_create(line_item=LineItem.objects.get(), member=member, defaults=asked)
    return of_course(world) | {"score": score.pk}


def of_lms_link(world: World) -> dict[str, object]:
    of_lms_course(world)
    about = {"assignment": world.task.assignment, "task": world.task, "title": "The circle"}
    link, _ = LmsLink.objects.get_or_create(lms_course=LmsCourse.objects.get(), resource_link_id="r1", defaults=about)
    return of_course(world) | {"link": link.pk}


def of_connected_course(world: World) -> dict[str, object]:
    """A course that is connected with an LMS and has a link there."""
    of_lms_link(world)
    return of_course(world)


def of_section(world: World) -> dict[str, object]:
    section, _ = Section.objects.get_or_create(course=world.course, name="Lab 1")
    return of_course(world) | {"section": section.pk}


def of_extension(world: World) -> dict[str, object]:
    assignment = world.task.assignment
    extension, _ = Extension.objects.get_or_create(
        assignment=assignment,
        enrollment=world.owner,
        defaults={"due_at": assignment.due_at + timedelta(days=1)},
    )
    return of_course(world) | {"extension": extension.pk}


def rubric_group(world: World) -> RubricGroup:
    return RubricGroup.objects.get_or_create(task=world.task, title="Report")[0]


def of_rubric_group(world: World) -> dict[str, object]:
    return of_task(world) | {"group": rubric_group(world).pk}


def of_rubric_item(world: World) -> dict[str, object]:
    group = rubric_group(world)
    item, _ = RubricItem.objects.get_or_create(task=world.task, title="Explains it", points=1, group=group)
    return of_task(world) | {"item": item.pk}


def of_saved_comment(world: World) -> dict[str, object]:
    comment, _ = SavedComment.objects.get_or_create(task=world.task, title="Axes", text="Label *them*.")
    return of_task(world) | {"comment": comment.pk}


def of_request(world: World) -> dict[str, object]:
    """A student's own request; where the claim waits for a person there is nothing to ask about yet: decided first."""
    if grade_of(world.task, world.owner).result.total is None:
        decided(Verification.objects.filter(submission__enrollment=world.owner).latest("pk"), world.ta)
    asked = RegradeRequest.objects.first() or ask_regrade(
        task=world.task,
        enrollment=world.owner,
        part="automatic",
        reason="The seed is another one",
        picture=prepare_screenshot(picture("why.png")),
    )
    return of_course(world) | {"number": asked.pk}


def of_platform(world: World) -> dict[str, object]:
    found = Platform.objects.filter(issuer="https://[::1]").first()
    # Nobody is asked there: the check of the connection ends at once
    urls = dict.fromkeys(("authorization_url", "token_url", "jwks_url"), "https://nothing.invalid/")
    made = found or Platform.objects.create(name="School", issuer="https://[::1]", client_id="matrix", **urls)
    return {"platform": made.pk}


def of_deployment(world: World) -> dict[str, object]:
    platform = Platform.objects.get(**{"pk": of_platform(world)["platform"]})
    made, _ = Deployment.objects.get_or_create(platform=platform, deployment_id="1")
    return {"platform": platform.pk, "deployment": made.pk}


# What stands in an address, for those where something does.
ARGUMENTS: dict[str, Callable[[World], dict[str, object]]] = {
    # Accounts and joining
    "join_course": lambda world: {"code": world.course.join_code},
    # LMS
    **dict.fromkeys(
        ("lti_account", "lti_connect", "lti_choose", "lti_wait", "lti_deep_link"), lambda world: {"key": "none"}
    ),
    "lms_account_disconnect": of_lms_account,
    "lms_links": of_connected_course,
    **dict.fromkeys(("lms_link", "lms_column_new"), of_lms_link),
    **dict.fromkeys(("lms_column_again", "lms_column_switch"), of_lms_column),
    "lms_score_again": of_lms_score,
    **dict.fromkeys(("lms_course_change", "lms_course_disconnect", "lms_roster", "lms_roster_read"), of_lms_course),
    # Tasks and handing in
    "assignment": of_assignment,
    "task": of_task,
    "hand_in": of_task,
    "hand_in_design": of_task,
    "hand_in_draft": of_task,
    "hand_in_pictures": of_task,
    "hand_in_picture": of_draft_picture,
    # Submissions
    "submission": of_submission,
    "submission_progress": of_submission,
    "submission_chart": lambda world: of_submission(world) | {"name": "loss", "kind": "csv"},
    "screenshot": lambda world: of_submission(world) | {"position": 1},
    # Evidence: the student's own draft pictures
    "hand_in_picture_reading": of_read_picture,
    "hand_in_picture_adopt": of_read_picture,
    # Leaderboard
    "leaderboard": of_task,
    "board_rows": of_task,
    "board_name": of_task,
    "board_settings": of_task,
    "board_reveal": of_task,
    # Practice
    "practice": of_task,
    "practice_run": lambda world: of_task(world) | {"run": settled_practice(world.task, world.owner).pk},
    "practice_progress": lambda world: of_task(world) | {"run": settled_practice(world.task, world.owner).pk},
    # Staff: overview
    "course_dashboard": of_course,
    "dashboard": of_task,
    "assignment_dashboard": of_assignment,
    "dashboard_act": of_task,
    **dict.fromkeys(("lms", "lms_write"), of_course),
    **dict.fromkeys(("lms_preview", "lms_download"), of_lms_upload),
    # Webhooks
    **dict.fromkeys(("webhooks", "webhook_new"), of_course),
    **dict.fromkeys(("webhook", "webhook_edit", "webhook_delete"), of_webhook),
    **dict.fromkeys(("webhook_secret", "webhook_test", "webhook_resend"), of_webhook),
    "webhook_redeliver": of_delivery,
    # Staff: evidence
    "evidence": of_submission,
    "evidence_mark": of_submission,
    "evidence_queue": of_task,
    # Staff: courses, assignments, tasks
    **dict.fromkeys(("course_setup", "course_edit", "course_join_code", "course_copy", "assignment_new"), of_course),
    **dict.fromkeys(("points_preview", "instructions_preview"), of_course),
    **dict.fromkeys(("assignment_edit", "assignment_delete", "task_new"), of_assignment),
    **dict.fromkeys(("task_edit", "task_delete", "task_seeds"), of_task),
    **dict.fromkeys(("task_seed_add", "task_seed_remove", "seed_drawing"), of_task),
    # Staff: people and extensions
    **dict.fromkeys(
        ("people", "person_new", "sections", "roster_upload", "roster_preview", "roster_download"), of_course
    ),
    **dict.fromkeys(("extensions", "extension_new"), of_course),
    **dict.fromkeys(("person", "person_password"), lambda world: of_course(world) | {"enrollment": world.owner.pk}),
    **dict.fromkeys(("section", "section_delete"), of_section),
    **dict.fromkeys(("extension", "extension_revoke"), of_extension),
    # Staff: integrity view
    **dict.fromkeys(("integrity", "integrity_download", "integrity_mark"), of_task),
    # Staff: history
    **dict.fromkeys(("history", "history_download"), of_course),
    # Gradebook
    **dict.fromkeys(("gradebook", "my_grades"), of_course),
    "gradebook_student": lambda world: of_course(world) | {"enrollment": world.owner.pk},
    "excuse": lambda world: of_task(world) | {"key": grade_key(world.task.pk, world.owner.pk)},
    # Staff: rubric, grading policy, saved comments
    **dict.fromkeys(("rubric", "rubric_copy", "rubric_text", "rubric_item_new", "rubric_group_new"), of_task),
    **dict.fromkeys(("policy", "saved_comments"), of_task),
    **dict.fromkeys(("rubric_item_edit", "rubric_item_move", "rubric_item_delete"), of_rubric_item),
    **dict.fromkeys(("rubric_group_edit", "rubric_group_move", "rubric_group_delete"), of_rubric_group),
    **dict.fromkeys(("saved_comments_edit", "saved_comments_delete"), of_saved_comment),
    # Staff: releasing grades. Students: second looks
    **dict.fromkeys(("release", "regrade_ask"), of_task),
    "regrades": of_course,
    **dict.fromkeys(("regrade", "regrade_close", "regrade_picture"), of_request),
    # Staff: grading page
    "grading_start": of_task_all_graded,
    **dict.fromkeys(("grading", "grading_presence", "grading_keep"), of_grade),
    # Operators: LMS platforms
    **dict.fromkeys(("platform", "platform_edit", "platform_check", "platform_switch", "deployment_add"), of_platform),
    "deployment_remove": of_deployment,
    "platform_link_withdraw": lambda world: {"link": make_registration_link(by=world.operator)[0].pk},
    "lti_register": lambda world: {"token": "none"},
    # Operators
    "course_queue": of_course,
    "read_course_pictures_again": of_course,
    "rerun": of_submission,
    "rerun_task": of_task,
    "rerun_batch": of_batch,
    "rerun_apply": of_batch,
    "rerun_selection": of_task,
    "rerun_stop": of_batch,
    "token_revoke": of_token,
    # Downloads
    **dict.fromkeys(("reports", "report_download"), of_course),
    "report_student": lambda world: of_assignment(world) | {"enrollment": world.owner.pk},
    "report_own": of_assignment,
}


@pytest.fixture(scope="module")
def kept_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Path]]:
    """Make the world and its files once: what a test does to it is taken back by the transaction around each test."""
    files = tmp_path_factory.mktemp("kept-world")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=files):
        # As around Django's own test cases: services whose transaction has to be outermost work within.
        transaction.get_connection().atomic_blocks[-1]._from_testcase = True
        yield furnished_world(), files
        transaction.set_rollback(True)


@pytest.fixture
def world(kept_world: tuple[World, Path], db: None, data_dir: Path) -> Iterator[World]:
    """Everybody and everything, with browsers of this test's own."""
    kept, files = kept_world
    world = copy.copy(kept)
    world.clients = {}
    with override_settings(MEDIA_ROOT=files):
        yield world


def furnished_world() -> World:
    """Make a world in which every address of the table leads somewhere."""
    world = make_world()
    world.course.join_code = "K7Q4-9XRB"
    world.course.save()
    submission = hand_in(world.task, world.owner)
    verify_once(Verification.objects.get().pk)
    differing(submission)  # so that pages of evidence have something to show
    of_rubric_item(world), of_saved_comment(world)
    world.receipt_number = submission.receipt_number  # type: ignore[attr-defined]
    return world


@functools.cache
def _finding(job: str) -> Finding:
    return verify(_jobs[job], on_progress=lambda _stage, _progress: None, budget=Budget())


_jobs: dict[str, Job] = {}


def verify_once(verification_id: int) -> None:
    """Settle a verification with what its training gives; the same training is done once for all tests."""
    claim = claim_verification(verification_id=verification_id, worker="test")
    assert claim is not None
    _jobs[repr(claim.job)] = claim.job
    assert settle_verification(claim=claim, finding=_finding(repr(claim.job)))


def arguments(name: str, world: World) -> dict[str, object]:
    return ARGUMENTS[name](world) if name in ARGUMENTS else {}


def status(response: Any) -> int:
    """The status of a response; a screenshot's file is read to its end, which closes it."""
    if response.streaming:
        response.getvalue()
    return int(response.status_code)


@pytest.mark.parametrize(("name", "method"), list(MATRIX))
def test_everybody_gets_just_what_is_theirs(name: str, method: str, world: World) -> None:
    expected = MATRIX[name, method]
    url = reverse(name, kwargs=arguments(name, world))
    got = {who: status(getattr(world.client(who), method)(url)) for who in world.names}
    assert got == {who: expected.get(who, expected["everybody"]) for who in world.names}


METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
NOT_ALLOWED = 405


@pytest.mark.parametrize("name", sorted({name for name, _ in MATRIX}))
def test_every_other_method_is_refused_for_everybody(name: str, world: World) -> None:
    url = reverse(name, kwargs=arguments(name, world))
    listed = {method for row, method in MATRIX if row == name}
    if "get" in listed:
        listed.add("head")
    for method in METHODS:
        if method in listed:
            continue
        # A method is refused before anybody looks who asks.
        got = {who: status(getattr(world.client(who), method)(url)) for who in ("anonymous", "owner", "operator")}
        anonymous = got.pop("anonymous")
        assert anonymous in (SIGN_IN, NOT_ALLOWED), method
        assert set(got.values()) == {NOT_ALLOWED}, (method, got)


@pytest.mark.parametrize("name", sorted(name for name, method in MATRIX if method == "get"))
def test_head_answers_as_get_does_without_a_body(name: str, world: World) -> None:
    expected = MATRIX[name, "get"]
    url = reverse(name, kwargs=arguments(name, world))
    for who in ("anonymous", "owner", "instructor"):
        answer = world.client(who).head(url)
        assert status(answer) == expected.get(who, expected["everybody"])
        assert answer.streaming or answer.content == b""


def own_addresses(patterns: list[URLPattern | URLResolver], outside: tuple[str, ...]) -> set[str]:
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            names.add(str(pattern.name))
        elif not str(pattern.pattern).startswith(outside):
            names |= own_addresses(pattern.url_patterns, outside)
    return names


def test_no_address_of_ours_is_missing_here() -> None:
    addresses = own_addresses(get_resolver().url_patterns, outside=("accounts/", "operations/admin/", "api/"))
    assert addresses == {name for name, _ in MATRIX}


def test_the_admin_is_for_operators_and_has_no_sign_in_of_its_own(world: World) -> None:
    url, own_sign_in = reverse("admin:index"), reverse("admin:login")
    assert world.client("operator").get(url).status_code == OK
    assert world.client("anonymous").get(url, follow=True).redirect_chain[-1] == (
        f"{reverse('account_login')}?next={url.replace('/', '%2F')}",
        SIGN_IN,
    )
    for who in ("owner", "instructor"):
        assert world.client(who).get(url).status_code == SIGN_IN
        assert world.client(who).get(own_sign_in).status_code == 403
    assert world.client("anonymous").post(own_sign_in, {"username": "operator"}).status_code == SIGN_IN


@pytest.mark.parametrize("address", ["/submissions/2222-2222/", "/courses/none/none/none/", "/nothing/"])
def test_what_does_not_exist_answers_404(address: str, world: World) -> None:
    assert world.client("owner").get(address).status_code == GONE


def test_foreign_and_missing_answer_the_same(world: World) -> None:
    foreign = reverse("submission", kwargs=arguments("submission", world))
    stranger = world.client("elsewhere")
    answers = [stranger.get(address).content for address in (foreign, "/submissions/2222-2222/")]
    with_token = re.compile(rb'"X-CSRFToken": "[^"]+"|value="[A-Za-z0-9]{64}"')  # differs from answer to answer
    assert len({with_token.sub(b"", answer) for answer in answers}) == 1


def test_signing_in_leads_back_to_the_page(world: World) -> None:
    url = reverse("task", kwargs=arguments("task", world))
    response = world.client("anonymous").get(url)
    assert response["Location"] == f"{reverse('account_login')}?next={url}"
