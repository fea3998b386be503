"""How times of days on which clocks change are told on pages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from coursework import local_times

register = template.Library()


@register.filter
def which_of_two(moment: datetime, zone: str) -> str:
    """Say which instant is meant where its clock time comes twice that night; "" where it comes once."""
    return local_times.which_of_two(moment, ZoneInfo(zone))
