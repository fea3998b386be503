import math
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursework.drawing.loss_chart import FRAMES, loss_chart, loss_figure, target_text
from tests.coursework.drawing.markup import numbers, parsed, text_element, texts, with_class
from tests.coursework.drawing.samples import Array, trace


def drawn(losses: Any, *, reached: int | None = None, claimed: int | None = None, **more: Any) -> Element:
    return parsed(loss_chart(losses, reached=reached, claimed=claimed, **{"wide": True} | more))


def points(root: Element, css: str) -> Array:
    (path,) = with_class(root, css)
    return np.array(numbers(path.get("d", ""))).reshape(-1, 2)


def height_of(loss: float, *, low: float, high: float) -> float:
    """Where a loss has to be, from the frame alone."""
    frame = FRAMES[True]
    share = (math.log10(loss) - math.log10(low)) / (math.log10(high) - math.log10(low))
    return frame.height - frame.bottom + share * (frame.top - frame.height + frame.bottom)


def test_known_losses_are_at_their_places() -> None:
    losses = np.array([[1.0, 0.5], [0.1, 0.05], [0.01, 0.005]])
    root = drawn(losses)
    frame = FRAMES[True]
    line = points(root, "l-train")
    assert line[:, 0].tolist() == pytest.approx([frame.left, (frame.left + frame.width - frame.right) / 2, 488])
    # The scale ends at the largest loss, 1, and starts at 0.4 of the target
    expected = [height_of(loss, low=0.0006, high=1) for loss in (1, 0.1, 0.01)]
    assert line[:, 1].tolist() == pytest.approx(expected, abs=0.06)
    (target,) = with_class(root, "target")
    assert numbers(target.get("d", ""))[1] == pytest.approx(height_of(0.0015, low=0.0006, high=1), abs=0.06)


def test_the_reached_epoch_is_marked() -> None:
    root = drawn(trace(141), reached=141, claimed=141)
    (mark,) = with_class(root, "mark")
    assert numbers(mark.get("d", ""))[0] == 488
    assert "epoch 141, as claimed" in texts(root)
    assert "The target is reached at epoch 141." in (root.get("aria-label") or "")


def test_the_epoch_of_a_screenshot_is_marked_at_the_foot() -> None:
    root = drawn(trace(141), reached=141, claimed=139, shown=60)
    (mark,) = with_class(root, "mark-shown")
    x = numbers(mark.get("d", ""))[0]
    assert FRAMES[True].left < x < 488
    words = text_element(root, "picture 60")
    assert float(words.get("x", 0)) == pytest.approx(x + 6) and words.get("class") == "strong"
    right = text_element(drawn(trace(141), reached=141, claimed=139, shown=130), "picture 130")
    assert right.get("class") == "strong end"


@pytest.mark.parametrize("shown", [None, 139, 5000])
def test_the_epoch_of_a_screenshot_is_left_out_where_the_claim_says_it_or_it_lies_beyond(shown: int | None) -> None:
    root = drawn(trace(141), reached=141, claimed=139, shown=shown)
    assert with_class(root, "mark-shown") == []


def test_a_claim_that_differs_has_a_mark_of_its_own_row() -> None:
    root = drawn(trace(141), reached=141, claimed=139)
    assert len(with_class(root, "mark")) == 2
    reached, claimed = text_element(root, "epoch 141"), text_element(root, "claimed 139")
    assert abs(float(reached.get("y", 0)) - float(claimed.get("y", 0))) >= 14
    assert "Claimed was epoch 139." in (root.get("aria-label") or "")


def test_a_claim_far_beyond_the_run_is_named_at_the_edge() -> None:
    root = drawn(trace(141), reached=141, claimed=9000)
    assert len(with_class(root, "mark-claim")) == 0
    assert "claimed 9,000" in texts(root)


def test_a_claim_little_beyond_the_run_makes_the_axis_longer() -> None:
    root = drawn(trace(141), reached=141, claimed=160)
    (claim,) = with_class(root, "mark-claim")
    assert numbers(claim.get("d", ""))[0] == 488
    assert points(root, "l-train")[-1, 0] < 488


def test_a_growing_run_keeps_the_axis_it_was_given() -> None:
    assert points(drawn(trace(50), until=100), "l-train")[-1, 0] == pytest.approx((54 + 488) / 2)


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("difference", [0, 1e-6, 1e-4, 0.001, 0.1])
def test_names_at_the_lines_ends_never_overlap(wide: bool, difference: float) -> None:
    losses = trace(100) + np.array([0, difference])
    root = drawn(losses, wide=wide)
    heights = [float(text_element(root, words).get("y", 0)) for words in ("training", "test")]
    assert abs(heights[0] - heights[1]) >= 15 - 0.1
    frame = FRAMES[wide]
    assert all(frame.top <= height <= frame.height - frame.bottom + 4 for height in heights)


def test_divergence_is_marked_and_the_rest_is_not_squeezed() -> None:
    losses = np.array([[0.5, 0.5], [0.4, 0.4], [1e9, 1e250], [np.inf, np.inf], [np.nan, np.nan]])
    root = drawn(losses)
    assert "diverged at epoch 3" in texts(root)
    assert "The run diverges at epoch 3." in (root.get("aria-label") or "")
    first, second = points(root, "l-train")[:2, 1]
    assert second > first


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_short_traces_are_drawn(rows: int) -> None:
    root = drawn(trace(1)[:rows])
    assert len(with_class(root, "dot-train")) == min(rows, 1)


def test_a_trace_without_any_number_has_no_line() -> None:
    root = drawn(np.full((5, 2), np.nan))
    assert not with_class(root, "l-train") and not with_class(root, "dot-test")


@given(
    arrays(
        np.float64, st.tuples(st.integers(0, 40), st.just(2)), elements=st.floats(allow_nan=True, allow_infinity=True)
    ),
    st.none() | st.integers(0, 50),
    st.none() | st.integers(0, 10**9),
    st.booleans(),
)
def test_any_trace_gives_a_drawing(losses: Array, reached: int | None, claimed: int | None, wide: bool) -> None:
    root = drawn(losses, reached=reached, claimed=claimed, wide=wide)
    frame = FRAMES[wide]
    for css in ("l-train", "l-test"):
        for path in with_class(root, css):
            places = np.array(numbers(path.get("d", ""))).reshape(-1, 2)
            assert (places[:, 0] >= frame.left - 0.1).all() and (places[:, 0] <= frame.width).all()
            assert (places[:, 1] >= frame.top - 0.1).all() and (places[:, 1] <= frame.height).all()


def test_a_long_run_stays_small() -> None:
    noisy = trace(100_000) * np.random.default_rng(1).uniform(0.5, 2, (100_001, 2))
    assert len(loss_figure(noisy, reached=None, claimed=None)) < 40_000


def test_the_figure_has_both_sizes() -> None:
    root = parsed(loss_figure(trace(141), reached=141, claimed=61))
    assert [svg.get("class") for svg in root] == ["chart at-narrow", "chart at-wide"]
    assert [svg.get("viewBox", "").split()[2] for svg in root] == ["358", "560"]


@pytest.mark.parametrize(
    ("target", "words"), [(0.0015, "shown as 0.001"), (0.0105, "shown as 0.010"), (0.02, "target 0.02")]
)
def test_the_target_is_named_as_it_is_shown(target: float, words: str) -> None:
    assert target_text(target) == words
