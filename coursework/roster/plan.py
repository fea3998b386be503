"""What a roster would change: plain values that a page shows, a hash fixes and a service carries out."""

import hashlib
from dataclasses import dataclass, field

from coursework.roster.columns import LABELS, ROLE, ROLE_LABELS
from coursework.roster.reading import RosterRow, RowProblem


@dataclass(frozen=True, slots=True)
class Membership:
    """How a person is in the course; `section` is a name, "" for none."""

    enrollment: int
    role: str
    section: str
    id_number: str
    active: bool


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a row may mean, with its place in the course if it has one."""

    pk: int
    username: str
    email: str
    first_name: str = ""
    last_name: str = ""
    name_open: bool = False  # the name is still the course's to write: nobody has ever used the account
    membership: Membership | None = None
    launched: bool = False  # made by a click in an LMS: whose name and address these are, only the LMS says

    @property
    def name(self) -> str:
        """The full name where there is one, else the user name."""
        return f"{self.first_name} {self.last_name}".strip() or self.username


@dataclass(frozen=True, slots=True)
class KnownCourse:
    """A course as a roster is held against it: who is in it or could be meant, and its sections."""

    accounts: tuple[Account, ...] = ()
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a person, as it is and as it will be."""

    field: str
    old: str
    new: str

    @property
    def label(self) -> str:
        """The field in words."""
        return LABELS.get(self.field, "In the course")

    @property
    def old_shown(self) -> str:
        """What it is, in words."""
        return self._shown(self.old)

    @property
    def new_shown(self) -> str:
        """What it will be, in words."""
        return self._shown(self.new)

    def _shown(self, value: str) -> str:
        return ROLE_LABELS[value] if self.field == ROLE else value or "none"


@dataclass(frozen=True, slots=True)
class Addition:
    """Somebody who is not in the course yet. With an account: only its place in the course is new."""

    row: RosterRow
    username: str
    role: str
    section: str
    id_number: str
    account: Account | None = None
    notes: tuple[str, ...] = ()

    @property
    def role_label(self) -> str:
        """The role in words."""
        return ROLE_LABELS[self.role]

    @property
    def name(self) -> str:
        """The name as the file has it, else the user name."""
        return f"{self.row.first_name} {self.row.last_name}".strip() or self.username


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Somebody in the course, with what changes; nothing may."""

    row: RosterRow
    account: Account
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a roster would change. Rows with problems are in none of the lists but the last."""

    additions: tuple[Addition, ...] = ()
    changes: tuple[PersonChange, ...] = ()
    unchanged: tuple[PersonChange, ...] = ()
    leaving: tuple[Account, ...] = ()
    new_sections: tuple[str, ...] = ()
    problems: tuple[RowProblem, ...] = field(default=())

    @property
    def good_rows(self) -> int:
        """How many rows can be taken."""
        return len(self.additions) + len(self.changes) + len(self.unchanged)

    @property
    def wrong_rows(self) -> int:
        """How many rows can't be taken."""
        return len({problem.row for problem in self.problems})

    @property
    def changes_something(self) -> bool:
        """True if carrying it out would do anything."""
        return bool(self.additions or self.changes or self.leaving)

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything it does, a line for each act: two plans with equal lines do the same."""
        return tuple(
            [f"New section {name!r}" for name in self.new_sections]
            + [_addition(one) for one in self.additions]
            + [_change(one) for one in self.changes]
            + [f"{account.username} leaves the course" for account in self.leaving]
            + [f"Row {one.row}, {one.column}: {one.value!r}. {one.message}" for one in self.problems]
        )

    @property
    def fingerprint(self) -> str:
        """A hash of `lines`: what was previewed and what is carried out have the same one."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()


def _addition(one: Addition) -> str:
    what = "joins with the account that exists" if one.account else f"is new, {one.row.email!r}, {one.name!r}"
    return f"{one.username} {what}: {one.role}, section {one.section!r}, id number {one.id_number!r}"


def _change(one: PersonChange) -> str:
    what = "; ".join(f"{change.label} {change.old!r} to {change.new!r}" for change in one.differences)
    return f"{one.account.username}: {what}"
