"""Progress, cancelling and budgets: what a caller has in hand while a run goes on."""

import time

import numpy as np
import pytest

from engine.errors import BudgetExceeded, Cancelled
from engine.spec import Spec
from engine.steps import Floats
from engine.training import Budget, Progress, Start, train
from tests.engine.installed_kernels import INSTALLED

SPEC = Spec(seed="1")
STARTS = [Start(SPEC), Start(SPEC.with_seed("2"))]


@pytest.fixture(autouse=True)
def _epoch_by_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train in numpy: the compiled kernel takes many epochs at a time, see kernels/test_limits.py."""
    monkeypatch.setenv("ENGINE_KERNEL", "numpy")


def test_progress_is_told_after_every_epoch() -> None:
    told: list[Progress] = []
    reports = train(STARTS, stop="never", max_epochs=3, on_progress=told.append)
    assert [(one.epoch, one.max_epochs, one.running) for one in told] == [(0, 3, 2), (1, 3, 2), (2, 3, 2), (3, 3, 2)]
    for epoch, one in enumerate(told):
        assert np.array_equal(one.losses, [report.losses[epoch] for report in reports])


def test_progress_keeps_the_last_losses_of_runs_that_have_ended() -> None:
    told: list[Progress] = []
    starts = [Start(Spec(dataset="gauss", learning_rate=0.1, seed=seed)) for seed in ("1", "2", "3")]
    reports = train(starts, max_epochs=30, on_progress=told.append)
    assert [one.running for one in told] == sorted((one.running for one in told), reverse=True)
    assert told[-1].running == 0
    assert np.array_equal(told[-1].losses, [report.losses[-1] for report in reports])


@pytest.mark.parametrize("kernel", INSTALLED)
def test_progress_hands_out_the_first_runs_losses_so_far(kernel: str) -> None:
    so_far: list[tuple[int, Floats]] = []
    starts = [Start(Spec(dataset="gauss", learning_rate=0.1, seed=seed)) for seed in ("1", "2", "3")]

    def look(progress: Progress) -> None:
        so_far.append((progress.epoch, progress.first_losses()))

    report = train(starts, max_epochs=30, on_progress=look, kernel=kernel)[0]
    unwatched = train(starts, max_epochs=30, kernel=kernel)[0]
    assert np.array_equal(report.losses, unwatched.losses)  # looking changes nothing
    for epoch, losses in so_far:
        assert np.array_equal(losses, report.losses[: epoch + 1])  # all of them once the run has ended


def test_what_progress_raises_goes_through() -> None:
    def lose_the_lease(progress: Progress) -> None:
        if progress.epoch == 2:
            raise LookupError("lease lost")

    with pytest.raises(LookupError, match="lease lost"):
        train(STARTS, max_epochs=10, on_progress=lose_the_lease)


def test_a_run_can_be_cancelled_before_any_epoch() -> None:
    epochs: list[int] = []
    with pytest.raises(Cancelled):
        train(
            STARTS,
            max_epochs=10,
            on_progress=lambda progress: epochs.append(progress.epoch),
            cancelled=lambda: len(epochs) == 3,
        )
    assert epochs == [0, 1, 2]


def test_a_budget_of_gradient_steps_counts_all_runs() -> None:
    steps = 3 * 250 * len(STARTS)
    assert len(train(STARTS, stop="never", max_epochs=3, budget=Budget(gradient_steps=steps))) == 2
    with pytest.raises(BudgetExceeded, match="gradient steps"):
        train(STARTS, stop="never", max_epochs=3, budget=Budget(gradient_steps=steps - 1))


def test_an_epoch_over_the_budget_is_not_begun() -> None:
    epochs: list[int] = []
    with pytest.raises(BudgetExceeded):
        train(
            STARTS,
            stop="never",
            max_epochs=10,
            budget=Budget(gradient_steps=1200),
            on_progress=lambda progress: epochs.append(progress.epoch),
        )
    assert epochs == [0, 1, 2]


def test_a_budget_of_time_ends_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("engine.training.time.monotonic", lambda: float(next(clock)))
    epochs: list[int] = []
    with pytest.raises(BudgetExceeded, match="longer"):
        train(
            STARTS,
            stop="never",
            max_epochs=50,
            budget=Budget(seconds=5),
            on_progress=lambda progress: epochs.append(progress.epoch),
        )
    assert epochs == [0, 1, 2, 3, 4]


def test_a_budget_that_is_large_enough_changes_nothing() -> None:
    plain = train(STARTS, stop="never", max_epochs=2)
    limited = train(STARTS, stop="never", max_epochs=2, budget=Budget(gradient_steps=10**9, seconds=3600))
    assert all(np.array_equal(a.losses, b.losses) for a, b in zip(plain, limited, strict=True))


def test_training_leaves_numpys_warnings_as_they_were() -> None:
    before = np.geterr()
    train(STARTS, max_epochs=1)
    assert np.geterr() == before


@pytest.mark.parametrize(
    ("spec", "milliseconds"),
    [(SPEC, 40), (Spec(seed="1", dataset="spiral", hidden_layers=(8, 8, 8)), 80)],
)
def test_an_epoch_takes_milliseconds(spec: Spec, milliseconds: float) -> None:
    # about 2 and 4 ms of this process; the bounds are wide, since processors differ
    took = []
    for _ in range(3):
        started = time.process_time()
        train([Start(spec)], stop="never", max_epochs=10)
        took.append((time.process_time() - started) / 10 * 1000)
    assert min(took) < milliseconds
