import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.drawing.counts_bar import GAP, LENGTH, SMALLEST, counts_bar
from tests.coursework.drawing.markup import parsed

TONES = ("ok", "warn", "info", "bad", "calm", "mid", "none")


def test_parts_are_as_long_as_their_counts() -> None:
    bars = list(parsed(counts_bar([("ok", 30, "verified"), ("none", 10, "not handed in")])))
    widths = [float(bar.get("width", 0)) for bar in bars]
    assert [bar.get("class") for bar in bars] == ["c-ok", "c-none"]
    assert widths == pytest.approx([0.75 * (LENGTH - GAP), 0.25 * (LENGTH - GAP)], abs=0.06)


def test_the_sentence_has_all_parts() -> None:
    root = parsed(counts_bar([("ok", 128, "verified"), ("bad", 0, "failed by us")]))
    assert root.get("aria-label") == "128 in all: 128 verified, 0 failed by us"
    assert len(root) == 1


def test_nothing_to_count() -> None:
    root = parsed(counts_bar([]))
    assert root.get("aria-label") == "Nothing to count yet"
    assert [bar.get("class") for bar in root] == ["c-none"]


@given(
    st.lists(st.tuples(st.sampled_from(TONES), st.integers(0, 10_000), st.text("abc <>&\"'", max_size=5)), max_size=7)
)
def test_bars_fill_the_length_and_small_ones_stay_visible(parts: list[tuple[str, int, str]]) -> None:
    bars = list(parsed(counts_bar(parts)))
    widths = [float(bar.get("width", 0)) for bar in bars]
    assert sum(widths) + GAP * (len(bars) - 1) == pytest.approx(LENGTH, abs=0.5)
    assert min(widths) >= SMALLEST * 0.9
