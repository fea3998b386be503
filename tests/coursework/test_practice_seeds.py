"""Practice seeds: drawn without training, possible, and never one of those that rank."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from coursework.feasible import why_impossible
from coursework.models import CourseSeed, Task
from coursework.rules import playground_defaults
from coursework.services.course_seeds import TooFewSeeds
from coursework.services.practice_seeds import draw_practice_seeds
from engine import training
from tests.world import make_course, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> Task:
    return make_task(make_course())


def test_the_same_draw_gives_the_same_three_different_seeds(task: Task) -> None:
    first = draw_practice_seeds(task=task, draw="one")
    assert len(set(first)) == 3
    assert draw_practice_seeds(task=task, draw="one") == first
    assert draw_practice_seeds(task=task, draw="two") != first
    assert Task.objects.get(pk=task.pk).practice_seeds == list(draw_practice_seeds(task=task, draw="two"))


def test_a_course_seed_is_passed_over(task: Task) -> None:
    first = draw_practice_seeds(task=task, draw="one")
    task.practice_seeds = []
    task.save()
    CourseSeed.objects.create(task=task, position=9, seed=first[0])
    again = draw_practice_seeds(task=task, draw="one")
    assert first[0] not in again and again[:2] == first[1:]


def test_the_target_is_possible_on_each_of_them_and_nothing_is_trained(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "train", None)
    spiral = make_task(
        task.assignment.course, slug="spiral", criterion="either", allowed_settings=playground_defaults("spiral")
    )
    for seed in draw_practice_seeds(task=spiral, count=5):
        assert why_impossible(spiral.rules, spiral.rules.starting_spec.with_seed(seed)) is None


def test_where_too_few_are_possible_nothing_changes(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def impossible(*_: Any) -> str:
        return "no"

    monkeypatch.setattr("coursework.services.practice_seeds.why_impossible", impossible)
    with pytest.raises(TooFewSeeds, match="possible on 0 of 64"):
        draw_practice_seeds(task=task)
    assert Task.objects.get(pk=task.pk).practice_seeds == []


def test_the_command_tells_the_seeds(task: Task) -> None:
    told = StringIO()
    call_command("draw_practice_seeds", "ml-1", "circle", "--count", "2", stdout=told)
    assert told.getvalue().split() == Task.objects.get(pk=task.pk).practice_seeds


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(("ml-1", "none"), "There is no task 'none'"), (("ml-1", "circle", "--count", "6"), "6 seeds are not allowed")],
)
def test_the_command_says_what_it_can_not_do(task: Task, arguments: tuple[str, ...], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("draw_practice_seeds", *arguments)
