"""What staff choose of a course's downloads."""

from typing import Any

from django import forms
from django.utils import timezone

from coursework.addresses import NO_SECTION
from coursework.models import Assignment, Course, Section, Task
from coursework.selectors.tasks import in_order
from grading.reports.registry import LEFT_OUT, REPORTS, Report
from grading.reports.scope import Scope

FIRST = "grades"
WHOLE_COURSE = ""

_UNKNOWN = "“%(value)s” can’t be chosen. Choose {}."


class ReportForm(forms.Form):
    """What, of which work, of whom."""

    what = forms.ChoiceField(
        label="What",
        choices=[(report.key, report.label) for report in REPORTS.values()],
        error_messages={"invalid_choice": _UNKNOWN.format(f"one of {', '.join(REPORTS)}")},
    )
    work = forms.ChoiceField(
        label="Of which work",
        required=False,
        error_messages={"invalid_choice": _UNKNOWN.format("an assignment or a task of this course, or nothing")},
    )
    section = forms.ChoiceField(
        label="Of whom",
        required=False,
        error_messages={"invalid_choice": _UNKNOWN.format("a section of this course, “none”, or nothing")},
    )

    def __init__(self, *, course: Course, data: dict[str, Any]) -> None:
        """Offer the course's assignments, tasks and sections."""
        super().__init__({"what": FIRST, **data})
        self.course = course
        self._tasks = list(
            in_order(Task.objects.filter(assignment__course=course))
            .select_related("assignment__course")
            .prefetch_related("course_seeds")
        )
        self._sections = list(Section.objects.filter(course=course))
        self._choices("work", self._work_choices())
        sections = [(str(section.pk), section.name) for section in self._sections]
        self._choices("section", [("", "All students"), *sections, (NO_SECTION, "Students without a section")])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _work_choices(self) -> list[Any]:
        by_assignment: dict[Assignment, list[Task]] = {}
        for task in self._tasks:
            by_assignment.setdefault(task.assignment, []).append(task)
        return [
            (WHOLE_COURSE, "The whole course"),
            *(
                (
                    assignment.title,
                    [
                        (assignment.slug, f"All of {assignment.title}"),
                        *((f"{assignment.slug}/{task.slug}", task.title) for task in tasks),
                    ],
                )
                for assignment, tasks in by_assignment.items()
            ),
        ]

    @property
    def report(self) -> Report:
        """The kind of download; of a valid form."""
        return REPORTS[self.cleaned_data["what"]]

    @property
    def scope(self) -> Scope:
        """Which tasks and students; of a valid form."""
        work, section = self.cleaned_data["work"], self.cleaned_data["section"]
        return Scope(
            course=self.course,
            tasks=[task for task in self._tasks if work in (WHOLE_COURSE, *_names(task))],
            now=timezone.now(),
            section=next((one for one in self._sections if str(one.pk) == section), None),
            without_section=section == NO_SECTION,
        )


class DownloadForm(ReportForm):
    """The same, and as which file."""

    format = forms.CharField(label="Format", error_messages={"required": "Name one: csv, xlsx, zip, pdf or left-out."})

    def clean_format(self) -> str:
        wanted: str = self.cleaned_data["format"]
        report = REPORTS.get(self.cleaned_data.get("what", ""))
        if report is not None and wanted not in (*report.files, LEFT_OUT):
            allowed = ", ".join((*report.files, LEFT_OUT))
            raise forms.ValidationError(f"“{wanted[:40]}” is no format of {report.label}. Choose one of {allowed}.")
        return wanted


def _names(task: Task) -> tuple[str, str]:
    return task.assignment.slug, f"{task.assignment.slug}/{task.slug}"
