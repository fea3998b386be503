"""When hand-ins came: counted per hour or per day, in the course's own time. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_HOUR = timedelta(hours=1)
_MOST_HOURS = 48
_MOST_BINS = 60


@dataclass(frozen=True, slots=True)
class Times:
    """Hand-ins counted between instants: `counts[0]` from `edges[0]` to before `edges[1]`, and so on."""

    edges: Sequence[datetime]  # one more than counts
    counts: Sequence[int]
    unit: str  # hour, day, or so many days


def times_of(moments: Sequence[datetime], *, zone: ZoneInfo, now: datetime) -> Times | None:
    """Count hand-ins from the first one on: by the hour within two days, else by days; None without any.

    They end an hour or a day after the last one, and never after now. Days begin at midnight in the course's zone,
    also where a change of the clock makes them longer or shorter.
    """
    if not moments:
        return None
    first, last = min(moments), min(max(moments), now)
    if last - first <= _HOUR * _MOST_HOURS:
        return _by_hours(moments, first.astimezone(zone), last)
    return _by_days(moments, first.astimezone(zone), last)


def _by_hours(moments: Sequence[datetime], first: datetime, last: datetime) -> Times:
    edge = first.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    edges = [edge]
    while edges[-1] <= last:
        edges.append(edges[-1] + _HOUR)  # between instants: an hour that comes twice is counted twice
    return Times(edges, _counts(moments, edges), "hour")


def _by_days(moments: Sequence[datetime], first: datetime, last: datetime) -> Times:
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    days = (last.astimezone(first.tzinfo).date() - midnight.date()).days + 1
    step = -(-days // _MOST_BINS)
    edges = [(midnight + timedelta(days=step * number)).astimezone(UTC) for number in range(-(-days // step) + 1)]
    return Times(edges, _counts(moments, edges), "day" if step == 1 else f"{step} days")


def _counts(moments: Sequence[datetime], edges: Sequence[datetime]) -> list[int]:
    counts = [0] * (len(edges) - 1)
    for moment in moments:
        counts[min(bisect_right(edges, moment), len(counts)) - 1] += 1
    return counts
