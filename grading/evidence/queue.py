"""The review queue of a task: submissions in the order in which their evidence needs a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from coursework.addresses import search_in, section_in
from coursework.models import Role, Submission, Task
from grading.evidence.standing import EvidenceState, Standing, standings
from grading.grades.names import HiddenNames, hidden_names
from grading.models import CheckOutcome, CheckResult, Verification
from grading.selectors import counting_submissions, latest_verification, with_verifications

SHOWN = ("all", "look", "unreadable", "agree", "seen")  # the first unless an address says otherwise
_WITHOUT_FINDING = (EvidenceState.UNREADABLE, EvidenceState.FAILED)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of a task's queue is shown, as an address has it; what can't be understood there is left out."""

    show: str = SHOWN[0]
    every: bool = False  # every attempt, instead of each student's newest and the one that counts
    section: str = ""
    search: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "QueueFilter":
        """Read the part of an address after the question mark."""
        show = query.get("show", "")
        return cls(
            show=show if show in SHOWN else SHOWN[0],
            every=query.get("every") == "1",
            section=section_in(query),
            search=search_in(query),
        )

    @property
    def narrows(self) -> bool:
        """True if it may leave out somebody's attempt, whatever its evidence says."""
        return bool(self.search or self.section)

    def query(self, *, page: int | None = None) -> str:
        """Write it as an address has it, with another page."""
        parts = {
            "show": self.show if self.show != SHOWN[0] else "",
            "every": "1" if self.every else "",
            "section": self.section,
            "q": self.search,
            "page": str(page) if page and page > 1 else "",
        }
        return urlencode({name: value for name, value in parts.items() if value})

    def showing(self, show: str) -> "QueueFilter":
        """Return the same filter for another part of the queue."""
        return replace(self, show=show)


@dataclass(frozen=True, slots=True)
class Queue:
    """A task's submissions in order, each with how it stands, and how many there are in each part."""

    submission_ids: Sequence[int]
    standings: Mapping[int, Standing]
    counts: Mapping[str, int]
    counting: frozenset[int]  # the submissions that count on the leaderboard


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue. `name` is the only thing in it that says whose work it is."""

    name: str
    submission: Submission
    verification: Verification | None
    standing: Standing
    finding: str  # the weightiest difference's sentence
    counts: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where one submission stands in a queue, from 1 (0: not in it), and the receipts beside it."""

    place: int
    total: int
    previous: str
    next: str


def part_of(standing: Standing) -> str:
    """Return the part of the queue, of `SHOWN`, in which it stands; "" for what stands among all only."""
    if standing.seen:
        return "seen"
    if standing.state in _WITHOUT_FINDING:
        return "unreadable"
    return {EvidenceState.DIFFERS: "look", EvidenceState.AGREES: "agree"}.get(standing.state, "")


def review_queue(task: Task, wanted: QueueFilter) -> Queue:
    """Put the task's submissions in order, in a fixed number of queries whatever the class's size."""
    counting = frozenset(counting_submissions(task))
    submissions = _wanted(task, wanted)
    rows = list(submissions.order_by("enrollment", "-attempt").values_list("pk", "enrollment"))
    if not wanted.every:
        rows = _newest_and_counting(rows, counting)
    known = standings(task, submissions)
    found = {pk: known[pk] for pk, _ in rows}
    parts = Counter(part_of(standing) for standing in found.values())
    shown = [pk for pk, standing in found.items() if wanted.show in ("all", part_of(standing))]
    return Queue(
        submission_ids=sorted(shown, key=lambda pk: (*found[pk].rank, pk)),
        standings=found,
        counts={part: len(found) if part == "all" else parts[part] for part in SHOWN},
        counting=counting,
    )


def _newest_and_counting(rows: Sequence[tuple[int, int]], counting: frozenset[int]) -> list[tuple[int, int]]:
    """Keep of each student the first, which is the newest, and the one that counts."""
    newest: dict[int, int] = {}
    for pk, enrollment in rows:
        newest.setdefault(enrollment, pk)
    return [(pk, enrollment) for pk, enrollment in rows if newest[enrollment] == pk or pk in counting]


def _wanted(task: Task, wanted: QueueFilter) -> QuerySet[Submission]:
    found = Submission.objects.filter(task=task, enrollment__role=Role.STUDENT, enrollment__active=True)
    if wanted.section == "none":
        found = found.filter(enrollment__section__isnull=True)
    elif wanted.section:
        found = found.filter(enrollment__section=int(wanted.section))
    words = wanted.search.split()
    hidden = hidden_names(task) if words else HiddenNames(is_blind=False)
    for word in words:
        found = found.filter(_matches(word, hidden))
    return found


def _matches(word: str, hidden: HiddenNames) -> Q:
    """Look for a word in receipts and names; of whoever has no name here, in the pseudonym."""
    columns = ("user__username", "user__first_name", "user__last_name", "id_number")
    named = Q()
    for column in columns:
        named |= Q(**{f"enrollment__{column}__icontains": word})
    if hidden.is_blind:
        is_named = Q(enrollment__in=hidden.released)
        named = (named & is_named) | (Q(enrollment__pseudonym__icontains=word) & ~is_named)
    return Q(receipt_number__icontains=word) | named


def queue_rows(queue: Queue, submission_ids: Sequence[int], *, hidden: HiddenNames) -> list[QueueRow]:
    """Return the lines of these submissions, in this order."""
    rows = with_verifications(Submission.objects.filter(pk__in=submission_ids))
    submissions = {row.pk: row for row in rows}
    findings = findings_of(submission_ids)
    return [
        QueueRow(
            name=hidden.name(submissions[pk].enrollment),
            submission=submissions[pk],
            verification=latest_verification(submissions[pk]),
            standing=queue.standings[pk],
            finding=findings.get(pk, ""),
            counts=pk in queue.counting,
        )
        for pk in submission_ids
    ]


def findings_of(submission_ids: Sequence[int]) -> dict[int, str]:
    """Return the weightiest difference's sentence of each submission that has one."""
    differing = CheckResult.objects.filter(
        assessment__submission__in=submission_ids, outcome=CheckOutcome.DIFFERS, counts=True
    )
    by_weight = differing.order_by("weight", "-pk").values_list("assessment__submission", "sentence")
    return dict(by_weight)  # of several with one key the last one, the weightiest, stays


def neighbours(queue: Queue, submission: Submission) -> Neighbours:
    """Return what stands before and after a submission; for one that is not in the queue its first one is next."""
    order = queue.submission_ids
    at = order.index(submission.pk) if submission.pk in order else -1
    beside = [order[place] if 0 <= place < len(order) else None for place in (at - 1, at + 1)]
    if at < 0:
        beside[0] = None
    receipts = dict(Submission.objects.filter(pk__in=[pk for pk in beside if pk]).values_list("pk", "receipt_number"))
    previous, following = (receipts.get(pk, "") if pk else "" for pk in beside)
    return Neighbours(place=at + 1, total=len(order), previous=previous, next=following)
