"""In which order a task's students are graded, and who comes next. The order never changes while one works."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from coursework.addresses import section_in
from coursework.models import Enrollment, Role, Task, User
from grading.grades.keys import in_blind_order
from grading.grades.reading import StudentGrade, grades_of, policy_of
from grading.grades.rule import State
from grading.models import RubricItem

SHOWN = ("all", "ungraded", "review", "mine")  # the first unless an address says otherwise
_UNGRADED_STATES = (State.SETTLED, State.TO_REVIEW, State.FAILED)


@dataclass(frozen=True, slots=True)
class GradingFilter:
    """Whose work is gone through, as an address has it; what can't be understood there is left out."""

    show: str = SHOWN[0]
    section: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "GradingFilter":
        """Read the part of an address after the question mark."""
        show = query.get("show", "")
        return cls(show if show in SHOWN else SHOWN[0], section_in(query))

    def query(self) -> str:
        """Write it as an address has it, with the question mark; nothing for everybody."""
        parts = {"show": self.show if self.show != SHOWN[0] else "", "section": self.section}
        written = urlencode({name: value for name, value in parts.items() if value})
        return f"?{written}" if written else ""


@dataclass(frozen=True, slots=True)
class Queue:
    """A task's students in order, each with the grade; `shown` are those that the filter lets through."""

    order: Sequence[StudentGrade]
    shown: frozenset[int]  # enrollments
    ungraded: frozenset[int]

    @property
    def first_ungraded(self) -> StudentGrade | None:
        """The first that waits for a person, of those shown."""
        return next((one for one in self.order if one.enrollment.pk in self.shown & self.ungraded), None)

    @property
    def first(self) -> StudentGrade | None:
        """The first of those shown."""
        return next((one for one in self.order if one.enrollment.pk in self.shown), None)

    def count(self, *states: State) -> int:
        """Count those in one of these states."""
        return sum(one.result.state in states for one in self.order)


@dataclass(frozen=True, slots=True)
class Beside:
    """Where a student stands among those shown, from 1 (0: not among them), and who is beside."""

    place: int
    total: int
    previous: StudentGrade | None
    next: StudentGrade | None
    next_ungraded: StudentGrade | None
    ungraded: int


def is_ungraded(grade: StudentGrade, *, has_rubric: bool) -> bool:
    """Whether a person is to look: at a doubtful result or a newer one, or because of the rubric.

    Who has handed in nothing, or is still being checked, waits for nobody.
    """
    if grade.result.to_review:
        return True
    return has_rubric and not grade.is_fixed and grade.result.state in _UNGRADED_STATES


def ungraded_in(task: Task, grades: Iterable[StudentGrade]) -> frozenset[int]:
    """Return whose work on the task waits for a person, by enrollment."""
    has_rubric = RubricItem.objects.filter(task=task).exists()
    return frozenset(one.enrollment.pk for one in grades if is_ungraded(one, has_rubric=has_rubric))


def students_of(task: Task) -> list[Enrollment]:
    """Return the students of the task's course, those who have left among them, with their names."""
    found = Enrollment.objects.filter(course=task.assignment.course_id, role=Role.STUDENT).select_related("user")
    return list(found.only("course", "section", "pseudonym", "active", "role", "id_number", *_NAME))


_NAME = ("user__first_name", "user__last_name", "user__username", "user__email")


def grading_queue(task: Task, students: Sequence[Enrollment], wanted: GradingFilter, viewer: User) -> Queue:
    """Put the students who are in the course in order and find whom the filter lets through."""
    people = [one for one in students if one.active and _in_section(one, wanted.section)]
    ordered = in_blind_order(task, people) if policy_of(task).blind else sorted(people, key=_by_name)
    order = list(grades_of([task], ordered).values())
    ungraded = ungraded_in(task, order)
    test = _TESTS[wanted.show]
    shown = frozenset(
        one.enrollment.pk for one in order if test(one, viewer) and (wanted.show != "ungraded" or _in(one, ungraded))
    )
    return Queue(order, shown, ungraded)


def beside(queue: Queue, enrollment: Enrollment) -> Beside:
    """Find who comes before and after a student; for one who is not in the queue its first one is next."""
    places = [one.enrollment.pk for one in queue.order]
    at = places.index(enrollment.pk) if enrollment.pk in places else -1
    before, after = queue.order[: max(at, 0)], queue.order[at + 1 :]
    waiting = [one for one in (*after, *before) if _in(one, queue.ungraded)]
    return Beside(
        place=sum(pk in queue.shown for pk in places[: at + 1]) if enrollment.pk in queue.shown else 0,
        total=len(queue.shown),
        previous=next((one for one in reversed(before) if _in(one, queue.shown)), None),
        next=next((one for one in after if _in(one, queue.shown)), None),
        next_ungraded=waiting[0] if waiting else None,
        ungraded=len(queue.ungraded),
    )


def _in(grade: StudentGrade, keys: frozenset[int]) -> bool:
    return grade.enrollment.pk in keys


def _in_section(student: Enrollment, section: str) -> bool:
    if section == "none":
        return student.section_id is None
    return not section or student.section_id == int(section)


def _by_name(student: Enrollment) -> tuple[str, str, str, int]:
    user = student.user
    return user.last_name.casefold(), user.first_name.casefold(), user.username.casefold(), student.pk


_TESTS: dict[str, Callable[[StudentGrade, User], bool]] = {
    "all": lambda _grade, _viewer: True,
    "ungraded": lambda _grade, _viewer: True,  # told by more than the grade
    "review": lambda grade, _viewer: grade.result.to_review,
    "mine": lambda grade, viewer: grade.row is not None and grade.row.assigned_to_id == viewer.pk,
}
