"""The style sheet puts the picture's buttons over the columns that the drawing has."""

import re
from pathlib import Path

import pytest

import coursework
from coursework.drawing.network_layout import FRAMES, layout
from coursework.drawing.svg import Size

CSS = (Path(coursework.__file__).parent / "static/coursework/hand_in.css").read_text()
RULE = re.compile(r"\.l(\d) \.net-ctl \{ --lead: (\S+)%; --gap: (\S+)%; --out: (\S+)%; --end: (\S+)%; \}")


def shares(size: Size) -> dict[int, list[float]]:
    _, _, rest = CSS.partition(f"at-{size} */")
    rules = [[float(number) for number in match.groups()] for match in RULE.finditer(rest)][:7]
    return {int(layers): numbers for layers, *numbers in rules}


@pytest.mark.parametrize("size", list(FRAMES))
def test_shares_follow_the_layout(size: Size) -> None:
    found = shares(size)
    assert sorted(found) == list(range(7))
    for layers, (lead, gap, out, end) in found.items():
        places = layout(size, [2, *[4] * layers])
        width = places.frame.width / 100
        for column in range(layers + 1):
            middle = (places.corner(column, 0)[0] + places.tile / 2) / width
            assert lead + gap * (column + 0.5) == pytest.approx(middle, abs=0.5)
        assert out == pytest.approx(places.output / width, abs=0.1)
        assert 100 - end - out == pytest.approx(places.output_corner[0] / width, abs=0.2)
