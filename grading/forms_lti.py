"""Forms around launches from an LMS."""

from typing import Any

from django import forms

from coursework.forms_setup.courses import RESERVED
from coursework.forms_setup.fields import TimeZoneField, free_slug, time_zones
from coursework.models import Assignment, Course, Section, Task, User
from coursework.selectors.setup import taught_courses
from grading.lti.content_items import Choice
from grading.models import LmsCourse, LmsLink
from grading.services.lti.deep_linking import choices_in

NEW, COURSE = "new", "course"
_MISSING = "Missing: choose one."


class ConnectForm(forms.Form):
    """Says which course here a course of the LMS is: one that the person teaches, or a new one."""

    course = forms.ChoiceField(label="Course here", widget=forms.RadioSelect, error_messages={"required": _MISSING})
    title = forms.CharField(max_length=120, required=False, label="Title of the new course")
    time_zone = TimeZoneField(
        required=False, label="Its time zone", help_text="All times of the course are given and shown in it."
    )

    def __init__(self, *args: Any, user: User, title: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taught = list(taught_courses(user))
        self.time_zones = time_zones()
        course = self.fields["course"]
        assert isinstance(course, forms.ChoiceField)
        course.choices = [*((str(one.pk), one.title) for one in self.taught), (NEW, "A new course")]
        course.initial = str(self.taught[0].pk) if self.taught else NEW
        if not self.taught:
            course.widget = forms.HiddenInput()
        self.fields["title"].initial = title[:120]
        self.fields["time_zone"].initial = self.taught[0].time_zone if self.taught else "UTC"

    def clean(self) -> dict[str, Any]:
        """Turn the choice into a course, or make the new one's short name."""
        cleaned = super().clean() or {}
        chosen = cleaned.get("course")
        if chosen == NEW:
            for name, words in (("title", "what students know the course by"), ("time_zone", "a time zone")):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, f"Missing: {words}.")
            taken = set(Course.objects.values_list("slug", flat=True)) | set(RESERVED)
            cleaned["slug"] = free_slug(cleaned.get("title") or "course", longest=60, taken=taken)
        cleaned["course"] = next((one for one in self.taught if str(one.pk) == chosen), None)
        return cleaned


class LinkForm(forms.Form):
    """Says what a link of the LMS opens."""

    opens = forms.ChoiceField(
        label="What shall this link open?", widget=forms.RadioSelect, error_messages={"required": _MISSING}
    )

    def __init__(self, *args: Any, course: Course, link: LmsLink | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = choices_in(course)
        opens = self.fields["opens"]
        assert isinstance(opens, forms.ChoiceField)
        opens.choices = [*((one.key, labelled(one)) for one in self.known), (COURSE, "All tasks of the course")]
        if link is not None:
            same = (one.key for one in self.known if (one.assignment, one.task) == (link.assignment, link.task))
            opens.initial = next(same, COURSE if link.assignment is None else None)

    @property
    def target(self) -> tuple[Assignment | None, Task | None]:
        """The chosen assignment and task; neither for the course as a whole."""
        chosen = next((one for one in self.known if one.key == self.cleaned_data["opens"]), None)
        return (chosen.assignment, chosen.task) if chosen else (None, None)


class DeepLinkForm(forms.Form):
    """Says which links are put into the LMS's course: one, or several if it takes them."""

    def __init__(self, *args: Any, course: Course, several: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = choices_in(course)
        choices = [(one.key, labelled(one)) for one in self.known]
        if several:
            self.fields["links"] = forms.MultipleChoiceField(
                label="Link to",
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": "Missing: choose at least one."},
            )
        else:
            self.fields["links"] = forms.ChoiceField(
                label="Link to", choices=choices, widget=forms.RadioSelect, error_messages={"required": _MISSING}
            )

    @property
    def chosen(self) -> list[Choice]:
        """What was chosen, in the course's order."""
        links = self.cleaned_data["links"]
        keys = links if isinstance(links, list) else [links]
        return [one for one in self.known if one.key in keys]


class LmsCourseForm(forms.Form):
    """Changes how a connected course of the LMS is treated."""

    section = forms.ModelChoiceField(
        queryset=Section.objects.none(),
        required=False,
        empty_label="No section",
        label="Section",
        help_text="New students from there get it.",
        error_messages={"invalid_choice": "This section was deleted meanwhile: choose another one."},
    )
    roster_scheduled = forms.BooleanField(
        required=False,
        label="Read the roster every night",
        help_text="Who is new gets a place without a click. Who left loses it, but never many at once.",
    )

    def __init__(self, *args: Any, lms_course: LmsCourse, **kwargs: Any) -> None:
        kwargs["prefix"] = f"lms{lms_course.pk}"  # several of them stand on one page
        super().__init__(*args, **kwargs)
        self.lms_course = lms_course
        section = self.fields["section"]
        assert isinstance(section, forms.ModelChoiceField)
        section.queryset = Section.objects.filter(course=lms_course.course_id)
        section.initial = lms_course.section_id
        self.fields["roster_scheduled"].initial = lms_course.roster_scheduled
        if not section.queryset.exists():
            del self.fields["section"]


def labelled(choice: Choice) -> str:
    """Name a choice in a list: tasks behind their assignment."""
    if choice.task is None:
        return choice.assignment.title
    return f"{choice.assignment.title}: {choice.task.title}"
