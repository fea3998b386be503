"""Releasing grades, taking that back, and excusing: of one student or of many, as the pages do it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Enrollment, Task
from grading.api.base import ScopedView
from grading.api.problems import Problem
from grading.api.reading import hold_to, read_body
from grading.api.scopes import ApiScope
from grading.api.v1.acting import acted
from grading.api.v1.described import A_KEY, IF_MATCH, answers, sent_as, with_current
from grading.api.v1.grade_act_shapes import (
    CountAgainSerializer,
    DoneSerializer,
    EverybodyOrSomeSerializer,
    ExcuseManySerializer,
    ExcuseSerializer,
    ReleaseSerializer,
)
from grading.api.v1.grade_shapes import GradeInFullSerializer, in_full, shown_in_full
from grading.api.v1.places import StaffPlace, chosen, staff_place, work_place
from grading.api.versions import CHANGED
from grading.forms_excuse import EXCUSE, ExcuseForm
from grading.grades.keys import grade_key
from grading.grades.names import HiddenNames, hidden_names
from grading.grades.queue import students_of as everybody_of
from grading.grades.reading import grade_of
from grading.grades.releases import READY, SHOWN, release_lines, students_of
from grading.services.grades import excusing
from grading.services.grades.listed import as_seen, excuse_all
from grading.services.grades.mails import mail_is_set_up
from grading.services.grades.releasing import Released, hide_grades, release_grades
from grading.services.grades.rows import GradeChanged

_OF_MANY = answers(DoneSerializer, with_current(409, "GradeInFull"))
_OF_ONE = answers(GradeInFullSerializer, with_current(412, "GradeInFull"))
Act = Callable[..., Released]


class _GradeAct(ScopedView):
    """An act on grades. Of several students it is done for all as they were seen, or for none."""

    scopes: ClassVar = {"POST": ApiScope.GRADES_WRITE}
    tag = "grades"


class ReleaseGrades(_GradeAct):
    """Show students their grades on a task."""

    @extend_schema(
        operation_id="release_grades",
        examples=sent_as({"everybody": True, "mail": True}),
        request=ReleaseSerializer,
        responses=_OF_MANY,
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Release grades.

        Points that nobody decided are fixed as they are. What still waits for a check or a person is left out; asked
        again, nothing more happens.
        """
        place = staff_place(request, course, assignment, task, releases=True)
        said = read_body(ReleaseSerializer, request)
        act = partial(release_grades, mail=said["mail"] and mail_is_set_up())
        return _done(place, said, _meant(place.task, said, part=READY), act)


class HideGrades(_GradeAct):
    """Take back that students see their grades on a task."""

    @extend_schema(
        operation_id="hide_grades",
        examples=sent_as({"keys": [A_KEY]}),
        request=EverybodyOrSomeSerializer,
        responses=_OF_MANY,
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Take the release of grades back.

        Points that only the release had fixed follow the checks again.
        """
        place = staff_place(request, course, assignment, task, releases=True)
        said = read_body(EverybodyOrSomeSerializer, request)
        return _done(place, said, _meant(place.task, said, part=SHOWN), hide_grades)


class ExcuseMany(_GradeAct):
    """Excuse several students from a task."""

    @extend_schema(
        operation_id="excuse_students",
        examples=sent_as({"keys": [A_KEY], "reason": "Ill"}),
        request=ExcuseManySerializer,
        responses=_OF_MANY,
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Excuse several students from a task."""
        place = staff_place(request, course, assignment, task)
        said = read_body(ExcuseManySerializer, request)
        return _excused(place, said, reason=_reason(said["reason"]))


class CountAgain(_GradeAct):
    """Let a task count again for several students."""

    @extend_schema(
        operation_id="count_again",
        examples=sent_as({"keys": [A_KEY]}),
        request=CountAgainSerializer,
        responses=_OF_MANY,
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Let a task count again for several students."""
        place = staff_place(request, course, assignment, task)
        return _excused(place, read_body(CountAgainSerializer, request), reason="")


class Excuse(_GradeAct):
    """Excuse one student from a task, or let it count again."""

    scopes: ClassVar = {"PUT": ApiScope.GRADES_WRITE, "DELETE": ApiScope.GRADES_WRITE}

    @extend_schema(
        operation_id="excuse_student",
        examples=sent_as({"reason": "Ill"}),
        parameters=[IF_MATCH],
        request=ExcuseSerializer,
        responses=_OF_ONE,
    )
    def put(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Excuse a student from a task."""
        place = work_place(request, course, assignment, task, key)
        act = partial(excusing.excuse, reason=_reason(read_body(ExcuseSerializer, request)["reason"]))
        return acted(place, request, act, shown=shown_in_full, needed=False)

    @extend_schema(operation_id="count_student_again", parameters=[IF_MATCH], request=None, responses=_OF_ONE)
    def delete(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Let a task count again for a student."""
        place = work_place(request, course, assignment, task, key)
        return acted(place, request, excusing.unexcuse, shown=shown_in_full, needed=False)


def _reason(text: str) -> str:
    """Read a reason by the rules of the page's form."""
    form = ExcuseForm({"act": EXCUSE, "reason": text})
    hold_to(form)
    return str(form.cleaned_data["reason"])


def _meant(task: Task, said: dict[str, Any], *, part: str) -> list[Enrollment]:
    """Return who is meant; of everybody only those for whom it changes something, and none that was held back."""
    people = students_of(task)
    if said["everybody"]:
        return [line.grade.enrollment for line in release_lines(task, people) if line.part == part]
    return _named(task, people, said["keys"])


def _named(task: Task, people: Sequence[Enrollment], keys: Sequence[str]) -> list[Enrollment]:
    found, unknown = chosen(task, people, keys)
    if unknown:
        raise ValidationError({"keys": [f"{', '.join(unknown[:5])}: no key of a student's work on this task."]})
    return found


def _done(place: StaffPlace, said: dict[str, Any], people: Sequence[Enrollment], act: Act) -> Response:
    """Act on these people as they were seen; a Problem with 409 and the current state where one is another by now."""
    task, by_key = place.task, {grade_key(place.task.pk, one.pk): one for one in people}
    seen = said.get("versions") or {}
    unknown = [key for key in seen if key not in by_key]
    if unknown:
        raise ValidationError({"versions": [f"{', '.join(unknown[:5])}: not among those who are meant."]})
    versions = {by_key[key].pk: version for key, version in seen.items()}
    try:
        done = as_seen(task=task, versions=versions, act=partial(act, task=task, enrollments=people, actor=place.user))
    except GradeChanged as changed:
        student = next(one for one in people if one.pk == changed.grade.enrollment_id)
        raise Problem(409, f"{CHANGED} Nothing was done.", current=in_full(grade_of(task, student))) from None
    return _told(task, done)


def _excused(place: StaffPlace, said: dict[str, Any], *, reason: str) -> Response:
    def act(**meant: Any) -> Released:
        return Released(excuse_all(reason=reason, **meant), left_out=())

    return _done(place, said, _named(place.task, everybody_of(place.task), said["keys"]), act)


def _told(task: Task, done: Released) -> Response:
    hidden: HiddenNames = hidden_names(task)
    left_out = [
        {
            "key": grade_key(task.pk, student.pk),
            "name": hidden.name(student),
            "reason": reason.name.lower(),
            "words": reason.value,
        }
        for student, reason in done.left_out
    ]
    return Response(DoneSerializer({"count": done.count, "left_out": left_out}).data)
