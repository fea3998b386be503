"""Who gets other points, or sees other grades, by a change that is not stored yet."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from coursework.models import Enrollment, Role, Task
from grading.grades.keys import grade_key
from grading.grades.names import names_hidden, staff_name
from grading.grades.reading import StudentGrade, grades_of

Standing = Mapping[int, StudentGrade]  # by enrollment


@dataclass(frozen=True, slots=True)
class Moved:
    """One student for whom something changes. `name` is the pseudonym where names are hidden from staff."""

    enrollment_id: int
    name: str
    before: Decimal | None
    after: Decimal | None
    seen_before: bool  # the student sees the grade now
    seen_after: bool

    @property
    def moves_points(self) -> bool:
        """True if the total becomes another one."""
        return self.before != self.after

    @property
    def difference(self) -> str:
        """By how much the total changes, with its sign; empty where there is none on one side."""
        if self.before is None or self.after is None:
            return ""
        by = self.after - self.before
        return f"{'−' if by < 0 else '+' if by else ''}{abs(by):.1f}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the grades of a task. `digest` is another one as soon as anything of it is."""

    rows: tuple[Moved, ...]
    digest: str

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def points(self) -> int:
        """How many students get another total."""
        return sum(row.moves_points for row in self.rows)

    @property
    def told(self) -> int:
        """How many of these see it at once, since their grade is released."""
        return sum(row.moves_points and row.seen_after for row in self.rows)

    @property
    def shown(self) -> int:
        """How many grades become visible to their students."""
        return sum(row.seen_after and not row.seen_before for row in self.rows)

    @property
    def hidden(self) -> int:
        """How many grades that students see now disappear from them."""
        return sum(row.seen_before and not row.seen_after for row in self.rows)


def standing(task: Task) -> dict[int, StudentGrade]:
    """Read the grades of everybody who is or was a student of the course."""
    students = Enrollment.objects.filter(course=task.assignment.course_id, role=Role.STUDENT).select_related("user")
    return {enrollment: grade for (_, enrollment), grade in grades_of([task], students).items()}


def effect_between(before: Standing, after: Standing) -> Effect:
    """Compare the grades of one task before and after a change; only what differs is kept.

    By name; as soon as a single name is hidden in the order of the keys, which says nothing about names.
    """
    rows = [_moved(was, after[key]) for key, was in before.items() if _differs(was, after[key])]
    hidden = any(names_hidden(before[row.enrollment_id]) for row in rows)
    if hidden:
        rows.sort(key=lambda row: grade_key(before[row.enrollment_id].task.pk, row.enrollment_id))
    else:
        rows.sort(key=lambda row: (row.name.casefold(), row.enrollment_id))
    return Effect(tuple(rows), _digest(rows))


def _moved(was: StudentGrade, will: StudentGrade) -> Moved:
    return Moved(
        enrollment_id=was.enrollment.pk,
        name=staff_name(was.enrollment, hidden=names_hidden(was)),
        before=was.result.total,
        after=will.result.total,
        seen_before=_is_seen(was),
        seen_after=_is_seen(will),
    )


def _differs(was: StudentGrade, will: StudentGrade) -> bool:
    return was.result.total != will.result.total or _is_seen(was) != _is_seen(will)


def _is_seen(grade: StudentGrade) -> bool:
    """Whether there is something to see, and the student sees it."""
    return grade.is_released and (grade.is_decided or grade.result.total is not None)


def _digest(rows: Iterable[Moved]) -> str:
    said = sorted((row.enrollment_id, row.before, row.after, row.seen_before, row.seen_after) for row in rows)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
