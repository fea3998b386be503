import re
from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursework.drawing.network import (
    link_width,
    mini_network,
    network_figure,
    network_picture,
    signed_text,
    weight_rows,
)
from coursework.drawing.network_layout import FRAMES, layout
from tests.coursework.drawing.markup import numbers, parsed, texts, with_class
from tests.coursework.drawing.samples import ALL_FEATURES, circle_points, network

SHAPES = [(), (1,), (4, 2), (8,) * 6]


def drawn(**changes: Any) -> str:
    given_network = network(("x", "y", "xSquared"), (6, 3), grid=25)
    return network_picture(**given_network | {"points": circle_points(20), "wide": True} | changes)


def test_the_picture_has_a_tile_per_neuron_and_a_link_per_weight() -> None:
    root = parsed(drawn())
    assert len(with_class(root, "tile")) == 3 + 6 + 3 + 1
    links = [path for path in root.iter("path") if path.get("class", "").startswith("w-")]
    assert len(links) == 18 + 18 + 3
    assert texts(root) == ["x1", "x2", "x1²"]


def test_the_sentence_has_the_facts() -> None:
    sentence = parsed(drawn()).get("aria-label") or ""
    assert "3 inputs (x1, x2 and x1²), hidden layers of 6 and 3 neurons and one output; 39 links" in sentence


@pytest.mark.parametrize("size", FRAMES)
@pytest.mark.parametrize("hidden", SHAPES)
@pytest.mark.parametrize("inputs", [1, 7])
def test_everything_is_inside_the_frame_and_nothing_overlaps(size: Any, hidden: tuple[int, ...], inputs: int) -> None:
    columns = [inputs, *hidden]
    places = layout(size, columns)
    for column, count in enumerate(columns):
        corners = [places.corner(column, row) for row in range(count)]
        assert all(y >= 0 and y + places.tile <= places.height for _, y in corners)
        assert all(next_y - y > places.tile for (_, y), (_, next_y) in pairwise(corners))
        assert places.arriving(column + 1, 0)[0] - places.leaving(column, 0)[0] >= 8
    x, y = places.output_corner
    assert x + places.output <= places.frame.width
    assert y >= 0 and y + places.output <= places.height
    # Room for the longest name, sin(x1), left of the inputs
    assert places.corner(0, 0)[0] >= 44


def test_columns_stand_in_the_middle() -> None:
    places = layout("wide", [3, 6])
    middle = places.height / 2
    assert places.corner(0, 1)[1] + places.tile / 2 == pytest.approx(middle)
    assert (places.corner(1, 0)[1] + places.corner(1, 5)[1] + places.tile) / 2 == pytest.approx(middle)


@pytest.mark.parametrize(("weight", "width"), [(0, 0.5), (1, 1.7), (-1, 1.7), (100, 6), (np.inf, 6), (np.nan, 0.5)])
def test_a_link_is_as_wide_as_its_weight(weight: float, width: float) -> None:
    assert link_width(weight) == pytest.approx(width)


def test_a_link_has_its_sign_and_joins_its_tiles() -> None:
    weights = [np.array([[1.0], [-1.0]]), np.array([[0.0, np.nan]])]
    root = parsed(
        network_picture(
            features=["x"], outputs=None, weights=weights, biases=[np.zeros(2), np.zeros(1)], points=None, wide=True
        )
    )
    places = layout("wide", [1, 2])
    (positive,) = with_class(root, "w-pos")
    assert positive.get("stroke-width") == "1.7"
    ends = numbers(positive.get("d", ""))
    assert ends[:2] == pytest.approx(places.leaving(0, 0), abs=0.05)
    assert ends[-2:] == pytest.approx(places.arriving(1, 0), abs=0.05)
    assert len(with_class(root, "w-neg")) == 1
    assert len(with_class(root, "w-zero")) == 2


def test_the_widest_link_is_drawn_last() -> None:
    widths = [float(path.get("stroke-width", 0)) for path in parsed(drawn()).iter("path") if path.get("stroke-width")]
    assert widths == sorted(widths)


def test_biases_are_squares_at_hidden_tiles() -> None:
    root = parsed(drawn())
    assert len(with_class(root, "b-pos")) + len(with_class(root, "b-neg")) == 6 + 3


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_a_diverged_network_is_drawn(broken: float) -> None:
    sample = network(("x", "y"), (4, 2), grid=13)
    for name in ("outputs", "weights", "biases"):
        sample[name] = [np.full_like(array, broken) for array in sample[name]]
    root = parsed(network_picture(**sample, points=circle_points(), wide=False))
    assert ("no weight is a number" in (root.get("aria-label") or "")) == np.isnan(broken)


def test_a_network_before_its_outputs_are_known_has_empty_tiles_and_its_points() -> None:
    root = parsed(drawn(outputs=None))
    assert {path.get("class") for path in root.iter("path") if path.get("class", "").startswith("z")} == {"z4"}
    assert len(list(root.iter("circle"))) == 10


@pytest.mark.parametrize("hidden", SHAPES)
def test_the_largest_network_stays_small(hidden: tuple[int, ...]) -> None:
    sample = network(ALL_FEATURES, hidden)
    points = circle_points()
    for wide in (True, False):
        assert len(network_picture(**sample, points=points, wide=wide)) < 250_000
    assert len(network_figure(**sample, points=points)) < 300_000


def test_the_figure_has_three_sizes_and_stores_each_heat_map_once() -> None:
    root = parsed(network_figure(**network(("x", "y"), (4, 2), grid=25), points=circle_points(), name="mine"))
    pictures = [svg.get("class") for svg in root if svg.get("role") == "img"]
    assert pictures == ["net at-narrow", "net at-middle", "net at-wide"]
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    assert set(ids.values()) == {1}
    references = [element.get("href", "") for element in root.iter("use")]
    assert {reference.removeprefix("#") for reference in references} == set(ids)
    assert len(references) == 3 * len(ids) == 3 * (2 + 4 + 2 + 1)


def test_a_shared_heat_map_is_scaled_into_its_tile() -> None:
    markup = network_figure(**network(("x",), (1,), grid=13), points=None)
    narrow = markup.split("at-narrow")[1].split("</svg>")[0]
    places = layout("narrow", [1, 1])
    found = re.search(r'href="#network-0-0" transform="translate\(([\d.]+) ([\d.]+)\) scale\(([\d.]+)\)"', narrow)
    assert found is not None
    x, y = places.corner(0, 0)
    assert [float(group) for group in found.groups()] == pytest.approx([x, y, places.tile / 40], abs=0.05)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 8), max_size=6), st.integers(1, 7), st.booleans())
def test_any_shape_is_drawn(hidden: list[int], inputs: int, wide: bool) -> None:
    sample = network(ALL_FEATURES[:inputs], hidden, grid=5)
    root = parsed(network_picture(**sample, points=None, wide=wide))
    assert len(with_class(root, "tile")) == inputs + sum(hidden) + 1
    parsed(mini_network(hidden, inputs))


def test_the_table_names_layers_and_ranges() -> None:
    weights = [np.array([[1.0, -2.5]]), np.array([[np.nan]])]
    assert weight_rows(weights, [np.array([0.1]), np.array([-0.2])]) == [
        ("Layer 1", "1 × 2", "−2.500", "1.000", "0.100"),
        ("Output", "1 × 1", "not a number", "not a number", "−0.200"),
    ]


@pytest.mark.parametrize(
    ("value", "written"), [(-0.5, "−0.500"), (np.inf, "infinite"), (-np.inf, "−infinite"), (1e9, "1.00e+09")]
)
def test_weights_have_a_real_minus_sign(value: float, written: str) -> None:
    assert signed_text(value) == written


def test_a_mini_network_says_its_shape() -> None:
    root = parsed(mini_network((4, 2), 2))
    assert root.get("aria-label") == "2 inputs, hidden layers of 4 and 2 neurons, one output"
    assert with_class(root, "mini-link")[0].get("d", "").count("M") == 2 * 4 + 4 * 2 + 2
    assert parsed(mini_network((), 1)).get("aria-label") == "1 input, no hidden layer, one output"
    assert parsed(mini_network((1,), 1)).get("aria-label") == "1 input, one hidden layer of 1 neuron, one output"
