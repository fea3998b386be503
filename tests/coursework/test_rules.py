from decimal import Decimal

import pytest

from coursework.rules import TaskRules, allowed_settings_problems, playground_defaults, practice_seeds_problems
from engine.spec import Spec


def rules(**allowed: list[object]) -> TaskRules:
    return TaskRules("both", Decimal("0.001"), 3000, {**playground_defaults("circle"), **allowed}, ("1",))


def test_a_loss_is_shown_as_the_target_below_half_a_step_above_it() -> None:
    assert rules().loss_threshold == 0.0015


def test_inputs_layers_and_seed_are_free() -> None:
    assert rules().problems(Spec(features=("sinX",), hidden_layers=(8, 8, 8), seed="anything.1")) == ()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("learning_rate", 0.1),
        ("batch_size", 30),
        ("activation", "relu"),
        ("dataset", "xor"),
        ("noise", 5),
        ("train_percent", 90),
        ("regularization", "L1"),
        ("regularization_rate", 0.1),
        ("init_zero", True),
    ],
)
def test_everything_else_must_stand_at_its_default(setting: str, value: object) -> None:
    problems = rules().problems(Spec(seed="1", **{setting: value}))  # type: ignore[arg-type]
    assert [problem.field for problem in problems] == [setting]


def test_all_problems_are_listed_at_once() -> None:
    spec = Spec(learning_rate=3, noise=50, hidden_layers=(9,), features=(), seed=None)
    fields = {problem.field for problem in rules().problems(spec)}
    assert fields == {"learning_rate", "noise", "hidden_layers", "features", "seed"}


def test_a_task_may_allow_more_than_the_defaults() -> None:
    assert rules(learning_rate=[0.03, 0.1]).problems(Spec(learning_rate=0.1, seed="1")) == ()


def test_the_starting_spec_is_the_default_where_that_is_allowed() -> None:
    start = rules(learning_rate=[0.1, 0.3], activation=["relu", "tanh"]).starting_spec
    assert (start.learning_rate, start.activation, start.dataset, start.seed) == (0.1, "tanh", "circle", None)


@pytest.mark.parametrize(
    ("allowed", "start"),
    [
        ({"problem": ["regression"]}, ("regression", "reg-plane")),
        ({"dataset": ["reg-gauss"]}, ("regression", "reg-gauss")),
        ({"dataset": ["reg-gauss", "xor"]}, ("classification", "xor")),
    ],
)
def test_the_starting_spec_has_a_data_set_of_its_problem_type(
    allowed: dict[str, list[object]], start: tuple[str, str]
) -> None:
    spec = TaskRules("both", Decimal("0.001"), 3000, allowed, ()).starting_spec
    assert (spec.problem, spec.dataset) == start


@pytest.mark.parametrize(
    ("allowed", "part"),
    [
        ([], "an object"),
        ({"colour": ["red"]}, "'colour' is not a setting"),
        ({"learning_rate": []}, "at least one"),
        ({"learning_rate": 0.03}, "a list"),
        ({"learning_rate": [0.02]}, "can't be '0.02'"),
        ({"dataset": ["moon"]}, "can't be 'moon'"),
        ({"dataset": ["circle"], "problem": ["regression"]}, "No allowed data set (circle) belongs to"),
    ],
)
def test_wrong_allowed_settings_are_named(allowed: object, part: str) -> None:
    assert part in " ".join(allowed_settings_problems(allowed))


def test_right_allowed_settings_pass() -> None:
    assert allowed_settings_problems(playground_defaults("spiral") | {"features": ["x", "y"]}) == []


@pytest.mark.parametrize(
    ("practice", "complaint"),
    [
        ("0.5", "Practice seeds are a list"),
        ([0.5], "Practice seeds are a list"),
        (["0.5"] * 6, "6 practice seeds are too many: at most 5."),
        (["0.5", "a b"], "Practice seed 'a b' can't be used"),
        (["0.1"], "Practice seed 0.1 is a course seed"),
    ],
)
def test_practice_seeds_are_few_usable_and_not_ranked_on(practice: object, complaint: str) -> None:
    assert practice_seeds_problems(practice, ("0.1",))[0].startswith(complaint)
    assert practice_seeds_problems(["0.5", "x.1"], ("0.1",)) == []
