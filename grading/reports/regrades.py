"""Table of regrade requests with their answers."""

from collections.abc import Iterator, Sequence

from grading.models import RegradeRequest
from grading.reports.cells import Row, Table
from grading.reports.scope import STUDENT_COLUMNS, WORK_COLUMNS, Scope, task_name

COLUMNS = (
    *WORK_COLUMNS,
    *STUDENT_COLUMNS,
    "about",
    "item",
    "reason",
    "picture attached",
    "asked at",
    "state",
    "answer",
    "answer to the student",
    "answered by",
    "answered at",
    "points before",
    "points after",
)


def regrades_table(scope: Scope) -> Table:
    """Make the table, the oldest request first."""
    students = scope.people().filter(active=True).order_by().values("pk")
    requests = list(
        RegradeRequest.objects.filter(grade__task__in=scope.tasks, grade__enrollment__in=students)
        .select_related("grade", "answered_by")
        .order_by("asked_at", "pk")
    )
    return Table(
        name="Regrade requests",
        columns=COLUMNS,
        rows=_rows(scope, requests),
        left_out=[*scope.absent, *scope.blind_names],
        count=len(requests),
    )


def _rows(scope: Scope, requests: Sequence[RegradeRequest]) -> Iterator[Row]:
    for one in requests:
        grade = scope.grades[one.grade.task_id, one.grade.enrollment_id]
        hidden = scope.is_hidden(grade)
        yield (
            *task_name(grade.task),
            *scope.who(grade.enrollment, hidden=hidden),
            one.get_about_display(),
            one.item_title,
            one.reason,
            bool(one.attachment),
            scope.local(one.asked_at),
            one.get_state_display(),
            one.get_answer_display(),
            one.answer_text,
            one.answered_by.display_name if one.answered_by else None,
            scope.local(one.answered_at),
            one.points_before,
            one.points_after,
        )
