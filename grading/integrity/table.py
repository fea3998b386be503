"""The integrity view as a table for a spreadsheet: one row per member of a group."""

from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from coursework.models import Task
from grading.grades.names import names_hidden, staff_name
from grading.grades.reading import grades_of, policy_of
from grading.integrity.listing import Listed
from grading.integrity.model import Member
from grading.reports.cells import Cell, Row, Table, csv_stream

COLUMNS = (
    "group",
    "kind",
    "what",
    "students",
    "seen_by",
    "seen_at",
    "note",
    "student",
    "username",
    "attempt",
    "receipt",
    "picture",
    "epoch_shown",
    "epoch_claimed",
    "received_at",
    "remark",
    "link",
)


def groups_csv(rows: Iterable[Listed], *, zone: ZoneInfo, hidden: Container[int] = ()) -> bytes:
    """Write groups as CSV, times in the course's zone. `hidden`: enrollments whose names staff may not see."""
    return b"".join(csv_stream(Table("Integrity view", COLUMNS, group_rows(rows, zone=zone, hidden=hidden))))


def hidden_students(task: Task, rows: Iterable[Listed]) -> frozenset[int]:
    """Return the enrollments in these groups whose work is graded blind and not released."""
    if not policy_of(task).blind:
        return frozenset()
    members = [member for row in rows for member in row.group.members]
    students = {member.hand_in.student: member.hand_in.submission.enrollment for member in members}
    grades = grades_of([task], students.values())
    return frozenset(grade.enrollment.pk for grade in grades.values() if names_hidden(grade))


def group_rows(rows: Iterable[Listed], *, zone: ZoneInfo, hidden: Container[int] = ()) -> Iterator[Row]:
    """Give a row for each member of each group."""
    for number, row in enumerate(rows, start=1):
        shared = (number, *_of_group(row, zone))
        for member in row.group.members:
            yield *shared, *_of_member(member, zone, hidden=member.hand_in.student in hidden)


def _of_group(row: Listed, zone: ZoneInfo) -> Iterator[Cell]:
    seen = row.seen
    yield str(row.group.kind.label)
    yield row.group.heading
    yield row.group.students
    yield seen.seen_by.display_name if seen and seen.seen_by else None
    yield _local(seen.seen_at, zone) if seen else None
    yield "\n".join(mark.note for mark in row.notes)


def _of_member(member: Member, zone: ZoneInfo, *, hidden: bool) -> Iterator[Cell]:
    submission = member.hand_in.submission
    yield staff_name(submission.enrollment, hidden=hidden)
    yield None if hidden else submission.enrollment.user.username
    yield submission.attempt
    yield submission.receipt_number
    yield None if member.picture is None else member.picture.position
    yield " ".join(map(str, member.shown))
    yield submission.claimed_epochs
    yield _local(submission.received_at, zone)
    yield member.remark
    yield submission.playground_link


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None
