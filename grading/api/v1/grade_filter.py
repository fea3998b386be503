"""Which grades of a course are wanted, and a page of them."""

import base64
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from coursework.models import Course, Enrollment, Section, Task
from coursework.selectors.tasks import tasks_of
from grading.api.fields import SectionField, YesOrNo
from grading.api.json_fields import Number, Word
from grading.api.reading import read_query
from grading.api.v1.words import STATES
from grading.grades.keys import grade_key
from grading.grades.names import names_hidden
from grading.grades.queue import is_ungraded
from grading.grades.reading import StudentGrade, grades_of
from grading.models import RubricItem
from grading.selectors import students

PAGE, LARGEST_PAGE = 50, 200
_NO_CURSOR = "This is no cursor of this list: take it from `next` or `previous`, or leave it out."
_CURSOR = re.compile(r"([np])(\d{1,18})\.([0-9a-f]{16})", re.ASCII)


class GradesWantedSerializer(serializers.Serializer[Any]):
    """What an address asks for."""

    assignment = serializers.SlugField(required=False, help_text="Only of this assignment.")
    task = serializers.SlugField(required=False, help_text="Only of tasks with this short name.")
    section = SectionField(help_text="Only of this section's students; `none` of those without one.")
    enrollment = Number(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text="Only of this student. What is graded blind is left out.",
    )
    state = Word(choices=STATES, required=False, help_text="Only grades that stand so.")
    released = YesOrNo(
        required=False, allow_null=True, default=None, help_text="Only what its student sees, or with false the others."
    )
    ungraded = YesOrNo(
        required=False,
        allow_null=True,
        default=None,
        help_text="Only what waits for a person, or with false the others.",
    )
    mine = YesOrNo(required=False, allow_null=True, default=None, help_text="Whether it was passed on to you.")
    limit = Number(
        required=False,
        min_value=1,
        max_value=LARGEST_PAGE,
        default=PAGE,
        help_text="How many grades an answer has at most.",
    )
    cursor = serializers.CharField(required=False, help_text="Stands in `next` and `previous`; made by the server.")

    def validate_section(self, value: str) -> str:
        """Refuse a section of another course."""
        sections = Section.objects.filter(course=self.context["course"])
        if value != "none" and not sections.filter(pk=int(value)).exists():
            raise serializers.ValidationError(f"{value} is no section of this course.")
        return value


@dataclass(frozen=True, slots=True)
class GradesPage:
    """Some grades, and the addresses of those after and before."""

    grades: Sequence[StudentGrade]
    next: str | None
    previous: str | None


Place = tuple[int, str]  # of the task among those of the course, key of the work
Work = tuple[Place, Task, Enrollment]


def page_of_grades(request: Request, viewer: Enrollment) -> GradesPage:
    """Read the wanted grades by task and key, which says nothing about names; always in the same few queries.

    What is filtered by asks for all grades of these tasks, all else only for those of the page.
    """
    course = viewer.course
    wanted = read_query(GradesWantedSerializer, request, course=course)
    tasks = tasks_of(course)
    work = _work(tasks, _people(course, wanted), wanted)
    if any(wanted.get(name) is not None for name in ("state", "released", "ungraded", "mine", "enrollment")):
        work, found = _filtered(work, wanted, viewer)
    else:
        found = {}
    chunk, has_next, has_previous = _around(work, wanted, {task.pk: place for place, task in enumerate(tasks)})
    if not found:
        found = _read(chunk)
    return GradesPage(
        grades=[found[place] for place, _task, _person in chunk],
        next=_link(request, "n", chunk[-1]) if has_next else None,
        previous=_link(request, "p", chunk[0]) if has_previous else None,
    )


def _people(course: Course, wanted: dict[str, Any]) -> list[Enrollment]:
    found = students(course).select_related("user")
    if "section" in wanted:
        section = wanted["section"]
        found = found.filter(section=None if section == "none" else int(section))
    if "enrollment" in wanted:
        found = found.filter(pk=wanted["enrollment"])
    return list(found)


def _work(tasks: Sequence[Task], people: Sequence[Enrollment], wanted: dict[str, Any]) -> list[Work]:
    found = [
        ((place, grade_key(task.pk, person.pk)), task, person)
        for place, task in enumerate(tasks)
        if wanted.get("assignment") in (None, task.assignment.slug) and wanted.get("task") in (None, task.slug)
        for person in people
    ]
    return sorted(found, key=_place)


def _place(work: Work) -> Place:
    return work[0]


def _read(work: Sequence[Work]) -> dict[Place, StudentGrade]:
    tasks = list({task.pk: task for _place, task, _person in work}.values())
    people = list({person.pk: person for _place, _task, person in work}.values())
    grades = grades_of(tasks, people)
    return {place: grades[task.pk, person.pk] for place, task, person in work}


def _filtered(
    work: Sequence[Work], wanted: dict[str, Any], viewer: Enrollment
) -> tuple[list[Work], dict[Place, StudentGrade]]:
    found = _read(work)
    tasks = {task.pk for _place, task, _person in work}
    with_rubric = frozenset(
        RubricItem.objects.filter(task__in=tasks).order_by().values_list("task", flat=True).distinct()
    )
    kept = [one for one in work if _is_wanted(found[one[0]], wanted, with_rubric, viewer)]
    return kept, found


def _is_wanted(grade: StudentGrade, wanted: dict[str, Any], with_rubric: frozenset[int], viewer: Enrollment) -> bool:
    if wanted.get("enrollment") is not None and names_hidden(grade):
        return False  # asked for by who it is, it would no longer be without a name
    waits = is_ungraded(grade, has_rubric=grade.task.pk in with_rubric)
    return (
        wanted.get("state") in (None, grade.result.state.value)
        and wanted["released"] in (None, grade.is_released)
        and wanted["ungraded"] in (None, waits)
        and wanted["mine"] in (None, grade.row is not None and grade.row.assigned_to_id == viewer.user_id)
    )


def _around(work: Sequence[Work], wanted: dict[str, Any], places: dict[int, int]) -> tuple[Sequence[Work], bool, bool]:
    """Return the page that the cursor asks for, and whether there is something after and before it."""
    limit = wanted["limit"]
    if "cursor" not in wanted:
        return work[:limit], len(work) > limit, False
    way, place = _read_cursor(wanted["cursor"], places)
    if way == "n":
        start = bisect_right(work, place, key=_place)
        end = min(start + limit, len(work))
    else:
        end = bisect_left(work, place, key=_place)
        start = max(end - limit, 0)
    return work[start:end], start < end < len(work), 0 < start < end


def _read_cursor(text: str, places: dict[int, int]) -> tuple[str, Place]:
    try:
        found = _CURSOR.fullmatch(base64.urlsafe_b64decode(text.encode("ascii")).decode("ascii"))
    except ValueError:
        found = None
    if found is None or int(found.group(2)) not in places:
        raise ValidationError({"cursor": [_NO_CURSOR]})
    return found.group(1), (places[int(found.group(2))], found.group(3))


def _link(request: Request, way: str, work: Work) -> str:
    cursor = base64.urlsafe_b64encode(f"{way}{work[1].pk}.{work[0][1]}".encode()).decode()
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor))
