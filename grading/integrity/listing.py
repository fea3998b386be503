"""The integrity view of a task: its groups with what staff noted, filtered and in the order in which to look."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import TextChoices

from coursework.models import Task
from grading.evidence_marks import marks_of
from grading.integrity.claims import claim_groups
from grading.integrity.links import link_groups
from grading.integrity.model import Group, Kind
from grading.integrity.pictures import picture_groups
from grading.integrity.rows import hand_ins_of
from grading.integrity.runs import run_groups
from grading.models import EvidenceMark
from grading.models.evidence import digest_of


class Show(TextChoices):
    """Which groups are listed."""

    UNSEEN = "unseen", "Not seen"
    SEEN = "seen", "Seen"
    ALL = "all", "All"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for; `kind` None is every kind."""

    show: Show = Show.UNSEEN
    kind: Kind | None = None

    @property
    def query(self) -> str:
        """What stands in an address behind the question mark."""
        return self.with_kind(self.kind)

    def with_kind(self, kind: Kind | None) -> str:
        """Give the query for another kind."""
        return urlencode({"show": self.show.value} | ({"kind": kind.value} if kind else {}))

    def with_show(self, show: Show) -> str:
        """Give the query for seen ones, unseen ones or all."""
        return Wanted(show, self.kind).query


def wanted_from(query: Mapping[str, str]) -> Wanted:
    """Read an address; what is unknown there is what the page shows first."""
    show, kind = query.get("show"), query.get("kind")
    return Wanted(
        Show(show) if show in Show.values else Show.UNSEEN,
        Kind(kind) if kind in Kind.values else None,
    )


@dataclass(frozen=True)
class Listed:
    """A group with its marks: of two groups that became one, both stay. `digest` is of its members as they are now."""

    group: Group
    marks: tuple[EvidenceMark, ...]
    digest: str

    @property
    def subject(self) -> str:
        """The name under which a mark is stored."""
        return self.marks[0].subject if self.marks else self.group.subjects[0]

    @property
    def anchor(self) -> str:
        """What the group is called in the page's address."""
        return self.subject.replace(":", "-")

    @cached_property
    def seen(self) -> EvidenceMark | None:
        """The mark of who saw it as it is now."""
        return next((mark for mark in self.marks if mark.is_seen(self.group.keys)), None)

    @property
    def seen_before(self) -> EvidenceMark | None:
        """The mark of who saw it with other members than it has now."""
        return None if self.seen else next((mark for mark in self.marks if mark.seen_at), None)

    @property
    def notes(self) -> tuple[EvidenceMark, ...]:
        """The marks that have a note."""
        return tuple(mark for mark in self.marks if mark.note)

    @property
    def newest(self) -> datetime:
        """When the last of its hand-ins was received."""
        return max(member.hand_in.submission.received_at for member in self.group.members)


@dataclass(frozen=True, slots=True)
class Listing:
    """All groups of a task, in order, and those that were asked for."""

    everything: tuple[Listed, ...]
    wanted: Wanted

    @property
    def rows(self) -> tuple[Listed, ...]:
        """The groups that were asked for."""
        return tuple(row for row in self._shown(self.wanted.show) if self.wanted.kind in (None, row.group.kind))

    def _shown(self, show: Show) -> tuple[Listed, ...]:
        return tuple(
            row for row in self.everything if show is Show.ALL or (row.seen is not None) == (show is Show.SEEN)
        )

    @property
    def show_counts(self) -> list[tuple[Show, int]]:
        """How many of the wanted kind are seen, are not, and are there."""
        return [(show, len(Listing(self.everything, Wanted(show, self.wanted.kind)).rows)) for show in Show]

    @property
    def kind_counts(self) -> list[tuple[Kind | None, int]]:
        """How many there are of all kinds and of each, among those shown."""
        counts = Counter(row.group.kind for row in self._shown(self.wanted.show))
        return [(None, counts.total()), *((kind, counts[kind]) for kind in Kind)]

    def find(self, subject: str) -> Listed | None:
        """Return the group that a mark is about; None if there is none any more."""
        return next((row for row in self.everything if subject in (row.subject, *row.group.subjects)), None)


def listing_of(task: Task, wanted: Wanted) -> Listing:
    """Gather the integrity view of a task; a constant number of queries."""
    hand_ins, marks = hand_ins_of(task), marks_of(task)
    course_seeds = tuple(task.course_seeds.values_list("seed", flat=True)) if task.seeds_shown else ()
    groups = [
        *picture_groups(hand_ins),
        *link_groups(hand_ins, task=task, course_seeds=course_seeds),
        *claim_groups(hand_ins),
        *run_groups(hand_ins),
    ]
    return Listing(in_order([_listed(group, marks) for group in groups]), wanted)


def _listed(group: Group, marks: Mapping[str, EvidenceMark]) -> Listed:
    return Listed(group, tuple(marks[name] for name in group.subjects if name in marks), digest_of(group.keys))


def in_order(rows: Sequence[Listed]) -> tuple[Listed, ...]:
    """Put those first that nobody has seen; among them the most telling ones, then the largest, then the newest."""

    def key(row: Listed) -> tuple[bool, float, int, float]:
        return row.seen is not None, -row.group.telling, -row.group.students, -row.newest.timestamp()

    return tuple(sorted(rows, key=key))
