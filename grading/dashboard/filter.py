"""Which students of a class are shown, and in which order: as an address has it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from coursework.addresses import NO_SECTION, search_in, whole_number
from grading.dashboard.needs import Reason
from grading.dashboard.rows import Bucket, ClassRow
from grading.evidence.standing import EvidenceState
from grading.grades.rule import State

NEED = "need"
OUTCOMES = {
    Bucket.VERIFIED: "Verified",
    Bucket.DECIDED: "Not reproduced, graded",
    Bucket.TO_REVIEW: "To review",
    Bucket.RUNNING: "Running",
    Bucket.NOT_REACHED: "Target not reached",
    Bucket.DIVERGED: "Diverged",
    Bucket.NOT_ALLOWED: "Settings not allowed",
    Bucket.FAILED: "Failed by us",
    Bucket.NONE: "Not handed in",
}
STATES = {
    "needs": "Needs a person",
    "ungraded": "Handed in, not graded",
    "graded": "Graded by a person",
    "excused": "Excused",
    "missing": "Missing: closed, nothing handed in",
}
FLAGS = {
    "evidence": "Evidence differs",
    "differs": "New result differs from the grade",
    "regrade": "Second look asked",
    "failed": "Failed by us",
}
CHANGES = {
    "hand_ins": "New hand-ins",
    "settled": "Newly settled",
    "graded": "Newly graded",
    "regrades": "New regrade requests",
}
YES_NO = ("yes", "no")
SORTS = (NEED, "name", "outcome", "official", "points", "attempts", "received")


def _is_number(text: str) -> bool:
    return whole_number(text) is not None


_ALLOWED: dict[str, Callable[[str], bool]] = {
    "section": lambda text: text == NO_SECTION or _is_number(text),
    "outcome": lambda text: text in OUTCOMES,
    "state": lambda text: text in STATES,
    "flag": lambda text: text in FLAGS,
    "reviewer": lambda text: text == "none" or _is_number(text),
    "late": lambda text: text in YES_NO,
    "released": lambda text: text in YES_NO,
    "changed": lambda text: text in CHANGES,
    "since": lambda text: _is_number(text) and len(text) < 12,
    "sort": lambda text: text.removeprefix("-") in SORTS,
}


@dataclass(frozen=True, slots=True)
class ClassFilter:
    """What of a class is shown; empty: no matter. What can't be understood in an address is left out."""

    q: str = ""
    section: str = ""
    outcome: str = ""
    state: str = ""
    flag: str = ""
    reviewer: str = ""
    late: str = ""
    released: str = ""
    changed: str = ""  # one of CHANGES, after the instant `since`, in seconds as clocks of computers count them
    since: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "ClassFilter":
        """Read the part of an address after the question mark."""
        found = {name: query.get(name, "") for name in _ALLOWED}
        kept = {name: text for name, text in found.items() if text and _ALLOWED[name](text)}
        if "changed" not in kept or "since" not in kept:
            kept = {name: text for name, text in kept.items() if name not in ("changed", "since")}
        if kept.get("sort") == NEED:
            del kept["sort"]
        return cls(q=search_in(query), **kept)

    def query(self, **changes: Any) -> str:
        """Write it as an address has it, with other values for some names; `page` may be among them."""
        values = {one.name: getattr(self, one.name) for one in fields(self)} | changes
        return urlencode({name: value for name, value in values.items() if value})

    def without(self, *names: str) -> "ClassFilter":
        """Return it with these conditions taken away."""
        return replace(self, **dict.fromkeys(names, ""))

    @property
    def narrows(self) -> bool:
        """True if it may leave out anybody."""
        return self.without("sort") != ClassFilter()


def matching(
    rows: Iterable[ClassRow], wanted: ClassFilter, changed: Mapping[str, frozenset[int]] | None = None
) -> list[ClassRow]:
    """Return the rows that were asked for, in the order that was asked for.

    `changed` are the students of each of CHANGES since the instant that the filter names.
    """
    tests = [test for test in _tests(wanted, changed or {}) if test is not None]
    return _sorted([row for row in rows if all(test(row) for test in tests)], wanted.sort or NEED)


Test = Callable[[ClassRow], bool]


def _tests(wanted: ClassFilter, changed: Mapping[str, frozenset[int]]) -> Iterable[Test | None]:
    words = wanted.q.casefold().split()
    yield (lambda row: all(word in _searched(row) for word in words)) if words else None
    yield (lambda row: _section(row) == wanted.section) if wanted.section else None
    yield (lambda row: row.bucket == wanted.outcome) if wanted.outcome else None
    yield _STATES[wanted.state] if wanted.state else None
    yield _FLAGS[wanted.flag] if wanted.flag else None
    yield (lambda row: wanted.reviewer in _reviewers(row)) if wanted.reviewer else None
    yield (lambda row: row.is_late == (wanted.late == "yes")) if wanted.late else None
    yield (lambda row: row.grade.is_released == (wanted.released == "yes")) if wanted.released else None
    of = changed.get(wanted.changed, frozenset())
    yield (lambda row: row.grade.enrollment.pk in of) if wanted.changed else None


def _searched(row: ClassRow) -> str:
    """Return what a search looks at: without names only the pseudonym and the receipts."""
    person = row.grade.enrollment
    words = [one.receipt_number for one in row.grade.attempts]
    if row.hidden:
        words.append(person.pseudonym)
    else:
        words += [person.user.first_name, person.user.last_name, person.user.username, person.id_number]
    return "\n".join(words).casefold()


def _section(row: ClassRow) -> str:
    section = row.grade.enrollment.section_id
    return "none" if section is None else str(section)


def _reviewers(row: ClassRow) -> set[str]:
    """Return who is to grade it or has; "none" where there is nobody."""
    kept = row.grade.row
    people = {kept.assigned_to_id, kept.decided_by_id} - {None} if kept is not None else set()
    return {str(pk) for pk in people} or {"none"}


_STATES: dict[str, Test] = {
    "needs": lambda row: bool(row.reasons),
    "ungraded": lambda row: bool(row.grade.attempts) and row.grade.result.state not in (State.GRADED, State.EXCUSED),
    "graded": lambda row: row.grade.is_decided,
    "excused": lambda row: row.grade.result.state == State.EXCUSED,
    "missing": lambda row: row.grade.result.state == State.MISSING,
}
_FLAGS: dict[str, Test] = {
    "evidence": lambda row: row.standing is not None and row.standing.state is EvidenceState.DIFFERS,
    "differs": lambda row: row.grade.result.differs is not None,
    "regrade": lambda row: row.regrade_since is not None,
    "failed": lambda row: Reason.FAILED in row.reasons,
}
_BUCKETS = list(Bucket)
# None stands last, whichever way it is sorted.
_KEYS: dict[str, Callable[[ClassRow], Any]] = {
    "outcome": lambda row: _BUCKETS.index(row.bucket),
    "official": lambda row: row.spoken.official_epochs if row.spoken else None,
    "points": lambda row: row.grade.result.total,
    "attempts": lambda row: len(row.grade.attempts),
    "received": lambda row: row.spoken.received_at if row.spoken else None,
}


def _sorted(rows: list[ClassRow], sort: str) -> list[ClassRow]:
    """Sort rows that come by name (where names are hidden, by key) and keep that order among equals."""
    backwards, name = sort.startswith("-"), sort.removeprefix("-")
    if name == "name":
        return rows[::-1] if backwards else rows
    if name == NEED:
        return sorted(rows, key=lambda row: row.need)
    key = _KEYS[name]
    known = sorted((row for row in rows if key(row) is not None), key=key, reverse=backwards)
    return known + [row for row in rows if key(row) is None]
