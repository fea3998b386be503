"""Forms of the exchange of files with an LMS."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from coursework.addresses import whole_number
from coursework.models import Course, Section
from coursework.roster.text import shown
from grading.lms.columns import TaskColumn
from grading.lms.layout import IDENTIFIER_WORDS, Identifier, LmsFile
from grading.lms.matching import Person
from grading.lms.recognising import read_lms_file
from grading.lms.table import MOST_BYTES, FileRefused
from grading.lms.writing import IDENTIFIERS
from grading.models import LmsSystem
from grading.services.lms.uploads import LmsUpload

_LONGEST_NAME = 120


class LmsUploadForm(forms.Form):
    """An LMS's gradebook to be filled in. After `is_valid`, `content` are its bytes."""

    file = forms.FileField(
        label="Gradebook file",
        allow_empty_file=True,  # the reader says it better
        help_text="As Canvas, Moodle or Blackboard gave it to you, best not opened in a spreadsheet before.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xls,text/csv,text/tab-separated-values"}),
        error_messages={"required": "Choose the file that your LMS exported: CSV or text, at most 4 MB."},
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Read the file; raises ValidationError where it can't be read."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"The file has {upload.size:,} bytes: at most {MOST_BYTES:,} (4 MB).")
        self.content = upload.read()
        try:
            read_lms_file(self.content)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        return upload

    @property
    def upload(self) -> LmsUpload:
        """What is to be kept of it."""
        return LmsUpload(self.content, str(self.cleaned_data["file"].name or "")[-_LONGEST_NAME:])


class OwnFileForm(forms.Form):
    """A file of our own data: for which system, of whom and what. Read from an address."""

    system = forms.ChoiceField(choices=LmsSystem.choices, label="LMS")
    identifier = forms.ChoiceField(
        required=False,
        label="Students are known there by",
        choices=[("", "What is usual there"), *((kind.value, IDENTIFIER_WORDS[kind]) for kind in Identifier)],
        help_text="Usual: Canvas the id number, Moodle the e-mail address, Blackboard the username.",
    )
    section = forms.ModelChoiceField(Section.objects.none(), required=False, empty_label="All sections")
    tasks = forms.MultipleChoiceField(
        label="Tasks",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one task."},
    )
    unreleased = forms.BooleanField(
        required=False,
        label="Also grades that are not released",
        help_text="The LMS shows them to students as soon as you upload the file.",
    )

    def __init__(
        self, *args: Any, course: Course, tasks: Sequence[TaskColumn], may_release: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = Section.objects.filter(course=course)  # type: ignore[attr-defined]
        self.fields["tasks"].choices = [(str(task.pk), task.title) for task in tasks]  # type: ignore[attr-defined]
        if not may_release:
            del self.fields["unreleased"]

    def clean(self) -> dict[str, Any]:
        """Take the usual identifier where none is chosen."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if "system" in found and not self.errors.get("identifier"):
            usual = IDENTIFIERS[LmsSystem(found["system"])][0]
            found["identifier"] = Identifier(found.get("identifier") or usual)
        return found

    @property
    def wanted(self) -> dict[str, Any]:
        """What `own_file` takes."""
        found = self.cleaned_data
        return {
            "system": LmsSystem(found["system"]),
            "identifier": found["identifier"],
            "tasks": [int(pk) for pk in found["tasks"]],
            "section": found["section"],
            "unreleased": found.get("unreleased", False),
        }

    @property
    def again(self) -> list[tuple[str, str]]:
        """The same wishes as fields of a form."""
        section = self.wanted["section"]
        fields = [("system", self.wanted["system"].value), ("identifier", self.wanted["identifier"].value)]
        fields += [("section", str(section.pk))] if section else []
        fields += [("unreleased", "on")] if self.wanted["unreleased"] else []
        return fields + [("tasks", str(pk)) for pk in self.wanted["tasks"]]


@dataclass(frozen=True, slots=True)
class ChoicesRead:
    """What a person chose on the preview, and what of it can't be."""

    upload: LmsUpload
    problems: tuple[str, ...] = ()


def read_choices(
    post: QueryDict,
    upload: LmsUpload,
    *,
    file: LmsFile,
    tasks: Sequence[TaskColumn],
    people: Sequence[Person],
    may_release: bool,
) -> ChoicesRead:
    """Read columns, rows chosen by hand and ticks. What can't be understood is a problem, never taken silently."""
    problems: list[str] = []
    columns = _columns(post, file, tasks, problems)
    read = replace(
        upload,
        columns=tuple(columns.items()),
        by_hand=tuple(_by_hand(post, file, people, problems).items()),
        other_most=tuple(task.pk for task in tasks if post.get(f"most-{task.pk}") and task.pk in columns),
        overwrite=bool(post.get("overwrite")),
        unreleased=bool(post.get("unreleased")) and may_release,
        whole=bool(post.get("whole")),
    )
    return ChoicesRead(read, tuple(problems))


def _columns(post: QueryDict, file: LmsFile, tasks: Sequence[TaskColumn], problems: list[str]) -> dict[int, int]:
    found: dict[int, int] = {}
    used: dict[int, TaskColumn] = {}
    for task in tasks:
        said = post.get(f"column-{task.pk}", "")
        if not said:
            continue
        position = whole_number(said)
        column = file.column(position) if position is not None else None
        if column is None:
            problems.append(
                f"{task.title}: the file has no points in a column {shown(said)!r}. Choose one of the list."
            )
        elif column.position in used:
            problems.append(
                f"{task.title}: {column.title} is chosen for {used[column.position].title}, too. "
                "A column takes the points of one task."
            )
        else:
            used[column.position] = task
            found[task.pk] = column.position
    if not found and not problems:
        problems.append("No column is chosen. Choose for at least one task the column that its points go into.")
    return found


def _by_hand(post: QueryDict, file: LmsFile, people: Sequence[Person], problems: list[str]) -> dict[int, int]:
    known = {person.pk for person in people}
    found: dict[int, int] = {}
    for row in file.people:
        said = post.get(f"row-{row.number}", "")
        if not said:
            continue
        person = whole_number(said)
        if person is None or person not in known:
            problems.append(f"Row {row.shown_number:,}: {shown(said)!r} is no student of the course.")
        else:
            found[row.number] = person
    return found
