import re
from itertools import pairwise

import pytest

from coursework.drawing.points_chart import points_chart, points_figure


def falling(epochs: int) -> float:
    return 10.0 if epochs <= 100 else 6.0 if epochs >= 3000 else 8.0


@pytest.mark.parametrize("wide", [True, False])
def test_the_curve_never_rises_and_marks_both_ends(wide: bool) -> None:
    svg = points_chart(falling, most=10, full=100, cap=3000, wide=wide)
    path = re.search(r'class="l-points" d="M([^"]+)"', svg)
    assert path is not None
    spots = [tuple(map(float, spot.split())) for spot in path.group(1).split("L")]
    assert all(left[0] <= right[0] and left[1] <= right[1] for left, right in pairwise(spots))
    assert ">10 at 100<" in svg and ">6 at 3,000<" in svg


def test_a_screen_reader_hears_the_rule() -> None:
    svg = points_chart(falling, most=10, full=100, cap=3000, wide=True)
    sentence = "10 up to 100 epochs, falling to 6 at 3,000 epochs and beyond."
    assert sentence in svg


@pytest.mark.parametrize(("most", "full", "cap"), [(0, 1, 1), (10, 1, 20_000), (10, 20_000, 20_000), (99_999, 1, 2)])
def test_every_rule_can_be_drawn(most: float, full: int, cap: int) -> None:
    figure = points_figure(lambda epochs: most if epochs <= full else 0.0, most=most, full=full, cap=cap)
    assert figure.count("<svg") == 2 and "nan" not in figure and "inf" not in figure
