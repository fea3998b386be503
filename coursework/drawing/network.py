"""The network as the Playground draws it: tiles with heat maps, links as wide as their weights, the output large."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from django.utils.safestring import SafeString, mark_safe
from numpy.typing import NDArray

from coursework.drawing.heatmap import contours, square_path
from coursework.drawing.labels import FEATURE_LABELS, MINUS, count_of, joined
from coursework.drawing.network_layout import Layout, layout, tiles
from coursework.drawing.points import points as draw_points
from coursework.drawing.svg import Size, fitted, number, picture, tag

Array = NDArray[np.float64]
Arrays = Sequence[Array]
# Draws the inside of a tile (column, row) as a square of a given side at a place
MapDrawer = Callable[[int, int, float, float, float], str]

TILE_CELLS = 13
TILE_TOLERANCE = 0.2
SHARED_TILE = 40.0
SHARED_OUTPUT = 290.0
LARGEST_LINK = 6.0
BIAS_SIDE = 5.0
# Stands for the output neuron: the last row of the last layer, whatever the layer
OUTPUT_ROW = -1
EMPTY: Array = np.zeros((2, 2))


def network_picture(
    *,
    features: Sequence[str],
    outputs: Arrays | None,
    weights: Arrays,
    biases: Arrays,
    points: Array | None,
    wide: bool,
) -> SafeString:
    """Draw a network in one size, complete in itself.

    features: link names of the inputs, in order. outputs: per layer float64 (neurons, n, n), inputs first and the
    output neuron last, or None for empty tiles. weights: per layer (neurons, inputs). biases: per layer (neurons,).
    points: float64 (n, 3) of x, y, label, drawn on the output.
    """
    places = layout("wide" if wide else "narrow", _columns(weights))
    return _drawn(places, features, weights, biases, _inline(outputs, points))


def network_figure(
    *,
    features: Sequence[str],
    outputs: Arrays | None,
    weights: Arrays,
    biases: Arrays,
    points: Array | None,
    name: str = "network",
) -> SafeString:
    """Draw a network in all three sizes; CSS shows the one that fits, and the heat maps are stored once.

    The arguments are those of `network_picture`; `name` starts the ids of the shared parts and is unique on a page.
    """
    columns = _columns(weights)
    sizes: tuple[Size, ...] = ("narrow", "middle", "wide")
    drawer = _referring(name)
    drawn = [_drawn(layout(size, columns), features, weights, biases, drawer) for size in sizes]
    return fitted(*drawn, shared=_shared(name, columns, _inline(outputs, points)))


def _columns(weights: Arrays) -> list[int]:
    """Count the tiles of each column; the last layer's neuron is the output and has no tile."""
    return [weights[0].shape[1], *(layer.shape[0] for layer in weights[:-1])]


def _inline(outputs: Arrays | None, points: Array | None) -> MapDrawer:
    """Draw heat maps in place."""

    def draw(column: int, row: int, x: float, y: float, side: float) -> str:
        values = EMPTY if outputs is None else outputs[column][row]
        if row != OUTPUT_ROW:
            return contours(values, x=x, y=y, size=side, cells=TILE_CELLS, tolerance=TILE_TOLERANCE)
        ground = contours(values, x=x, y=y, size=side, soft=points is not None)
        return ground + draw_points(points, x=x, y=y, size=side, radius=max(side / 150, 0.9))

    return draw


def _referring(name: str) -> MapDrawer:
    """Refer to heat maps that `_shared` has drawn once."""

    def draw(column: int, row: int, x: float, y: float, side: float) -> str:
        drawn_side = SHARED_OUTPUT if row == OUTPUT_ROW else SHARED_TILE
        place = f"translate({number(x)} {number(y)}) scale({side / drawn_side:.4g})"
        return tag("use", href=f"#{_shared_id(name, column, row)}", transform=place)

    return draw


def _shared_id(name: str, column: int, row: int) -> str:
    return f"{name}-output" if row == OUTPUT_ROW else f"{name}-{column}-{row}"


def _shared(name: str, columns: Sequence[int], draw: MapDrawer) -> str:
    maps = [
        tag("g", draw(column, row, 0, 0, SHARED_TILE), id=_shared_id(name, column, row))
        for column, row in tiles(columns)
    ]
    output = tag(
        "g", draw(len(columns), OUTPUT_ROW, 0, 0, SHARED_OUTPUT), id=_shared_id(name, len(columns), OUTPUT_ROW)
    )
    return "".join((*maps, output))


def _drawn(places: Layout, features: Sequence[str], weights: Arrays, biases: Arrays, draw: MapDrawer) -> SafeString:
    parts = [
        _links(places, weights),
        *(_tile(places, column, row, draw) for column, row in tiles(places.columns)),
        _output(places, draw),
        _biases(places, biases),
        *(_name(places, row, feature) for row, feature in enumerate(features)),
    ]
    return picture(
        css=f"net at-{places.frame.size}",
        width=places.frame.width,
        height=places.height,
        sentence=_sentence(features, weights),
        parts=parts,
    )


def _links(places: Layout, weights: Arrays) -> str:
    """Draw all links, the widest last, so that they stay on top."""
    drawn = [
        (link_width(weight), _link(places, column, source, target, weight))
        for column, layer in enumerate(weights)
        for target, row in enumerate(layer)
        for source, weight in enumerate(row.tolist())
    ]
    drawn.sort(key=lambda pair: pair[0])
    return tag("g", "".join(path for _, path in drawn), css="links")


def link_width(weight: float) -> float:
    """Give a link's width: half a unit and more with the weight's size, at most six; a NaN is thin."""
    return min(0.5 + 1.2 * abs(weight), LARGEST_LINK) if not math.isnan(weight) else 0.5


def _sign(weight: float) -> str:
    if math.isnan(weight) or weight == 0:
        return "zero"
    return "pos" if weight > 0 else "neg"


def _link(places: Layout, column: int, source: int, target: int, weight: float) -> str:
    x0, y0 = places.leaving(column, source)
    x1, y1 = places.arriving(column + 1, target)
    middle = number((x0 + x1) / 2)
    width = link_width(weight) * places.frame.thickness
    curve = f"M{number(x0)} {number(y0)}C{middle} {number(y0)} {middle} {number(y1)} {number(x1)} {number(y1)}"
    return f'<path class="w-{_sign(weight)}" stroke-width="{number(width)}" d="{curve}"/>'


def _tile(places: Layout, column: int, row: int, draw: MapDrawer) -> str:
    x, y = places.corner(column, row)
    edge = tag("path", css="tile", d=square_path(places.tile, x, y))
    return draw(column, row, x, y, places.tile) + edge


def _output(places: Layout, draw: MapDrawer) -> str:
    x, y = places.output_corner
    edge = tag("path", css="tile", d=square_path(places.output, x, y))
    return draw(len(places.columns), OUTPUT_ROW, x, y, places.output) + edge


def _biases(places: Layout, biases: Arrays) -> str:
    """Draw each hidden neuron's bias as a small square at its tile's corner; inputs have none."""
    return "".join(
        _bias(*places.corner(column, row), places.tile, float(biases[column - 1][row]))
        for column, row in tiles(places.columns)
        if column > 0
    )


def _bias(x: float, y: float, tile: float, value: float) -> str:
    if _sign(value) == "zero":
        return ""
    return tag("path", css=f"b-{_sign(value)}", d=square_path(BIAS_SIDE, x - BIAS_SIDE / 2, y + tile - BIAS_SIDE / 2))


def _name(places: Layout, row: int, feature: str) -> str:
    x, y = places.corner(0, row)
    return tag("text", FEATURE_LABELS[feature].svg, css="end", x=x - 7, y=y + places.tile / 2 + 4)


def _sentence(features: Sequence[str], weights: Arrays) -> str:
    inputs = joined([FEATURE_LABELS[feature].plain for feature in features])
    largest = max((float(np.nanmax(np.abs(layer))) for layer in weights if not np.isnan(layer).all()), default=math.nan)
    size = "no weight is a number" if math.isnan(largest) else f"the largest weight is {largest:.3g}"
    links = count_of(sum(layer.size for layer in weights), "link")
    shape = _shape_sentence([layer.shape[0] for layer in weights[:-1]])
    return (
        f"Network with {count_of(len(features), 'input')} ({inputs}), {shape} and one output; {links}, {size}. "
        "Line width is the size of a weight, blue is positive, orange negative."
    )


def _shape_sentence(hidden: Sequence[int]) -> str:
    if not hidden:
        return "no hidden layer"
    if len(hidden) == 1:
        return f"one hidden layer of {count_of(hidden[0], 'neuron')}"
    return f"hidden layers of {joined([str(count) for count in hidden])} neurons"


def weight_rows(weights: Arrays, biases: Arrays) -> list[tuple[str, str, str, str, str]]:
    """Give the table behind a network picture: layer, links, smallest and largest weight, biases' range."""
    return [
        (
            "Output" if index == len(weights) - 1 else f"Layer {index + 1}",
            f"{layer.shape[0]} \N{MULTIPLICATION SIGN} {layer.shape[1]}",
            signed_text(float(layer.min())),
            signed_text(float(layer.max())),
            _range_text(signed_text(float(bias.min())), signed_text(float(bias.max()))),
        )
        for index, (layer, bias) in enumerate(zip(weights, biases, strict=True))
    ]


def _range_text(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def signed_text(value: float) -> str:
    """Write a weight with three decimals and a real minus sign."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else f"{MINUS if value < 0 else ''}infinite"
    return f"{value:.3f}".replace("-", MINUS) if abs(value) < 1e6 else f"{value:.2e}".replace("-", MINUS)


def mini_network(hidden_layers: Sequence[int], features_count: int) -> SafeString:
    """Draw only a network's shape, for a row of a table: dots and thin links, the output last."""
    columns = [features_count, *hidden_layers, 1]
    width, pitch = 132.0, 6.0
    height = max(columns) * pitch + 4
    step = (width - 12) / (len(columns) - 1)
    dots = [
        [(6 + step * index, height / 2 + (row - (count - 1) / 2) * pitch) for row in range(count)]
        for index, count in enumerate(columns)
    ]
    links = "".join(
        f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}"
        for before, after in pairwise(dots)
        for x0, y0 in before
        for x1, y1 in after
    )
    nodes = "".join(square_path(4, x - 2, y - 2) for column in dots for x, y in column)
    sentence = f"{count_of(features_count, 'input')}, {_shape_sentence(hidden_layers)}, one output"
    parts = [tag("path", css="mini-link", d=links), tag("path", css="mini-node", d=nodes)]
    return mark_safe(picture(css="net-mini", width=width, height=height, sentence=sentence, parts=parts))
