"""The form of an assignment: its times as clocks in the course's zone show them, and what lateness costs."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from coursework.deadlines import LatePolicy, Window
from coursework.forms_setup.fields import LocalTimeField, SlugField, free_slug, shown_local
from coursework.models import Assignment, Course
from coursework.moved_times import local_of
from coursework.selectors.setup import WindowChange, window_change

TIMES = ("opens_at", "due_at", "closes_at")
LATE = {  # what an empty field means; label; hint
    "late_percent_per_day": (
        0,
        "Late: percent off for each day begun",
        "Of the points earned. 0: lateness costs nothing.",
    ),
    "late_most_percent": (100, "Late: percent off at most", "However late it comes, no more than this is taken off."),
}
# After a course's own address stand these pages of it, where else an assignment's short name does.
RESERVED = ("dashboard", "gradebook", "history", "lms", "regrades", "reports", "webhooks")


class AssignmentForm(forms.Form):
    """Makes an assignment of `course`, or changes `assignment`; a change that moves hand-ins asks first."""

    title = forms.CharField(
        max_length=120, label="Title", error_messages={"required": "Missing: what students know the assignment by."}
    )
    slug = SlugField(longest=60, reserved=RESERVED, required=False, label="Short name in addresses")

    def __init__(self, *args: Any, course: Course, assignment: Assignment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course, self.assignment = course, assignment
        self.change: WindowChange | None = None
        self._add_times()
        for name, (default, label, hint) in LATE.items():
            self.fields[name] = forms.IntegerField(
                min_value=0,
                max_value=100,
                required=False,
                initial=default if assignment is None else getattr(assignment, name),
                label=label,
                help_text=hint,
                error_messages=_percent_errors(),
            )
        self.fields["confirm"] = forms.BooleanField(required=False, label="Yes, change it")
        if assignment is None:
            self.fields["slug"].help_text = "Letters, digits and hyphens. Empty: made from the title."
            return
        self.fields["title"].initial, self.fields["slug"].initial = assignment.title, assignment.slug
        self.fields["slug"].required = True
        self.fields["slug"].help_text = "Another name changes the addresses of the assignment’s pages."

    def _add_times(self) -> None:
        stored: dict[str, datetime | None] = {
            name: getattr(self.assignment, name) if self.assignment else None for name in TIMES
        }
        labels = {
            "opens_at": ("Opens", "Hand-ins are accepted from here on."),
            "due_at": ("Due", "Hand-ins up to and including this very second are on time."),
            "closes_at": ("Closes", "Late hand-ins are accepted, and marked late, up to here. Empty: none are."),
        }
        for name, (label, hint) in labels.items():
            self.fields[name] = LocalTimeField(
                zone=self.course.time_zone,
                stored=stored[name],
                required=name != "closes_at",
                label=f"{label}, {self.course.time_zone} time",
                help_text=hint,
            )
        if self.assignment is None:
            for name, moment in _first_times(self.course.time_zone).items():
                self.fields[name].initial = moment

    def clean_slug(self) -> str:
        """Refuse a short name that another assignment of the course has."""
        slug: str = self.cleaned_data["slug"]
        taken = self._taken()
        if slug in taken:
            raise forms.ValidationError(f"{slug} is taken by another assignment of this course: choose another one.")
        return slug or free_slug(self.cleaned_data.get("title", ""), longest=60, taken=taken | {*RESERVED})

    def _taken(self) -> set[str]:
        others = self.course.assignments.all()
        if self.assignment is not None:
            others = others.exclude(pk=self.assignment.pk)
        return set(others.values_list("slug", flat=True))

    def clean(self) -> dict[str, Any]:
        """Keep the times in order, and ask before hand-ins change their standing."""
        cleaned = super().clean() or {}
        for name, (default, _label, _hint) in LATE.items():
            if name in cleaned and cleaned[name] is None:
                cleaned[name] = default
        if all(name in cleaned for name in TIMES) and self._in_order(cleaned) and self.assignment is not None:
            window = Window(cleaned["opens_at"], cleaned["due_at"], cleaned["closes_at"])
            self.change = window_change(self.assignment, window, self._late_policy(cleaned))
            if self.change.moves and not cleaned.get("confirm"):
                self.add_error("confirm", "Tick this to go ahead.")
        return cleaned

    def _late_policy(self, cleaned: dict[str, Any]) -> LatePolicy:
        """Return the policy that is wanted; where a field of it was refused, the stored value stands in."""
        assert self.assignment is not None  # only a change is held against what is stored
        stored = {name: getattr(self.assignment, name) for name in LATE}
        percents = {name: cleaned.get(name, stored[name]) for name in LATE}
        return LatePolicy(percents["late_percent_per_day"], percents["late_most_percent"])

    def _in_order(self, cleaned: dict[str, Any]) -> bool:
        opens_at, due_at, closes_at = (cleaned[name] for name in TIMES)
        if due_at <= opens_at:
            self.add_error("due_at", f"{self._shown(due_at)} is not after the opening, {self._shown(opens_at)}.")
            return False
        if closes_at is not None and closes_at < due_at:
            self.add_error("closes_at", f"{self._shown(closes_at)} is before the due time, {self._shown(due_at)}.")
            return False
        return True

    def _shown(self, moment: datetime) -> str:
        return shown_local(moment, self.course.time_zone).replace("T", " ")

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the row, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("title", "slug", *TIMES, *LATE)}


def _percent_errors() -> dict[str, str]:
    allowed = "write a whole number from 0 to 100."
    return {
        "invalid": f"Not a whole number: {allowed}",
        "min_value": f"Less than nothing can’t be taken off: {allowed}",
        "max_value": f"More than all the points can’t be taken off: {allowed}",
    }


def _first_times(zone: str) -> dict[str, str]:
    """Propose times: open from the next full hour, due at the last minute of the day in two weeks."""
    now = local_of(timezone.now(), zone)
    opens_at = now.replace(minute=0, second=0) + timedelta(hours=1)
    due_at = now.replace(hour=23, minute=59) + timedelta(days=14)
    return {"opens_at": f"{opens_at:%Y-%m-%dT%H:%M}", "due_at": f"{due_at:%Y-%m-%dT%H:%M}"}
