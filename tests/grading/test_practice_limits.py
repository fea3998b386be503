"""Who may start a practice run, how often, and that clicking twice starts one."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from coursework.models import Enrollment
from engine.link import write_link
from grading.models import PracticeRun, Status
from grading.models.work import MOST_ATTEMPTS
from grading.practice_reads import quota_of
from grading.services.practice import OneIsLive, PracticeRefused, start_practice
from tests.world import QUICK_SPEC, World, make_task, make_world, settled_practice


@pytest.fixture
def world(db: None) -> World:
    return practising_world()


def practising_world() -> World:
    world = make_world()
    world.task.practice_seeds = ["0.7", "0.8", "0.9"]
    world.task.practice_per_day = 3
    world.task.save()
    return world


def start(world: World, who: Enrollment | None = None) -> PracticeRun:
    return start_practice(task=world.task, enrollment=who or world.owner, spec=QUICK_SPEC)


def test_one_at_a_time_in_a_course(world: World) -> None:
    start(world)
    other = make_task(world.course, slug="other", practice_seeds=["0.7"])
    with pytest.raises(OneIsLive):
        start_practice(task=other, enrollment=world.owner, spec=QUICK_SPEC)
    assert start(world, world.classmate).status == Status.QUEUED


def test_so_many_in_24_hours_and_no_more(world: World) -> None:
    now = timezone.now()
    for hours in (30, 23, 2, 1):
        settled_practice(world.task, world.owner, queued_at=now - timedelta(hours=hours))
    with pytest.raises(PracticeRefused, match="All 3 practice runs"):
        start(world)
    quota = quota_of(task=world.task, enrollment=world.owner, now=now)
    assert (quota.left, quota.next_at) == (0, now + timedelta(hours=1))
    assert quota_of(task=world.task, enrollment=world.classmate, now=now).left == 3


def test_the_limit_lowered_meanwhile_counts_back_far_enough(world: World) -> None:
    now = timezone.now()
    for hours in (5, 4, 3, 2):
        settled_practice(world.task, world.owner, queued_at=now - timedelta(hours=hours))
    world.task.practice_per_day = 2
    assert quota_of(task=world.task, enrollment=world.owner, now=now).next_at == now + timedelta(hours=21)


def test_what_we_lost_uses_up_nothing_and_what_took_too_long_does(world: World) -> None:
    settled_practice(world.task, world.owner, status=Status.FAILED, attempt=MOST_ATTEMPTS)
    settled_practice(world.task, world.owner, status=Status.FAILED, attempt=1)
    assert quota_of(task=world.task, enrollment=world.owner, now=timezone.now()).left == 2


@pytest.mark.parametrize("fields", [{"practice_seeds": []}, {"practice_per_day": 0}])
def test_a_task_without_practice_gives_none(world: World, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(world.task, name, value)
    with pytest.raises(PracticeRefused, match="no practice runs"):
        start(world)


@pytest.mark.parametrize(("opens", "due", "why"), [(1, 2, "not open yet"), (-2, -1, "closed")])
def test_students_practise_while_it_is_open_and_staff_always(world: World, opens: int, due: int, why: str) -> None:
    assignment = world.task.assignment
    assignment.opens_at = timezone.now() + timedelta(hours=opens)
    assignment.due_at = timezone.now() + timedelta(hours=due)
    assignment.save()
    with pytest.raises(PracticeRefused, match=why):
        start(world)
    assert start(world, world.ta).status == Status.QUEUED


def in_parallel(act: Callable[[], Any], times: int) -> list[Any]:
    """Do it in so many threads at once; returns what each gave, or raised."""
    results: list[Any] = []
    at_once = threading.Barrier(times)

    def one() -> None:
        at_once.wait()
        try:
            results.append(act())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_parallel_posts_start_one() -> None:
    world = practising_world()
    client = world.client("owner")
    url = reverse("practice", kwargs=world.task.url_arguments())
    answers = in_parallel(lambda: client.post(url, {"link": write_link(QUICK_SPEC)}).status_code, 8)
    assert sorted(answers) == [302] + 7 * [409]
    assert PracticeRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_starts_keep_the_limit() -> None:
    world = practising_world()
    for _ in range(2):
        settled_practice(world.task, world.owner)

    def start_and_end() -> None:
        run = start(world)
        PracticeRun.objects.filter(pk=run.pk).update(status=Status.COMPLETED)

    in_parallel(start_and_end, 6)
    assert PracticeRun.objects.count() == 3
