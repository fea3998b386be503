"""From what machines found and what people decided to a grade: the one rule, which everything that shows one calls.

Pure: values in, values out. Points are Decimals with one place, rounded half up as everywhere (grading.scoring.STEP).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from grading.models.policy import Counts, RubricUse
from grading.models.verification import Outcome
from grading.scoring import STEP

ZERO = Decimal("0.0")


class Progress(StrEnum):
    """How far the verification of an attempt is."""

    WAITING = "waiting"
    FAILED = "failed"  # by us
    SETTLED = "settled"


class State(StrEnum):
    """What there is to say of a student's work on a task, in one word."""

    EXCUSED = "excused"
    GRADED = "graded"  # a person decided
    SETTLED = "settled"  # by itself
    TO_REVIEW = "to_review"  # a person has to decide
    FAILED = "failed"  # by us
    WAITING = "waiting"  # being checked
    MISSING = "missing"  # nothing handed in, and it is closed for the student
    NOT_YET = "not_yet"  # nothing handed in so far


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """One attempt: what came of its verification, and what it costs that it came late."""

    submission_id: int
    receipt_number: str
    attempt: int
    received_at: datetime
    verification_id: int | None
    progress: Progress
    outcome: Outcome | None
    official_epochs: float | None
    automatic: Decimal | None  # before anything is taken off; None: nothing is settled, or a person decides
    late_percent: int
    is_late: bool

    @property
    def worth(self) -> Decimal | None:
        """The automatic points after the deduction for lateness."""
        return None if self.automatic is None else self.automatic - share(self.automatic, self.late_percent)

    @property
    def needs_a_person(self) -> bool:
        """True if the machine leaves the decision to a person."""
        return self.outcome == Outcome.CLAIM_NOT_REPRODUCED


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided, and on which result. `rubric` is None for a task without one, and where nobody graded."""

    submission_id: int | None
    verification_id: int | None
    automatic: Decimal | None
    rubric: Decimal | None
    adjustment: Decimal = ZERO
    override: Decimal | None = None
    by_release: bool = False  # nobody graded: the automatic points were released as they were
    kept_against: int | None = None  # the verification that the person saw and did not take over, and all before it


@dataclass(frozen=True, slots=True)
class Rule:
    """How a task turns all that into a grade. `most` is the most points there are."""

    most: Decimal
    counts: Counts = Counts.BEST
    rubric_use: RubricUse = RubricUse.ADDED


@dataclass(frozen=True, slots=True)
class Points:
    """The parts of a grade, kept apart, and what they come to. `late` is what lateness takes off, 0 or more."""

    automatic: Decimal | None
    rubric: Decimal | None
    late: Decimal
    adjustment: Decimal
    override: Decimal | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Result:
    """A grade: the attempt that it is about, its points, and in `differs` a result that a person has yet to look at."""

    state: State
    counting: AttemptResult | None
    points: Points
    differs: AttemptResult | None
    to_review: bool  # its attempt, or the newest one, waits for a person

    @property
    def total(self) -> Decimal | None:
        """The points that count; None where there are none yet, and for who is excused."""
        return self.points.total


def share(points: Decimal, percent: int) -> Decimal:
    """Return so many percent of positive points, rounded half up to a tenth; 0 of negative ones."""
    return (max(points, ZERO) * percent / 100).quantize(STEP, ROUND_HALF_UP)


def counting_attempt(attempts: Sequence[AttemptResult], counts: Counts) -> AttemptResult | None:
    """Return the attempt that makes the automatic points: the best or the last.

    The best is the one worth most after lateness, of equals the earlier; while none is worth anything yet, the newest.
    The last skips attempts whose settings were not allowed, since nothing was run for them, if there are others.
    """
    if not attempts:
        return None
    if counts == Counts.LAST:
        ran = [one for one in attempts if one.outcome != Outcome.SETTINGS_NOT_ALLOWED]
        return max(ran or attempts, key=lambda one: one.attempt)
    settled = [one for one in attempts if one.worth is not None]
    if not settled:
        return max(attempts, key=lambda one: one.attempt)
    return max(settled, key=lambda one: (one.worth or ZERO, -one.attempt))


def points_of(rule: Rule, *, automatic: Decimal | None, late_percent: int, decision: Decision | None) -> Points:
    """Add up: automatic and rubric points are earned, lateness takes its share of them, the adjustment comes last.

    An override stands in place of all that. The total is between 0 and the task's most points. Without a decision
    there is a total only where the machine could give points.
    """
    if decision is None:
        late = share(automatic or ZERO, late_percent)
        total = None if automatic is None else _within(automatic - late, rule.most)
        return Points(automatic, None, late, ZERO, None, total)
    replaces = rule.rubric_use == RubricUse.INSTEAD and decision.rubric is not None
    earned = (ZERO if replaces else automatic or ZERO) + (decision.rubric or ZERO)
    late = share(earned, late_percent)
    total = _within(earned - late + decision.adjustment, rule.most)
    if decision.override is not None:
        total = _within(decision.override, rule.most)
    return Points(automatic, decision.rubric, late, decision.adjustment, decision.override, total)


def grade(
    rule: Rule, attempts: Sequence[AttemptResult], *, decision: Decision | None, excused: bool, is_closed: bool
) -> Result:
    """Make a student's grade on a task. `is_closed`: the student can't hand in any more."""
    now = counting_attempt(attempts, rule.counts)
    newest = max(attempts, key=lambda one: one.attempt, default=None)
    counting = _decided_on(attempts, decision) if decision is not None else now
    automatic = decision.automatic if decision is not None else (now.automatic if now is not None else None)
    points = points_of(
        rule,
        automatic=automatic,
        late_percent=counting.late_percent if counting is not None else 0,
        decision=decision,
    )
    if excused:
        points = Points(points.automatic, points.rubric, points.late, points.adjustment, points.override, None)
    differs = _differs(decision, attempts, now)
    graded = decision is not None and not decision.by_release
    return Result(
        state=_state(counting, graded=graded, excused=excused, is_closed=is_closed),
        counting=counting,
        points=points,
        differs=differs,
        to_review=not excused and (differs is not None or (not graded and _waits_for_a_person(counting, newest))),
    )


def course_total(results: Iterable[tuple[Rule, Result]]) -> tuple[Decimal | None, Decimal]:
    """Return (sum of the points, sum of the most) over tasks; excused ones count in neither, missing ones as 0.

    The first is None while there is not a single total.
    """
    counted = [(rule, result) for rule, result in results if result.state is not State.EXCUSED]
    totals = [result.total for _, result in counted if result.total is not None]
    return (sum(totals, ZERO) if totals else None), sum((rule.most for rule, _ in counted), ZERO)


def _within(points: Decimal, most: Decimal) -> Decimal:
    return min(max(points, ZERO), most).quantize(STEP, ROUND_HALF_UP)


def _decided_on(attempts: Iterable[AttemptResult], decision: Decision) -> AttemptResult | None:
    return next((one for one in attempts if one.submission_id == decision.submission_id), None)


def _differs(
    decision: Decision | None, attempts: Sequence[AttemptResult], now: AttemptResult | None
) -> AttemptResult | None:
    """Return a newer result that would give other points than those the person decided on, and has not refused."""
    if decision is None:
        return None
    graded = _decided_on(attempts, decision)
    for one in (now, graded):
        if one is None or one.verification_id is None or one.progress is not Progress.SETTLED:
            continue
        if one.verification_id == decision.verification_id or one.verification_id <= (decision.kept_against or 0):
            continue
        if one.automatic != decision.automatic:
            return one
    return None


def _waits_for_a_person(counting: AttemptResult | None, newest: AttemptResult | None) -> bool:
    return any(one is not None and one.needs_a_person for one in (counting, newest))


def _state(counting: AttemptResult | None, *, graded: bool, excused: bool, is_closed: bool) -> State:
    if excused:
        return State.EXCUSED
    if graded:
        return State.GRADED
    if counting is None:
        return State.MISSING if is_closed else State.NOT_YET
    if counting.needs_a_person:
        return State.TO_REVIEW
    if counting.progress is not Progress.SETTLED:
        return State.FAILED if counting.progress is Progress.FAILED else State.WAITING
    return State.SETTLED
