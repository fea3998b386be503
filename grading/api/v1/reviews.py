"""Reviews: what people decided about a student's work, read and written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from grading.api.base import ScopedView
from grading.api.problems import Problem
from grading.api.query import read_query
from grading.api.scopes import ApiScope
from grading.api.v1.described import IF_MATCH, NEEDS_MATCH, answers, with_current
from grading.api.v1.grade_shapes import GradeEntry
from grading.api.v1.places import WorkPlace, work_place
from grading.api.v1.review_shapes import (
    NewerResultSerializer,
    PassOnSerializer,
    Review,
    ReviewSerializer,
    ReviewWantedSerializer,
    ReviewWriteSerializer,
)
from grading.api.versions import ANY, CHANGED, answered, seen_in, seen_version, wanted_match
from grading.forms_grading import KEEP, GradingForm, in_view
from grading.grades.judgement import Judgement
from grading.grades.page import attempt_to_open, staff_of
from grading.grades.reading import StudentGrade
from grading.grades.rubric import rubric_of
from grading.grades.rule import AttemptResult
from grading.services.grades.assigning import pass_on
from grading.services.grades.deciding import DecisionRefused, Seen, decide, judgement_of, seen_of, undecide
from grading.services.grades.differences import keep, take
from grading.services.grades.frozen import ResultChanged
from grading.services.grades.rows import GradeChanged

WHOLE = "non_field_errors"


_WRITTEN = answers(
    ReviewSerializer,
    with_current(409, "Review", "The result is another than the one that was seen; `current` is how it stands now."),
    with_current(412, "Review"),
    NEEDS_MATCH,
)


class ReviewOfWork(ScopedView):
    """What people decided about one student's work on a task."""

    scopes: ClassVar = {
        "GET": ApiScope.REVIEWS_READ,
        "PUT": ApiScope.REVIEWS_WRITE,
        "PATCH": ApiScope.REVIEWS_WRITE,
        "DELETE": ApiScope.REVIEWS_WRITE,
    }
    tag = "reviews"

    @extend_schema(
        operation_id="get_review",
        parameters=[ReviewWantedSerializer],
        responses=ReviewSerializer,
    )
    def get(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Give what people decided about a student's work."""
        asked = read_query(ReviewWantedSerializer, request)
        grade = work_place(request, course, assignment, task, key).grade()
        return _answered(grade, attempt_to_open(grade, asked.get("attempt")))

    @extend_schema(
        operation_id="write_review",
        parameters=[IF_MATCH],
        request=ReviewWriteSerializer,
        responses=_WRITTEN,
    )
    def put(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Decide about a student's work.

        Graded is the attempt of the answer whose ETag stands in If-Match, with the result that was seen there.
        """
        return _write(request, work_place(request, course, assignment, task, key), before=Judgement())

    @extend_schema(
        operation_id="change_review",
        parameters=[IF_MATCH],
        request=ReviewWriteSerializer,
        responses=_WRITTEN,
    )
    def patch(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Change a part of what was decided about a student's work."""
        return _write(request, work_place(request, course, assignment, task, key), before=None)

    @extend_schema(
        operation_id="delete_review",
        parameters=[IF_MATCH],
        request=None,
        responses=answers(ReviewSerializer, with_current(412, "Review"), NEEDS_MATCH),
    )
    def delete(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Take a decision back.

        The automatic points follow the checks again; the comment stays.
        """
        place = work_place(request, course, assignment, task, key)
        tag = wanted_match(request, needed=True)
        version = seen_version(tag)
        try:
            undecide(
                task=place.task,
                enrollment=place.student,
                actor=place.user,
                version=GradeEntry(place.grade()).version if version is None else version,
            )
        except GradeChanged:
            raise _conflict(412, CHANGED, place) from None
        grade = place.grade()
        return _answered(grade, attempt_to_open(grade, None))


class NewerResult(ScopedView):
    """What to do about a newer result: stay with the decision, or take the result over."""

    scopes: ClassVar = {"POST": ApiScope.REVIEWS_WRITE}
    tag = "reviews"

    @extend_schema(
        operation_id="answer_newer_result",
        parameters=[IF_MATCH],
        request=NewerResultSerializer,
        responses=_WRITTEN,
    )
    def post(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Keep a decision against a newer result, or take the result over."""
        place = work_place(request, course, assignment, task, key)
        said = NewerResultSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        version = seen_version(wanted_match(request, needed=True))
        act = keep if said.validated_data["act"] == KEEP else take
        try:
            act(
                task=place.task,
                enrollment=place.student,
                actor=place.user,
                version=GradeEntry(place.grade()).version if version is None else version,
                verification_id=said.validated_data["verification"],
            )
        except GradeChanged:
            raise _conflict(412, CHANGED, place) from None
        except ResultChanged as changed:
            raise _conflict(409, str(changed), place) from None
        grade = place.grade()
        return _answered(grade, attempt_to_open(grade, None))


class PassOn(ScopedView):
    """Who is to grade a student's work."""

    scopes: ClassVar = {"PUT": ApiScope.REVIEWS_WRITE}
    tag = "reviews"

    @extend_schema(
        operation_id="pass_on_review",
        parameters=[IF_MATCH],
        request=PassOnSerializer,
        responses=answers(ReviewSerializer, with_current(412, "Review"), NEEDS_MATCH),
    )
    def put(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Pass the grading of a student's work on to somebody of the course's staff."""
        place = work_place(request, course, assignment, task, key)
        said = PassOnSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        wanted = said.validated_data["to"]
        staff = {one.user.username: one.user for one in staff_of(place.task)}
        if wanted is not None and wanted not in staff:
            raise ValidationError({"to": [f"{wanted} is not on this course’s staff: {', '.join(staff)} are."]})
        version = seen_version(wanted_match(request, needed=True))
        try:
            pass_on(
                task=place.task,
                enrollment=place.student,
                version=GradeEntry(place.grade()).version if version is None else version,
                reviewer=staff[wanted] if wanted is not None else None,
                actor=place.user,
            )
        except GradeChanged:
            raise _conflict(412, CHANGED, place) from None
        grade = place.grade()
        return _answered(grade, attempt_to_open(grade, None))


def _write(request: Request, place: WorkPlace, *, before: Judgement | None) -> Response:
    """Keep a decision; `before` is what it starts from, None for what stands there."""
    tag = wanted_match(request, needed=True)
    grade = place.grade()
    seen = seen_of(grade, attempt_to_open(grade, None)) if tag == ANY else seen_in(tag, grade)
    if seen is None:
        raise _conflict(412, CHANGED, place)
    said = ReviewWriteSerializer(data=request.data)
    said.is_valid(raise_exception=True)
    judgement = _judged(grade, seen, said.validated_data, before or _stands(grade))
    try:
        decide(task=place.task, enrollment=place.student, actor=place.user, seen=seen, judgement=judgement)
    except GradeChanged:
        raise _conflict(412, CHANGED, place) from None
    except ResultChanged as changed:
        raise _conflict(409, str(changed), place) from None
    except DecisionRefused as refused:  # the rubric changed since it was looked at
        raise ValidationError({field: [sentence] for field, sentence in refused.problems}) from None
    after = place.grade()
    return _answered(after, next((one for one in after.attempts if one.submission_id == seen.submission_id), None))


def _stands(grade: StudentGrade) -> Judgement:
    return judgement_of(grade.row) if grade.row is not None else Judgement()


def _judged(grade: StudentGrade, seen: Seen, said: Mapping[str, Any], before: Judgement) -> Judgement:
    """Read a decision by the rules of the page's form; raises ValidationError with what it says of each field."""
    receipt = next((one.receipt_number for one in grade.attempts if one.submission_id == seen.submission_id), "")
    data = QueryDict(mutable=True)
    data.update(in_view(seen, receipt))
    data.setlist("items", [str(key) for key in said.get("items", sorted(before.items))])
    for name in ("adjustment", "override"):
        data[name] = _written(said.get(name, getattr(before, name)))
    for name in ("adjustment_reason", "override_reason", "comment"):
        data[name] = said.get(name, getattr(before, name))
    form = GradingForm(data, grade=grade, rubric=rubric_of(grade.task))
    if not form.is_valid():
        errors = {WHOLE if name == "__all__" else name: list(map(str, said)) for name, said in form.errors.items()}
        raise ValidationError(errors)
    return form.judgement


def _written(points: Decimal | None) -> str:
    """Write points as somebody types them; what has more than one decimal stays so, for the form to say it."""
    if points is None:
        return ""
    plain = f"{points.normalize():f}"
    return plain if "." in plain else f"{plain}.0"


def _conflict(status: int, sentence: str, place: WorkPlace) -> Problem:
    grade = place.grade()
    return Problem(status, sentence, current=_body(grade, attempt_to_open(grade, None)))


def _body(grade: StudentGrade, attempt: AttemptResult | None) -> dict[str, Any]:
    return dict(ReviewSerializer(Review(GradeEntry(grade), attempt, _stands(grade))).data)


def _answered(grade: StudentGrade, attempt: AttemptResult | None) -> Response:
    return answered(_body(grade, attempt), grade, attempt)
