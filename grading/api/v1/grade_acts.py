"""Releasing grades, taking that back, and excusing: of one student or of many, as the pages do it."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Enrollment, Task
from grading.api.base import ScopedView
from grading.api.json_fields import Flag, Text, WholeNumber
from grading.api.problems import Problem
from grading.api.scopes import ApiScope
from grading.api.v1.described import IF_MATCH, answers, with_current
from grading.api.v1.grade_shapes import GradeInFullSerializer, in_full
from grading.api.v1.places import StaffPlace, WorkPlace, chosen, staff_place, work_place
from grading.api.versions import CHANGED, answered, seen_version, wanted_match
from grading.forms_excuse import EXCUSE, ExcuseForm
from grading.grades.keys import grade_key
from grading.grades.names import HiddenNames, hidden_names
from grading.grades.queue import students_of as everybody_of
from grading.grades.reading import grade_of
from grading.grades.releases import READY, SHOWN, release_lines, students_of
from grading.grades.waiting import LeftOut
from grading.services.grades import excusing
from grading.services.grades.listed import as_seen, excuse_all
from grading.services.grades.mails import mail_is_set_up
from grading.services.grades.releasing import Released, hide_grades, release_grades
from grading.services.grades.rows import GradeChanged

MOST = 2000


class StudentsNamedSerializer(serializers.Serializer[Any]):
    """Who is meant, by the keys of their work."""

    keys = serializers.ListField(child=Text(max_length=40), required=False, max_length=MOST)
    versions = serializers.DictField(
        child=WholeNumber(min_value=0, max_value=2**31 - 1),
        required=False,
        help_text="Which version of the grade was seen, by key: if one is another by now, nothing is done (409).",
    )


class EverybodyOrSomeSerializer(StudentsNamedSerializer):
    """Who is meant: by their keys, or everybody for whom it changes something."""

    everybody = Flag(default=False, help_text="Instead of keys. Leaves out who is held back.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Want either keys or everybody."""
        if bool(attrs.get("keys")) == attrs["everybody"]:
            raise ValidationError({"keys": ["Name the keys of those who are meant, or set everybody; not both."]})
        return attrs


class ReleaseSerializer(EverybodyOrSomeSerializer):
    """Whose grades are shown to them, and whether they get a mail."""

    mail = Flag(default=False, help_text="Tell the students by mail, where mail is set up.")


class ExcuseManySerializer(StudentsNamedSerializer):
    """Who is excused, and why."""

    keys = serializers.ListField(child=Text(max_length=40), min_length=1, max_length=MOST)
    reason = Text(allow_blank=True, help_text="Up to 300 letters; only staff see it.")


class CountAgainSerializer(StudentsNamedSerializer):
    """For whom the task counts again."""

    keys = serializers.ListField(child=Text(max_length=40), min_length=1, max_length=MOST)


class ExcuseSerializer(serializers.Serializer[Any]):
    """Why a student is excused."""

    reason = Text(allow_blank=True, help_text="Up to 300 letters; only staff see it.")


class LeftOutSerializer(serializers.Serializer[Any]):
    """Somebody for whom nothing was done, and why."""

    key = serializers.CharField()
    name = serializers.CharField(help_text="While the task is graded blind the pseudonym.")
    reason = serializers.ChoiceField(choices=[one.name.lower() for one in LeftOut])
    words = serializers.CharField()


class DoneSerializer(serializers.Serializer[Any]):
    """For how many it was done, and who was left out."""

    count = serializers.IntegerField()
    left_out = LeftOutSerializer(many=True)


class ReleaseGrades(ScopedView):
    """Show students their grades on a task."""

    scopes: ClassVar = {"POST": ApiScope.GRADES_WRITE}
    tag = "grades"

    @extend_schema(
        operation_id="release_grades",
        request=ReleaseSerializer,
        responses=answers(DoneSerializer, with_current(409, "GradeInFull")),
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Release grades.

        Points that nobody decided are fixed as they are. What still waits for a check or a person is left out; asked
        again, nothing more happens.
        """
        place = staff_place(request, course, assignment, task, releases=True)
        said = _read(ReleaseSerializer, request)
        people = _meant(place.task, said, part=READY)
        mail = said["mail"] and mail_is_set_up()
        act = partial(release_grades, task=place.task, enrollments=people, actor=place.user, mail=mail)
        return _told(place.task, _as_seen(place, said, people, act))


class HideGrades(ScopedView):
    """Take back that students see their grades on a task."""

    scopes: ClassVar = {"POST": ApiScope.GRADES_WRITE}
    tag = "grades"

    @extend_schema(
        operation_id="hide_grades",
        request=EverybodyOrSomeSerializer,
        responses=answers(DoneSerializer, with_current(409, "GradeInFull")),
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Take the release of grades back; points that only the release had fixed follow the checks again."""
        place = staff_place(request, course, assignment, task, releases=True)
        said = _read(EverybodyOrSomeSerializer, request)
        people = _meant(place.task, said, part=SHOWN)
        act = partial(hide_grades, task=place.task, enrollments=people, actor=place.user)
        return _told(place.task, _as_seen(place, said, people, act))


class ExcuseMany(ScopedView):
    """Excuse several students from a task."""

    scopes: ClassVar = {"POST": ApiScope.GRADES_WRITE}
    tag = "grades"

    @extend_schema(
        operation_id="excuse_students",
        request=ExcuseManySerializer,
        responses=answers(DoneSerializer, with_current(409, "GradeInFull")),
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Excuse several students from a task."""
        place = staff_place(request, course, assignment, task)
        said = _read(ExcuseManySerializer, request)
        return _excused(place, said, reason=_reason(said["reason"]))


class CountAgain(ScopedView):
    """Let a task count again for several students."""

    scopes: ClassVar = {"POST": ApiScope.GRADES_WRITE}
    tag = "grades"

    @extend_schema(
        operation_id="count_again",
        request=CountAgainSerializer,
        responses=answers(DoneSerializer, with_current(409, "GradeInFull")),
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Let a task count again for several students."""
        place = staff_place(request, course, assignment, task)
        return _excused(place, _read(CountAgainSerializer, request), reason="")


class Excuse(ScopedView):
    """Excuse one student from a task, or let it count again."""

    scopes: ClassVar = {"PUT": ApiScope.GRADES_WRITE, "DELETE": ApiScope.GRADES_WRITE}
    tag = "grades"

    @extend_schema(
        operation_id="excuse_student",
        parameters=[IF_MATCH],
        request=ExcuseSerializer,
        responses=answers(GradeInFullSerializer, with_current(412, "GradeInFull")),
    )
    def put(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Excuse a student from a task."""
        place = work_place(request, course, assignment, task, key)
        reason = _reason(_read(ExcuseSerializer, request)["reason"])
        return _excused_one(place, request, partial(excusing.excuse, reason=reason))

    @extend_schema(
        operation_id="count_student_again",
        parameters=[IF_MATCH],
        request=None,
        responses=answers(GradeInFullSerializer, with_current(412, "GradeInFull")),
    )
    def delete(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Let a task count again for a student."""
        place = work_place(request, course, assignment, task, key)
        return _excused_one(place, request, excusing.unexcuse)


def _read(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    said = shape(data=request.data)
    said.is_valid(raise_exception=True)
    found: dict[str, Any] = said.validated_data
    return found


def _reason(text: str) -> str:
    """Read a reason by the rules of the page's form."""
    form = ExcuseForm({"act": EXCUSE, "reason": text})
    if not form.is_valid():
        raise ValidationError({name: list(map(str, errors)) for name, errors in form.errors.items()})
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


def _as_seen(place: StaffPlace, said: dict[str, Any], people: Sequence[Enrollment], act: Any) -> Any:
    """Act on what was seen; a Problem with 409 and the current state where it is another by now."""
    by_key = {grade_key(place.task.pk, one.pk): one for one in people}
    versions = said.get("versions") or {}
    unknown = [key for key in versions if key not in by_key]
    if unknown:
        raise ValidationError({"versions": [f"{', '.join(unknown[:5])}: not among those who are meant."]})
    try:
        return as_seen(task=place.task, versions={by_key[key].pk: seen for key, seen in versions.items()}, act=act)
    except GradeChanged as changed:
        student = next(one for one in people if one.pk == changed.grade.enrollment_id)
        raise Problem(409, f"{CHANGED} Nothing was done.", current=in_full(grade_of(place.task, student))) from None


def _excused(place: StaffPlace, said: dict[str, Any], *, reason: str) -> Response:
    people = _named(place.task, everybody_of(place.task), said["keys"])
    act = partial(excuse_all, task=place.task, enrollments=people, reason=reason, actor=place.user)
    return Response({"count": _as_seen(place, said, people, act), "left_out": []})


def _excused_one(place: WorkPlace, request: Request, act: Any) -> Response:
    version = seen_version(wanted_match(request, needed=False))
    try:
        act(task=place.task, enrollment=place.student, actor=place.user, version=version)
    except GradeChanged:
        raise Problem(412, CHANGED, current=in_full(place.grade())) from None
    grade = place.grade()
    return answered(in_full(grade), grade, grade.result.counting)


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
