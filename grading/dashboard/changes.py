"""What changed in a task's class since an instant: hand-ins, settled verifications, grades and regrade requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from coursework.models import Task
from grading.dashboard.rows import ClassRow
from grading.models import RegradeRequest, Status, Verification


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change: how many there were, of which students."""

    kind: str
    count: int
    words: str
    students: frozenset[int]


def moment_of(since: str) -> datetime | None:
    """Return the instant that an address names in seconds; None where there is none."""
    return datetime.fromtimestamp(int(since), UTC) if since else None


def seconds_of(moment: datetime) -> str:
    """Write an instant for an address."""
    return str(int(moment.timestamp()))


def changes_since(task: Task, rows: Sequence[ClassRow], since: datetime) -> list[Change]:
    """Count what happened after an instant; two queries."""
    hand_ins = [row for row in rows for one in row.grade.attempts if one.received_at > since]
    graded = [row for row in rows if _decided_after(row, since)]
    settled = Verification.objects.filter(submission__task=task, status=Status.COMPLETED, finished_at__gt=since)
    asked = RegradeRequest.objects.filter(grade__task=task, asked_at__gt=since)
    of = frozenset(row.grade.enrollment.pk for row in rows)
    return [
        _change("hand_ins", "new hand-in", [row.grade.enrollment.pk for row in hand_ins], of),
        _change("settled", "verification settled", list(settled.values_list("submission__enrollment", flat=True)), of),
        _change("graded", "grade decided", [row.grade.enrollment.pk for row in graded], of),
        _change("regrades", "regrade request", list(asked.values_list("grade__enrollment", flat=True)), of),
    ]


_PLURALS = {
    "new hand-in": "new hand-ins",
    "verification settled": "verifications settled",
    "grade decided": "grades decided",
    "regrade request": "regrade requests",
}


def _change(kind: str, words: str, students: Sequence[int], of: frozenset[int]) -> Change:
    known = [pk for pk in students if pk in of]
    return Change(kind, len(known), words if len(known) == 1 else _PLURALS[words], frozenset(known))


def by_kind(changes: Sequence[Change]) -> Mapping[str, frozenset[int]]:
    """Return the students of each kind, for the filter."""
    return {change.kind: change.students for change in changes}


def _decided_after(row: ClassRow, since: datetime) -> bool:
    kept = row.grade.row
    return row.grade.is_decided and kept is not None and kept.decided_at is not None and kept.decided_at > since
