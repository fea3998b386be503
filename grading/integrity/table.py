"""The integrity view as a table for a spreadsheet: one row per member of a group."""

import csv
import io
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from coursework.roster.text import guarded
from grading.integrity.listing import Listed
from grading.integrity.model import Member

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
    """Write groups as CSV, times in the course's zone. A byte order mark tells spreadsheets that it is UTF-8.

    Names, notes and links are people's own words, so no cell begins like a formula.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows, start=1):
        shared = [str(number), *_of_group(row, zone)]
        for member in row.group.members:
            writer.writerow([guarded(cell) for cell in (*shared, *_of_member(member, zone))])
    return table.getvalue().encode("utf-8-sig")


def _of_group(row: Listed, zone: ZoneInfo) -> Iterator[str]:
    seen = row.seen
    yield str(row.group.kind.label)
    yield row.group.heading
    yield str(row.group.students)
    yield seen.seen_by.display_name if seen and seen.seen_by else ""
    yield seen.seen_at.astimezone(zone).isoformat(timespec="seconds") if seen and seen.seen_at else ""
    yield "\n".join(mark.note for mark in row.notes)


def _of_member(member: Member, zone: ZoneInfo) -> Iterator[str]:
    submission = member.hand_in.submission
    yield member.hand_in.name
    yield member.hand_in.username
    yield str(submission.attempt)
    yield submission.receipt_number
    yield "" if member.picture is None else str(member.picture.position)
    yield " ".join(map(str, member.shown))
    yield str(submission.claimed_epochs)
    yield submission.received_at.astimezone(zone).isoformat(timespec="seconds")
    yield member.remark
    yield submission.playground_link
