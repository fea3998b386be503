"""A grade as its student sees it, and staff with it: the parts, what they come to, and what was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.safestring import SafeString

from coursework.markdown import rendered_markdown
from coursework.models import Enrollment, Task
from grading.grades.reading import StudentGrade, grade_of
from grading.grades.regrades import Asking, asking, item_label, items_in_order, regrades_of
from grading.grades.rule import ZERO, Points, State
from grading.models import Counts, RegradeAbout, RegradeRequest, RubricItem, RubricUse

_NO_POINTS = {
    State.EXCUSED: "Excused: this task does not count.",
    State.MISSING: "Nothing was handed in.",
    State.TO_REVIEW: "A person decides about these points.",
    State.FAILED: "We could not check this attempt. The fault is ours, and it costs nothing.",
    State.WAITING: "The points come with the result of the check.",
    State.NOT_YET: "Nothing was handed in yet.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a grade: what it is, what it gives or takes, why, and what was asked about it."""

    label: str
    points: str
    text: str = ""
    explanation: SafeString | str = ""
    requests: Sequence[RegradeRequest] = ()


@dataclass(frozen=True, slots=True)
class GradeShown:
    """What a page says of a grade. Without `is_visible` nothing but that: it is not released yet."""

    grade: StudentGrade
    is_visible: bool
    lines: Sequence[Line] = ()
    sentence: str = ""
    counting: str = ""
    comment: SafeString | str = ""
    other_requests: Sequence[RegradeRequest] = ()
    asking: Asking | None = None

    @property
    def total(self) -> Decimal | None:
        """The points that count, for those who may see them."""
        return self.grade.result.total if self.is_visible else None

    @property
    def points(self) -> Points | None:
        """The parts of the points, for those who may see them."""
        return self.grade.result.points if self.is_visible else None

    @property
    def most(self) -> Decimal:
        """The most points there are."""
        return self.grade.rule.most

    @property
    def requests(self) -> list[RegradeRequest]:
        """All that was asked, the oldest first."""
        beside = [request for line in self.lines for request in line.requests]
        return sorted([*beside, *self.other_requests], key=lambda one: (one.asked_at, one.pk))

    @property
    def is_empty(self) -> bool:
        """True if there is nothing to say yet: nothing was handed in, and it is open."""
        return self.grade.result.state is State.NOT_YET and self.grade.row is None


def shown_grade(
    task: Task, enrollment: Enrollment, *, for_staff: bool = False, now: datetime | None = None
) -> GradeShown:
    """Read a grade for a page about one student; to the student nothing is given before it is released."""
    now = now or timezone.now()
    return show(grade_of(task, enrollment, now=now), for_staff=for_staff, now=now)


def show(grade: StudentGrade, *, for_staff: bool = False, now: datetime) -> GradeShown:
    """Put a grade into words. Staff see it before it is released, too, and can't ask for a second look."""
    if not (for_staff or grade.is_released):
        return GradeShown(grade, is_visible=False)
    requests = regrades_of(grade.row)
    lines = _lines(grade, requests)
    beside = {request.pk for line in lines for request in line.requests}
    return GradeShown(
        grade,
        is_visible=True,
        lines=lines,
        sentence=_sentence(grade),
        counting=_counting(grade),
        comment=rendered_markdown(grade.row.comment) if grade.row is not None and grade.row.comment else "",
        other_requests=[request for request in requests if request.pk not in beside],
        asking=None if for_staff else asking(grade, now=now),
    )


def _sentence(grade: StudentGrade) -> str:
    """Say why there are no points, or that the task does not count; why somebody is excused, only staff read."""
    return "" if grade.result.total is not None else _NO_POINTS.get(grade.result.state, "There are no points yet.")


def _counting(grade: StudentGrade) -> str:
    """Say which attempt makes the points, and by which rule."""
    attempt = grade.result.counting
    if attempt is None:
        return ""
    if grade.is_decided:
        return f"Attempt {attempt.attempt} was graded. A newer attempt or check changes that only if a person does."
    if grade.is_fixed:
        return (
            f"Attempt {attempt.attempt} makes the points. A newer attempt or check changes them only if a person does."
        )
    if len(grade.attempts) == 1:
        return f"Attempt {attempt.attempt} makes the points."
    which = (
        "the last attempt counts" if grade.rule.counts == Counts.LAST else "of all attempts, the one worth most counts"
    )
    return f"Attempt {attempt.attempt} makes the points: {which}."


def _lines(grade: StudentGrade, requests: Sequence[RegradeRequest]) -> list[Line]:
    points, row = grade.result.points, grade.row
    of_automatic = [one for one in requests if one.about == RegradeAbout.AUTOMATIC]
    lines = []
    if points.automatic is not None:
        replaced = grade.rule.rubric_use == RubricUse.INSTEAD and points.rubric is not None
        text = "Not counted: the rubric stands in their place." if replaced else ""
        lines.append(Line("Automatic points", str(points.automatic), text, requests=of_automatic))
    lines += _rubric_lines(grade, requests)
    if points.late:
        percent = grade.result.counting.late_percent if grade.result.counting else 0
        lines.append(Line("Late", signed(-points.late), f"{percent} % is taken off."))
    if row is not None and points.adjustment:
        lines.append(Line("Adjustment", signed(points.adjustment), row.adjustment_reason))
    if row is not None and points.override is not None:
        lines.append(Line("Set by a person", str(points.override), f"In place of all above. {row.override_reason}"))
    elif _is_bounded(grade, points):
        lines.append(Line("Limit", str(points.total), f"A total is between 0 and {grade.rule.most}."))
    return lines


def _rubric_lines(grade: StudentGrade, requests: Sequence[RegradeRequest]) -> list[Line]:
    """List the items that hold, and those that don't but were asked about."""
    if grade.row is None or not grade.is_decided:
        return []
    asked: dict[int | None, list[RegradeRequest]] = {}
    for request in requests:
        if request.about == RegradeAbout.ITEM:
            asked.setdefault(request.item_id, []).append(request)
    ticked = set(grade.row.rubric_marks.values_list("item", flat=True))
    items = items_in_order(RubricItem.objects.filter(pk__in=ticked | {pk for pk in asked if pk}))
    return [
        Line(
            item_label(item),
            signed(item.points) if item.pk in ticked else "–",
            "" if item.pk in ticked else "Does not hold.",
            rendered_markdown(item.explanation) if item.explanation and item.pk in ticked else "",
            asked.get(item.pk, ()),
        )
        for item in items
    ]


def _is_bounded(grade: StudentGrade, points: Points) -> bool:
    """Whether the total is another than the sum of its parts, since it can't leave its bounds."""
    if points.total is None:
        return False
    replaces = grade.rule.rubric_use == RubricUse.INSTEAD and points.rubric is not None
    earned = (ZERO if replaces else points.automatic or ZERO) + (points.rubric or ZERO)
    return points.total != earned - points.late + points.adjustment


def signed(points: Decimal) -> str:
    """Write points with their sign: +2.0, −2.5."""
    return f"+{points}" if points >= 0 else f"−{abs(points)}"
