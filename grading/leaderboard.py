"""Who stands where on a task's leaderboard. Pure: entries in, places out."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

RankKey = tuple[float, int, datetime]


class Ranked(Protocol):
    """What a student can be ranked by."""

    @property
    def enrollment_id(self) -> int:
        """Whose it is."""

    @property
    def rank_key(self) -> RankKey:
        """What comes first is smaller."""


AnyRanked = TypeVar("AnyRanked", bound=Ranked)


def rank_key(official_epochs: float | None, parameters: int, received_at: datetime) -> RankKey:
    """Fewer official epochs first, then fewer parameters, then the earlier submission; never comes last."""
    return math.inf if official_epochs is None else official_epochs, parameters, received_at


@dataclass(frozen=True, slots=True)
class Entry:
    """One verified submission. `official_epochs` None: the median over the course seeds is never."""

    enrollment_id: int
    receipt_number: str
    shown_name: str  # the pseudonym, or by the student's own choice the name
    official_epochs: float | None
    parameters: int
    received_at: datetime
    hidden_layers: tuple[int, ...]
    features: tuple[str, ...]
    seed_epochs: tuple[int | None, ...]

    @property
    def rank_key(self) -> RankKey:
        """What decides the place."""
        return rank_key(self.official_epochs, self.parameters, self.received_at)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place; entries that nothing tells apart share one (1, 2, 2, 4)."""

    place: int
    sharing: int  # how many stand at this place, this one among them
    entry: Entry

    @property
    def tied(self) -> bool:
        """True if somebody else stands at the same place."""
        return self.sharing > 1


def best_per_student(entries: Iterable[AnyRanked]) -> dict[int, AnyRanked]:
    """Return each student's best entry by enrollment: the attempt that counts."""
    best: dict[int, AnyRanked] = {}
    for entry in entries:
        kept = best.get(entry.enrollment_id)
        if kept is None or entry.rank_key < kept.rank_key:
            best[entry.enrollment_id] = entry
    return best


def placed(entries: Iterable[Entry]) -> list[Placed]:
    """Rank each student's best entry. The order of `entries` does not matter."""
    ranked = sorted(best_per_student(entries).values(), key=lambda entry: (entry.rank_key, entry.enrollment_id))
    first_place: dict[RankKey, int] = {}
    sharing = Counter(entry.rank_key for entry in ranked)
    for position, entry in enumerate(ranked, start=1):
        first_place.setdefault(entry.rank_key, position)
    return [Placed(first_place[entry.rank_key], sharing[entry.rank_key], entry) for entry in ranked]
