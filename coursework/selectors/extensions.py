"""Reads of extensions, and what one would change for whom."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from coursework.deadlines import MoreTime, Standing, Window, extended
from coursework.models import Assignment, Course, Enrollment, Extension, Role, Section, Submission


@dataclass(frozen=True, slots=True)
class Effect:
    """Students for whom the same changes: their window before and after. Equal: nothing changes for them."""

    before: Window
    after: Window
    students: tuple[Enrollment, ...]

    @property
    def changes(self) -> bool:
        """True if it makes a difference."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Effects:
    """What an extension changes, by groups of students, and for what they handed in already."""

    groups: tuple[Effect, ...]
    become_on_time: int
    become_late: int

    @property
    def nobody(self) -> bool:
        """True if it makes no difference to anybody."""
        return not any(group.changes for group in self.groups)


def extensions_of(course: Course) -> QuerySet[Extension]:
    """Return all extensions of a course, those of the assignment due last first."""
    return (
        Extension.objects.filter(assignment__course=course)
        .select_related("assignment", "enrollment__user", "section", "granted_by")
        .order_by("-assignment__due_at", "assignment", "due_at", "pk")
    )


def students_of(course: Course) -> QuerySet[Enrollment]:
    """Return the course's active students by last name."""
    return (
        Enrollment.objects.filter(course=course, role=Role.STUDENT, active=True)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "user__username")
    )


def effects_of(
    *, assignment: Assignment, target: Enrollment | Section, more: MoreTime | None, replaced: Extension | None = None
) -> Effects:
    """Return what giving `more` time to the target changes, in place of the extension `replaced`.

    `more` None: the extension is revoked.
    """
    students = _students(target)
    granted = _granted(assignment, students)
    of_student: dict[tuple[Window, Window], list[Enrollment]] = defaultdict(list)
    windows: dict[int, tuple[Window, Window]] = {}
    for student in students:
        own = [row for row in granted if _holds_for(row, student)]
        kept = [row for row in own if replaced is None or row.pk != replaced.pk]
        before = extended(assignment.window, _times(own))
        after = extended(assignment.window, [*_times(kept), *([more] if more else [])])
        windows[student.pk] = (before, after)
        of_student[before, after].append(student)
    on_time, late = _handed_in(assignment, windows)
    groups = [Effect(before, after, tuple(who)) for (before, after), who in of_student.items()]
    return Effects(tuple(sorted(groups, key=lambda group: (not group.changes, group.before.due_at))), on_time, late)


def _students(target: Enrollment | Section) -> list[Enrollment]:
    if isinstance(target, Enrollment):
        return [target]
    return list(students_of(target.course).filter(section=target))


def _granted(assignment: Assignment, students: Iterable[Enrollment]) -> list[Extension]:
    people = {student.pk for student in students}
    sections = {student.section_id for student in students}
    found = Extension.objects.filter(assignment=assignment)
    return [row for row in found if row.enrollment_id in people or (row.section_id and row.section_id in sections)]


def _holds_for(row: Extension, student: Enrollment) -> bool:
    if row.enrollment_id is not None:
        return row.enrollment_id == student.pk
    return row.section_id == student.section_id


def _times(rows: Iterable[Extension]) -> list[MoreTime]:
    return [MoreTime(row.due_at, row.closes_at) for row in rows]


def _handed_in(assignment: Assignment, windows: dict[int, tuple[Window, Window]]) -> tuple[int, int]:
    """Count hand-ins that become on time, and those that are no longer so."""
    received: list[tuple[int, datetime]] = list(
        Submission.objects.filter(task__assignment=assignment, enrollment__in=windows.keys()).values_list(
            "enrollment", "received_at"
        )
    )
    on_time = late = 0
    for student, moment in received:
        before, after = (window.standing(moment) is Standing.ON_TIME for window in windows[student])
        on_time += after and not before
        late += before and not after
    return on_time, late
