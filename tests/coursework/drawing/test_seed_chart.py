from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.drawing.epoch_axis import APART
from coursework.drawing.seed_chart import epochs_text, seed_chart, seed_dots, seed_figure
from coursework.drawing.svg import NARROW, WIDE
from tests.coursework.drawing.markup import Element, numbers, parsed, text_element, texts, with_class

EPOCHS = st.lists(st.none() | st.integers(0, 100_000), max_size=16)


def drawn(epochs: list[int | None], *, median: float | None, cap: int = 1000, wide: bool = True) -> Element:
    return parsed(seed_chart(epochs, cap=cap, median=median, wide=wide))


def test_seeds_that_are_alike_stand_on_a_straight_axis() -> None:
    root = drawn([131, 162, 177, 196, 214], median=177)
    places = [float(dot.get("cx", 0)) for dot in with_class(root, "rep")]
    steps = [(places[index + 1] - places[index]) / gap for index, gap in enumerate((31, 15, 19, 18))]
    assert steps == pytest.approx([steps[0]] * 4, rel=0.01)
    assert texts(root) == ["100", "120", "140", "160", "180", "200", "220", "240", "median 177"]


def test_seeds_that_differ_much_stand_on_a_logarithmic_axis() -> None:
    root = drawn([10, 100, 1000], median=100)
    first, second, third = (float(dot.get("cx", 0)) for dot in with_class(root, "rep"))
    assert second - first == pytest.approx(third - second, abs=0.2)


def test_the_median_is_marked_at_its_dot() -> None:
    root = drawn([131, 162, 177, 196, 214], median=177)
    (mark,) = with_class(root, "med")
    assert numbers(mark.get("d", ""))[0] == float(with_class(root, "rep")[2].get("cx", 0))


def test_never_has_a_zone_of_its_own() -> None:
    root = drawn([300, None, None], median=None)
    assert len(with_class(root, "rep")) == 1
    zone = with_class(root, "zone")[0]
    for cross in with_class(root, "never"):
        x = numbers(cross.get("d", ""))[0]
        assert float(zone.get("x", 0)) < x < WIDE
    assert "not within 1,000" in texts(root)
    assert float(text_element(root, "median").get("x", 0)) > float(zone.get("x", 0))
    assert root.get("aria-label") == "Epochs on 3 seeds: 300; 2 not within 1,000. Median: not within 1,000."


@pytest.mark.parametrize("wide", [True, False])
@given(epochs=EPOCHS)
def test_no_two_seeds_cover_each_other_and_all_are_inside(wide: bool, epochs: list[int | None]) -> None:
    reached = sorted(value for value in epochs if value is not None)
    root = drawn(epochs, median=reached[0] if reached else None, cap=100_000, wide=wide)
    dots = with_class(root, "rep")
    assert len(dots) == len(reached)
    assert len(with_class(root, "never")) == len(epochs) - len(reached)
    rows = defaultdict(list)
    for dot in dots:
        rows[dot.get("cy")].append(float(dot.get("cx", 0)))
    for places in rows.values():
        assert all(after - before >= APART - 0.2 for before, after in pairwise(places))
        assert all(0 < place < (WIDE if wide else NARROW) for place in places)
    assert all(float(dot.get("cy", 0)) > 16 for dot in dots)


def test_ticks_do_not_overlap_on_a_phone() -> None:
    root = drawn([35, None, 990], median=990, wide=False)
    places = [float(text.get("x", 0)) for text in root.iter("text") if "".join(text.itertext())[0].isdigit()]
    assert all(after - before >= 44 - 0.1 for before, after in pairwise(places))


def test_no_seeds_yet() -> None:
    root = drawn([], median=None)
    assert "none has been run yet" in (root.get("aria-label") or "")
    assert not with_class(root, "med") and not with_class(root, "zone")


def test_the_figure_has_both_sizes() -> None:
    root = parsed(seed_figure([100, None, 120], cap=1000, median=120))
    assert [svg.get("class") for svg in root] == ["chart at-narrow", "chart at-wide"]


@pytest.mark.parametrize(("value", "words"), [(177, "177"), (177.0, "177"), (140.5, "140.5"), (1234, "1,234")])
def test_a_median_may_end_in_a_half(value: float, words: str) -> None:
    assert epochs_text(value) == words


def test_small_dots_for_tables() -> None:
    root = parsed(seed_dots([10, None, 1000], cap=1000, median=1000))
    assert [float(dot.get("cx", 0)) for dot in with_class(root, "rep")] == [5, 176]
    assert len(with_class(root, "never")) == len(with_class(root, "med")) == 1
    assert root.get("aria-label") == "Epochs by seed: 10, not within 1,000, 1,000"


@given(epochs=EPOCHS, cap=st.integers(1, 100_000))
def test_any_seeds_give_small_dots(epochs: list[int | None], cap: int) -> None:
    parsed(seed_dots(epochs, cap=cap))
