"""Asking for a second look at a grade, answering and closing it."""

from datetime import datetime

import structlog
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from coursework.models import Enrollment, Task, User
from coursework.services.events import record
from coursework.services.screenshots import NotStored, PreparedScreenshot, delete_stored
from grading.grades.reading import grade_of
from grading.grades.regrades import Asking, Part, asking
from grading.models import RegradeAnswer, RegradeRequest, RegradeState
from grading.models.regrades import attachment_path
from grading.services.grades.rows import locked_grade

log = structlog.get_logger(__name__)
LONGEST_REASON = 2000
LONGEST_ANSWER = 5000
ASKED_ALREADY = "You have asked about this already; each part can be asked about once."


class RegradeRefused(Exception):
    """What was wanted can't be done (any more); the message says why, and nothing was stored."""


def ask_regrade(
    *,
    task: Task,
    enrollment: Enrollment,
    part: str,
    reason: str,
    picture: PreparedScreenshot | None = None,
    now: datetime | None = None,
) -> RegradeRequest:
    """Store a student's request about one part of a grade, named by its key.

    Raises RegradeRefused where it can't be asked (any more), and NotStored if our storage does not take the picture.
    """
    now = now or timezone.now()
    _wanted(asking(grade_of(task, enrollment, now=now), now=now), part)  # before anything is written to storage
    name = _stored(picture) if picture is not None else ""
    try:
        with transaction.atomic():
            return _ask(task, enrollment, part, reason, name, now)
    except (RegradeRefused, IntegrityError) as error:
        delete_stored([name] if name else [])
        raise RegradeRefused(ASKED_ALREADY if isinstance(error, IntegrityError) else str(error)) from error


def _ask(task: Task, enrollment: Enrollment, part: str, reason: str, name: str, now: datetime) -> RegradeRequest:
    """Look again with the grade locked, since another tab may have asked meanwhile, and store."""
    grade = locked_grade(task=task, enrollment=enrollment)
    found = grade_of(task, enrollment, now=now)
    wanted = _wanted(asking(found, now=now), part)
    request = RegradeRequest.objects.create(
        grade=grade,
        about=wanted.about,
        item=wanted.item,
        item_title=wanted.item.title if wanted.item else "",
        reason=reason,
        attachment=name,
        asked_at=now,
        points_before=found.result.total,
    )
    record(
        action="regrade.asked",
        actor=enrollment.user,
        course=task.assignment.course,
        subject=f"enrollment {enrollment.pk}",
        about=[task, enrollment],
        request=request.pk,
        part=part,
        length=len(reason),
        picture=bool(name),
    )
    return request


def _wanted(found: Asking, key: str) -> Part:
    if found.why_not:
        raise RegradeRefused(found.why_not)
    part = next((one for one in found.parts if one.key == key), None)
    if part is None:
        raise RegradeRefused("This part of the grade is not there any more. Choose another.")
    if part.request is not None:
        raise RegradeRefused(ASKED_ALREADY)
    return part


def _stored(picture: PreparedScreenshot) -> str:
    name = attachment_path(None, picture.content.name or "")
    try:
        return default_storage.save(name, picture.content)
    except Exception as error:  # every storage has errors of its own
        log.exception("attachment_not_stored")
        delete_stored([name])
        raise NotStored(
            "We could not store the picture just now; the fault is ours, and nothing was sent. Try again in a few "
            "minutes, or send it without the picture."
        ) from error


@transaction.atomic
def answer_regrade(
    *, request: RegradeRequest, actor: User, answer: RegradeAnswer, text: str, mail: bool
) -> RegradeRequest:
    """Answer an open request; with `mail` the student hears of it. Raises RegradeRefused if somebody else was first.

    The points afterwards are those of this moment: who changes the grade does so before answering.
    """
    locked = _locked(request, RegradeState.OPEN, "Somebody has answered this meanwhile. Nothing was changed.")
    grade = locked.grade
    now = timezone.now()
    locked.state, locked.answer, locked.answer_text = RegradeState.ANSWERED, answer, text
    locked.answered_at, locked.answered_by = now, actor
    locked.points_after = grade_of(grade.task, grade.enrollment, now=now).result.total
    locked.save()
    if mail:
        type(grade).objects.filter(pk=grade.pk, mail_due_at=None).update(mail_due_at=now)
    _record(
        "regrade.answered",
        locked,
        actor,
        answer=answer,
        length=len(text),
        points_before=_plain(locked.points_before),
        points_after=_plain(locked.points_after),
    )
    return locked


@transaction.atomic
def close_regrade(*, request: RegradeRequest, actor: User) -> RegradeRequest:
    """Close an answered request; a closed one stays as it is. Raises RegradeRefused for an open one."""
    locked = RegradeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.state == RegradeState.CLOSED:
        return locked
    locked = _locked(request, RegradeState.ANSWERED, "This request waits for an answer, so it can’t be closed yet.")
    locked.state, locked.closed_at = RegradeState.CLOSED, timezone.now()
    locked.save()
    _record("regrade.closed", locked, actor)
    return locked


def _locked(request: RegradeRequest, state: RegradeState, otherwise: str) -> RegradeRequest:
    found = (
        RegradeRequest.objects.select_for_update(of=("self",))
        .select_related("grade__task__assignment__course", "grade__enrollment__user")
        .get(pk=request.pk)
    )
    if found.state != state:
        raise RegradeRefused(otherwise)
    return found


def _record(action: str, request: RegradeRequest, actor: User, **details: str | int | None) -> None:
    grade = request.grade
    record(
        action=action,
        actor=actor,
        course=grade.task.assignment.course,
        subject=f"enrollment {grade.enrollment_id}",
        about=[grade.task, grade.enrollment],
        request=request.pk,
        **details,
    )


def _plain(points: object) -> str | None:
    return None if points is None else str(points)
