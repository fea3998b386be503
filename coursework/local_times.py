"""Times as people of a course write them: by the clock on its wall, which twice a year skips an hour or repeats one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

EARLIEST, LATEST = 2000, 2100  # years; beyond them a typing error is likelier than a deadline
_FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")


def skipped(wall: datetime, zone: ZoneInfo) -> bool:
    """True for a time (without zone) that no clock there ever shows: it lies where clocks are put forward."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) != wall


def repeated(wall: datetime, zone: ZoneInfo) -> bool:
    """True for a time (without zone) that clocks there show twice, as they are put back."""
    one, other = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return one != other and not skipped(wall, zone)


def around_skip(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return two times near a skipped one that do exist, before and after it."""
    before, after = (
        wall.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0)
        for fold in (1, 0)
    )
    return before, after


def offset_text(moment: datetime) -> str:
    """Write how far an aware instant's clock is from UTC: UTC+01:00."""
    offset = moment.utcoffset() or timedelta()
    minutes = abs(offset) // timedelta(minutes=1)
    return f"UTC{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def which_of_two(moment: datetime, zone: ZoneInfo) -> str:
    """Say which instant is meant where its clock time comes twice; "" where it comes once."""
    local = moment.astimezone(zone)
    if not repeated(local.replace(tzinfo=None, fold=0), zone):
        return ""
    which = "second" if local.fold else "first"
    return f"{local:%H:%M} comes twice that night: this is the {which} one, {offset_text(local)}"


class CourseTimeField(forms.DateTimeField):
    """A date and time by the clock of a course's zone; cleans to an aware instant, in UTC.

    A time that the clocks skip is refused, with the nearest ones that exist. Of a time that they show twice the second
    is taken, the generous one for a deadline; `which_of_two` tells.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, zone: str, **kwargs: Any) -> None:
        super().__init__(input_formats=_FORMATS, **kwargs)
        self.zone = ZoneInfo(zone)
        self.error_messages["invalid"] = "A date and a time, such as 2026-12-24 23:59."

    def prepare_value(self, value: Any) -> Any:
        """Show an instant by the course's clock."""
        if isinstance(value, datetime) and value.tzinfo is not None:
            local = value.astimezone(self.zone).replace(tzinfo=None)
            return local.strftime("%Y-%m-%dT%H:%M:%S" if local.second else "%Y-%m-%dT%H:%M")
        return value

    def to_python(self, value: Any) -> datetime | None:
        """Read a time by the course's clock; raises ValidationError for one that does not exist there."""
        if value in self.empty_values:
            return None
        wall = self._wall(str(value).strip())
        if not EARLIEST <= wall.year < LATEST:
            raise ValidationError(f"The year {wall.year} is not allowed: {EARLIEST} to {LATEST - 1}.")
        if skipped(wall, self.zone):
            before, after = around_skip(wall, self.zone)
            raise ValidationError(
                f"{wall:%H:%M} on {wall:%d %B %Y} does not exist in {self.zone.key}: the clocks are put forward then. "
                f"Take {before:%H:%M} or {after:%H:%M}."
            )
        return wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)

    def _wall(self, text: str) -> datetime:
        for form in _FORMATS:
            try:
                return datetime.strptime(text, form)
            except ValueError:
                continue
        shown = text if len(text) <= 40 else f"{text[:39]}…"
        raise ValidationError(f"{shown!r} can't be read: {self.error_messages['invalid']}", code="invalid")
