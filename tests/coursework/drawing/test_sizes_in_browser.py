"""Which size of a drawing a real browser shows in columns of different widths, and how large its text is there."""

import pytest
from playwright.sync_api import Page

from coursework.drawing.boundary import boundary_figure
from coursework.drawing.heatmap import feature_grid
from coursework.drawing.loss_chart import loss_figure
from coursework.drawing.network import network_figure
from coursework.drawing.seed_chart import seed_figure
from tests.coursework.drawing.markup import STATIC
from tests.coursework.drawing.samples import ALL_FEATURES, circle_points, network, trace

FIGURES = {
    "network": network_figure(**network(ALL_FEATURES, (8, 4), grid=13), points=circle_points(20)),
    "loss": loss_figure(trace(141), reached=141, claimed=61),
    "seeds": seed_figure([131, 162, None, 196, 214], cap=1000, median=196),
    "boundary": boundary_figure(feature_grid("x"), circle_points(20), circle_points(20)),
}
# What is drawn, how small its words are on the screen, and how many of them touch each other
MEASURE = """() => {
    const drawings = [...document.querySelectorAll("svg[role=img]")];
    const shown = drawings.filter((svg) => svg.getBoundingClientRect().width > 0);
    const svg = shown[0], scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll("text")];
    const boxes = texts.map((text) => text.getBoundingClientRect());
    return {
        count: shown.length,
        size: svg.getAttribute("class").split("at-")[1],
        smallest: Math.min(...texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * scale)),
        sideways: document.documentElement.scrollWidth - innerWidth,
        overlaps: boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
            a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)).length,
    };
}"""


@pytest.mark.parametrize(
    ("name", "width", "size"),
    [
        *(
            ("network", width, size)
            for width, size in ((328, "narrow"), (600, "middle"), (800, "middle"), (1152, "wide"))
        ),
        *(("loss", width, size) for width, size in ((328, "narrow"), (500, "narrow"), (552, "wide"))),
        *(("seeds", width, size) for width, size in ((328, "narrow"), (552, "wide"))),
        *(("boundary", width, size) for width, size in ((328, "narrow"), (464, "wide"))),
    ],
)
def test_one_size_is_shown_and_its_text_can_be_read(page: Page, name: str, width: int, size: str) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    page.set_content(f"<!doctype html><body><main>{FIGURES[name]}</main>")
    for sheet in ("tokens", "base", "drawing"):
        page.add_style_tag(content=(STATIC / f"{sheet}.css").read_text())
    # The page's own margins are not what is measured
    page.add_style_tag(content="main { padding: 0 !important; max-width: none !important }")
    found = page.evaluate(MEASURE)
    assert (found["count"], found["size"]) == (1, size)
    assert found["smallest"] >= 10.5
    assert found["sideways"] <= 0
    assert found["overlaps"] == 0
