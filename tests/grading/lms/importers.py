"""What the LMSs do with a file, written from their rules and independently of our readers: strict where they are.

Canvas finds a student by ID, else by SIS User ID, else by SIS Login ID; here the name, which it would try last, counts
as unknown. Read-only columns and rows about no student are passed over. Moodle stops at the first user it doesn't know
and keeps nothing; an empty identifier it takes for the user of the row before. Blackboard finds a column by the number
after the bar.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Grades = dict[tuple[str, str], str]  # (user, item) -> grade as text; absent: none


class ImportAborted(Exception):
    """The LMS takes nothing of the file."""


@dataclass
class CanvasUser:
    number: int
    sis: str = ""
    login: str = ""


@dataclass
class Canvas:
    """A Canvas course. `assignments`: number -> title."""

    users: Mapping[str, CanvasUser]
    assignments: Mapping[int, str]
    grades: Grades = field(default_factory=dict)
    created: list[str] = field(default_factory=list)

    def take(self, content: bytes) -> None:
        rows = list(
            csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=self._separator(content))
        )
        head, info = rows[0], self._info_columns(rows[0])
        columns = {at: self._assignment(head[at]) for at in range(info, len(head)) if not self._is_reckoned(head[at])}
        done: Grades = {}
        read_only: set[int] = set()
        for row in rows[1:]:
            if "Points Possible" in row[0]:
                read_only = {at for at, cell in enumerate(row) if "read only" in cell}
                continue
            if all(re.fullmatch(r"\s*(muted|manual posting.*)?\s*", cell, re.I) for cell in row):
                continue
            user = self._user(head, row)
            for at, title in columns.items():
                grade = self._grade(row[at])
                if at in read_only or title is None or grade == "N/A":
                    continue
                done[user, title] = grade
        for key, grade in done.items():
            if grade:
                self.grades[key] = grade
            else:
                self.grades.pop(key, None)

    def _separator(self, content: bytes) -> str:
        """Whichever splits the first three lines into the same number of cells, and into more of them."""
        lines = content.decode("utf-8-sig").splitlines()[:3]
        counts = {}
        for separator in ";,":
            sizes = {len(next(csv.reader([line], delimiter=separator), [])) for line in lines}
            counts[separator] = sizes.pop() if len(sizes) == 1 else 0
        return ";" if counts[";"] > counts[","] else ","

    def _info_columns(self, head: list[str]) -> int:
        """Count the columns about the student; their order is fixed and Section is the last."""
        if not (len(head) > 3 and "Student" in head[0] and "ID" in head[1]):
            raise ImportAborted("Invalid header row")
        expected = 2
        for name in ("SIS User ID", "SIS Login ID", "Integration ID", "Root Account"):
            expected += head[expected] == name
        if head[expected] != "Section":
            raise ImportAborted("Invalid header row")
        return expected + 1

    def _is_reckoned(self, title: str) -> bool:
        return bool(re.search(r"(Current|Final) (Score|Grade|Points)|Override", title))

    def _assignment(self, head: str) -> str | None:
        found = re.fullmatch(r"(.*) \((\d+)\)", head, re.DOTALL)
        if found and int(found[2]) in self.assignments:
            return self.assignments[int(found[2])]
        if head in self.assignments.values():
            return head
        self.created.append(head)
        return head

    def _user(self, head: list[str], row: list[str]) -> str:
        def cell(name: str) -> str:
            return row[head.index(name)] if name in head else ""

        for name, user in self.users.items():
            if cell("ID") and int(cell("ID")) == user.number:
                return name
        for name, user in self.users.items():
            if cell("SIS User ID") and cell("SIS User ID") == user.sis:
                return name
        for name, user in self.users.items():
            if cell("SIS Login ID") and cell("SIS Login ID") == user.login:
                return name
        raise ImportAborted(f"who is {row[0]}?")

    def _grade(self, cell: str) -> str:
        cell = cell.strip()
        if re.fullmatch(r"-?[0-9.,]+%?", cell):
            *front, last = re.split("[,.]", cell)
            return f"{''.join(front)}.{last}" if front else last
        return cell.upper() if cell.upper() == "EX" else cell


@dataclass
class Moodle:
    """A Moodle course. `users`: by the identifier that the person who imports chose."""

    users: Mapping[str, str]
    grades: Grades = field(default_factory=dict)

    def take(
        self, content: bytes, *, by: str, items: Mapping[str, str], separator: str = ",", codec: str = "utf-8"
    ) -> None:
        """Import: `by` is the column that identifies users, `items` maps other columns to items."""
        text = content.decode(codec).removeprefix("\ufeff")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        head = [name.strip() for name in rows[0]]
        done: dict[tuple[str, str], str | None] = {}
        user = ""
        for row in rows[1:]:
            if len(row) <= 1:
                continue
            value = row[head.index(by)].strip()
            if value:
                if value not in self.users:
                    raise ImportAborted(f"User mapping error: Could not find user with {by} of {value!r}")
                user = self.users[value]
            if not user:
                raise ImportAborted("User mapping error: user not found")
            for name, item in items.items():
                done[user, item] = self._grade(row[head.index(name)].strip())
        for key, grade in done.items():
            if grade is None:
                self.grades.pop(key, None)
            else:
                self.grades[key] = grade

    def _grade(self, cell: str) -> str | None:
        if cell in ("", "-"):
            return None
        number = cell.replace(",", ".")
        if not re.fullmatch(r"-?\d+(\.\d+)?", number):
            raise ImportAborted(f"Bad grade: {cell!r}")
        if float(number) > 100:
            raise ImportAborted("One of the grade values is larger than the allowed grade maximum of 100")
        return number


@dataclass
class Blackboard:
    """A Blackboard course. `columns`: number -> item. Empty cells change nothing here."""

    users: frozenset[str]
    columns: Mapping[int, str]
    grades: Grades = field(default_factory=dict)
    created: list[str] = field(default_factory=list)

    def take(self, content: bytes) -> None:
        text = content.decode("utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text else ","))
        if any(
            cell and not raw.startswith('"') for cell, raw in zip(rows[0], re.split('[\t,](?=")', text), strict=False)
        ):
            raise ImportAborted("fields are to be in quotation marks")
        head = rows[0]
        if "Username" not in head:
            raise ImportAborted("no Username")
        for row in rows[1:]:
            user = row[head.index("Username")]
            if user not in self.users:
                raise ImportAborted(f"unknown user {user!r}")
            for at, name in enumerate(head):
                found = re.fullmatch(r"(.*) \[[^\]]*\]( \|(\d+))?", name, re.DOTALL)
                if found is None or not row[at]:
                    continue
                item = self.columns.get(int(found[3])) if found[3] else None
                if item is None:
                    self.created.append(found[1])
                    item = found[1]
                self.grades[user, item] = row[at]
