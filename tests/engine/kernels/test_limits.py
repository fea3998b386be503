"""Progress, cancelling and budgets where many epochs are trained at a time."""

import numpy as np
import pytest

from engine import training
from engine.errors import BudgetExceeded, Cancelled
from engine.spec import Spec
from engine.training import Budget, Progress, Start, train

pytest.importorskip("numba")

SPEC = Spec(seed="1", train_percent=10)
STARTS = [Start(SPEC), Start(SPEC.with_seed("2"))]
EPOCH_STEPS = 50 * len(STARTS)


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE_KERNEL", "numba")


def _progress(max_epochs: int = 3000) -> list[Progress]:
    told: list[Progress] = []
    reports = train(STARTS, stop="never", max_epochs=max_epochs, on_progress=told.append)
    for one in told:
        assert np.array_equal(one.losses, [report.losses[one.epoch] for report in reports])
    return told


def test_quick_epochs_are_told_several_at_a_time_from_the_first_to_the_last() -> None:
    epochs = [one.epoch for one in _progress()]
    assert epochs == sorted(set(epochs))
    assert (epochs[0], epochs[1], epochs[-1]) == (0, 1, 3000)
    assert len(epochs) < 1500


def test_slow_epochs_are_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(10_000))
    monkeypatch.setattr("engine.training.time.perf_counter", lambda: float(next(clock)))
    assert [one.epoch for one in _progress(20)] == list(range(21))


def test_a_pace_slows_down_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, *np.cumsum([0.01, 0.01, 0.01, 0.2, 0.1, 0.01]).tolist()])
    monkeypatch.setattr("engine.training.time.perf_counter", lambda: next(seconds))
    pace = training._Pace()
    assert [pace.epochs() for _ in range(6)] == [1, 2, 4, 2, 2, 4]


def test_what_progress_raises_goes_through() -> None:
    def lose_the_lease(progress: Progress) -> None:
        if progress.epoch:
            raise LookupError("lease lost")

    with pytest.raises(LookupError, match="lease lost"):
        train(STARTS, max_epochs=10, on_progress=lose_the_lease)


def test_a_run_can_be_cancelled_on_its_way() -> None:
    told: list[Progress] = []
    with pytest.raises(Cancelled):
        train(STARTS, max_epochs=10**6, stop="never", on_progress=told.append, cancelled=lambda: len(told) == 3)
    assert len(told) == 3


@pytest.mark.parametrize("epochs", [1, 2, 37, 100])
def test_a_budget_of_gradient_steps_is_kept_to_the_step(epochs: int) -> None:
    steps = epochs * EPOCH_STEPS
    assert len(train(STARTS, stop="never", max_epochs=epochs, budget=Budget(gradient_steps=steps))) == 2
    told: list[Progress] = []
    with pytest.raises(BudgetExceeded, match="gradient steps"):
        train(
            STARTS,
            stop="never",
            max_epochs=10**6,
            budget=Budget(gradient_steps=steps + EPOCH_STEPS - 1),
            on_progress=told.append,
        )
    assert told[-1].epoch == epochs


def test_runs_that_have_ended_cost_nothing_more() -> None:
    starts = [Start(Spec(dataset="gauss", learning_rate=0.1, seed=seed)) for seed in ("1", "2", "3")]
    reports = train(starts, max_epochs=30)
    steps = sum(report.gradient_steps for report in reports)
    assert len({report.epochs_run for report in reports}) > 1
    assert len(train(starts, max_epochs=30, budget=Budget(gradient_steps=steps))) == 3
    with pytest.raises(BudgetExceeded):
        train(starts, max_epochs=30, budget=Budget(gradient_steps=steps - 1))


def test_a_budget_of_time_ends_a_run() -> None:
    with pytest.raises(BudgetExceeded, match="longer"):
        train(STARTS, stop="never", max_epochs=10**6, budget=Budget(seconds=0.3))
