"""Showing grades to students, and taking that back: for one student, a selection or a whole task."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from coursework.models import Enrollment, Task, User
from coursework.services.events import Act, record_all
from grading.grades.reading import StudentGrade, grades_of
from grading.grades.rule import State
from grading.grades.waiting import LeftOut, why_not_released
from grading.models import Grade, ReleaseMode, ReleaseState
from grading.services.grades.frozen import UNDECIDED
from grading.services.lti.passback import mark_scores
from grading.services.webhooks.telling import tell_released


@dataclass(frozen=True, slots=True)
class Released:
    """What came of showing or hiding grades: how many changed, and for each other student why not."""

    count: int
    left_out: Sequence[tuple[Enrollment, LeftOut]]

    @property
    def reasons(self) -> list[tuple[LeftOut, int]]:
        """How many were left out for each reason, in the order of the reasons."""
        counted = Counter(reason for _student, reason in self.left_out)
        return [(reason, counted[reason]) for reason in LeftOut if counted[reason]]


@transaction.atomic
def release_grades(*, task: Task, enrollments: Iterable[Enrollment], actor: User, mail: bool) -> Released:
    """Show these students their grades on a task, and with `mail` queue a mail to each; what waits is left out.

    What nobody decided is decided by this on the automatic points as they are: from then on a rerun or another attempt
    only shows as a difference. Where grades are shown by themselves, one that was held back is no longer.
    """
    found = _locked(task, enrollments)
    now = timezone.now()
    shown, left_out = _parted(found, why_not_released)
    is_automatic = bool(shown) and shown[0].policy.release == ReleaseMode.AUTOMATIC
    if not is_automatic:
        _decide(shown, actor, now)
    _change(
        shown,
        release_state="" if is_automatic else ReleaseState.RELEASED,
        released_at=now,
        released_by=actor,
        mail_due_at=now if mail else None,
    )
    _record("grade.released", task, shown, actor, mail=mail)
    tell_released(task, [grade.enrollment for grade in shown])
    mark_scores(task=task, enrollments=[grade.enrollment for grade in shown])
    return Released(len(shown), left_out)


@transaction.atomic
def hide_grades(*, task: Task, enrollments: Iterable[Enrollment], actor: User) -> Released:
    """Take back that these students see their grades; mails that did not go out yet don't any more.

    Points that the release had fixed, and nothing else, follow the verifications again.
    """
    found = _locked(task, enrollments)
    hidden, left_out = _parted(found, lambda grade: None if grade.is_released else LeftOut.NOT_RELEASED)
    _change(hidden, release_state=ReleaseState.HIDDEN, mail_due_at=None)
    Grade.objects.filter(pk__in=[grade.row.pk for grade in hidden if grade.row], by_release=True).update(**UNDECIDED)
    _record("grade.hidden", task, hidden, actor)
    mark_scores(task=task, enrollments=[grade.enrollment for grade in hidden])
    return Released(len(hidden), left_out)


def _locked(task: Task, enrollments: Iterable[Enrollment]) -> list[StudentGrade]:
    """Read the grades, each with a row that stays locked until the transaction ends."""
    people = list(enrollments)
    keys = [person.pk for person in people]
    rows = Grade.objects.filter(task=task, enrollment__in=keys)
    missing = set(keys) - set(rows.values_list("enrollment", flat=True))
    Grade.objects.bulk_create(
        (Grade(task=task, enrollment_id=pk) for pk in sorted(missing)), ignore_conflicts=True, batch_size=500
    )
    # In one order, so that two of these never wait for each other.
    list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    return list(grades_of([task], people).values())


def _parted(
    grades: Iterable[StudentGrade], why_not: Callable[[StudentGrade], LeftOut | None]
) -> tuple[list[StudentGrade], list[tuple[Enrollment, LeftOut]]]:
    taken, left_out = [], []
    for grade in grades:
        reason = why_not(grade)
        if reason is None:
            taken.append(grade)
        else:
            left_out.append((grade.enrollment, reason))
    return taken, left_out


def _decide(grades: Iterable[StudentGrade], actor: User, now: datetime) -> None:
    """Keep the automatic points of those that nobody decided. Where there are none to keep, nothing is decided."""
    rows = []
    for grade in grades:
        counting = grade.result.counting
        if grade.row is None or grade.result.state is not State.SETTLED or counting is None:
            continue
        grade.row.submission_id = counting.submission_id
        grade.row.verification_id = counting.verification_id
        grade.row.automatic = counting.automatic
        rows.append(grade.row)
    # First what is the same for all: it costs next to nothing, and the others' constraint asks for it.
    Grade.objects.filter(pk__in=[row.pk for row in rows]).update(decided_at=now, decided_by=actor, by_release=True)
    Grade.objects.bulk_update(rows, ("submission", "verification", "automatic"), batch_size=500)


def _change(grades: Iterable[StudentGrade], **values: Any) -> None:
    rows = [grade.row.pk for grade in grades if grade.row is not None]
    if rows:
        Grade.objects.filter(pk__in=rows).update(version=F("version") + 1, **values)


def _record(action: str, task: Task, grades: Iterable[StudentGrade], actor: User, **details: Any) -> None:
    record_all(
        (
            Act(
                subject=_subject(grade),
                about=(task, grade.enrollment),
                details={"points": None if grade.result.total is None else str(grade.result.total), **details},
            )
            for grade in grades
        ),
        action=action,
        actor=actor,
        course=task.assignment.course,
    )


def _subject(grade: StudentGrade) -> str:
    counting = grade.result.counting
    return f"submission {counting.receipt_number}" if counting else f"enrollment {grade.enrollment.pk}"
