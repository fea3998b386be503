"""Course seeds: feasible, calibrated, and the same whenever they are drawn again."""

import re

from engine.calibration import SIDE_BY_SIDE, calibrate, draw_seeds, reference_design, why_never_possible
from engine.feasibility import possible
from engine.spec import FEATURES, Spec, validate
from engine.training import Start, train

QUICK = Spec(dataset="gauss", learning_rate=0.1)


def test_seeds_are_written_as_the_playground_writes_them() -> None:
    seeds = draw_seeds("course 1", 200)
    assert len(set(seeds)) == 200
    assert all(re.fullmatch(r"0\.\d{5}", seed) for seed in seeds)
    assert draw_seeds("course 1", 3) == seeds[:3] != draw_seeds("course 2", 3)


def test_course_seeds_come_with_the_epoch_of_the_reference_design() -> None:
    result = calibrate(QUICK, criterion="both", max_epochs=20, count=3, draw="course")
    assert len(result.seeds) == 3 and len(result.tried) == SIDE_BY_SIDE
    for candidate in result.seeds:
        report = train([Start(QUICK.with_seed(candidate.seed))], max_epochs=20)[0]
        assert candidate.possible and candidate.reached == report.reached.both is not None
    assert result == calibrate(QUICK, criterion="both", max_epochs=20, count=3, draw="course")


def test_seeds_that_the_reference_design_does_not_reach_are_left_out() -> None:
    everything = calibrate(QUICK, criterion="both", max_epochs=12, count=16, draw="course", candidates=16)
    reached = [candidate for candidate in everything.tried if candidate.reached is not None]
    assert 0 < len(reached) < 16
    assert list(everything.seeds) == reached


def test_impossible_seeds_are_not_even_tried() -> None:
    spiral = Spec(dataset="spiral", hidden_layers=(1,))
    result = calibrate(spiral, criterion="train", max_epochs=1, count=1, draw="course", candidates=20)
    assert not result.seeds and len(result.tried) == 20
    expected = [possible(spiral.with_seed(candidate.seed), "train") for candidate in result.tried]
    assert [candidate.possible for candidate in result.tried] == expected
    assert {True, False} == set(expected)


def test_where_nothing_is_possible_nothing_is_trained() -> None:
    spiral = Spec(dataset="spiral", features=FEATURES)
    result = calibrate(spiral, criterion="both", max_epochs=10**6, count=1, draw="course", candidates=4)
    assert not result.seeds and not any(candidate.possible for candidate in result.tried)


def test_no_more_candidates_are_looked_at_than_needed() -> None:
    assert not calibrate(QUICK, criterion="both", max_epochs=20, count=0, draw="course").tried


def test_each_data_set_has_a_reference_design() -> None:
    assert reference_design(Spec()) == Spec()
    spiral = reference_design(Spec(dataset="spiral", noise=5, train_percent=70, hidden_layers=(1,), seed="1"))
    assert spiral == Spec(dataset="spiral", noise=5, train_percent=70, hidden_layers=(8, 8, 8), features=FEATURES)
    plane = reference_design(Spec(problem="regression", dataset="reg-plane"))
    assert not validate(plane.with_seed("1"))


def test_a_task_that_is_impossible_on_every_seed_is_recognised() -> None:
    spiral = Spec(dataset="spiral", features=FEATURES)
    reason = why_never_possible(spiral, "both")
    assert reason is not None and "they can't both be below 0.0015" in reason
    for criterion in ("train", "test", "either"):
        assert why_never_possible(spiral, criterion) is None
    assert why_never_possible(Spec(), "both") is None
    impossible = [seed for seed in draw_seeds("some", 20) if not possible(spiral.with_seed(seed), "train")]
    assert why_never_possible(spiral, "train", seeds=impossible) is not None
