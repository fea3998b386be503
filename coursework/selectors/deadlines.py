"""Until when each student may hand in: the assignment's window with the extensions that hold for the student."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db.models import Q

from coursework.deadlines import MoreTime, Window, extended
from coursework.models import Assignment, Enrollment, Extension


def window_for(*, assignment: Assignment, enrollment: Enrollment) -> Window:
    """Return one student's window, with the student's own extension and that of the section."""
    own = Q(enrollment=enrollment)
    if enrollment.section_id is not None:
        own |= Q(section=enrollment.section_id)
    found = Extension.objects.filter(own, assignment=assignment)
    return extended(assignment.window, [MoreTime(row.due_at, row.closes_at) for row in found])


def windows_of(assignment: Assignment) -> Callable[[Enrollment], Window]:
    """Return a function that gives any student's window, after one query for the whole class."""
    by_enrollment: dict[int | None, list[MoreTime]] = defaultdict(list)
    by_section: dict[int | None, list[MoreTime]] = defaultdict(list)
    for row in Extension.objects.filter(assignment=assignment):
        time = MoreTime(row.due_at, row.closes_at)
        if row.enrollment_id is not None:
            by_enrollment[row.enrollment_id].append(time)
        else:
            by_section[row.section_id].append(time)
    base = assignment.window

    def window(enrollment: Enrollment) -> Window:
        section = by_section.get(enrollment.section_id, []) if enrollment.section_id is not None else []
        more = [*by_enrollment.get(enrollment.pk, []), *section]
        return extended(base, more) if more else base  # asked for each attempt of a class, and few have more time

    return window


def own_windows(enrollments: Iterable[Enrollment]) -> Callable[[Assignment, Enrollment], Window]:
    """Return a function that gives a person's window in any assignment of their courses, after one query for all."""
    people = list(enrollments)
    own = Q(enrollment__in=people) | Q(section__in=[one.section_id for one in people if one.section_id is not None])
    more: dict[int, list[Extension]] = defaultdict(list)
    for row in Extension.objects.filter(own):
        more[row.assignment_id].append(row)

    def window(assignment: Assignment, enrollment: Enrollment) -> Window:
        mine = [
            MoreTime(row.due_at, row.closes_at)
            for row in more[assignment.pk]
            if row.enrollment_id == enrollment.pk or (row.section_id and row.section_id == enrollment.section_id)
        ]
        return extended(assignment.window, mine)

    return window


def last_instant(assignment: Assignment) -> Window:
    """Return the window of whoever has the most time: once it has closed, nobody can hand in any more."""
    found = Extension.objects.filter(assignment=assignment)
    return extended(assignment.window, [MoreTime(row.due_at, row.closes_at) for row in found])
