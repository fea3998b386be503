"""The box in which staff excuse a student from a task: on the student's row, and on the grading page."""

from dataclasses import dataclass

from django.urls import reverse

from grading.grades.keys import grade_key
from grading.grades.reading import StudentGrade

BACK_TO_STUDENT, BACK_TO_GRADING = "student", "grading"


@dataclass(frozen=True, slots=True)
class ExcuseBox:
    """What `grading/_excuse.html` needs; `back` says where the person came from."""

    url: str
    version: int
    excused: bool
    reason: str
    back: str
    field_id: str


def excuse_box(grade: StudentGrade, *, back: str = BACK_TO_GRADING) -> ExcuseBox:
    """Make the box of a grade, whose task comes with assignment and course.

    Its address names the student by key only, so that it says nothing where the task is graded blind.
    """
    key = grade_key(grade.task.pk, grade.enrollment.pk)
    return ExcuseBox(
        url=reverse("excuse", kwargs={**grade.task.url_arguments(), "key": key}),
        version=grade.row.version if grade.row is not None else 0,
        excused=grade.row is not None and grade.row.excused,
        reason=grade.row.excused_reason if grade.row is not None else "",
        back=back,
        field_id=f"excuse-{key}",
    )
