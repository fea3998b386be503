"""Acting on one student's grade as it was seen: If-Match says what that was, and what is another by now is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from grading.api.problems import Problem
from grading.api.v1.places import WorkPlace
from grading.api.versions import CHANGED, answered, seen_version, wanted_match
from grading.grades.reading import StudentGrade
from grading.grades.rule import AttemptResult
from grading.services.grades.frozen import ResultChanged
from grading.services.grades.rows import GradeChanged

# How a grade is answered: the body, and the attempt that is in view there
Shown = Callable[[StudentGrade], tuple[dict[str, Any], AttemptResult | None]]


def acted(place: WorkPlace, request: Request, act: Callable[..., object], *, shown: Shown, needed: bool) -> Response:
    """Act, and answer with how the grade stands then. With `needed` it has to be said what was seen."""
    version = seen_version(wanted_match(request, needed=needed))
    with as_seen(place, shown):
        act(task=place.task, enrollment=place.student, actor=place.user, version=version)
    return answer(place.grade(), shown)


@contextmanager
def as_seen(place: WorkPlace, shown: Shown) -> Iterator[None]:
    """Tell of a grade that was changed meanwhile by 412, of another result by 409, both with how it stands now."""
    try:
        yield
    except GradeChanged:
        raise conflict(412, CHANGED, place, shown) from None
    except ResultChanged as changed:
        raise conflict(409, str(changed), place, shown) from None


def conflict(status: int, sentence: str, place: WorkPlace, shown: Shown) -> Problem:
    """Return the problem that tells how the grade stands now."""
    current, _attempt = shown(place.grade())
    return Problem(status, sentence, current=current)


def answer(grade: StudentGrade, shown: Shown) -> Response:
    """Answer with a grade and its tag."""
    body, attempt = shown(grade)
    return answered(body, grade, attempt)
