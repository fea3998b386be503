"""Instants moved by days, so that the clocks of a zone show the same time of day. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from coursework.deadlines import Window


def local_of(instant: datetime, zone: str) -> datetime:
    """Return what clocks in the zone show at an instant, without seconds' fractions, as a naive time."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0, fold=0)


def moved(instant: datetime, zone: str, days: int) -> datetime:
    """Move an instant by days so that clocks in the zone show the same time of day.

    A time that the clocks skip on the new day becomes as much later as they skip; of two equal ones it is the second.
    """
    local = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) + timedelta(days=days)
    first, second = _readings(local, zone)
    skipped = _offset(second) > _offset(first)
    return (first if skipped else second).astimezone(UTC)


def moved_window(window: Window, zone: str, days: int) -> Window:
    """Move a window by days, each of its times as `moved` does; where that would turn their order, lengths stay."""
    opens_at, due_at = moved(window.opens_at, zone, days), moved(window.due_at, zone, days)
    if due_at <= opens_at:
        due_at = opens_at + (window.due_at - window.opens_at)
    if window.closes_at is None:
        return Window(opens_at, due_at)
    closes_at = moved(window.closes_at, zone, days)
    if closes_at < due_at:
        closes_at = due_at + (window.closes_at - window.due_at)
    return Window(opens_at, due_at, closes_at)


def _readings(local: datetime, zone: str) -> tuple[datetime, datetime]:
    """Read a local time by the clocks before and after a change; they are the same but on its day."""
    place = ZoneInfo(zone)
    return local.replace(tzinfo=place, fold=0), local.replace(tzinfo=place, fold=1)


def _offset(aware: datetime) -> timedelta:
    return aware.utcoffset() or timedelta(0)
