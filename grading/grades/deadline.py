"""Until when a student may ask for a second look. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_LAST = time(23, 59, 59, fold=1)  # where clocks go back over midnight, the second one


def regrade_deadline(*, since: datetime, days: int, zone: ZoneInfo) -> datetime | None:
    """Return the last second of the day that is so many days after `since` (aware) on the calendar of the zone.

    None for 0 days: students may not ask. Days are those of the calendar, so a change of the clock moves nothing.
    """
    if not days:
        return None
    last_day = since.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(last_day, _LAST, tzinfo=zone)
