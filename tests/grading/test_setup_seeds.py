"""The page of a task's course seeds, with and without a broker."""

import re
from typing import Any

import pytest
from celery import Celery
from django.urls import reverse
from django.utils import timezone

from coursework.models import DrawingState, SeedDrawing
from grading.tasks import draw_seeds
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(world: World, name: str, **data: str) -> Any:
    return world.client("instructor").post(reverse(name, kwargs=world.task.url_arguments()), data)


def page(world: World, name: str = "task_seeds") -> Any:
    return world.client("instructor").get(reverse(name, kwargs=world.task.url_arguments()))


def test_a_wish_goes_to_the_practice_queue_and_the_page_follows_it(world: World, broker: Celery) -> None:
    assert send(world, "task_seeds", count="2").status_code == 302
    with broker.connection_for_read() as connection:
        queue = connection.SimpleQueue("practice")
        message: Any = queue.get(timeout=2)
        queue.close()
    drawing = SeedDrawing.objects.get()
    assert message.headers["task"] == "grading.tasks.draw_seeds" and message.payload[0] == [drawing.pk]
    fragment = page(world, "seed_drawing")
    assert fragment.status_code == 200 and "Waiting for a worker" in text(fragment)
    SeedDrawing.objects.update(state=DrawingState.RUNNING, started_at=timezone.now())
    assert "Drawing 2 seeds" in text(page(world, "seed_drawing"))

    SeedDrawing.objects.update(state=DrawingState.QUEUED)
    draw_seeds(drawing.pk)
    ended = page(world, "seed_drawing")
    assert (ended.status_code, ended["HX-Redirect"]) == (286, reverse("task_seeds", kwargs=world.task.url_arguments()))
    assert "2 drawn" in text(page(world))
    assert world.task.course_seeds.count() == 2


def test_with_the_broker_down_the_page_says_so_and_one_can_try_again(world: World) -> None:
    assert send(world, "task_seeds", count="2").status_code == 302
    shown = text(page(world))
    assert "No new seeds were drawn" in shown and "Our workers can’t be reached right now" in shown
    assert send(world, "task_seeds", count="2").status_code == 302
    assert SeedDrawing.objects.filter(state=DrawingState.FAILED).count() == 2
    assert world.task.course_seeds.count() == 3


def test_two_wishes_at_once_are_one(world: World, broker: Celery) -> None:
    send(world, "task_seeds", count="2")
    response = send(world, "task_seeds", count="3")
    assert response.status_code == 409 and "being drawn for this task already" in text(response)
    assert SeedDrawing.objects.count() == 1


@pytest.mark.parametrize(("count", "words"), [("0", "0 is not allowed"), ("26", "from 1 to 25"), ("", "Missing")])
def test_a_refused_number_says_what_is_allowed(world: World, count: str, words: str) -> None:
    response = send(world, "task_seeds", count=count)
    assert response.status_code == 422 and words in text(response)


def test_with_hand_ins_it_asks_first(world: World, broker: Celery) -> None:
    hand_in(world.task, world.owner)
    response = send(world, "task_seeds", count="2")
    assert response.status_code == 422 and "keeps its result on the old seeds" in text(response)
    assert send(world, "task_seeds", count="2", confirm="on").status_code == 302


def test_seeds_come_and_go_by_hand(world: World) -> None:
    assert send(world, "task_seed_add", seed="0.42").status_code == 302
    assert "0.42" in text(page(world)) and "not measured" in text(page(world))
    assert send(world, "task_seed_remove", seed="0.42").status_code == 302
    assert not world.task.course_seeds.filter(seed="0.42").exists()
    assert "is not one of this task’s seeds" in text(
        world.client("instructor").post(
            reverse("task_seed_remove", kwargs=world.task.url_arguments()), {"seed": "0.42"}, follow=True
        )
    )


@pytest.mark.parametrize(
    ("seed", "words"), [("", "Missing: 1 to 64 letters"), ("a b", "a b is not allowed"), ("0.1", "already")]
)
def test_a_refused_seed_says_why(world: World, seed: str, words: str) -> None:
    response = send(world, "task_seed_add", seed=seed)
    assert response.status_code == 422 and words in text(response)


def test_students_see_nothing_of_it(world: World) -> None:
    for name in ("task_seeds", "seed_drawing", "task_edit"):
        url = reverse(name, kwargs=world.task.url_arguments())
        assert world.client("owner").get(url).status_code == 404
