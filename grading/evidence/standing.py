"""How the evidence of submissions stands: what the checks found, what could not be read, and whether it was seen."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from coursework.models import Screenshot, Submission, Task, User
from grading.evidence_marks import marks_of
from grading.models import LIVE, Assessment, CheckOutcome, CheckResult, EvidenceMark, PictureReading, Status

HEAVY = 0.5  # each check weighs 0 to 1, and they add up: from here on a difference asks for a person


class EvidenceState(StrEnum):
    """What there is to say, in the order in which it needs a person."""

    DIFFERS = "differs"
    UNREADABLE = "unreadable"
    FAILED = "failed"
    READING = "reading"
    NOTHING = "nothing"  # no picture, or none that checks could say anything about
    AGREES = "agrees"


_ORDER = {state: place for place, state in enumerate(EvidenceState)}


@dataclass(frozen=True, slots=True)
class PictureCounts:
    """How many pictures a submission has, and how far reading them is."""

    all: int = 0
    read: int = 0
    unreadable: int = 0
    failed: int = 0
    waiting: int = 0

    @property
    def settled(self) -> int:
        """Pictures about which a worker has said something."""
        return self.read + self.unreadable

    @property
    def asked(self) -> int:
        """Pictures that a worker was ever asked to read; fewer than all where the reader was off."""
        return self.settled + self.failed + self.waiting


@dataclass(frozen=True, slots=True)
class Standing:
    """One submission's evidence in short; `members` says which findings a person sees who looks at it."""

    state: EvidenceState
    pictures: PictureCounts = PictureCounts()
    weight: float = 0.0
    differences: int = 0
    members: frozenset[str] = frozenset()
    seen_by: User | None = None
    seen_at: datetime | None = None

    @property
    def seen(self) -> bool:
        """True if a person has seen just these findings."""
        return self.seen_at is not None

    @property
    def needs_look(self) -> bool:
        """True for a difference that nobody has seen yet."""
        return self.state is EvidenceState.DIFFERS and not self.seen

    @property
    def is_heavy(self) -> bool:
        """True for an unseen difference that asks for a person; lighter ones are common and mostly honest."""
        return self.needs_look and self.weight >= HEAVY

    @property
    def rank(self) -> tuple[bool, int, float]:
        """By which a review queue is sorted: what nobody has seen, then by need, then by weight."""
        return self.seen, _ORDER[self.state], -self.weight


NO_EVIDENCE = Standing(EvidenceState.NOTHING)


def subject_of(receipt_number: str) -> str:
    """Return the name under which staff mark a submission's evidence."""
    return f"submission:{receipt_number}"


def members_of(results: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return what was found, from (check, outcome) of the results that count: another finding is another member."""
    return frozenset(f"{check}:{outcome}" for check, outcome in results)


@dataclass(slots=True)
class _Found:
    """What is stored about one submission, as it is gathered."""

    statuses: list[str | None] = field(default_factory=list)  # of each picture's reading; None: never asked for
    unreadable: int = 0
    assessment: tuple[str, bool, float] | None = None  # status, ever checked, weight
    results: list[tuple[str, str]] = field(default_factory=list)


def standings(task: Task, submissions: QuerySet[Submission]) -> dict[int, Standing]:
    """Return how each of these submissions of one task stands, by primary key, in a fixed number of queries."""
    receipts = dict(submissions.order_by().values_list("pk", "receipt_number"))
    found = _gathered(submissions.order_by())
    marks = marks_of(task)
    return {pk: _standing(found[pk], marks.get(subject_of(receipt))) for pk, receipt in receipts.items()}


def standing_of(submission: Submission) -> Standing:
    """Return how one submission stands."""
    return standings(submission.task, Submission.objects.filter(pk=submission.pk))[submission.pk]


def _gathered(submissions: QuerySet[Submission]) -> defaultdict[int, _Found]:
    found: defaultdict[int, _Found] = defaultdict(_Found)
    keys = submissions.values("pk")
    screenshots = Screenshot.objects.filter(submission__in=keys)
    readings = PictureReading.objects.filter(picture__in=screenshots.values("picture"))
    read = {name: (status, why) for name, status, why in readings.values_list("picture", "status", "unreadable")}
    for pk, name in screenshots.values_list("submission", "picture"):
        status, why = read.get(str(name), (None, ""))
        found[pk].statuses.append(status)
        found[pk].unreadable += bool(why) and status == Status.COMPLETED
    assessments = Assessment.objects.filter(submission__in=keys)
    for pk, status, checked_at, weight in assessments.values_list("submission", "status", "checked_at", "weight"):
        found[pk].assessment = (status, checked_at is not None, weight)
    results = CheckResult.objects.filter(assessment__submission__in=keys, counts=True).order_by()
    for pk, check, outcome in results.values_list("assessment__submission", "check_name", "outcome").distinct():
        found[pk].results.append((check, outcome))
    return found


def _standing(found: _Found, mark: EvidenceMark | None) -> Standing:
    pictures = PictureCounts(
        all=len(found.statuses),
        read=found.statuses.count(Status.COMPLETED) - found.unreadable,
        unreadable=found.unreadable,
        failed=found.statuses.count(Status.FAILED),
        waiting=sum(status in LIVE for status in found.statuses),
    )
    members = members_of(found.results)
    seen = mark if mark is not None and mark.is_seen(members) else None
    return Standing(
        state=_state(pictures, found),
        pictures=pictures,
        weight=found.assessment[2] if found.assessment else 0.0,
        differences=len({check for check, outcome in found.results if outcome == CheckOutcome.DIFFERS}),
        members=members,
        seen_by=seen.seen_by if seen else None,
        seen_at=seen.seen_at if seen else None,
    )


def _state(pictures: PictureCounts, found: _Found) -> EvidenceState:
    """Say what there is to say. Results speak as soon as there are any, while a new assessment runs as well."""
    outcomes = {outcome for _, outcome in found.results}
    if CheckOutcome.DIFFERS in outcomes:
        return EvidenceState.DIFFERS
    if CheckOutcome.AGREES in outcomes:
        return EvidenceState.AGREES
    if pictures.waiting:
        return EvidenceState.READING
    status, checked, _ = found.assessment or (None, False, 0.0)
    if pictures.failed or (status == Status.FAILED and not checked):
        return EvidenceState.FAILED
    if pictures.all and pictures.unreadable == pictures.all:
        return EvidenceState.UNREADABLE
    if checked or not pictures.asked:
        return EvidenceState.NOTHING
    return EvidenceState.READING
