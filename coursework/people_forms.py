"""Forms of a course's people, sections and roster."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from coursework.addresses import search_in, section_in
from coursework.models import Course, Role, Section
from coursework.roster import MOST_BYTES, Plan, Roster, RosterRow, read_roster
from coursework.roster.columns import LABELS, LONGEST
from coursework.roster.text import tidy, unshowable
from coursework.selectors.people import SORTS

ACTIVE = {"yes": True, "left": False, "all": None}


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What of a list of people is shown, as an address has it; what can't be understood there is left out."""

    search: str = ""
    role: str = ""
    section: str = ""
    active: str = "yes"
    sort: str = "name"
    descending: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> "PeopleFilter":
        """Read the part of an address after the question mark."""
        role = query.get("role", "")
        active, sort = query.get("active", "yes"), query.get("sort", "name")
        return cls(
            search=search_in(query),
            role=role if role in Role.values else "",
            section=section_in(query),
            active=active if active in ACTIVE else "yes",
            sort=sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "name",
            descending=sort.startswith("-") and sort[1:] in SORTS,
        )

    @property
    def narrows(self) -> bool:
        """True if it may leave somebody out who is in the course."""
        return bool(self.search or self.role or self.section or self.active != "yes")

    def query(self, *, sort: str | None = None, page: int | None = None) -> str:
        """Write it as an address has it, with another order or page."""
        parts = {
            "q": self.search,
            "role": self.role,
            "section": self.section,
            "active": self.active if self.active != "yes" else "",
            "sort": sort if sort is not None else f"{'-' if self.descending else ''}{self.sort}",
            "page": str(page) if page else "",
        }
        return urlencode({name: value for name, value in parts.items() if value})


class PlainTextField(forms.CharField):
    """A short text in one line: single spaces, no characters that can't be shown."""

    def to_python(self, value: Any) -> str:
        """Tidy the text; raises ValidationError for what can't be shown."""
        text = super().to_python(value) or ""
        if unshowable(text):
            raise forms.ValidationError("Has a line break or a character that can't be shown: write it in plain text.")
        return tidy(text)


class SectionChoice(forms.ModelChoiceField[Section]):
    """One of a course's sections, or none."""

    def __init__(self, course: Course) -> None:
        super().__init__(Section.objects.filter(course=course), required=False, empty_label="No section")


class PersonForm(forms.Form):
    """A person's place in the course."""

    role = forms.ChoiceField(choices=Role.choices, label="Role")
    id_number = PlainTextField(
        required=False,
        max_length=LONGEST["id_number"],
        label="Id number",
        help_text="The person's number at the school, by which its other systems know them.",
    )
    active = forms.BooleanField(
        required=False,
        label="In the course",
        help_text="Off: sees the course no more. What was handed in stays, and you can take the person back.",
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"] = SectionChoice(course)
        self.order_fields(["role", "section", "id_number", "active"])


class NewPersonForm(forms.Form):
    """Somebody to be added: a roster of one row, with the same rules."""

    username = PlainTextField(required=False, max_length=LONGEST["username"], label="Username")
    email = PlainTextField(
        required=False,
        max_length=LONGEST["email"],
        label="E-mail",
        help_text="One of the two at least. Without a username, the e-mail is it.",
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    first_name = PlainTextField(required=False, max_length=LONGEST["first_name"], label="First name")
    last_name = PlainTextField(required=False, max_length=LONGEST["last_name"], label="Last name")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.STUDENT, label="Role")
    id_number = PlainTextField(required=False, max_length=LONGEST["id_number"], label="Id number")
    previewed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"] = SectionChoice(course)
        self.order_fields(["username", "email", "first_name", "last_name", "role", "section", "id_number"])
        for name in ("username", "email", "first_name", "last_name"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    @property
    def roster(self) -> Roster:
        """The person as a roster has them."""
        cells = self.cleaned_data
        section = cells["section"]
        names = ("username", "email", "first_name", "last_name", "role", "id_number")
        row = RosterRow(number=1, section=section.name if section else "", **{name: cells[name] for name in names})
        return Roster(rows=(row,))

    def add_problems(self, plan: Plan) -> None:
        """Put what the roster's rules say against the person at the fields that it is about."""
        fields = {label: name for name, label in LABELS.items()}
        for problem in plan.problems:
            said = f"{problem.value!r} {problem.message[0].lower()}{problem.message[1:]}"
            self.add_error(fields[problem.column], said if problem.value else problem.message)


class SectionForm(forms.Form):
    """A section's name."""

    name = PlainTextField(
        max_length=LONGEST["section"],
        label="Name",
        help_text="Such as Lab 1. At most 60 characters.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RosterForm(forms.Form):
    """A roster to be looked at. After `is_valid`, `roster` is what was read and `content` the file's bytes."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # the reader says it better
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/tab-separated-values"}),
        error_messages={"required": "Choose a file: CSV or TSV, at most 2 MB."},
    )
    deactivate_missing = forms.BooleanField(
        required=False,
        label="Deactivate students who are missing in the file",
        help_text="They see the course no more; what they handed in stays. Staff are never deactivated by a roster.",
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Read the file; raises ValidationError where it can't be read as a whole."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"The file has {upload.size:,} bytes: at most {MOST_BYTES:,} (2 MB).")
        self.content = upload.read()
        self.roster = read_roster(self.content)
        if self.roster.refusal:
            raise forms.ValidationError(self.roster.refusal)
        return upload
