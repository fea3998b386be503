"""The rows that hold what people decided, made when they are first needed, and locked while they change."""

from django.db import transaction

from coursework.models import Enrollment, Task
from grading.models import Grade


class GradeChanged(Exception):
    """Somebody else changed the grade since the form was made; `grade` is as it is now, and nothing was stored."""

    def __init__(self, grade: Grade) -> None:
        super().__init__("This grade was changed by somebody else meanwhile.")
        self.grade = grade


def locked_grade(*, task: Task, enrollment: Enrollment, version: int | None = None) -> Grade:
    """Return the row of a student's grade, locked until the transaction ends; made if there was none.

    `version` is that of the row which the person saw (0 where there was none): raises GradeChanged if it is another by
    now. None asks for no check, for acts that don't depend on what stands there. To be called in a transaction.
    """
    Grade.objects.get_or_create(task=task, enrollment=enrollment)
    grade = Grade.objects.select_for_update().get(task=task, enrollment=enrollment)
    if version is not None and version != grade.version:
        raise GradeChanged(grade)
    return grade


@transaction.atomic
def grade_row(*, task: Task, enrollment: Enrollment) -> Grade:
    """Return the row of a student's grade, made if there was none."""
    return Grade.objects.get_or_create(task=task, enrollment=enrollment)[0]


def drop_untouched_grades(*, task: Task) -> None:
    """Delete the rows of students who handed nothing in and on whose grade nobody acted; opening a page makes such."""
    untouched = Grade.objects.filter(
        task=task, version=0, decided_at=None, excused=False, release_state="", comment="", regrade_requests=None
    )
    untouched.exclude(enrollment__submissions__task=task).delete()
