import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.spec import FEATURES, RUNNABLE, Limits, Spec, describe, validate, written
from tests.engine.strategies import specs


def _problems(spec: Spec, limits: Limits | None = None) -> dict[str, str]:
    found = validate(spec) if limits is None else validate(spec, limits)
    return {problem.field: problem.value for problem in found}


def test_the_defaults_are_those_of_a_playground_without_a_link() -> None:
    spec = Spec()
    assert (spec.activation, spec.learning_rate, spec.batch_size) == ("tanh", 0.03, 10)
    assert (spec.dataset, spec.hidden_layers, spec.features) == ("circle", (4, 2), ("x", "y"))


def test_features_always_stand_in_the_order_in_which_they_enter_a_network() -> None:
    assert Spec(features=("sinY", "x", "sinY", "ySquared")).features == ("x", "ySquared", "sinY")
    assert Spec(features=FEATURES[::-1]) == Spec(features=FEATURES)


@pytest.mark.parametrize(
    ("spec", "sizes", "links", "parameters"),
    [
        (Spec(), (2, 4, 2, 1), 2 * 4 + 4 * 2 + 2, 18 + 7),
        (Spec(hidden_layers=()), (2, 1), 2, 3),
        (Spec(features=FEATURES, hidden_layers=(8, 8, 8)), (7, 8, 8, 8, 1), 56 + 64 + 64 + 8, 192 + 25),
    ],
)
def test_sizes_and_parameters(spec: Spec, sizes: tuple[int, ...], links: int, parameters: int) -> None:
    assert (spec.layer_sizes, spec.links, spec.parameters) == (sizes, links, parameters)


def test_another_seed_changes_nothing_else() -> None:
    assert Spec(noise=5).with_seed("1") == Spec(noise=5, seed="1")


@given(specs())
def test_every_spec_survives_json(spec: Spec) -> None:
    assert Spec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


@given(specs())
def test_what_the_controls_offer_is_allowed(spec: Spec) -> None:
    assert validate(spec) == ()
    assert validate(spec, RUNNABLE) == ()


def test_reading_lists_every_value_of_a_wrong_kind() -> None:
    wrong: dict[str, Any] = {
        "noise": 2.5,
        "batch_size": True,
        "learning_rate": math.nan,
        "hidden_layers": [4, "2"],
        "features": "x",
        "seed": 5,
        "init_zero": 1,
        "colour": "red",
    }
    with pytest.raises(SpecError) as caught:
        Spec.from_dict(wrong)
    fields = [problem.field for problem in caught.value.problems]
    assert fields == [*(name for name in wrong if name != "colour"), "settings"]


@pytest.mark.parametrize(
    "value",
    [10**5000, math.inf, -math.inf, "1e999", None, [], {}, "", [10**5000]],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("name", list(Spec().to_dict()))
def test_reading_hostile_values_raises_nothing_but_the_engines_error(name: str, value: Any) -> None:
    try:
        spec = Spec.from_dict({name: value})
    except SpecError as error:
        assert error.problems[0].field == name
    else:
        validate(spec)


def test_all_problems_are_listed_at_once() -> None:
    spec = Spec(
        activation="softmax",
        regularization="L3",
        regularization_rate=0.002,
        learning_rate=5,
        batch_size=31,
        problem="ranking",
        dataset="moons",
        noise=3,
        train_percent=95,
        hidden_layers=(9,),
        features=("cosX",),
        seed="a b",
    )
    assert _problems(spec) == {
        "activation": "softmax",
        "regularization": "L3",
        "regularization_rate": "0.002",
        "learning_rate": "5",
        "batch_size": "31",
        "problem": "ranking",
        "dataset": "moons",
        "noise": "3",
        "train_percent": "95",
        "hidden_layers": "9",
        "features": "cosX",
        "seed": "a b",
    }


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (Spec(seed="1", batch_size=31), "Batch size 31 is not allowed: 1 to 30."),
        (Spec(seed="1", noise=51), "Noise 51 is not allowed: 0 to 50 in steps of 5."),
        (
            Spec(seed="1", learning_rate=5.0),
            "Learning rate 5 is not allowed: 0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10.",
        ),
        (
            Spec(seed="1", dataset="reg-plane"),
            "Data set reg-plane is not allowed: circle, xor, gauss, spiral for classification.",
        ),
        (
            Spec(seed="1", features=()),
            "Features missing: at least one of x, y, xSquared, ySquared, xTimesY, sinX, sinY.",
        ),
        (
            Spec(seed="1", hidden_layers=(4,) * 7),
            "Hidden layers 4,4,4,4,4,4,4 is not allowed: 0 to 6 layers of 1 to 8 neurons.",
        ),
        (Spec(seed=""), "Seed (empty text) is not allowed: 1 to 64 letters, digits, dots, underscores and hyphens."),
    ],
)
def test_a_problem_says_what_is_allowed(spec: Spec, message: str) -> None:
    assert [problem.message for problem in validate(spec)] == [message]


def test_a_missing_seed_is_a_problem_of_its_own() -> None:
    (problem,) = validate(Spec())
    assert problem.field == "seed"
    assert problem.message.startswith("Seed missing: ")


@pytest.mark.parametrize("seed", ["a", "0.51803", "A-b_c.9", "x" * 64])
def test_allowed_seeds(seed: str) -> None:
    assert validate(Spec(seed=seed)) == ()


@pytest.mark.parametrize("seed", ["", "x" * 65, "a b", "é", "%41", "a\n", "a&b", "²", "\ud800"])
def test_seeds_that_are_not_allowed(seed: str) -> None:
    assert _problems(Spec(seed=seed)).keys() == {"seed"}
    assert validate(Spec(seed=seed), RUNNABLE) == ()


def test_a_course_may_allow_less_or_more() -> None:
    limits = Limits(learning_rate=(0.03, 0.05), features=("x", "y"), max_layers=1, init_zero=(False,))
    assert validate(Spec(seed="1", learning_rate=0.05, hidden_layers=(4,)), limits) == ()
    refused = Spec(seed="1", learning_rate=0.1, hidden_layers=(4, 2), features=("x", "sinX"), init_zero=True)
    assert _problems(refused, limits) == {
        "init_zero": "true",
        "learning_rate": "0.1",
        "hidden_layers": "4,2",
        "features": "sinX",
    }


def test_a_course_that_allows_no_fitting_data_set_says_so() -> None:
    assert _problems(Spec(seed="1"), Limits(dataset=("reg-plane",))) == {"dataset": "circle"}


@pytest.mark.parametrize(
    "spec",
    [
        Spec(seed="1", batch_size=0),
        Spec(seed="1", noise=-1),
        Spec(seed="1", train_percent=100),
        Spec(seed="1", train_percent=0),
        Spec(seed="1", learning_rate=math.inf),
        Spec(seed="1", regularization_rate=math.nan),
        Spec(seed="1", hidden_layers=(0,)),
        Spec(seed="1", hidden_layers=(1,) * 10_000),
        Spec(seed="1", features=()),
        Spec(),
    ],
)
def test_what_cannot_be_computed_is_not_runnable(spec: Spec) -> None:
    assert len(validate(spec, RUNNABLE)) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00001, "0.00001"),
        (10.0, "10"),
        (0.1, "0.1"),
        (0.0, "0"),
        (3, "3"),
        (True, "true"),
        (math.inf, "inf"),
        (1e20, "100000000000000000000"),
    ],
)
def test_settings_are_written_as_in_a_link(value: object, text: str) -> None:
    assert written(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_written_numbers_read_back_exactly(value: float) -> None:
    assert float(written(value)) == value


def test_lists_are_described_in_words() -> None:
    assert describe(range(1, 31)) == "1 to 30"
    assert describe((0, 5, 10, 15)) == "0 to 15 in steps of 5"
    assert describe((1, 2)) == "1, 2"
    assert describe((0.5, 1, 3)) == "0.5, 1, 3"
    assert describe((False, True)) == "false, true"
