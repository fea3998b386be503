"""A demo course that shows every outcome: real submissions, verified like any other once a worker runs."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from coursework.models import Assignment, Course, CourseSeed, Enrollment, Role, Section, Task, User
from coursework.services.courses import enroll
from coursework.services.practice_seeds import draw_practice_seeds
from coursework.services.screenshots import prepare_screenshot
from coursework.services.submissions import submit
from coursework.task_templates import CIRCLE, SPIRAL, TaskTemplate
from engine.link import read_link

COURSE = "demo"
JOIN_CODE = "P2AY-DEMS"
PASSWORD = "playground-demo"  # the demo runs on the reader's own machine and prints it
OPEN_FOR = timedelta(days=60)
PICTURES = Path(__file__).resolve().parent.parent / "demo_pictures"

WARM_UP_TEXT = """
Get to know the Playground: fit the plane, with whatever settings you like. Here a run may even diverge: try a learning
rate of 10 with ReLU and watch the loss.
"""


WARM_UP = TaskTemplate(
    slug="warm-up",
    title="Warm-up: Plane",
    instructions=WARM_UP_TEXT,
    criterion="both",
    max_epochs=1000,
    allowed_settings={"problem": ["regression"], "dataset": ["reg-plane"]},
)


@dataclass(frozen=True, slots=True)
class DemoTask:
    """A task of the demo course; its seeds are such that a good design reaches the target on each of them."""

    template: TaskTemplate
    seeds: tuple[tuple[str, int], ...]  # with the epochs that the reference design needs


@dataclass(frozen=True, slots=True)
class DemoHandIn:
    """What one student hands in. The claims of the honest ones are what the Playground shows for their links.

    `picture` names a file in PICTURES; it is of that link at that epoch unless a comment says otherwise.
    """

    student: int
    task: str
    settings: str
    claimed_epochs: int
    picture: str


TASKS = (
    DemoTask(CIRCLE, (("0.27183", 528), ("0.31416", 579), ("0.11235", 303), ("0.81321", 615), ("0.34559", 534))),
    DemoTask(SPIRAL, (("0.27183", 331), ("0.31416", 678), ("0.11235", 233), ("0.81321", 262), ("0.14421", 440))),
    DemoTask(WARM_UP, (("0.27183", 30), ("0.31416", 37), ("0.11235", 40), ("0.81321", 37), ("0.34559", 36))),
)
ALL_INPUTS = "xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"
SQUARES = "x=false&y=false&xSquared=true&ySquared=true"
HAND_INS = (
    DemoHandIn(1, "circle", "#networkShape=6,3&xSquared=true&seed=0.39918", 141, "circle-6-3"),
    DemoHandIn(2, "circle", f"#networkShape=4&{SQUARES}&seed=0.51803", 94, "circle-squares-4"),
    DemoHandIn(3, "circle", "#seed=0.20690", 630, "circle-default"),  # the default network
    # A wrong claim: it takes 508, which is what the picture shows.
    DemoHandIn(4, "circle", "#networkShape=8,6&seed=0.48213", 150, "circle-8-6-later"),
    DemoHandIn(
        5, "circle", f"#networkShape=8,8&{ALL_INPUTS}&seed=0.90417", 53, "circle-all-inputs"
    ),  # with address bar
    DemoHandIn(6, "circle", "#networkShape=2&seed=0.30559", 700, "circle-two-neurons"),  # does not converge
    # A true claim with a picture of another network and another seed, at epoch 64.
    DemoHandIn(7, "circle", f"#networkShape=6&{SQUARES}&seed=0.77120", 97, "circle-squares-other"),
    DemoHandIn(8, "circle", "#networkShape=6,4&sinX=true&sinY=true&seed=0.15926", 944, "circle-6-4-sines"),
    DemoHandIn(9, "circle", "#seed=0.11235", 303, "circle-course-seed"),
    DemoHandIn(10, "circle", "#networkShape=6,4&seed=0.57735", 277, "circle-after-resets"),  # after 3 Resets; else 386
    # Handed in by two students who worked together: one link, one picture.
    DemoHandIn(12, "circle", f"#networkShape=4&{SQUARES}&seed=0.51803", 94, "circle-squares-4"),
    DemoHandIn(1, "spiral", f"#dataset=spiral&networkShape=8,8,8&{ALL_INPUTS}&seed=0.26457", 238, "spiral-8-8-8"),
    DemoHandIn(5, "spiral", f"#dataset=spiral&networkShape=8,6,6&{ALL_INPUTS}&seed=0.92387", 220, "spiral-8-6-6"),
    # The default network never gets there.
    DemoHandIn(10, "spiral", "#dataset=spiral&seed=0.38268", 1800, "spiral-default"),
    # It diverges; and the wrong file was chosen: a page of notes.
    DemoHandIn(
        11, "warm-up", "#problem=regression&networkShape=8,8&activation=relu&learningRate=10&seed=0.77777", 40, "notes"
    ),
    DemoHandIn(12, "warm-up", "#problem=regression&seed=0.65536", 38, "plane-default"),
)
STUDENTS = (
    "Alex Ash", "Blake Birch", "Casey Cedar", "Drew Dogwood", "Ellis Elm", "Finley Fir",
    "Gray Ginkgo", "Harper Hazel", "Indigo Ivy", "Jules Juniper", "Kit Kapok", "Lee Larch",
)  # fmt: skip


def sign_ins() -> list[tuple[str, str, str]]:
    """Return who can sign in to the demo: (what they are, user name, password)."""
    people = [("Instructor", "instructor"), ("Teaching assistant", "assistant"), ("Student", "student01")]
    return [(role, username, PASSWORD) for role, username in people]


def make_demo() -> bool:
    """Make the demo course with its people and first hand-ins; False, and nothing done, if it is there already."""
    with transaction.atomic():
        if Course.objects.filter(slug=COURSE).exists():
            return False
        course = Course.objects.create(
            slug=COURSE, title="Introduction to neural networks", time_zone="Europe/Zurich", join_code=JOIN_CODE
        )
        tasks = _make_tasks(course)
        students = _enroll_people(course)
        for hand_in in HAND_INS:
            _hand_in(hand_in, tasks[hand_in.task], students[hand_in.student - 1])
    return True


def _make_tasks(course: Course) -> dict[str, Task]:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    last_minute = timezone.localtime(now + OPEN_FOR, ZoneInfo(course.time_zone)).replace(hour=23, minute=59)
    assignment = Assignment.objects.create(
        course=course,
        slug="playground",
        title="Neural Network Playground",
        opens_at=now - timedelta(days=7),
        due_at=last_minute,
        closes_at=last_minute + timedelta(days=2),
    )
    return {demo.template.slug: _make_task(assignment, position, demo) for position, demo in enumerate(TASKS, start=1)}


def _make_task(assignment: Assignment, position: int, demo: DemoTask) -> Task:
    template = demo.template
    task = Task.objects.create(
        assignment=assignment,
        slug=template.slug,
        title=template.title,
        instructions=template.instructions.strip(),
        position=position,
        criterion=template.criterion,
        max_epochs=template.max_epochs,
        allowed_settings=dict(template.allowed_settings),
    )
    CourseSeed.objects.bulk_create(
        CourseSeed(task=task, position=number, seed=seed, reference_epochs=epochs)
        for number, (seed, epochs) in enumerate(demo.seeds, start=1)
    )
    draw_practice_seeds(task=task, draw=f"practice {template.slug}")
    return task


def _enroll_people(course: Course) -> list[Enrollment]:
    """Make everybody's account and enroll them; returns the students in order."""
    for username, name, role in (
        ("instructor", "Robin Rowan", Role.INSTRUCTOR),
        ("assistant", "Toni Tamarack", Role.TEACHING_ASSISTANT),
    ):
        enroll(course=course, user=_make_user(username, name), role=role)
    groups = [Section.objects.create(course=course, name=name) for name in ("Lab group 1", "Lab group 2")]
    return [
        enroll(course=course, user=_make_user(f"student{number:02}", name), section=groups[number % 2])
        for number, name in enumerate(STUDENTS, start=1)
    ]


def _make_user(username: str, name: str) -> User:
    first_name, last_name = name.split(" ", 1)
    return User.objects.create_user(
        username=username,
        email=f"{username}@example.org",
        password=PASSWORD,
        first_name=first_name,
        last_name=last_name,
    )


def _hand_in(hand_in: DemoHandIn, task: Task, student: Enrollment) -> None:
    spec = read_link(hand_in.settings).spec
    data = (PICTURES / f"{hand_in.picture}.webp").read_bytes()
    submit(
        task=task,
        enrollment=student,
        spec=spec,
        link=hand_in.settings,
        claimed_epochs=hand_in.claimed_epochs,
        screenshots=[prepare_screenshot(SimpleUploadedFile(f"{task.slug}.webp", data))],
        idempotency_key=secrets.token_hex(16),
    )
