import pytest

from coursework.drawing.histogram import Bars, histogram, histogram_figure
from tests.coursework.drawing.markup import parsed

BARS = Bars(0, 100, [1, 0, 4, 2], "epochs", "4 bins", marked=2, words=("half need at most 250", "half: 250"))


def rects(wide: bool, bars: Bars = BARS) -> list[dict[str, str]]:
    return [dict(one.attrib) for one in parsed(histogram(bars, wide=wide)).iter("rect")]


@pytest.mark.parametrize("wide", [True, False])
def test_a_bar_for_each_bin_that_has_any_and_the_marked_one_stands_out(wide: bool) -> None:
    found = rects(wide)
    assert [one["class"] for one in found] == ["bar", "bar bar-hi", "bar"]
    heights = [float(one["height"]) for one in found]
    assert heights == pytest.approx([heights[1] / 4, heights[1], heights[1] / 2], abs=0.1)


@pytest.mark.parametrize("marked", [0, 3])
def test_words_stay_inside_at_both_ends(marked: int) -> None:
    bars = Bars(0, 100, [9, 1, 1, 9], "epochs", "…", marked=marked, words=("half need at most 250", "half: 250"))
    for wide, width in ((True, 560), (False, 358)):
        (words,) = [one for one in parsed(histogram(bars, wide=wide)).iter("text") if "strong" in one.get("class", "")]
        half = len(words.text or "") * 6.6 / 2
        assert half <= float(words.get("x", 0)) <= width - half


def test_one_bin_and_nothing_marked() -> None:
    assert len(rects(True, Bars(0, 1, [0], "points", "none"))) == 0


def test_both_sizes_and_the_sentence() -> None:
    root = parsed(histogram_figure(BARS))
    assert [one.get("class") for one in root] == ["chart at-narrow", "chart at-wide"]
    assert {one.get("aria-label") for one in root} == {"4 bins"}
