"""Reads of a course's connections with an LMS."""

from dataclasses import dataclass

from django.db.models import Count, Q

from coursework.models import Course, Enrollment, Role
from grading.forms_lti import LmsCourseForm
from grading.lti_scores import Column, columns_of, links_without_column
from grading.models import LmsCourse, LmsLink, LmsMember


@dataclass(frozen=True, slots=True)
class Connection:
    """A course of the LMS as the page shows it."""

    lms_course: LmsCourse
    form: LmsCourseForm
    links: tuple[LmsLink, ...]
    people: int
    columns: tuple[Column, ...] = ()
    without_column: tuple[LmsLink, ...] = ()


def connections_of(course: Course, *, shown: LmsCourseForm | None = None) -> list[Connection]:
    """Return the course's connections; `shown` is a form that was sent and has errors to show."""
    found = list(
        LmsCourse.objects.filter(course=course)
        .select_related("deployment__platform", "section", "connected_by")
        .prefetch_related("links__assignment", "links__task")
        .annotate(people=Count("members", filter=Q(members__active=True), distinct=True))
        .order_by("title", "pk")
    )
    columns = columns_of(found)
    return [
        Connection(
            lms_course=one,
            form=shown if shown is not None and shown.lms_course.pk == one.pk else LmsCourseForm(lms_course=one),
            links=tuple(one.links.all()),
            people=one.people,
            columns=tuple(columns.get(one.pk, ())),
            without_column=tuple(links_without_column(one, columns.get(one.pk, ()), one.links.all())),
        )
        for one in found
    ]


def unknown_there(course: Course) -> list[str]:
    """Name the students here who are in no connected course of the LMS, as far as we know: no grade of theirs is sent.

    Such as somebody who came in otherwise and has not clicked there yet, or who ended the connection of their account.
    """
    known = LmsMember.objects.filter(lms_course__course=course, active=True)
    students = Enrollment.objects.filter(course=course, role=Role.STUDENT, active=True)
    unknown = students.exclude(pk__in=known.values("enrollment")).select_related("user")
    return sorted((one.user.display_name for one in unknown), key=str.casefold)


def lms_course_of(course: Course, pk: int) -> LmsCourse | None:
    """Return one connected course of the LMS, with all that reading its roster takes."""
    return (
        LmsCourse.objects.select_related("course", "section", "deployment__platform")
        .filter(course=course, pk=pk)
        .first()
    )
