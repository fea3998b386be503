"""What was read from a picture, as numbered frames over it and as a list that says what each number is."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from coursework.drawing.svg import number
from grading.checks.base import SURE as COMPARED_FROM
from grading.checks.words import LABELS as CHECKED_LABELS
from grading.checks.words import shown
from grading.screenshots.reading import Box, PlotReading, Read, ScreenshotReading

LABELS = CHECKED_LABELS | {"address": "Address bar", "plot": "Heat map"}
_LOSSES = ("loss_train", "loss_test")
_SURE = 0.95  # from here on "sure"; down to what checks compare "fairly sure"
_SHOWN_WIDTH = 900.0  # CSS pixels: about as wide as a picture stands on the page
_BADGE = 11.0  # radius of a number's disc in CSS pixels, with its seam


@dataclass(frozen=True, slots=True)
class Frame:
    """One value: its number (0 where its place is not known), what it is, and where frame and number stand.

    `points` are the frame's corners in the picture's pixels, as an SVG polygon has them; `across` and `down` say where
    the number's middle stands, in percent of the picture, so that numbers keep their size while the picture is zoomed.
    """

    number: int
    name: str
    label: str
    value: str
    text: str
    confidence: str
    points: str = ""
    across: str = ""
    down: str = ""


Point = tuple[float, float]


def frames_of(reading: ScreenshotReading) -> list[Frame]:
    """Return a frame for each value that was read, and one for the heat map; those without a place come last."""
    values: list[tuple[str, Read[Any] | PlotReading]] = [*reading.values.items()]
    if reading.plot is not None:
        values.append(("plot", reading.plot))
    placed = [(name, value, corners) for name, value in values if (corners := _corners(value, reading))]
    badges = _badges([corners for _, _, corners in placed], reading)
    numbered = [
        _frame(position, name, value, corners, badge)
        for position, ((name, value, corners), badge) in enumerate(zip(placed, badges, strict=True), start=1)
    ]
    elsewhere = [_described(0, name, value) for name, value in values if not _corners(value, reading)]
    return numbered + [Frame(**described) for described in elsewhere]


def meaning(name: str, value: Any) -> str:
    """Write a value as pages do: 1,234 for epochs, 0.010 for losses, x1, x2² for inputs, 6, 3 for neurons."""
    if name in _LOSSES:
        return f"{value:.3f}"
    return "" if name == "address" else shown(name, value)  # an address is long, and stands beside this as it is


def sureness(confidence: float) -> str:
    """Say in words how sure the reader is."""
    if confidence >= _SURE:
        return "sure"
    return "fairly sure" if confidence >= COMPARED_FROM else "not sure: not compared"


def _described(position: int, name: str, value: Read[Any] | PlotReading) -> dict[str, Any]:
    described: dict[str, Any] = {"number": position, "name": name, "label": LABELS.get(name, name)}
    described["confidence"] = sureness(value.confidence)
    if isinstance(value, PlotReading):
        return described | {"value": "found, its points are compared", "text": ""}
    return described | {"value": meaning(name, value.value), "text": value.text}


def _frame(position: int, name: str, value: Read[Any] | PlotReading, corners: list[Point], badge: Point) -> Frame:
    points = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
    across, down = (f"{share:.2f}%" for share in badge)
    return Frame(**_described(position, name, value), points=points, across=across, down=down)


def _corners(value: Read[Any] | PlotReading, reading: ScreenshotReading) -> list[Point]:
    """Return the frame's corners, a little outside the text; none where the place is not known or makes no sense."""
    if isinstance(value, PlotReading):
        return list(value.corners) if all(math.isfinite(one) for corner in value.corners for one in corner) else []
    if value.box is None or not _is_inside(value.box, reading):
        return []
    left, top, width, height = value.box
    margin = max(2.0, reading.width / _SHOWN_WIDTH * 3)
    right, bottom = left + width + margin, top + height + margin
    return [
        (left - margin, top - margin),
        (right, top - margin),
        (right, bottom),
        (left - margin, bottom),
    ]


def _is_inside(box: Box, reading: ScreenshotReading) -> bool:
    left, top, width, height = box
    if not all(math.isfinite(one) for one in box):
        return False
    return left < reading.width and top < reading.height and left + width > 0 and top + height > 0


def _badges(frames: Iterable[list[Point]], reading: ScreenshotReading) -> list[Point]:
    """Put each frame's number beside it, where it lies over no other number as far as there is room; in percent."""
    scale = min(1.0, _SHOWN_WIDTH / max(1, reading.width))
    taken: list[Point] = []
    for corners in frames:
        shown = [(x * scale, y * scale) for x, y in corners]
        wanted = [_inside(x, y, reading, scale) for x, y in _anchors(shown)]
        taken.append(max(wanted, key=lambda spot: min(_room(spot, taken), 2 * _BADGE)))
    return [(100 * x / (max(1, reading.width) * scale), 100 * y / (max(1, reading.height) * scale)) for x, y in taken]


def _anchors(corners: list[Point]) -> list[Point]:
    """Return where a number may stand without covering the text, the best place first: `max` keeps the first of equals.

    All in CSS pixels.
    """
    left, right = min(x for x, _ in corners) - _BADGE, max(x for x, _ in corners) + _BADGE
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    middle = (top + bottom) / 2
    return [(right, middle), (left, middle), (right, top), (right, bottom), (left, top), (left, bottom)]


def _inside(x: float, y: float, reading: ScreenshotReading, scale: float) -> Point:
    width, height = reading.width * scale, reading.height * scale
    return min(max(x, _BADGE), max(width - _BADGE, 0)), min(max(y, _BADGE), max(height - _BADGE, 0))


def _room(spot: Point, taken: Iterable[Point]) -> float:
    return min((math.dist(spot, other) for other in taken), default=math.inf)
