"""What a student sees of the own grades: points only of what is released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from coursework.models import Enrollment
from coursework.selectors.tasks import tasks_of
from grading.gradebook.book import percent
from grading.gradebook.student import Part, mark_of, parts_of
from grading.grades.reading import StudentGrade, grades_of
from grading.grades.rule import State, course_total
from grading.wording import Mark

# What there is to say while there are no points to show.
_WORDS = {
    State.EXCUSED: "Excused: this task does not count for you",
    State.MISSING: "Nothing handed in",
    State.NOT_YET: "Nothing handed in so far",
    State.WAITING: "Being checked",
    State.FAILED: "Our fault: the check is run again",
    State.TO_REVIEW: "A person looks at it",
}
NOT_RELEASED = "Not released yet"


@dataclass(frozen=True, slots=True)
class OwnTask:
    """One task: the points where they are released, else a few words on why there are none."""

    grade: StudentGrade

    @property
    def shows_points(self) -> bool:
        """Whether the student sees points."""
        return self.grade.is_released and self.grade.result.total is not None

    @property
    def state(self) -> State | None:
        """What the student may know of the state. That a grade is made but held back is no more than None."""
        state = self.grade.result.state
        is_plain = state is State.EXCUSED or (not self.grade.attempts and state in (State.MISSING, State.NOT_YET))
        return state if is_plain or self.grade.is_released else None

    @property
    def words(self) -> str:
        """Why there are no points."""
        return NOT_RELEASED if self.state is None else _WORDS.get(self.state, NOT_RELEASED)

    @property
    def parts(self) -> list[Part]:
        """What the points are made of; without the reasons, which stand on the submission's page."""
        return [Part(part.name, part.points) for part in parts_of(self.grade)] if self.shows_points else []

    @property
    def outcome(self) -> Mark | None:
        """What the check of the attempt that counts found. It is no grade, and always seen."""
        newest = self.grade.result.counting if self.shows_points else self.grade.newest
        return mark_of(newest) if newest is not None else None

    @property
    def receipt_number(self) -> str:
        """The attempt to read more at; "" without one."""
        counting = self.grade.result.counting if self.shows_points else self.grade.newest
        return counting.receipt_number if counting is not None else ""


@dataclass(frozen=True, slots=True)
class OwnGrades:
    """A student's grades in a course, and what of them is released."""

    tasks: Sequence[OwnTask]
    total: Decimal | None
    most: Decimal

    @property
    def percent(self) -> Decimal | None:
        """The total in percent."""
        return percent(self.total, self.most)

    @property
    def waiting(self) -> int:
        """How many tasks are neither released nor excused."""
        return sum(not (one.shows_points or one.grade.result.state is State.EXCUSED) for one in self.tasks)


def own_grades(enrollment: Enrollment, *, now: datetime | None = None) -> OwnGrades:
    """Read a student's own grades; the enrollment comes with its course. The total is of what is released only."""
    found = grades_of(tasks_of(enrollment.course), [enrollment], now=now)
    tasks = [OwnTask(grade) for grade in found.values()]
    total, most = course_total((one.grade.rule, one.grade.result) for one in tasks if one.shows_points)
    return OwnGrades(tasks, total, most)
