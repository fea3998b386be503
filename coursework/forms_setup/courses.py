"""Forms of a course, and of its copy for the next term."""

from datetime import date
from typing import Any

from django import forms

from coursework.forms_setup.fields import SlugField, TimeZoneField, WholeNumberField, free_slug, time_zones
from coursework.models import Course
from coursework.moved_times import local_of

RESERVED = ("new",)  # /setup/new/ makes a course
MOST_WEEKS = 520


class _NamedForm(forms.Form):
    """A title, and the short name of the address that is made from it if left empty."""

    title = forms.CharField(
        max_length=120,
        label="Title",
        help_text="Such as: Introduction to neural networks, autumn 2026.",
        error_messages={"required": "Missing: what students know the course by."},
    )
    slug = SlugField(longest=60, reserved=RESERVED, required=False, label="Short name in addresses")

    def __init__(self, *args: Any, course: Course | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = course
        self.fields["slug"].help_text = "Letters, digits and hyphens. Empty: made from the title."

    def _others(self) -> set[str]:
        others = Course.objects.exclude(pk=self.course.pk) if self.course else Course.objects.all()
        return set(others.values_list("slug", flat=True))

    def clean(self) -> dict[str, Any]:
        """Make a short name where none was given; refuse one that is taken."""
        cleaned = super().clean() or {}
        slug = cleaned.get("slug")
        if slug is not None and slug in self._others():
            self.add_error("slug", f"{slug} is taken by another course: choose another one.")
        if slug == "" and cleaned.get("title"):
            cleaned["slug"] = free_slug(cleaned["title"], longest=60, taken=self._others() | set(RESERVED))
        return cleaned


class CourseForm(_NamedForm):
    """Makes a course, or changes `course`."""

    time_zone = TimeZoneField(
        label="Time zone", initial="UTC", help_text="All times of the course are given and shown in it."
    )
    assistants_release = forms.BooleanField(
        required=False,
        label="Teaching assistants release grades",
        help_text="They show grades to students and take that back. Without it, instructors alone do.",
    )
    assistants_edit_rubric = forms.BooleanField(
        required=False,
        label="Teaching assistants change rubrics and how tasks are graded",
        help_text="A change moves everybody’s points. Without it, they grade by what instructors made.",
    )

    def __init__(self, *args: Any, course: Course | None = None, **kwargs: Any) -> None:
        super().__init__(*args, course=course, **kwargs)
        self.time_zones = time_zones()
        if course is None:
            return
        for name in ("title", "slug", "time_zone", "assistants_release", "assistants_edit_rubric"):
            self.fields[name].initial = getattr(course, name)
        self.fields["slug"].required = True
        self.fields["slug"].help_text = (
            "Another name changes the addresses of all the course’s pages: links to them that were sent around stop "
            "working. The join code stays as it is."
        )
        self.fields["time_zone"].help_text = (
            "All times of the course are given and shown in it. Another zone moves no deadline: what is due at one "
            "instant stays due at it, and its clock time is shown in the new zone."
        )


class CourseCopyForm(_NamedForm):
    """Says what of a course comes along to the next term, and how much later it takes place."""

    weeks = WholeNumberField(
        low=-MOST_WEEKS, high=MOST_WEEKS, required=False, initial=26, label="Move all times by so many weeks"
    )
    starts_on = forms.DateField(
        required=False,
        label="Or: the day on which the first assignment opens",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="If it is given, all times move by as many days, and the weeks do not count.",
        error_messages={"invalid": "This can’t be read as a day: write it as 2027-03-01."},
    )
    with_seeds = forms.BooleanField(
        required=False,
        label="Copy the course seeds",
        help_text="This term’s students may have seen them. Without it you draw new ones for each task.",
    )
    with_sections = forms.BooleanField(required=False, label="Copy the sections", help_text="Their names, no people.")
    with_join_code = forms.BooleanField(
        required=False, label="Make a join code", help_text="You can also do so later. The old course keeps its own."
    )

    def __init__(self, *args: Any, source: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = source.assignments.order_by("opens_at").first()
        self.first_day = local_of(first.opens_at, source.time_zone).date() if first else None
        self.fields["title"].initial = source.title
        weeks = self.fields["weeks"]
        weeks.help_text = "Days of the week and times of day stay the same, also across a change of the clocks."
        if self.first_day is None:
            del self.fields["starts_on"]

    def clean_starts_on(self) -> date | None:
        """Refuse a day that is more than ten years away from the present one: a slip of the finger."""
        day: date | None = self.cleaned_data["starts_on"]
        if day and self.first_day and abs((day - self.first_day).days) > 7 * MOST_WEEKS:
            raise forms.ValidationError(
                f"{day:%Y-%m-%d} is not allowed: at most ten years from {self.first_day:%Y-%m-%d}."
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Turn both ways of saying it into days; nothing said means that the times stay."""
        cleaned = super().clean()
        day = cleaned.get("starts_on")
        cleaned["days"] = (day - self.first_day).days if day and self.first_day else 7 * (cleaned.get("weeks") or 0)
        return cleaned
