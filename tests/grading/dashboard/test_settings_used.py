"""Which settings reach the target how often."""

from dataclasses import replace

import pytest

from grading.dashboard.rows import class_of
from grading.dashboard.settings_used import SettingUsed, settings_of, settings_used
from grading.models import Outcome
from tests.grading.dashboard.classes import settled
from tests.world import QUICK_SPEC, World, make_world

pytestmark = pytest.mark.django_db
WIDE = replace(QUICK_SPEC, hidden_layers=(4, 2), learning_rate=0.3)


@pytest.fixture
def world() -> World:
    world = make_world()
    for _ in range(2):
        settled(world.task, world.owner)
        settled(world.task, world.classmate, Outcome.TARGET_NOT_REACHED, spec=WIDE)
    settled(world.task, world.classmate, epochs=300.0, spec=WIDE)
    return world


def used(world: World) -> list[SettingUsed]:
    return settings_used(class_of(world.task), settings_of(world.task))


def test_the_hardest_comes_first_and_what_all_have_alike_is_left_out(world: World) -> None:
    assert [(one.name, str(one.value), one.used, one.confirmed, one.median_epochs) for one in used(world)] == [
        ("Learning rate", "0.3", 3, 1, 300.0),
        ("Hidden layers", "layers of 4 and 2 neurons", 3, 1, 300.0),
        ("Learning rate", "0.03", 2, 2, 100.0),
        ("Hidden layers", "one layer of 3 neurons", 2, 2, 100.0),
    ]


def test_what_was_not_run_and_values_of_a_single_attempt_don_t_count(world: World) -> None:
    settled(world.task, world.owner, Outcome.SETTINGS_NOT_ALLOWED, spec=replace(QUICK_SPEC, activation="relu"))
    assert "Activation" not in {one.name for one in used(world)}


def test_nothing_handed_in() -> None:
    assert used(make_world()) == []
