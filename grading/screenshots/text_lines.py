"""One line of text that was recognised in a picture, and what its place says about its neighbours. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot
from typing import Any, Self

from grading.screenshots.reading import Box, Corner

Quad = tuple[Corner, Corner, Corner, Corner]  # left top, right top, right bottom, left bottom, as the line is read


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line as the recogniser read it: `confidence` is 0 to 1, `box` upright around `quad`, in picture pixels."""

    text: str
    confidence: float
    box: Box
    quad: Quad

    @classmethod
    def at(cls, text: str, confidence: float, quad: Quad) -> Self:
        """Make one from its corners."""
        return cls(text, confidence, box_around(quad), quad)

    @property
    def left(self) -> float:
        """The box's left edge."""
        return self.box[0]

    @property
    def right(self) -> float:
        """The box's right edge."""
        return self.box[0] + self.box[2]

    @property
    def top(self) -> float:
        """The box's top edge."""
        return self.box[1]

    @property
    def bottom(self) -> float:
        """The box's bottom edge."""
        return self.box[1] + self.box[3]

    @property
    def height(self) -> float:
        """How high the line is along its left and right ends: of a slanted line less than its box."""
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self.quad
        return max(1.0, (hypot(x3 - x0, y3 - y0) + hypot(x2 - x1, y2 - y1)) / 2)

    @property
    def center(self) -> Corner:
        """The middle of the box."""
        return self.box[0] + self.box[2] / 2, self.box[1] + self.box[3] / 2

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        return {"text": self.text, "confidence": round(self.confidence, 4), "quad": self.quad}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        first, second, third, fourth = ((float(x), float(y)) for x, y in stored["quad"])
        return cls.at(stored["text"], stored["confidence"], (first, second, third, fourth))


def box_around(corners: Iterable[Corner]) -> Box:
    """The smallest upright box that holds all corners (at least one)."""
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def joined_box(lines: Iterable[TextLine]) -> Box:
    """The smallest upright box that holds all lines (at least one)."""
    return box_around(corner for line in lines for corner in line.quad)
