"""Drawing seeds beside the request: asked for once, settled once, whatever happens to worker and broker."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from coursework.models import DrawingState, Event, SeedDrawing, Task
from coursework.services import seed_drawing
from coursework.services.course_seeds import (
    SeedRefused,
    TooFewSeeds,
    add_course_seed,
    find_course_seeds,
    remove_course_seed,
)
from coursework.services.seed_drawing import DrawingUnderWay, ask_for_seeds, give_up, is_lost, run_drawing
from engine.calibration import Calibration, Candidate
from engine.errors import Cancelled
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


def found(*seeds: str) -> Calibration:
    candidates = tuple(Candidate(seed, True, 100) for seed in seeds)
    return Calibration(candidates, candidates)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drawing(world: World) -> SeedDrawing:
    return ask_for_seeds(task=world.task, count=2, actor=world.instructor.user)


def finds(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> None:
    """Have the training give these answers, one after the other."""
    left = iter(answers)

    def find(*_: Any, **__: Any) -> Calibration:
        answer = next(left)
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Calibration)
        return answer

    monkeypatch.setattr(seed_drawing, "find_course_seeds", find)


def seeds(world: World) -> list[str]:
    return list(world.task.course_seeds.values_list("seed", flat=True))


def state(drawing: SeedDrawing) -> tuple[str, str]:
    drawing.refresh_from_db()
    return drawing.state, drawing.reason


def test_real_seeds_are_drawn_and_measured(world: World) -> None:
    drawing = ask_for_seeds(task=world.task, count=1, actor=world.instructor.user)
    assert run_drawing(drawing_id=drawing.pk)
    assert state(drawing) == (DrawingState.DONE, "")
    (seed,) = world.task.course_seeds.all()
    assert seed.reference_epochs is not None and 1 <= seed.reference_epochs <= 400
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == ["seeds.asked", "seeds.drawn"]


def test_a_second_delivery_does_nothing(drawing: SeedDrawing, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    finds(monkeypatch, found("0.8", "0.9"))
    assert run_drawing(drawing_id=drawing.pk)
    assert not run_drawing(drawing_id=drawing.pk)
    assert seeds(world) == ["0.8", "0.9"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TooFewSeeds("1 of 64"), "1 of 64"),
        (Cancelled("enough"), "Stopped after 5 minutes"),
        (ZeroDivisionError("bug"), "Our fault"),
    ],
)
def test_what_fails_says_why_and_leaves_the_seeds(
    drawing: SeedDrawing, world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    finds(monkeypatch, error)
    assert run_drawing(drawing_id=drawing.pk)
    settled, reason = state(drawing)
    assert settled == DrawingState.FAILED and words in reason
    assert seeds(world) == ["0.1", "0.2", "0.3"]


def test_one_at_a_time(drawing: SeedDrawing, world: World) -> None:
    with pytest.raises(DrawingUnderWay):
        ask_for_seeds(task=world.task, count=3, actor=world.instructor.user)


@pytest.mark.parametrize(
    ("fields", "lost"),
    [
        ({"asked_at": timedelta(seconds=50)}, False),
        ({"asked_at": timedelta(seconds=70)}, True),
        ({"asked_at": timedelta(minutes=9), "started_at": timedelta(minutes=5), "state": "running"}, False),
        ({"asked_at": timedelta(minutes=9), "started_at": timedelta(minutes=7), "state": "running"}, True),
    ],
)
def test_one_that_nobody_answers_can_be_asked_for_again(
    drawing: SeedDrawing, world: World, fields: dict[str, Any], lost: bool
) -> None:
    now = timezone.now()
    ago = {name: now - value if isinstance(value, timedelta) else value for name, value in fields.items()}
    SeedDrawing.objects.filter(pk=drawing.pk).update(**ago)
    drawing.refresh_from_db()
    assert is_lost(drawing, now) == lost
    if lost:
        again = ask_for_seeds(task=world.task, count=3, actor=world.instructor.user)
        assert again.pk != drawing.pk
        assert state(drawing)[0] == DrawingState.FAILED


def test_a_late_worker_s_seeds_are_dropped(drawing: SeedDrawing, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def given_up_meanwhile() -> Calibration:
        give_up(drawing_id=drawing.pk, reason="lost")
        return found("0.8", "0.9")

    finds(monkeypatch, given_up_meanwhile)
    assert not run_drawing(drawing_id=drawing.pk)
    assert seeds(world) == ["0.1", "0.2", "0.3"]
    assert state(drawing) == (DrawingState.FAILED, "lost")


def test_seeds_for_rules_that_changed_meanwhile_are_not_taken(
    drawing: SeedDrawing, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_meanwhile() -> Calibration:
        Task.objects.filter(pk=world.task.pk).update(max_epochs=50)
        return found("0.8", "0.9")

    finds(monkeypatch, changed_meanwhile)
    assert run_drawing(drawing_id=drawing.pk)
    assert "rules were changed meanwhile" in state(drawing)[1]
    assert seeds(world) == ["0.1", "0.2", "0.3"]


def test_a_practice_seed_is_never_drawn(drawing: SeedDrawing, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    Task.objects.filter(pk=world.task.pk).update(practice_seeds=["0.8"])
    finds(monkeypatch, found("0.8", "0.9"), found("0.7", "0.6"))
    run_drawing(drawing_id=drawing.pk)
    assert seeds(world) == ["0.7", "0.6"]


def test_nobody_can_foresee_what_is_drawn(world: World) -> None:
    drawn = [find_course_seeds(world.task.rules, count=1).seeds[0].seed for _ in range(2)]
    assert drawn[0] != drawn[1]


def test_a_seed_by_hand_is_added_last_and_can_be_removed(world: World) -> None:
    added = add_course_seed(task=world.task, seed="0.77", actor=world.instructor.user)
    assert (added.position, added.reference_epochs) == (4, None)
    assert remove_course_seed(task=world.task, seed="0.1", actor=world.instructor.user)
    assert not remove_course_seed(task=world.task, seed="0.1", actor=world.instructor.user)
    assert seeds(world) == ["0.2", "0.3", "0.77"]
    assert add_course_seed(task=world.task, seed="0.78", actor=world.instructor.user).position == 5


@pytest.mark.parametrize(
    ("seed", "words"),
    [("0.1", "a course seed already"), ("0.5", "a practice seed"), ("a b", "1 to 64 letters")],
)
def test_a_seed_by_hand_that_can_not_be_used_is_refused(world: World, seed: str, words: str) -> None:
    world.task.practice_seeds = ["0.5"]
    with pytest.raises(SeedRefused, match=words):
        add_course_seed(task=world.task, seed=seed, actor=world.instructor.user)


def test_there_are_at_most_25(world: World) -> None:
    for number in range(22):
        add_course_seed(task=world.task, seed=f"0.6{number:02}", actor=world.instructor.user)
    with pytest.raises(SeedRefused, match="at most 25"):
        add_course_seed(task=world.task, seed="0.99", actor=world.instructor.user)
