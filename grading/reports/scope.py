"""What a download is about: which tasks and which students of a course, and what staff may see of their grades."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from coursework.models import Assignment, Course, Enrollment, Role, Section, Submission, Task
from grading.grades.keys import grade_key
from grading.grades.names import names_hidden
from grading.grades.reading import GradeKey, StudentGrade, grades_of
from grading.grades.rule import Progress, State
from grading.reports.cells import Cell, LeftOut

STATES = {
    State.EXCUSED: "excused",
    State.GRADED: "graded",
    State.SETTLED: "settled",
    State.TO_REVIEW: "to review",
    State.FAILED: "failed by us",
    State.WAITING: "being checked",
    State.MISSING: "missing",
    State.NOT_YET: "not handed in yet",
}
STUDENT_COLUMNS = ("name", "user name", "email", "id number", "section")
WORK_COLUMNS = ("assignment", "task")
BLIND = "graded blind"


@dataclass(frozen=True)
class Scope:
    """Some tasks of a course and some of its students, at one instant. Reads once what several tables need."""

    course: Course
    tasks: Sequence[Task]  # with assignment and course
    now: datetime
    section: Section | None = None
    without_section: bool = False
    only: Enrollment | None = None  # with user and section

    @property
    def zone(self) -> ZoneInfo:
        """The course's time zone."""
        return ZoneInfo(self.course.time_zone)

    @property
    def assignments(self) -> list[Assignment]:
        """The assignments of the tasks, in their order."""
        return list({task.assignment_id: task.assignment for task in self.tasks}.values())

    @cached_property
    def students(self) -> list[Enrollment]:
        """The students who are in the course, by name."""
        return [self.only] if self.only is not None else list(self.people().filter(active=True))

    @cached_property
    def grades(self) -> Mapping[GradeKey, StudentGrade]:
        """The students' grades on the tasks."""
        return grades_of(self.tasks, self.students, now=self.now)

    @cached_property
    def hidden(self) -> frozenset[GradeKey]:
        """Where staff may not see whose work it is: graded blind and not released."""
        return frozenset(key for key, grade in self.grades.items() if names_hidden(grade))

    def is_hidden(self, grade: StudentGrade) -> bool:
        """Whether staff may not see whose work this is."""
        return (grade.task.pk, grade.enrollment.pk) in self.hidden

    def by_task(self) -> Iterable[tuple[Task, list[StudentGrade]]]:
        """Go through the tasks with the grades on each: by name, or where names are hidden in an order without them."""
        for task in self.tasks:
            found = [self.grades[task.pk, student.pk] for student in self.students]
            if any(self.is_hidden(grade) for grade in found):
                found.sort(key=lambda grade: grade_key(grade.task.pk, grade.enrollment.pk))
            yield task, found

    def who(self, student: Enrollment, *, hidden: bool = False) -> tuple[Cell, ...]:
        """Give the cells of STUDENT_COLUMNS; of who is hidden nothing but the pseudonym."""
        if hidden:
            return student.pseudonym, None, None, None, None
        user = student.user
        section = student.section.name if student.section else None
        return user.display_name, user.username, user.email, student.id_number, section

    def local(self, moment: datetime | None) -> datetime | None:
        """Give a time by the course's clock."""
        return moment.astimezone(self.zone) if moment else None

    @cached_property
    def absent(self) -> list[LeftOut]:
        """What no table has: those who have left, and what staff handed in."""
        gone = self.people().filter(active=False, submissions__task__in=self.tasks).distinct().count()
        of_staff = (
            Submission.objects.filter(task__in=self.tasks)
            .exclude(enrollment__role=Role.STUDENT)
            .values("enrollment")
            .distinct()
            .count()
        )
        return [
            *counted(gone, "student", "no longer in the course; what was handed in is kept"),
            *(
                counted(of_staff, "person", "of the staff, whose own hand-ins are no class work")
                if self.is_whole_class
                else ()
            ),
        ]

    @property
    def blind_points(self) -> list[LeftOut]:
        """Say by task whose points are not in a table by name."""
        return self._blind("points", f"{BLIND}: not shown beside names until the grades are released")

    @property
    def blind_names(self) -> list[LeftOut]:
        """Say by task whose names are not in a table of single works."""
        return self._blind("names", f"{BLIND}: pseudonyms instead until the grades are released")

    @property
    def unfinished(self) -> list[LeftOut]:
        """Say how many hand-ins have no result yet."""
        attempts = [one for grade in self.grades.values() for one in grade.attempts]
        waiting = sum(one.progress is Progress.WAITING for one in attempts)
        failed = sum(one.progress is Progress.FAILED for one in attempts)
        return [
            *counted(waiting, "result", "still being checked"),
            *counted(failed, "result", "the check failed by us and has to be run again"),
        ]

    @property
    def is_whole_class(self) -> bool:
        """True where no section was chosen."""
        return self.section is None and not self.without_section

    def people(self) -> QuerySet[Enrollment]:
        """Return the students by name, with those who have left."""
        people = Enrollment.objects.filter(course=self.course, role=Role.STUDENT).select_related("user", "section")
        if self.section is not None:
            people = people.filter(section=self.section)
        elif self.without_section:
            people = people.filter(section__isnull=True)
        return people.order_by("user__last_name", "user__first_name", "user__username")

    def _blind(self, what: str, why: str) -> list[LeftOut]:
        found: list[LeftOut] = []
        for task in self.tasks:
            count = sum(key[0] == task.pk for key in self.hidden)
            if count:
                found.append((f"{what} of {count:,} {_plural(count, 'student')} in {task.title}", why))
        return found


def counted(count: int, noun: str, why: str) -> list[LeftOut]:
    """Name so many with the reason; nothing where there are none."""
    return [(f"{count:,} {_plural(count, noun)}", why)] if count else []


def _plural(count: int, noun: str) -> str:
    if count == 1:
        return noun
    return "people" if noun == "person" else f"{noun}s"


def task_name(task: Task) -> tuple[str, str]:
    """Give the cells of WORK_COLUMNS."""
    return task.assignment.title, task.title
