"""A drawing that left its page: complete, with the light colours inside, and nothing of the page's layout."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from coursework.drawing.band_chart import band_chart
from coursework.drawing.boundary import boundary
from coursework.drawing.loss_chart import loss_chart
from coursework.drawing.network import network_picture
from coursework.drawing.seed_chart import seed_chart
from coursework.drawing.standalone import STATIC, standalone_svg

LOSSES = np.geomspace(0.5, 0.001, 20)[:, None] * np.ones((1, 2))
POINTS = np.array([[1.0, 2.0, 1.0], [-3.0, 0.5, -1.0]])
GRID = np.linspace(-1, 1, 64).reshape(8, 8)
DRAWINGS = {
    "loss": loss_chart(LOSSES, reached=19, claimed=12, wide=True),
    "band": band_chart([10, 12, None], band=(9, 13), claimed=11, cap=400, wide=True),
    "seeds": seed_chart([10, None, 12], cap=400, median=12.0, wide=True),
    "boundary": boundary(GRID, POINTS, POINTS, wide=True),
    "network": network_picture(
        features=["x", "xSquared"],
        outputs=None,
        weights=[np.ones((1, 2))],
        biases=[np.array([-0.5])],
        points=POINTS,
        wide=True,
    ),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_is_a_complete_document_with_its_own_light_colours(name: str) -> None:
    text = standalone_svg(DRAWINGS[name])
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(root.attrib["width"]) > 0 and root.attrib["aria-label"]
    style = root[0].text or ""
    assert "var(" not in style and "@" not in style and "max-width" not in style
    assert re.findall("#[0-9a-f]{6}", style)
    assert root[1].attrib["fill"] == "#ffffff"


def test_every_class_that_has_a_colour_on_the_page_has_it_here() -> None:
    sheet = (STATIC / "drawing.css").read_text()
    for drawing in DRAWINGS.values():
        style = standalone_svg(drawing).split("</style>")[0]
        for name in {name for written in re.findall(r'class="([^"]*)"', drawing) for name in written.split()}:
            if re.search(rf"(?m)^\.{name} {{[^}}]*(fill|stroke):", sheet):
                assert re.search(rf"\.{name}{{[^}}]*(fill|stroke):", style), name


def test_rules_of_other_drawings_stay_away() -> None:
    assert "l-train" not in standalone_svg(DRAWINGS["network"])
    assert ".fit" not in standalone_svg(DRAWINGS["loss"])


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="not a drawing"):
        standalone_svg("<p>nothing</p>")
