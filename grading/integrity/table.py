"""The integrity view as a table for a spreadsheet: one row per member of a group."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

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


def groups_csv(rows: Iterable[Listed], *, zone: ZoneInfo) -> bytes:
    """Write groups as CSV, times in the course's zone."""
    return b"".join(csv_stream(Table("Integrity view", COLUMNS, group_rows(rows, zone=zone))))


def group_rows(rows: Iterable[Listed], *, zone: ZoneInfo) -> Iterator[Row]:
    """Give a row for each member of each group."""
    for number, row in enumerate(rows, start=1):
        shared = (number, *_of_group(row, zone))
        for member in row.group.members:
            yield *shared, *_of_member(member, zone)


def _of_group(row: Listed, zone: ZoneInfo) -> Iterator[Cell]:
    seen = row.seen
    yield str(row.group.kind.label)
    yield row.group.heading
    yield row.group.students
    yield seen.seen_by.display_name if seen and seen.seen_by else None
    yield _local(seen.seen_at, zone) if seen else None
    yield "\n".join(mark.note for mark in row.notes)


def _of_member(member: Member, zone: ZoneInfo) -> Iterator[Cell]:
    submission = member.hand_in.submission
    yield member.hand_in.name
    yield member.hand_in.username or None
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
