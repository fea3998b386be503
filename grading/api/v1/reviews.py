"""Reviews: what people decided about a student's work, read and written."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from grading.api.base import ScopedView
from grading.api.reading import hold_to, read_body, read_query
from grading.api.scopes import ApiScope
from grading.api.v1.acting import acted, answer, as_seen, conflict
from grading.api.v1.described import IF_MATCH, NEEDS_MATCH, answers, sent_as, with_current
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
from grading.api.versions import ANY, CHANGED, answered, seen_in, wanted_match
from grading.forms_grading import KEEP, GradingForm, in_view
from grading.grades.judgement import Judgement
from grading.grades.page import attempt_to_open, staff_of
from grading.grades.reading import StudentGrade
from grading.grades.rubric import rubric_of
from grading.grades.rule import AttemptResult
from grading.services.grades.assigning import pass_on
from grading.services.grades.deciding import DecisionRefused, Seen, decide, judgement_of, seen_of, undecide
from grading.services.grades.differences import keep, take

_WRITTEN = answers(
    ReviewSerializer,
    with_current(409, "Review", "The result is another than the one that was seen; `current` is how it stands now."),
    with_current(412, "Review"),
    NEEDS_MATCH,
)

_NO_BODY = "There is no body: send the decision as JSON, {} for one without items, points and comment."


class ReviewOfWork(ScopedView):
    """What people decided about one student's work on a task."""

    takes_parameters = True
    scopes: ClassVar = {
        "GET": ApiScope.REVIEWS_READ,
        "PUT": ApiScope.REVIEWS_WRITE,
        "PATCH": ApiScope.REVIEWS_WRITE,
        "DELETE": ApiScope.REVIEWS_WRITE,
    }
    tag = "reviews"

    @extend_schema(
        operation_id="read_review",
        parameters=[ReviewWantedSerializer],
        responses=ReviewSerializer,
    )
    def get(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Read what people decided about a student's work."""
        asked = read_query(ReviewWantedSerializer, request)
        grade = work_place(request, course, assignment, task, key).grade()
        number = asked.get("attempt")
        numbers = [one.attempt for one in grade.attempts]
        if number is not None and number not in numbers:
            raise ValidationError({"attempt": [f"There is no attempt {number}. There is: {_listed(numbers)}."]})
        return answer(grade, partial(_shown, number=number))

    @extend_schema(
        operation_id="write_review",
        examples=sent_as(
            {"items": [4, 7], "adjustment": -0.5, "adjustment_reason": "No axes", "comment": "Well done."}
        ),
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
        examples=sent_as({"comment": "Well done."}),
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
        return acted(place, request, undecide, shown=_shown, needed=True)


class NewerResult(ScopedView):
    """What to do about a newer result: stay with the decision, or take the result over."""

    scopes: ClassVar = {"POST": ApiScope.REVIEWS_WRITE}
    tag = "reviews"

    @extend_schema(
        operation_id="answer_newer_result",
        examples=sent_as({"act": "take", "verification": 31}),
        parameters=[IF_MATCH],
        request=NewerResultSerializer,
        responses=_WRITTEN,
    )
    def post(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Keep a decision against a newer result, or take the result over."""
        place = work_place(request, course, assignment, task, key)
        said = read_body(NewerResultSerializer, request)
        act = partial(keep if said["act"] == KEEP else take, verification_id=said["verification"])
        return acted(place, request, act, shown=_shown, needed=True)


class PassOn(ScopedView):
    """Who is to grade a student's work."""

    scopes: ClassVar = {"PUT": ApiScope.REVIEWS_WRITE}
    tag = "reviews"

    @extend_schema(
        operation_id="pass_on_review",
        examples=sent_as({"to": "assistant"}),
        parameters=[IF_MATCH],
        request=PassOnSerializer,
        responses=answers(ReviewSerializer, with_current(412, "Review"), NEEDS_MATCH),
    )
    def put(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Pass the grading of a student's work on to somebody of the course's staff."""
        place = work_place(request, course, assignment, task, key)
        wanted = read_body(PassOnSerializer, request)["to"]
        staff = {one.user.username: one.user for one in staff_of(place.task)}
        if wanted is not None and wanted not in staff:
            raise ValidationError({"to": [f"{wanted} is not on this course’s staff: {', '.join(staff)} are."]})
        act = partial(pass_on, reviewer=staff[wanted] if wanted is not None else None)
        return acted(place, request, act, shown=_shown, needed=True)


def _write(request: Request, place: WorkPlace, *, before: Judgement | None) -> Response:
    """Keep a decision; `before` is what it starts from, None for what stands there."""
    tag = wanted_match(request, needed=True)
    grade = place.grade()
    seen = seen_of(grade, attempt_to_open(grade, None)) if tag == ANY else seen_in(tag, grade)
    if seen is None:
        raise conflict(412, CHANGED, place, _shown)
    if request.stream is None:  # a program that forgot the body would take back all that was decided
        raise ParseError(_NO_BODY)
    said = read_body(ReviewWriteSerializer, request)
    judgement = _judged(grade, seen, said, before or _stands(grade))
    try:
        with as_seen(place, _shown):
            decide(task=place.task, enrollment=place.student, actor=place.user, seen=seen, judgement=judgement)
    except DecisionRefused as refused:  # the rubric changed since it was looked at
        raise ValidationError({field: [sentence] for field, sentence in refused.problems}) from None
    after = place.grade()
    graded = next((one for one in after.attempts if one.submission_id == seen.submission_id), None)
    return answered(_body(after, graded), after, graded)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers))) or "none"


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
    hold_to(form)
    return form.judgement


def _written(points: Decimal | None) -> str:
    """Write points as somebody types them; what has more than one decimal stays so, for the form to say it."""
    if points is None:
        return ""
    plain = f"{points.normalize():f}"
    return plain if "." in plain else f"{plain}.0"


def _shown(grade: StudentGrade, number: int | None = None) -> tuple[dict[str, Any], AttemptResult | None]:
    """Show a review with the attempt of this number in view, else the one that counts."""
    attempt = attempt_to_open(grade, number)
    return _body(grade, attempt), attempt


def _body(grade: StudentGrade, attempt: AttemptResult | None) -> dict[str, Any]:
    return dict(ReviewSerializer(Review(GradeEntry(grade), attempt, _stands(grade))).data)
