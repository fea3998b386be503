"""The form of an extension."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from coursework.deadlines import MoreTime
from coursework.local_times import CourseTimeField
from coursework.models import Assignment, Course, Enrollment, Extension, Section
from coursework.people_forms import PlainTextField
from coursework.selectors.extensions import students_of

STUDENT, SECTION = "student", "section"


class ExtensionTimesForm(forms.Form):
    """Until when, and why. `previewed` is what the effect was last shown of: only that is granted."""

    target: Enrollment | Section  # who gets the time; of a valid form
    previewed = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, course: Course, assignment: Assignment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course, self.assignment = course, assignment
        zone = course.time_zone
        self.fields["due_at"] = CourseTimeField(
            zone=zone,
            label="Due",
            help_text=f"{zone} time. Hand-ins up to and including this instant are on time.",
            error_messages={"required": "Say until when hand-ins are on time."},
        )
        self.fields["closes_at"] = CourseTimeField(
            zone=zone,
            required=False,
            label="Late hand-ins until",
            help_text=f"{zone} time. Empty: as for everybody else.",
        )
        self.fields["reason"] = PlainTextField(
            required=False, max_length=200, label="Reason", help_text="Only staff see it."
        )

    def clean(self) -> dict[str, Any]:
        """Refuse times that give nobody more."""
        cleaned = super().clean() or {}
        due_at, closes_at = cleaned.get("due_at"), cleaned.get("closes_at")
        if due_at and self.assignment and due_at <= self.assignment.due_at:
            theirs = self._written(self.assignment.due_at)
            self.add_error("due_at", f"{self._written(due_at)} is not after the class’s due time, {theirs}.")
        if due_at and closes_at and closes_at < due_at:
            message = f"{self._written(closes_at)} is before the due time: give {self._written(due_at)} or later."
            self.add_error("closes_at", message)
        return cleaned

    def _written(self, moment: datetime) -> str:
        field = self.fields["due_at"]
        assert isinstance(field, CourseTimeField)
        local = moment.astimezone(field.zone)
        return f"{local:%a} {local.day} {local:%b %Y, %H:%M}" + (f"{local::%S}" if local.second else "")

    @property
    def more(self) -> MoreTime:
        """The times of a valid form."""
        return MoreTime(self.cleaned_data["due_at"], self.cleaned_data["closes_at"])

    @property
    def summary(self) -> str:
        """All that has an effect, in a line that is compared, not shown."""
        target, more = self.target, self.more
        kind = STUDENT if isinstance(target, Enrollment) else SECTION
        assert self.assignment is not None  # a valid form has one
        return f"{self.assignment.pk} {kind}-{target.pk} {more.due_at.isoformat()} {more.closes_at}"


class NewExtensionForm(ExtensionTimesForm):
    """An extension to be granted: of what, for whom, until when."""

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, course=course, **kwargs)
        assignments: QuerySet[Assignment] = Assignment.objects.filter(course=course).order_by("-due_at", "pk")
        self.fields["assignment"] = forms.ModelChoiceField(
            assignments, label="Assignment", empty_label=None if len(assignments) == 1 else "Choose one"
        )
        self._sections = {f"{SECTION}-{one.pk}": one for one in Section.objects.filter(course=course)}
        self._students = {f"{STUDENT}-{one.pk}": one for one in students_of(course)}
        self.fields["target"] = forms.ChoiceField(
            label="For", choices=self._choices(), error_messages={"required": "Choose a student or a section."}
        )
        self.order_fields(["target", "assignment", "due_at", "closes_at", "reason"])

    def _choices(self) -> list[Any]:
        choices: list[Any] = [("", "Choose one")]
        if self._sections:
            choices.append(("Sections", [(value, one.name) for value, one in self._sections.items()]))
        choices.append(
            (
                "Students",
                [(value, f"{one.user.display_name} ({one.user.username})") for value, one in self._students.items()],
            )
        )
        return choices

    def clean(self) -> dict[str, Any]:
        """Refuse a second extension of one assignment."""
        self.assignment = self.cleaned_data.get("assignment")
        cleaned = super().clean()
        if self.assignment is not None and cleaned.get("target"):
            student = self._students.get(cleaned["target"])
            self.target = student or self._sections[cleaned["target"]]
            of_target = {"enrollment" if student else "section": self.target}
            earlier = Extension.objects.filter(assignment=self.assignment, **of_target).first()
            if earlier:
                self.add_error("target", f"Has an extension to {self._written(earlier.due_at)} already: change that.")
        return cleaned


class ChangeExtensionForm(ExtensionTimesForm):
    """An extension that is there, with other times."""

    def __init__(self, *args: Any, extension: Extension, **kwargs: Any) -> None:
        super().__init__(
            *args,
            course=extension.assignment.course,
            assignment=extension.assignment,
            initial={name: getattr(extension, name) for name in ("due_at", "closes_at", "reason")},
            **kwargs,
        )
        found = extension.enrollment or extension.section
        assert found is not None  # a constraint of the table
        self.target = found
