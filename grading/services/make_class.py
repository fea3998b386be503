"""A class for trying things out and for tests: people, tasks, hand-ins and results, all made up, nothing trained.

With the same seed and the same instant the same class comes about, but for the salt of the passwords.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils import timezone

from coursework.models import Assignment, Course, CourseSeed, Enrollment, Extension, Submission, Task, User
from coursework.selectors.deadlines import windows_of
from coursework.services.demo import TASKS, DemoTask
from coursework.services.events import record
from coursework.services.practice_seeds import draw_practice_seeds
from coursework.task_templates import SPIRAL
from grading.models import Counts, GradingPolicy, ReleaseMode
from grading.services.made_up.grades import grade_some
from grading.services.made_up.people import enroll_everybody, usernames
from grading.services.made_up.pictures import give_pictures
from grading.services.made_up.work import ATTEMPTS, hand_in_for
from grading.services.sample_rubric import give_sample_rubric

MOST_STUDENTS = 2000
MOST_ASSIGNMENTS = 5
PASSWORD = "playground-class"
ZONE = "Europe/Zurich"
EXTENDED = 0.04  # share of the students who have more time in an assignment
MAX_EPOCHS = 1000  # traces of runs that never get there stay small


class ClassRefused(Exception):
    """The class can't be made; the message names the option, what was given and what is allowed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of class is made."""

    slug: str = "class"
    students: int = 200
    assignments: int = 1  # each with a circle and a spiral
    seed: int = 1
    password: str = PASSWORD
    pictures: bool = False
    graded_percent: int = 0  # so many of the students were graded by the assistant


def make_class(wanted: Wanted, *, now: datetime | None = None) -> Course:
    """Make a course with students, hand-ins and settled verifications; raises ClassRefused, and nothing is stored."""
    _check(wanted)
    now = (now or timezone.now()).replace(second=0, microsecond=0)
    source = random.Random(f"{wanted.seed} {wanted.slug}")
    with transaction.atomic():
        course = Course.objects.create(slug=wanted.slug, title=f"Neural networks ({wanted.slug})", time_zone=ZONE)
        instructor, assistant, *students = enroll_everybody(
            course, students=wanted.students, password=wanted.password, source=source
        )
        for number in range(1, wanted.assignments + 1):
            assignment = _assignment(course, number, now)
            _extend(assignment, students, instructor.user, now, source)
            window = windows_of(assignment)
            for position, demo in enumerate(TASKS[:2], start=1):
                task = _task(assignment, position, demo, instructor.user)
                handed_in = hand_in_for(task, [(one, window(one)) for one in students], now=now, source=source)
                _furnish(wanted, task, handed_in, students, assistant, source)
        record(action="course.created", actor=None, course=course, subject=f"course {course.slug}", made_up=True)
    return course


def _furnish(
    wanted: Wanted,
    task: Task,
    handed_in: Sequence[Submission],
    students: Sequence[Enrollment],
    assistant: Enrollment,
    source: random.Random,
) -> None:
    """Add what only some classes have."""
    if wanted.pictures:
        give_pictures(task, [one for one in handed_in if one.attempt == ATTEMPTS])
    if wanted.graded_percent:
        graded = source.sample(list(students), round(len(students) * wanted.graded_percent / 100))
        grade_some(task, graded, grader=assistant.user, source=source)


def _check(wanted: Wanted) -> None:
    """Refuse what can't be made, and what is there already."""
    for name, value, least, most in (
        ("--students", wanted.students, 1, MOST_STUDENTS),
        ("--assignments", wanted.assignments, 1, MOST_ASSIGNMENTS),
        ("--graded", wanted.graded_percent, 0, 100),
    ):
        if not least <= value <= most:
            raise ClassRefused(f"{name} {value} is not allowed: {least} to {most:,}.")
    try:
        validate_slug(wanted.slug)
    except ValidationError:
        raise ClassRefused(f"--slug {wanted.slug!r} is not allowed: letters, digits, hyphens, underscores.") from None
    if len(wanted.slug) > 60:
        raise ClassRefused(f"--slug has {len(wanted.slug)} letters: at most 60 are allowed.")
    if not wanted.password:
        raise ClassRefused("--password is empty: give one, else nobody can sign in.")
    if Course.objects.filter(slug=wanted.slug).exists():
        raise ClassRefused(f"There is a course {wanted.slug!r} already: choose another --slug. Nothing was changed.")
    taken = User.objects.filter(username__startswith=f"{wanted.slug}-").values_list("username", flat=True)
    both = set(taken) & set(usernames(wanted.slug, wanted.students))
    if both:
        raise ClassRefused(f"There is an account {min(both)} already: choose another --slug. Nothing was changed.")


def _assignment(course: Course, number: int, now: datetime) -> Assignment:
    """Make an assignment that was due on a midnight some days ago, and closed for whoever has no more time."""
    due = (now.astimezone(ZoneInfo(ZONE)) - timedelta(days=5)).replace(hour=23, minute=59)
    return Assignment.objects.create(
        course=course,
        slug="playground" if number == 1 else f"playground-{number}",
        title="Neural Network Playground" if number == 1 else f"Neural Network Playground {number}",
        opens_at=due - timedelta(days=21),
        due_at=due,
        closes_at=due + timedelta(days=3),
        late_percent_per_day=10,
        late_most_percent=50,
    )


def _extend(
    assignment: Assignment, students: Sequence[Enrollment], instructor: User, now: datetime, source: random.Random
) -> None:
    """Give some students more time: for half of them it is over by now, the others still have some."""
    chosen = source.sample(list(students), min(len(students), max(2, round(len(students) * EXTENDED))))
    Extension.objects.bulk_create(
        Extension(
            assignment=assignment,
            enrollment=student,
            due_at=assignment.due_at + timedelta(days=2 if number % 2 else 8),
            reason="Ill that week." if number % 2 else "Joined the course late.",
            granted_by=instructor,
        )
        for number, student in enumerate(chosen)
    )


def _task(assignment: Assignment, position: int, demo: DemoTask, instructor: User) -> Task:
    """Make a task from the demo's, with course seeds that are known to be feasible, released by people."""
    template = demo.template
    task = Task.objects.create(
        assignment=assignment,
        slug=template.slug,
        title=template.title,
        instructions=template.instructions.strip(),
        position=position,
        criterion=template.criterion,
        max_epochs=MAX_EPOCHS,
        attempts=ATTEMPTS + 2,
        allowed_settings=dict(template.allowed_settings),
    )
    CourseSeed.objects.bulk_create(
        CourseSeed(task=task, position=number, seed=seed, reference_epochs=epochs)
        for number, (seed, epochs) in enumerate(demo.seeds, start=1)
    )
    draw_practice_seeds(task=task, draw=f"practice {template.slug}")
    # Where the last attempt counts, what waits for a person or is being checked shows in the grades, too.
    counts = Counts.LAST if template is SPIRAL else Counts.BEST
    GradingPolicy.objects.create(task=task, release=ReleaseMode.MANUAL, counts=counts)
    give_sample_rubric(task=task, author=instructor)
    return task
