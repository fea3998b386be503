"""The pictures on the queue page: what waits, what could not be read and why, and reading again."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Submission, Task
from coursework.services.drafts import add_pictures
from grading import tasks
from grading.models import Assessment, PictureReading, Status, WorkerSign
from tests.world import World, hand_in, make_task, make_world, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def page(world: World, who: str = "operator") -> str:
    name, arguments = ("queue", {}) if who == "operator" else ("course_queue", {"course": world.course.slug})
    response = world.client(who).get(reverse(name, kwargs=arguments))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def reading_of(submission: Submission) -> PictureReading:
    return PictureReading.objects.get(picture=submission.screenshots.get().picture.name)


def become(submission: Submission, **fields: Any) -> PictureReading:
    now = timezone.now()
    values = {"started_at": now - timedelta(seconds=3), "finished_at": now} | fields
    PictureReading.objects.filter(pk=reading_of(submission).pk).update(**values)
    return reading_of(submission)


def fail(submission: Submission) -> PictureReading:
    return become(submission, status=Status.FAILED, attempt=3, last_error="MemoryError: too large")


def not_readable(submission: Submission) -> PictureReading:
    return become(submission, status=Status.COMPLETED, unreadable="It is no picture.")


def read_again(world: World, who: str, reading: Any) -> Any:
    name, arguments = ("read_pictures_again", {})
    if who != "operator":
        name, arguments = ("read_course_pictures_again", {"course": world.course.slug})
    return world.client(who).post(reverse(name, kwargs=arguments), {"reading": reading}, follow=True)


def test_none_at_all(world: World) -> None:
    assert "Every picture that was looked at could be read." in page(world)


@pytest.mark.parametrize("who", ["operator", "instructor"])
def test_waiting_running_read_failed_and_not_readable(world: World, who: str) -> None:
    waiting, running, done, broken, odd = (
        hand_in(world.task, each) for each in (world.owner, world.classmate, world.ta, world.instructor, world.owner)
    )
    become(running, status=Status.RUNNING, attempt=1, worker="machine:7:8", lease_expires_at=timezone.now())
    become(done, status=Status.COMPLETED, result={})
    fail(broken)
    not_readable(odd)
    PictureReading.objects.filter(pk=reading_of(waiting).pk).update(queued_at=timezone.now() - timedelta(minutes=7))
    Assessment.objects.create(submission=done, queued_at=timezone.now())
    shown = page(world, who)
    section = shown[shown.index('id="pictures"') : shown.index('id="settled"')]
    assert "<dt>Waiting</dt><dd>1</dd>" in section and "<dt>Being read</dt><dd>1</dd>" in section
    assert "<dt>Oldest waiting</dt><dd>7 min</dd>" in section
    assert "<dt>Reading, median</dt><dd>3.0 s" in section
    assert "<dt>Not readable</dt><dd>1</dd>" in section and "<dt>Failed by us</dt><dd>1</dd>" in section
    assert "MemoryError: too large" in section and "It is no picture." in section
    assert section.index("MemoryError") < section.index("It is no picture.")  # what wants a person comes first
    for submission in (running, broken, odd):
        assert submission.receipt_number in section
    assert ("machine:7:8" in section) is (who == "operator")
    assert "Checks of pictures: 1 under way, 0 failed by us." in section
    assert "Orla" not in shown


def test_a_picture_in_a_draft_is_nobody_s_business_yet(world: World) -> None:
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture("secret name.png")])
    PictureReading.objects.update(status=Status.FAILED, finished_at=timezone.now(), last_error="RuntimeError: odd")
    shown = page(world, "instructor")
    assert "in a draft" in shown and "RuntimeError: odd" in shown
    assert "secret name" not in shown and world.owner.pseudonym not in shown


def test_instructors_see_their_course_s_only(world: World) -> None:
    elsewhere = Task.objects.get(assignment__course=world.elsewhere.course)
    foreign = hand_in(elsewhere, world.elsewhere)
    fail(foreign)
    shown = page(world, "instructor")
    assert foreign.receipt_number not in shown and "<dt>Failed by us</dt><dd>1</dd>" not in shown
    assert foreign.receipt_number in page(world)


def test_that_nobody_reads_is_said_while_something_waits(world: World) -> None:
    assert "No worker reads pictures" not in page(world)
    hand_in(world.task, world.owner)
    assert "No worker reads pictures" in page(world)
    now = timezone.now()
    WorkerSign.objects.create(name="a:1", queues="evidence", version="1", started_at=now, seen_at=now)
    shown = page(world)
    assert "No worker reads pictures" not in shown
    assert "Worker for evidence, since" in shown and "Ready" in shown
    PictureReading.objects.update(status=Status.RUNNING, worker="a:1:2", started_at=now, lease_expires_at=now)
    assert "Ready" not in page(world)


def test_switched_off_it_says_so(world: World, settings: Any) -> None:
    settings.READ_SCREENSHOTS = False
    for who in ("operator", "instructor"):
        assert "not read here" in page(world, who)


# --- Reading again -----------------------------------------------------------------------------------------------


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    told: list[int] = []
    monkeypatch.setattr(tasks.read_picture, "delay", told.append)
    return told


@pytest.mark.parametrize("who", ["operator", "instructor"])
def test_one_picture_is_read_again(world: World, who: str, hints: list[int]) -> None:
    reading = fail(hand_in(world.task, world.owner))
    response = read_again(world, who, reading.pk)
    assert response.redirect_chain == [
        (reverse("queue") if who == "operator" else reverse("course_queue", kwargs={"course": world.course.slug}), 302)
    ]
    assert "1 picture is read again." in response.content.decode()
    reading.refresh_from_db()
    assert (reading.status, reading.attempt, hints) == (Status.QUEUED, 0, [reading.pk])
    assert "being read already" in read_again(world, who, reading.pk).content.decode()
    assert hints == [reading.pk]


def test_all_that_failed_are_read_again(world: World, hints: list[int]) -> None:
    broken = [fail(hand_in(world.task, who)).pk for who in (world.owner, world.classmate)]
    odd = not_readable(hand_in(world.task, world.ta))
    assert "Read all 2 that failed again" in page(world)
    response = read_again(world, "instructor", "failed")
    assert "2 are read again." in response.content.decode()
    assert sorted(hints) == sorted(broken)
    odd.refresh_from_db()
    assert odd.status == Status.COMPLETED


@pytest.mark.parametrize("wanted", ["", "x", "-1", "1.5", "٣", "9" * 19, "failed ", "1\0"])
def test_what_names_no_picture_is_said(world: World, wanted: str, hints: list[int]) -> None:
    fail(hand_in(world.task, world.owner))
    assert "Not read again:" in read_again(world, "operator", wanted).content.decode()
    assert hints == []


def test_a_picture_of_another_course_is_not_found(world: World, hints: list[int]) -> None:
    foreign = fail(hand_in(Task.objects.get(assignment__course=world.elsewhere.course), world.elsewhere))
    assert read_again(world, "instructor", foreign.pk).status_code == 404
    assert read_again(world, "operator", "9" * 18).status_code == 404
    assert read_again(world, "instructor", "failed").status_code == 200
    assert hints == []
    foreign.refresh_from_db()
    assert foreign.status == Status.FAILED


@pytest.mark.parametrize("who", ["operator", "instructor"])
def test_the_number_of_queries_does_not_grow_with_the_pictures(
    world: World, who: str, django_assert_max_num_queries: Any
) -> None:
    task = make_task(world.course, slug="many", attempts=30)
    taken = []
    for count in (2, 10):
        for number in range(count):
            (fail if number % 2 else not_readable)(hand_in(task, world.owner))
        page(world, who)
        with django_assert_max_num_queries(40) as queries:
            page(world, who)
        taken.append(len(queries))
    assert taken[0] == taken[1]
