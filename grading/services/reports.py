"""Remembering what was downloaded."""

from coursework.models import Course, Enrollment, Event, User
from coursework.services.events import record
from grading.reports.scope import Scope


def record_download(*, actor: User, scope: Scope, kind: str, file_format: str, rows: int) -> Event:
    """Add the event of a download: its kind, how many rows, and of which tasks and section."""
    return record(
        action="report.downloaded",
        actor=actor,
        course=scope.course,
        subject=f"report {kind}",
        kind=kind,
        format=file_format,
        rows=rows,
        tasks=[task.pk for task in scope.tasks],
        section=scope.section.pk if scope.section else None,
    )


def record_student_report(*, actor: User, course: Course, student: Enrollment, tasks: int) -> Event:
    """Add the event of a download of one student's report."""
    return record(
        action="report.downloaded",
        actor=actor,
        course=course,
        subject=f"enrollment {student.pk}",
        about=[student],
        kind="student",
        format="pdf",
        rows=tasks,
    )
