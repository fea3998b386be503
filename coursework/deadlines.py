"""When a hand-in is on time: the one rule that pages, grades and exports call. Pure: instants in, a word out."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum


class Standing(Enum):
    """Where an instant lies in an assignment's window."""

    EARLY = "not open yet"
    ON_TIME = "on time"
    LATE = "late"
    CLOSED = "closed"

    @property
    def accepted(self) -> bool:
        """True if a hand-in with this standing is taken."""
        return self in (Standing.ON_TIME, Standing.LATE)


@dataclass(frozen=True, slots=True)
class Window:
    """Aware instants between which hand-ins are accepted; `closes_at` None: nothing is accepted after `due_at`."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime | None = None

    def __post_init__(self) -> None:
        _hold_in_utc(self, "opens_at", "due_at", "closes_at")

    def standing(self, moment: datetime) -> Standing:
        """Say how a hand-in at `moment` (aware) stands; the due instant itself is on time."""
        moment = moment.astimezone(UTC)
        if moment < self.opens_at:
            return Standing.EARLY
        if moment <= self.due_at:
            return Standing.ON_TIME
        if self.closes_at is not None and moment <= self.closes_at:
            return Standing.LATE
        return Standing.CLOSED


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What lateness costs, in percent of the points that were earned."""

    percent_per_day: int = 0
    most_percent: int = 100

    @property
    def costs(self) -> bool:
        """True if lateness costs anything."""
        return bool(self.percent_per_day and self.most_percent)

    def percent(self, window: Window, moment: datetime) -> int:
        """Say how much a hand-in at `moment` loses: for each 24 hours begun after the student's own due time.

        Hours are counted between instants, so a change of the clock in between neither gives nor takes any.
        """
        late = moment.astimezone(UTC) - window.due_at
        if late <= timedelta():
            return 0
        days = math.ceil(late / timedelta(days=1))
        return min(days * self.percent_per_day, self.most_percent)


@dataclass(frozen=True, slots=True)
class MoreTime:
    """What an extension gives: aware instants; `closes_at` None leaves the assignment's own end as it is."""

    due_at: datetime
    closes_at: datetime | None = None

    def __post_init__(self) -> None:
        _hold_in_utc(self, "due_at", "closes_at")


def extended(window: Window, extensions: Iterable[MoreTime]) -> Window:
    """Return the window with the most generous of the extensions; none of them ever takes time away."""
    due_at, closes_at = window.due_at, window.closes_at
    for extension in extensions:
        due_at = max(due_at, extension.due_at)
        closes_at = _later(closes_at, extension.closes_at)
    if closes_at is not None and closes_at < due_at:
        closes_at = due_at
    return Window(window.opens_at, due_at, closes_at)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)


def _hold_in_utc(times: Window | MoreTime, *names: str) -> None:
    """Keep instants in UTC: of two times of one zone Python compares the clocks, as if none were ever changed."""
    for name in names:
        moment = getattr(times, name)
        if moment is not None and moment.tzinfo is not UTC:
            object.__setattr__(times, name, moment.astimezone(UTC))
