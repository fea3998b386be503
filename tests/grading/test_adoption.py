"""What can be taken over from a picture, and what the form holds afterwards."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.rules import TaskRules, playground_defaults
from engine.spec import FEATURES, Spec
from grading.adoption import (
    Filled,
    Offer,
    adopted,
    allowed,
    differing,
    forbidden,
    later_than_claimed,
    offer,
    shown_names,
    told,
    unseen_neurons,
)
from tests.grading.picture_rows import read, shown
from tests.world import QUICK_SPEC

RULES = TaskRules(
    criterion="both",
    target=Decimal("0.001"),
    max_epochs=400,
    allowed_settings=playground_defaults("circle"),
    course_seeds=(),
)
FORM = Filled(QUICK_SPEC, 101)


def offered(about: tuple[str, ...], **values: Any) -> Offer | None:
    return offer(shown(**values), FORM, RULES, about)


def test_a_picture_that_agrees_offers_nothing() -> None:
    assert differing(shown(), FORM) == ()
    assert offered(("epoch", "features", "hidden_layers", "neurons")) is None


def test_another_epoch_is_offered_as_the_claim() -> None:
    found = offered(("epoch",), epoch=390)
    assert found == Offer(("epoch",), "Use epoch 390 as the claim")
    assert adopted(shown(epoch=390), FORM, found.names) == Filled(QUICK_SPEC, 390)


def test_only_what_the_difference_is_about_is_offered() -> None:
    more: dict[str, Any] = {"hidden_layers": read(2), "neurons": read((4, 2)), "features": read(("x",))}
    assert offered(("neurons",), epoch=390, **more) == Offer(
        ("hidden_layers",), "Use 2 hidden layers of 4 and 2 neurons"
    )
    both = offered(("features", "hidden_layers"), epoch=390, **more)
    assert both == Offer(("features", "hidden_layers"), "Use inputs x1 and 2 hidden layers of 4 and 2 neurons")
    assert adopted(shown(**more), FORM, both.names).spec == replace(QUICK_SPEC, features=("x",), hidden_layers=(4, 2))


@pytest.mark.parametrize(
    ("layers", "neurons", "held", "expected", "unseen"),
    [
        (2, None, (3,), (3, 2), "1 and 2"),
        (3, (4, None, 1), (8, 7), (4, 7, 1), "2"),
        (1, (None,), (), (2,), "1"),
        (0, (), (3,), (), ""),
    ],
)
def test_neurons_that_are_not_seen_stay_or_are_a_new_layers(
    layers: int, neurons: tuple[int | None, ...] | None, held: tuple[int, ...], expected: tuple[int, ...], unseen: str
) -> None:
    reading = shown(hidden_layers=read(layers), neurons=None if neurons is None else read(neurons))
    form = Filled(replace(QUICK_SPEC, hidden_layers=held), 101)
    assert adopted(reading, form, ["hidden_layers"]).spec.hidden_layers == expected
    sentence = unseen_neurons(reading)
    assert sentence == (
        f"The picture does not show the neurons of layer {unseen}: look at them in step 2." if unseen else ""
    )


def test_what_the_task_does_not_allow_is_named_and_not_offered() -> None:
    values: dict[str, Any] = {"learning_rate": read(0.1), "noise": read(0)}
    about = ("learning_rate", "noise")
    assert offered(about, **values) is None
    assert forbidden(shown(**values), FORM, RULES, about) == (
        "The task does not allow learning rate 0.1: it needs a picture of an allowed run.",
    )
    assert forbidden(shown(epoch=900), FORM, RULES, ["epoch"]) == ("Epoch 900 can’t be claimed: 1 to 400 can.",)
    assert offered(("epoch",), epoch=0) is None


def test_a_data_set_brings_its_problem_type_along() -> None:
    rules = replace(RULES, allowed_settings={"dataset": ["circle", "reg-plane"]})
    reading = shown(dataset=read("reg-plane"), problem=read("regression"))
    found = offer(reading, FORM, rules, ("problem",))
    assert found == Offer(("dataset",), "Use data set reg-plane")
    spec = adopted(reading, FORM, found.names).spec
    assert (spec.dataset, spec.problem) == ("reg-plane", "regression")


def test_what_was_read_unsurely_is_not_taken_over() -> None:
    reading = shown(epoch=None, hidden_layers=read(2, confidence=0.6), neurons=None)
    assert {"epoch", "hidden_layers"}.isdisjoint(shown_names(reading, FORM))
    assert differing(reading, FORM) == ()


@pytest.mark.parametrize("count", [-1, 7, 10**12])
def test_more_layers_than_the_playground_has_are_no_layers(count: int) -> None:
    reading = shown(hidden_layers=read(count), neurons=None)
    assert "hidden_layers" not in differing(reading, FORM)
    assert "hidden_layers" not in shown_names(reading, FORM)


def test_a_picture_after_the_claim_may_well_be_right() -> None:
    assert later_than_claimed(shown(epoch=105), FORM, ("epoch",))
    assert not later_than_claimed(shown(epoch=95), FORM, ("epoch",))
    assert not later_than_claimed(shown(epoch=105), Filled(QUICK_SPEC, None), ("epoch",))
    assert not later_than_claimed(shown(epoch=None), FORM, ("epoch",))


def test_it_is_told_with_what_stood_there_before() -> None:
    after = Filled(replace(QUICK_SPEC, hidden_layers=(), features=("x", "sinY")), 1390)
    assert told(FORM, after) == (
        "Taken over from the picture: claimed epoch 1,390 instead of 101; inputs x1 and sin(x2) instead of "
        "x1² and x2²; hidden layers none instead of 3."
    )
    assert told(FORM, FORM) == ""
    assert "claimed epoch 5 instead of none" in told(Filled(QUICK_SPEC, None), Filled(QUICK_SPEC, 5))


NEURONS = st.lists(st.one_of(st.none(), st.integers(1, 8)), max_size=6).map(tuple)
SPECS = st.builds(
    Spec,
    features=st.sets(st.sampled_from(FEATURES), min_size=1).map(tuple),
    hidden_layers=st.lists(st.integers(1, 8), max_size=6).map(tuple),
    seed=st.just("0.5"),
)


@given(
    spec=SPECS,
    seen=SPECS,
    neurons=NEURONS,
    epoch=st.integers(0, 500),
    claimed=st.one_of(st.none(), st.integers(1, 400)),
)
def test_once_all_that_is_allowed_was_taken_over_nothing_of_it_differs(
    spec: Spec, seen: Spec, neurons: tuple[int | None, ...], epoch: int, claimed: int | None
) -> None:
    reading = shown(seen, epoch=epoch, hidden_layers=read(len(neurons)), neurons=read(neurons))
    form = Filled(spec, claimed)
    names = allowed(reading, form, RULES, shown_names(reading, form))
    after = adopted(reading, form, names)
    assert set(differing(reading, after)).isdisjoint(names)
    assert after.spec.seed == spec.seed
    assert not RULES.problems(after.spec)
