"""Rows of a class as pages write them: words, addresses and marks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from coursework.models import Task
from grading.dashboard.needs import Reason
from grading.dashboard.reads import Read
from grading.dashboard.rows import ClassRow
from grading.evidence.wording import evidence_mark
from grading.grades.keys import grading_url
from grading.grades.rule import AttemptResult, State
from grading.wording import Mark

REASONS = {
    Reason.NOT_REPRODUCED: Mark("warn", "eye", "Claim not reproduced"),
    Reason.EVIDENCE: Mark("warn", "image", "Picture and form differ"),
    Reason.REGRADE: Mark("info", "pen", "Second look asked"),
    Reason.DIFFERS: Mark("info", "range", "New result differs"),
    Reason.FAILED: Mark("bad", "tool", "Failed by us"),
}
_LONGEST = 120  # characters of what a student wrote


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One line of what needs a person."""

    name: str
    url: str
    mark: SafeString
    saw: str
    since: datetime | None


def need_lines(task: Task, rows: Iterable[ClassRow], read: Read) -> list[NeedLine]:
    """Say why each of these waits, the first reason alone, and since when."""
    return [_need_line(task, row, row.reasons[0], read) for row in rows]


def _need_line(task: Task, row: ClassRow, reason: Reason, read: Read) -> NeedLine:
    saw, since = _SAYS[reason](row, read)
    url = grading_url(task, row.grade.enrollment.pk)
    return NeedLine(row.name, url, status_of(REASONS[reason]), saw, since)


Said = tuple[str, datetime | None]


def _not_reproduced(row: ClassRow, read: Read) -> Said:
    looked = [one for one in (row.grade.newest, row.grade.result.counting) if one is not None and one.needs_a_person]
    if not looked:
        return "", None
    one = looked[0]
    found = read.verified.get(one.verification_id or 0)
    words = f"Attempt {one.attempt}: claimed {read.claimed.get(one.submission_id, 0):,}"
    if found is None:
        return words, one.received_at
    words += f", retrained {found.retrained:,}" if found.retrained else ", retrained: never"
    if found.band is not None:
        words += f"; outside the band {found.band[0]:,} to {found.band[1]:,}"
    return words, found.finished_at or one.received_at


def _evidence(row: ClassRow, read: Read) -> Said:
    newest = row.grade.newest
    return (read.findings.get(newest.submission_id, ""), newest.received_at) if newest else ("", None)


def _regrade(row: ClassRow, read: Read) -> Said:
    reason = " ".join(read.asked.get(row.grade.enrollment.pk, "").split())
    words = reason if len(reason) <= _LONGEST else f"{reason[:_LONGEST]}…"
    # What a student writes may tell who it is.
    return ("" if row.hidden else f"“{words}”"), row.regrade_since


def _differs(row: ClassRow, read: Read) -> Said:
    one, points = row.grade.result.differs, row.grade.result.points.automatic
    if one is None:
        return "", None
    found = read.verified.get(one.verification_id or 0)
    before = "without automatic points" if points is None else f"on {points} automatic points"
    now = "none" if one.automatic is None else str(one.automatic)
    words = f"Graded {before}; attempt {one.attempt} would now give {now}"
    return words, (found.finished_at if found else None) or one.received_at


def _failed(row: ClassRow, read: Read) -> Said:
    newest = row.grade.newest
    if newest is None:
        return "", None
    found = read.verified.get(newest.verification_id or 0)
    tries = f"{found.tries} tries" if found and found.tries != 1 else "A try"
    words = f"{tries} ended without a result; the student keeps the hand-in time"
    return words, (found.finished_at if found else None) or newest.received_at


_SAYS = {
    Reason.NOT_REPRODUCED: _not_reproduced,
    Reason.EVIDENCE: _evidence,
    Reason.REGRADE: _regrade,
    Reason.DIFFERS: _differs,
    Reason.FAILED: _failed,
}


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One line of the table of students."""

    key: str
    name: str
    url: str
    section: str
    submission_url: str
    mark: SafeString
    evidence: SafeString
    seen: bool
    claimed: int | None
    retrained: int | None
    official: float | None
    points: str
    tags: Sequence[tuple[str, str]]  # (tone, word)
    attempts: int
    reviewer: str
    received_at: datetime | None
    late: bool


def class_lines(
    task: Task, rows: Iterable[ClassRow], read: Read, *, people: Mapping[int, str], sections: Mapping[int, str]
) -> list[ClassLine]:
    """Write rows as lines of the table; `people` are the names of those who grade."""
    return [_class_line(task, row, read, people, sections) for row in rows]


_ANY = "2222-2222"


def _address(name: str, attempt: AttemptResult) -> str:
    return _pattern(name).replace(_ANY, attempt.receipt_number)


@lru_cache(maxsize=2)  # of a thousand rows, each reversed by itself would cost more than all the rest
def _pattern(name: str) -> str:
    return reverse(name, kwargs={"receipt_number": _ANY})


def _class_line(
    task: Task, row: ClassRow, read: Read, people: Mapping[int, str], sections: Mapping[int, str]
) -> ClassLine:
    grade, spoken, newest = row.grade, row.spoken, row.grade.newest
    looked = evidence_mark(row.standing) if row.standing is not None else None
    found = read.verified.get(spoken.verification_id or 0) if spoken else None
    return ClassLine(
        key=row.key,
        name=row.name,
        url=grading_url(task, grade.enrollment.pk),
        section=sections.get(grade.enrollment.section_id or 0, ""),
        submission_url=_address("submission", spoken) if spoken else "",
        mark=status_of(row.mark) if row.mark else mark_safe('<span class="muted">Not handed in</span>'),
        evidence=_evidence_cell(_address("evidence", newest), looked, row.name) if newest else mark_safe("–"),
        seen=row.standing is not None and row.standing.seen,
        claimed=read.claimed.get(spoken.submission_id) if spoken else None,
        retrained=found.retrained if found else None,
        official=spoken.official_epochs if spoken else None,
        points="–" if grade.result.total is None else str(grade.result.total),
        tags=_tags(row),
        attempts=len(grade.attempts),
        reviewer=_reviewer(row, people),
        received_at=spoken.received_at if spoken else None,
        late=row.is_late,
    )


def _evidence_cell(address: str, look: Mark | None, name: str) -> SafeString:
    if look is None:
        words = '<a href="{}">–<span class="vh"> nothing to compare, evidence of {}</span></a>'
        return format_html(words, address, name)
    words = '<a class="st-link" href="{}">{}<span class="vh">, evidence of {}</span></a>'
    return format_html(words, address, status_of(look), name)


def _tags(row: ClassRow) -> list[tuple[str, str]]:
    grade = row.grade
    found = [
        ("calm", "excused") if grade.result.state is State.EXCUSED else None,
        ("calm", "graded") if grade.is_decided else None,
        ("info", "differs") if grade.result.differs is not None else None,
        ("info", "second look") if row.regrade_since else None,
        ("ok", "released") if grade.is_released and grade.attempts else None,
    ]
    return [one for one in found if one is not None]


def _reviewer(row: ClassRow, people: Mapping[int, str]) -> str:
    kept = row.grade.row
    if kept is None:
        return "–"
    return people.get(kept.decided_by_id or kept.assigned_to_id or 0, "–")


@lru_cache(maxsize=128)  # a class has few different ones, and many rows
def status_of(look: Mark) -> SafeString:
    """Write a mark as pages do."""
    values = {"tone": look.tone, "icon": look.icon, "word": look.word}
    return mark_safe(render_to_string("components/status.html", values).split("#}")[-1].strip())
