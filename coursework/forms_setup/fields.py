"""Fields whose errors name the value and what is allowed instead."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from coursework.local_times import CourseTimeField
from engine.errors import printable

SLUG = re.compile(r"[A-Za-z0-9_-]+")


class WholeNumberField(forms.Field):
    """A whole number between two bounds; a comma may stand at the thousands, as pages write it."""

    def __init__(self, *, low: int, high: int, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.low, self.high = low, high
        self.allowed = f"a whole number from {low:,} to {high:,}"
        self.error_messages["required"] = f"Missing: {self.allowed}."

    def to_python(self, value: Any) -> int | None:
        """Read the number; raises ValidationError naming what is allowed."""
        text = str(value or "").strip().replace(",", "")
        if not text:
            return None
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,12}", text) else None
        if number is None or not self.low <= number <= self.high:
            raise ValidationError(f"{printable(value)} is not allowed: {self.allowed}.")
        return number


class DecimalField(forms.Field):
    """A number with so many decimals between two bounds."""

    def __init__(self, *, low: str, high: str, places: int, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.low, self.high, self.step = Decimal(low), Decimal(high), Decimal(1).scaleb(-places)
        self.allowed = f"a number from {low} to {high} with at most {places} decimal{'s' if places != 1 else ''}"
        self.error_messages["required"] = f"Missing: {self.allowed}."

    def to_python(self, value: Any) -> Decimal | None:
        """Read the number; raises ValidationError naming what is allowed."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            number = Decimal(text) if re.fullmatch(r"[+-]?[0-9.]{1,20}", text) else None
        except InvalidOperation:
            number = None
        if number is None or not self.low <= number <= self.high or number % self.step:
            raise ValidationError(f"{printable(text)} is not allowed: {self.allowed}, such as {self.step:f}.")
        return number


class SlugField(forms.CharField):
    """The short name that stands in an address."""

    def __init__(self, *, longest: int, reserved: tuple[str, ...] = (), **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        super().__init__(widget=forms.TextInput(attrs=attributes), **kwargs)
        self.longest, self.reserved = longest, reserved
        self.error_messages["required"] = "Missing: it stands in the address of every page below."

    def to_python(self, value: Any) -> str:
        """Read the name; raises ValidationError naming what is allowed."""
        text = super().to_python(value) or ""
        if not text:
            return ""
        if not SLUG.fullmatch(text) or len(text) > self.longest:
            allowed = f"1 to {self.longest} letters, digits, hyphens and underscores"
            raise ValidationError(f"{printable(text)} is not allowed: {allowed}.")
        if text.lower() in self.reserved:
            raise ValidationError(f"{text} is an address of this site itself: take another one.")
        return text


def free_slug(title: str, *, longest: int, taken: set[str]) -> str:
    """Make a short name from a title; a number at its end keeps it apart from those that are taken."""
    base = slugify(title)[:longest].strip("-_") or "untitled"
    if base not in taken:
        return base
    endings = (f"-{number}" for number in range(2, len(taken) + 3))
    return next(name for ending in endings if (name := base[: longest - len(ending)] + ending) not in taken)


class LocalTimeField(CourseTimeField):
    """A time of the course's clock that stands for an instant already stored.

    Sent back unchanged it stays that very instant, even in an hour that the clocks show twice.
    """

    def __init__(self, *, zone: str, stored: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(zone=zone, **kwargs)
        self.stored = stored
        self.initial = self.shown = self.prepare_value(stored) or ""
        if len(self.shown) > len("2026-05-01T12:00"):
            self.widget.attrs["step"] = 1
        self.error_messages["required"] = "Missing: a day and a time, such as 2026-05-01 23:59."

    def to_python(self, value: Any) -> datetime | None:
        """Read the time; raises ValidationError for what is no time, or one that the clocks skip."""
        if self.stored is not None and str(value or "").strip() == self.shown:
            return self.stored
        return super().to_python(value)


def shown_local(instant: datetime, zone: str) -> str:
    """Write an instant as the browser's picker takes it; seconds only where there are any."""
    return str(CourseTimeField(zone=zone).prepare_value(instant))


@cache
def time_zones() -> tuple[str, ...]:
    """List the time zones by name, those of a place first."""
    return tuple(sorted(available_timezones(), key=lambda name: ("/" not in name and name != "UTC", name)))


class TimeZoneField(forms.CharField):
    """The name of a time zone, typed or picked from the list that the page brings."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs=attributes), max_length=60, **kwargs)
        self.error_messages["required"] = "Missing: a time zone, such as Europe/Zurich."

    def to_python(self, value: Any) -> str:
        """Read the name, whatever its capitals; raises ValidationError for one that there is not."""
        text = super().to_python(value) or ""
        if not text:
            return ""
        known = {name.lower(): name for name in time_zones()}
        name = known.get(text.lower().replace(" ", "_"))
        if name is None:
            raise ValidationError(f"{printable(text)} is no time zone: take one of the list, such as Europe/Zurich.")
        return name
