"""A small world for tests: a course with a task, its people, and people who have nothing to do with it."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from coursework.models import Assignment, Course, CourseSeed, Enrollment, Role, Submission, Task, User
from coursework.rules import playground_defaults
from coursework.services.courses import enroll
from coursework.services.screenshots import prepare_screenshot
from coursework.services.submissions import submit
from engine.spec import Spec
from grading.models import GradingPolicy, PracticeRun, ReleaseMode, Status, Verification

# Reaches the circle's target at epoch 101: three inputs, two small layers, a few tenths of a second to train.
QUICK_SPEC = Spec(features=("xSquared", "ySquared"), hidden_layers=(3,), seed="0.31415")
PASSWORD = "correct horse battery"


def make_user(username: str, **fields: Any) -> User:
    return User.objects.create_user(username=username, password=PASSWORD, **fields)


def make_course(slug: str = "ml-1") -> Course:
    return Course.objects.create(slug=slug, title=f"Course {slug}", time_zone="Europe/Zurich")


def make_task(course: Course, *, seeds: tuple[str, ...] = ("0.1", "0.2", "0.3"), **fields: Any) -> Task:
    assignment = Assignment.objects.filter(course=course).first() or make_assignment(course)
    release = fields.pop("release", ReleaseMode.AUTOMATIC)  # by default students see grades at once
    values = {
        "slug": "circle",
        "title": "Task A: Circle",
        "criterion": "both",
        "max_epochs": 400,
        "attempts": 3,
        "allowed_settings": playground_defaults("circle"),
    }
    task = Task.objects.create(assignment=assignment, **(values | fields))
    CourseSeed.objects.bulk_create(
        CourseSeed(task=task, position=position, seed=seed) for position, seed in enumerate(seeds, start=1)
    )
    GradingPolicy.objects.create(task=task, release=release)
    return task


def make_assignment(course: Course, **fields: Any) -> Assignment:
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=1), "due_at": now + timedelta(days=1)}
    return Assignment.objects.create(course=course, **({"slug": "playground", "title": "Playground"} | times | fields))


@dataclass
class World:
    """Everybody and everything; `client(name)` is a browser in which that person has signed in."""

    course: Course
    task: Task
    owner: Enrollment
    classmate: Enrollment
    ta: Enrollment
    instructor: Enrollment
    elsewhere: Enrollment
    elsewhere_instructor: Enrollment
    operator: User
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, name: str) -> Client:
        if name not in self.clients:
            self.clients[name] = Client()
            if name != "anonymous":
                person = getattr(self, name)
                self.clients[name].force_login(person if isinstance(person, User) else person.user)
        return self.clients[name]

    @property
    def names(self) -> tuple[str, ...]:
        return (
            "anonymous",
            "owner",
            "classmate",
            "ta",
            "instructor",
            "elsewhere",
            "elsewhere_instructor",
            "operator",
        )


def make_world() -> World:
    course, other = make_course(), make_course("ml-2")
    make_task(other)
    return World(
        course=course,
        task=make_task(course),
        owner=enroll(course=course, user=make_user("owner", first_name="Orla", last_name="Owner")),
        classmate=enroll(course=course, user=make_user("classmate")),
        ta=enroll(course=course, user=make_user("ta"), role=Role.TEACHING_ASSISTANT),
        instructor=enroll(course=course, user=make_user("instructor"), role=Role.INSTRUCTOR),
        elsewhere=enroll(course=other, user=make_user("elsewhere")),
        elsewhere_instructor=enroll(course=other, user=make_user("elsewhere_i"), role=Role.INSTRUCTOR),
        operator=make_user("operator", is_staff=True, is_superuser=True),
    )


def picture(name: str = "run.png", *, size: tuple[int, int] = (64, 48), kind: str = "PNG") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", size, (240, 240, 240)).save(data, kind)
    return SimpleUploadedFile(name, data.getvalue(), content_type=f"image/{kind.lower()}")


_keys = iter(range(1, 10**9))  # 0 is for tests that post the form themselves


def hand_in(
    task: Task, enrollment: Enrollment, *, spec: Spec = QUICK_SPEC, claimed_epochs: int = 101, **fields: Any
) -> Submission:
    """Hand in by the service, as the form does."""
    values: dict[str, Any] = {
        "screenshots": [prepare_screenshot(picture())],
        "idempotency_key": f"{next(_keys):032x}",
    }
    return submit(task=task, enrollment=enrollment, spec=spec, claimed_epochs=claimed_epochs, **(values | fields))


def verification_of(submission: Submission) -> Verification:
    return Verification.objects.get(submission=submission)


def settled_practice(task: Task, enrollment: Enrollment, *, spec: Spec = QUICK_SPEC, **fields: Any) -> PracticeRun:
    """A practice run that is done, on no seeds unless told."""
    now = timezone.now()
    values = {"status": Status.COMPLETED, "settings": spec.to_dict(), "queued_at": now, "finished_at": now}
    return PracticeRun.objects.create(task=task, enrollment=enrollment, **(values | fields))
