"""Which of many runs fit losses that a page shows with three decimals."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.report import shown_loss
from grading.checks.runs import Runs
from tests.grading.checks.samples import state

losses = st.floats(0, 5, allow_nan=False)


def as_shown(train: float, test: float) -> dict[str, Decimal]:
    return {"loss_train": Decimal(shown_loss(train)), "loss_test": Decimal(shown_loss(test))}


@given(losses, losses, st.lists(st.tuples(losses, losses), max_size=5))
def test_every_run_fits_what_it_shows_itself(train: float, test: float, others: list[tuple[float, float]]) -> None:
    replays = [state(*pair, replay=number) for number, pair in enumerate(others, start=1)]
    runs = Runs([state(train, test), *replays])
    for one in (state(train, test), *replays):
        assert runs.fits_own(as_shown(one.loss_train, one.loss_test))


@given(st.lists(st.tuples(losses, losses), min_size=1, max_size=8))
def test_every_run_after_resets_is_found(others: list[tuple[float, float]]) -> None:
    resets = [state(*pair, resets=number) for number, pair in enumerate(others, start=1)]
    runs = Runs([state(9.0, 9.0), *resets])
    for number, pair in enumerate(others, start=1):
        found = runs.resets_that_fit(as_shown(*pair))
        assert found is not None
        assert found <= number


@given(losses, losses, st.integers(2, 500))
def test_other_losses_do_not_fit_a_run_without_spread(train: float, test: float, thousandths: int) -> None:
    shown = as_shown(train, test)
    shown["loss_train"] += Decimal(thousandths) / 1000
    assert not Runs([state(train, test)]).fits_own(shown)


def test_half_a_thousandth_is_rounded_as_the_page_does() -> None:
    runs = Runs([state(0.0015, 0.00149999)])
    assert runs.fits_own({"loss_train": Decimal("0.002"), "loss_test": Decimal("0.001")})
    assert not runs.fits_own({"loss_train": Decimal("0.001")})


def test_the_share_that_would_fit_as_well() -> None:
    resets = [state(0.25, 0.3, resets=1), *(state(0.4 + 0.01 * number, 0.3, resets=number) for number in (2, 3, 4))]
    runs = Runs([state(0.25, 0.3), *resets])
    assert runs.share_like_own(as_shown(0.25, 0.3)) == 0.25
    assert runs.share_like_another(as_shown(0.25, 0.3)) == 0.2  # the run itself could be taken for that after 1 Reset


def test_the_band_never_goes_below_nothing() -> None:
    assert Runs([state(0.0, 0.1), state(0.2, 0.1, replay=1)]).band("loss_train") == (0.0, 0.30000000000000004)
