"""Where a class stands with the release of a task's grades."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coursework.models import Enrollment, Role, Task
from grading.grades.keys import grade_key, in_blind_order
from grading.grades.names import names_hidden, staff_name
from grading.grades.reading import StudentGrade, grades_of, policy_of
from grading.grades.waiting import LeftOut, waits_for
from grading.models import ReleaseState

READY, HELD, WAITS, SHOWN = "ready", "held", "waits", "released"
PARTS = (READY, HELD, WAITS, SHOWN)


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """One student's grade, and what a release would do with it. `name` is what staff may see."""

    grade: StudentGrade
    key: str
    name: str
    part: str
    waits: LeftOut | None

    @property
    def is_fixed_by_it(self) -> bool:
        """Whether nobody decided yet, so that a release fixes the automatic points."""
        return not self.grade.is_decided and self.grade.result.total is not None


def students_of(task: Task, *, section: str = "") -> list[Enrollment]:
    """Return the students of the task's course: all, those of a section (its primary key), or with "none" of none."""
    found = Enrollment.objects.filter(course=task.assignment.course, role=Role.STUDENT, active=True)
    if section:
        found = found.filter(section=None if section == "none" else int(section))
    return list(found.select_related("user", "section"))


def release_lines(task: Task, students: Iterable[Enrollment]) -> list[ReleaseLine]:
    """Read where these students' grades stand: by name, or where names are hidden in an order without any."""
    people = list(students)
    if policy_of(task).blind:
        people = in_blind_order(task, people)
    else:
        people.sort(key=lambda one: (one.user.display_name.casefold(), one.pk))
    return [_line(grade) for grade in grades_of([task], people).values()]


def _line(grade: StudentGrade) -> ReleaseLine:
    waits = waits_for(grade)
    held = grade.row is not None and grade.row.release_state == ReleaseState.HIDDEN
    part = SHOWN if grade.is_released else HELD if held else WAITS if waits else READY
    return ReleaseLine(
        grade=grade,
        key=grade_key(grade.task.pk, grade.enrollment.pk),
        name=staff_name(grade.enrollment, hidden=names_hidden(grade)),
        part=part,
        waits=waits,
    )


def reasons_of(lines: Sequence[ReleaseLine]) -> list[tuple[LeftOut, int]]:
    """Count why grades that are not shown wait."""
    waiting = [line.waits for line in lines if line.part in (WAITS, HELD)]
    return [(reason, waiting.count(reason)) for reason in LeftOut if reason in waiting]
