"""A page like the Playground's, drawn for tests: its texts, inputs, thumbnails and heat map, at known places."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.datasets import make_points
from engine.spec import Spec
from grading.screenshots.reading import Box, Corner

INPUTS = ("x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY")
SETS = {"circle": (0, 0), "xor": (1, 0), "gauss": (0, 1), "spiral": (1, 1), "reg-plane": (0, 0), "reg-gauss": (1, 0)}
SPEC = Spec(dataset="circle", noise=10, seed="0.31415", features=("x", "y", "sinX"))
SIZE = (1280, 760)
MAP = (915, 228)  # the heat map's corner
_DATA, _FEATURES, _OUTPUT, _FIRST = 90, 255, 915, 255.6  # the columns, and the row of the first input
_GROUND, _FINE = (247, 247, 247), 2
_BLUE, _ORANGE = np.array((8, 119, 189)), np.array((245, 147, 34))

_TEXTS = (
    ("DATA", _DATA, -118),
    ("Which dataset do", _DATA, -89),
    ("you want to use?", _DATA, -71),
    ("Ratio of training to", _DATA, 75),
    ("FEATURES", _FEATURES, -118),
    ("Which properties", _FEATURES, -89),
    ("2 HIDDEN LAYERS", 600, -121),
    ("4 neurons", 560, -34),
    ("2 neurons", 760, -34),
    ("OUTPUT", _OUTPUT, -118),
    ("Test loss 0.012", _OUTPUT, -88),
    ("Training loss 0.004", _OUTPUT, -68),
    ("sin(X1)", 250, 275),
    ("sin(X2)", 250, 330),
    ("Colors shows", _OUTPUT, 300),
    ("weight values.", _OUTPUT, 337),
)


@dataclass(frozen=True)
class TextLine:
    text: str
    confidence: float
    box: Box

    @property
    def quad(self) -> tuple[Corner, ...]:
        left, top, width, height = self.box
        return ((left, top), (left + width, top), (left + width, top + height), (left, top + height))


@dataclass(frozen=True)
class Drawn:
    pixels: NDArray[np.uint8]
    lines: tuple[TextLine, ...]

    def cut(self, left: int, top: int, right: int, bottom: int) -> "Drawn":
        """Crop it; a text that isn't whole any more is gone."""
        moved = [replace(line, box=(line.box[0] - left, line.box[1] - top, *line.box[2:])) for line in self.lines]
        kept = [
            line
            for line in moved
            if line.box[0] >= 0
            and line.box[1] >= 0
            and line.box[0] + line.box[2] <= right - left
            and line.box[1] + line.box[3] <= bottom - top
        ]
        return Drawn(self.pixels[top:bottom, left:right], tuple(kept))

    def scaled(self, factor: float) -> "Drawn":
        image = Image.fromarray(self.pixels)
        size = (round(image.width * factor), round(image.height * factor))
        lines = [replace(line, box=_scaled(line.box, factor)) for line in self.lines]
        return Drawn(np.asarray(image.resize(size, Image.Resampling.LANCZOS)), tuple(lines))

    def inverted(self) -> "Drawn":
        return Drawn(255 - self.pixels, self.lines)

    def tinted(self) -> "Drawn":
        return Drawn((self.pixels * np.array((1.0, 0.87, 0.66))).astype(np.uint8), self.lines)


def draw_page(
    spec: Spec = SPEC, *, background: float = 0.3, discretize: bool = False, show_test_data: bool = False
) -> Drawn:
    """Draw the page of a link; the heat map shows `background` on one half and its opposite on the other."""
    image = Image.new("RGB", (SIZE[0] * _FINE, SIZE[1] * _FINE), _GROUND)
    draw = ImageDraw.Draw(image)
    for index, name in enumerate(INPUTS):
        _draw_input(draw, index, is_active=name in spec.features)
    problem_sets = [name for name in SETS if name.startswith("reg-") == (spec.problem == "regression")]
    for name in problem_sets:
        _draw_thumbnail(draw, name, is_chosen=name == spec.dataset)
    _draw_map(draw, 1.0 if discretize else background)
    points = make_points(spec)
    _draw_points(draw, points.train, 255, 0.8)
    if show_test_data:
        _draw_points(draw, points.test, 0, 0.6)
    pixels = np.asarray(image.resize(SIZE, Image.Resampling.BOX))
    return Drawn(pixels, tuple(_line(*text) for text in _TEXTS))


def _line(text: str, left: float, down: float) -> TextLine:
    return TextLine(text, 0.97, (left - 4.0, _FIRST + down - 9, 7.0 * len(text) + 8, 18.0))


def _scaled(box: Box, factor: float) -> Box:
    left, top, width, height = (value * factor for value in box)
    return left, top, width, height


def _mixed(under: tuple[int, ...] | NDArray[np.int_], over: object, opacity: float) -> NDArray[np.float64]:
    mixed: NDArray[np.float64] = np.asarray(under) * (1 - opacity) + np.asarray(over) * opacity
    return mixed


def _color(value: float, opacity: float) -> tuple[int, ...]:
    full = _mixed((232, 234, 235), _BLUE if value > 0 else _ORANGE, min(1, abs(value)))
    return tuple(int(channel) for channel in _mixed(_GROUND, full, opacity))


def _box(draw: ImageDraw.ImageDraw, middle: tuple[float, float], side: float, fill: object, border: object) -> None:
    corners = [coordinate * _FINE + sign * side * _FINE / 2 for sign in (-1, 1) for coordinate in middle]
    width = 0 if border is None else 2 * _FINE
    draw.rounded_rectangle((*corners[:2], corners[2] - 1, corners[3] - 1), 3 * _FINE, fill, border, width)  # type: ignore[arg-type]


def _draw_input(draw: ImageDraw.ImageDraw, index: int, *, is_active: bool) -> None:
    middle = (_FEATURES + 70.0, 258.0 + 55 * index)
    if is_active:
        _box(draw, middle, 34, _color(0.9, 0.6), "black")
    else:
        _box(draw, middle, 30, _color(-0.9, 0.25), None)


def _draw_thumbnail(draw: ImageDraw.ImageDraw, name: str, *, is_chosen: bool) -> None:
    column, row = SETS[name]
    left, top = _DATA + 48 * column, 214 + 48 * row
    border = "black" if is_chosen else (240, 240, 240)
    _box(draw, (left + 19.0, top + 19.0), 38, "white" if is_chosen else _GROUND, border)
    problem = "regression" if name.startswith("reg-") else "classification"
    for x, y, label in make_points(Spec(dataset=name, problem=problem, seed="0.2")).train[:200]:
        at = [(corner + 2 + 34 * (value + 6) / 12) * _FINE for corner, value in ((left, x), (top, y))]
        draw.rectangle((*at, at[0] + 2, at[1] + 2), _color(label, 1.0 if is_chosen else 0.2))


def _draw_map(draw: ImageDraw.ImageDraw, background: float) -> None:
    left, top = MAP
    for value, start in ((background, 0), (-background, 130)):
        draw.rectangle(
            ((left + start) * _FINE, top * _FINE, (left + start + 130) * _FINE - 1, (top + 260) * _FINE - 1),
            _color(value, 0.63),
        )


def _draw_points(draw: ImageDraw.ImageDraw, points: NDArray[np.float64], border: int, opacity: float) -> None:
    color = tuple(int(channel) for channel in _mixed(_GROUND, border, opacity))
    for x, y, label in points:
        if abs(x) <= 6 and abs(y) <= 6:
            _draw_point(draw, x, y, _color(label, 0.9), color)


def _draw_point(draw: ImageDraw.ImageDraw, x: float, y: float, fill: object, border: object) -> None:
    middle = (MAP[0] + (x + 6) * 260 / 12, MAP[1] + (6 - y) * 260 / 12)
    for radius, color in ((3.5, border), (2.5, fill)):
        draw.ellipse([(c + sign * radius) * _FINE for sign in (-1, 1) for c in middle], color)  # type: ignore[arg-type]
