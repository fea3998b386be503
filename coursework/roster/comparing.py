"""Holds a roster against a course: who is new, who changes and how, who is missing. Decides what a roster may touch.

Never the username or the e-mail of an account that exists, whoever's it is: by an e-mail a password can be set, so
changing one would be taking an account over. A name only while nobody has ever used the account (`name_open`).
An instructor's role, and anybody's place in the course who is not a student there, is never taken away.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from coursework.roster import columns
from coursework.roster.plan import Account, Addition, Difference, KnownCourse, Membership, PersonChange, Plan
from coursework.roster.reading import Roster, RosterRow, RowProblem
from coursework.roster.text import key, same, shown, tidy

STUDENT, INSTRUCTOR = "student", "instructor"
IN_COURSE, LEFT = "yes", "has left"
NAME_KEPT = "Name kept: people write their own once they use an account."
EMAIL_KEPT = "E-mail kept: a roster never changes that of an account."
USERNAME_ALLOWED = "letters, digits and . @ + - _"


def compare(roster: Roster, course: KnownCourse, *, deactivate_missing: bool = False) -> Plan:
    """Return what the roster would change in the course. Nobody is missing while a row has a problem."""
    comparison = _Comparison(course, roster.problems)
    for row in roster.rows:
        comparison.take(row)
    return comparison.plan(deactivate_missing=deactivate_missing and not roster.refusal)


def new_username(row: RosterRow) -> str:
    """Return the username of somebody new: the row's, else the e-mail, in the form in which accounts keep it."""
    return unicodedata.normalize("NFKC", row.username or row.email)


class _RowRefused(Exception):
    """A row can't be taken; says which field, its value and what is allowed."""

    def __init__(self, field: str, value: str, message: str) -> None:
        super().__init__(message)
        self.field, self.value, self.message = field, value, message


class _Comparison:
    """Takes rows one by one and keeps what each of them would do."""

    def __init__(self, course: KnownCourse, problems: Iterable[RowProblem]) -> None:
        self._accounts = _Accounts(course.accounts)
        self._sections = _Sections(course.sections)
        self._course = course
        self._seen: dict[str, int] = {}  # username or e-mail -> number of the row that has it
        self._rows: dict[int, int] = {}  # account -> number of the row that means it
        self._problems = list(problems)
        self._additions: list[Addition] = []
        self._changes: list[PersonChange] = []
        self._unchanged: list[PersonChange] = []

    def take(self, row: RosterRow) -> None:
        """Add what a row would do, or why it can't be taken."""
        if not row.sound:
            return
        try:
            account = self._accounts.meant_by(row)
            self._refuse_twice(row, account)
            if account is None or account.membership is None:
                self._additions.append(self._addition(row, account))
            else:
                change = self._change(row, account, account.membership)
                (self._changes if change.differences else self._unchanged).append(change)
        except _RowRefused as refused:
            label = columns.LABELS[refused.field]
            self._problems.append(RowProblem(row.number, label, shown(refused.value), refused.message))

    def plan(self, *, deactivate_missing: bool) -> Plan:
        """Return all that was taken."""
        return Plan(
            additions=tuple(self._additions),
            changes=tuple(self._changes),
            unchanged=tuple(self._unchanged),
            leaving=tuple(self._missing()) if deactivate_missing and not self._problems else (),
            new_sections=tuple(self._sections.new),
            problems=tuple(sorted(self._problems, key=lambda problem: problem.row)),
        )

    def _missing(self) -> Iterable[Account]:
        for account in self._course.accounts:
            member = account.membership
            if member and member.active and member.role == STUDENT and account.pk not in self._rows:
                yield account

    def _refuse_twice(self, row: RosterRow, account: Account | None) -> None:
        """Refuse somebody who is in the file already, by the same account, username or e-mail."""
        marks = [(field, value) for field, value in _marks(row) if value]
        for field, value in marks:
            earlier = self._seen.get(key(value))
            if earlier is not None:
                raise _RowRefused(field, value, f"Stands in row {earlier} already: each person has one row.")
        if account is not None and account.pk in self._rows:
            message = f"Is the account of row {self._rows[account.pk]}: each person has one row."
            raise _RowRefused(*marks[0], message)
        self._seen |= {key(value): row.number for _, value in marks}
        if account is not None:
            self._rows[account.pk] = row.number

    def _addition(self, row: RosterRow, account: Account | None) -> Addition:
        if account is not None:
            _refuse_launched(row, account)
        return Addition(
            row=row,
            username=account.username if account else new_username(row),
            role=row.role or STUDENT,
            section=self._sections.named(row.section or ""),
            id_number=row.id_number or "",
            account=account,
            notes=_kept(row, account) if account else (),
        )

    def _change(self, row: RosterRow, account: Account, member: Membership) -> PersonChange:
        if member.role == INSTRUCTOR and row.role not in ("", INSTRUCTOR):
            message = "Is an instructor here. That role is taken away on the person’s own page, not by a roster."
            raise _RowRefused(columns.ROLE, row.role, message)
        if row.role != member.role:
            _refuse_launched(row, account)
        wanted = {
            columns.ROLE: (member.role, row.role or member.role),
            columns.ID_NUMBER: (member.id_number, member.id_number if row.id_number is None else row.id_number),
            "active": (IN_COURSE if member.active else LEFT, IN_COURSE),
        }
        if account.name_open:
            wanted |= {
                columns.FIRST_NAME: (account.first_name, row.first_name or account.first_name),
                columns.LAST_NAME: (account.last_name, row.last_name or account.last_name),
            }
        if row.section is not None:
            wanted[columns.SECTION] = (member.section, self._sections.named(row.section))
        differences = [Difference(name, old, new) for name, (old, new) in wanted.items() if not same(old, new)]
        return PersonChange(row, account, tuple(differences), _kept(row, account))


def _refuse_launched(row: RosterRow, account: Account) -> None:
    """Refuse to let a row make staff of an account that a click in an LMS made.

    Whoever can choose a name or an address in an LMS could have one made with those of somebody who is to be staff.
    """
    if account.launched and row.role not in ("", STUDENT):
        message = (
            "Is a role for an account that a click in an LMS made: that it is this person’s, only the LMS says. Enter "
            "them as a student, make sure that it is them, and give the role on their page."
        )
        raise _RowRefused(columns.ROLE, row.role, message)


def _marks(row: RosterRow) -> tuple[tuple[str, str], tuple[str, str]]:
    return (columns.USERNAME, row.username), (columns.EMAIL, row.email)


def _kept(row: RosterRow, account: Account) -> tuple[str, ...]:
    """Say what the file has otherwise and the account keeps."""
    notes = []
    names = ((row.first_name, account.first_name), (row.last_name, account.last_name))
    if not account.name_open and any(new and not same(new, old) for new, old in names):
        notes.append(NAME_KEPT)
    if row.email and key(row.email) != key(account.email):
        notes.append(EMAIL_KEPT)
    return tuple(notes)


class _Sections:
    """The course's sections by name, and those that a roster adds. Capital letters make no other section."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, str] = {}
        for name in names:
            self._names.setdefault(key(name), name)
            self._names[tidy(name)] = name  # the very spelling comes before another one of it
        self.new: list[str] = []

    def named(self, name: str) -> str:
        """Return the section's name as the course spells it; a name it does not have is a new section."""
        if not name:
            return ""
        found = self._names.get(name) or self._names.get(key(name))
        if found is None:
            self._names[key(name)] = found = name
            self.new.append(name)
        return found


class _Accounts:
    """Finds the account that a row means: by exact username or exact e-mail and in no other way."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._by_username: dict[str, Account] = {}
        self._by_email: dict[str, list[Account]] = defaultdict(list)
        for account in accounts:
            self._by_username[key(account.username)] = account
            if account.email:
                self._by_email[key(account.email)].append(account)

    def meant_by(self, row: RosterRow) -> Account | None:
        """Return the account, None for somebody new; raises _RowRefused where that can't be told safely."""
        if row.username:
            account = self._by_username.get(key(row.username))
            if account is None:
                self._check_new(row)
            elif row.email and key(row.email) != key(account.email):
                self._check_free(row.email)
            return account
        if not row.email:
            raise _RowRefused(columns.USERNAME, "", "Neither username nor e-mail: give at least one of them.")
        owners = self._by_email.get(key(row.email), [])
        if len(owners) > 1:
            message = f"Is the e-mail of {len(owners)} accounts: give the username as well."
            raise _RowRefused(columns.EMAIL, row.email, message)
        if not owners:
            self._check_new(row)
        return owners[0] if owners else None

    def _check_new(self, row: RosterRow) -> None:
        if row.email:
            self._check_free(row.email)
        username = new_username(row)
        if len(username) > columns.LONGEST[columns.USERNAME]:
            raise _RowRefused(columns.EMAIL, username, "Is too long to be a username as well: give a username.")
        if not all(letter.isalnum() or letter in ".@+-_" for letter in username):
            field = columns.USERNAME if row.username else columns.EMAIL
            raise _RowRefused(field, username, f"Has characters that no username has: {USERNAME_ALLOWED}.")
        # People sign in by either: one person's username must not be another's address.
        if self._by_email.get(key(username)):
            raise _RowRefused(columns.USERNAME, username, "Is the e-mail of an account with another username.")

    def _check_free(self, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError:
            message = "Is no e-mail address: it looks like name@example.edu."
            raise _RowRefused(columns.EMAIL, email, message) from None
        if self._by_email.get(key(email)) or key(email) in self._by_username:
            message = "Belongs to an account with another username: give that one, or leave the e-mail out."
            raise _RowRefused(columns.EMAIL, email, message)
