"""How long things took or have been going on, in the one unit that fits."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Write a duration: 2.1 s, 45 s, 3 min, 2 h, 4 days; nothing known is a dash."""
    if value is None:
        return "–"
    seconds = max(0.0, value.total_seconds() if isinstance(value, timedelta) else float(value))
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 99.5 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 47.5 * 3600 else f"{seconds / 86400:.0f} days"


@register.filter
def since(value: datetime | None) -> str:
    """Write how long ago an instant was."""
    return duration(None if value is None else timezone.now() - value)
