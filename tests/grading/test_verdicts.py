import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.network import Network
from engine.spec import Spec
from engine.training import Reached, Report
from grading.models import Outcome
from grading.services.verify import best_epoch
from grading.verdicts import judge, official_epochs, with_resets


def report(*, reached: int | None, diverged_at: int | None = None) -> Report:
    return Report(
        spec=Spec(seed="1"),
        resets=0,
        reached=Reached(train=1, test=2, both=reached, either=1),
        epochs_run=100,
        stopped="cap",
        diverged_at=diverged_at,
        losses=np.zeros((101, 2)),
        network=Network([], []),
        parameters=17,
        gradient_steps=25_000,
    )


@pytest.mark.parametrize(
    ("reached", "diverged_at", "band", "claimed", "outcome"),
    [
        (56, None, (50, 60), 56, Outcome.VERIFIED),
        (56, None, (50, 60), 50, Outcome.INSIDE_BAND),
        (56, None, (50, 60), 60, Outcome.INSIDE_BAND),
        (56, None, (50, 60), 49, Outcome.CLAIM_NOT_REPRODUCED),
        (56, None, (50, 60), 61, Outcome.CLAIM_NOT_REPRODUCED),
        (None, None, None, 56, Outcome.TARGET_NOT_REACHED),
        (None, None, (50, 60), 56, Outcome.INSIDE_BAND),
        (None, None, (50, 60), 70, Outcome.TARGET_NOT_REACHED),
        (None, 3, None, 56, Outcome.DIVERGED),
        (56, 80, (50, 60), 56, Outcome.VERIFIED),
    ],
)
def test_the_outcome(
    reached: int | None, diverged_at: int | None, band: tuple[int, int] | None, claimed: int, outcome: Outcome
) -> None:
    own = report(reached=reached, diverged_at=diverged_at)
    assert judge(own=own, criterion="both", claimed_epochs=claimed, band=band) == outcome


@pytest.mark.parametrize("outcome", [Outcome.CLAIM_NOT_REPRODUCED, Outcome.TARGET_NOT_REACHED, Outcome.DIVERGED])
def test_an_exact_match_after_resets_confirms_what_nothing_else_did(outcome: Outcome) -> None:
    assert with_resets(outcome, 3) == Outcome.AFTER_RESETS
    assert with_resets(outcome, None) == outcome


@pytest.mark.parametrize(("criterion", "claimed"), [("train", 1), ("test", 2), ("either", 1), ("both", 9)])
def test_the_criterion_chooses_the_epoch(criterion: str, claimed: int) -> None:
    assert judge(own=report(reached=9), criterion=criterion, claimed_epochs=claimed, band=None) == Outcome.VERIFIED


@pytest.mark.parametrize(
    ("reached", "official"),
    [
        ([], None),
        ([7], 7.0),
        ([None], None),
        ([5, 1, 3], 3.0),
        ([1, None, 3, None, 2], 3.0),
        ([1, None, None], None),
        ([1, 2, 4, None], 3.0),
        ([1, 2, None, None], None),
        ([2, 3], 2.5),
    ],
)
def test_official_epochs_are_the_median_and_never_is_beyond_all(
    reached: list[int | None], official: float | None
) -> None:
    assert official_epochs(reached) == official


@given(st.lists(st.none() | st.integers(1, 3000), min_size=1, max_size=9), st.randoms())
def test_the_order_of_the_seeds_does_not_matter(reached: list[int | None], order: object) -> None:
    shuffled = sorted(reached, key=lambda _: order.random())  # type: ignore[attr-defined]
    assert official_epochs(shuffled) == official_epochs(reached)


@pytest.mark.parametrize(
    ("criterion", "best"), [("both", (2, 0.3)), ("either", (1, 0.1)), ("train", (1, 0.1)), ("test", (3, 0.2))]
)
def test_the_best_epoch_by_criterion(criterion: str, best: tuple[int, float]) -> None:
    losses = np.array([[0.9, 0.8], [0.1, 0.5], [0.3, 0.3], [0.7, 0.2], [np.nan, np.nan]])
    assert best_epoch(losses, criterion) == best


def test_a_loss_that_never_was_a_number_has_no_best() -> None:
    assert best_epoch(np.full((3, 2), np.nan), "both") == (0, None)
