"""The time between now and an instant in words. It stands beside the instant, never in its place."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

_UNITS = ((86_400, "day"), (3_600, "h"), (60, "min"))


def distance_words(seconds: float) -> str:
    """Write a distance with its two largest units: "in 2 days 3 h", "in 12 min", "in 40 s", "5 min ago".

    `static/coursework/countdown.js` writes the same words; tests/browser compares the two.
    """
    whole = int(abs(seconds))
    words = f"{whole} s"
    for (size, unit), (smaller, small_unit) in zip(_UNITS, (*_UNITS[1:], (1, "")), strict=True):
        if whole >= size:
            count, rest = whole // size, whole % size // smaller
            words = _amount(count, unit)
            if rest and small_unit:
                words += f" {_amount(rest, small_unit)}"
            break
    return f"in {words}" if seconds >= 0 else f"{words} ago"


def _amount(count: int, unit: str) -> str:
    return f"{count} {unit}s" if unit == "day" and count != 1 else f"{count} {unit}"


def countdown(moment: datetime, *, now: datetime) -> SafeString:
    """Write the time until `moment` as an element that the script keeps true; `now` sets the script's clock right."""
    return format_html(
        '<time data-countdown data-now="{}" datetime="{}">{}</time>',
        now.isoformat(timespec="milliseconds"),
        moment.isoformat(timespec="seconds"),
        distance_words((moment - now).total_seconds()),
    )
