"""A world in which every address leads somewhere, and what stands in each of the addresses there."""

import functools
from collections.abc import Callable
from datetime import timedelta

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
