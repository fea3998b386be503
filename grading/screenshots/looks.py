"""Looking at a picture more than once: the whole first, then its telling parts enlarged, to be certain."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

from grading.screenshots.agreement import settle
from grading.screenshots.app_words import shows_app
from grading.screenshots.pictures import Picture
from grading.screenshots.reading import Box, Read
from grading.screenshots.regions import enlargement, merged, regions, replaced, uncut
from grading.screenshots.text_lines import TextLine
from grading.screenshots.text_values import read_text_values

Lines = tuple[TextLine, ...]

# The headline of the page below the app: nothing below it is a value.
END_OF_APP = re.compile(r"What Is a Neural Network", re.IGNORECASE)
# The looks differ in size, so that they don't go wrong in the same way.
_ENLARGED = (1.0, 0.72, 1.4)
# Where each value stands.
_REGIONS: Mapping[str, tuple[str, ...]] = {
    "toolbar": ("epoch", "learning_rate", "activation", "regularization", "regularization_rate", "problem"),
    "losses": ("loss_train", "loss_test"),
    "headline": ("hidden_layers",),
    "neurons": ("neurons",),
    "sliders": ("noise", "batch_size", "train_percent"),
    "address": ("address",),
}
_SURE = 0.9
# Where the app's small text, margins included, is less than 11.3 pixels high, an 8 may look like a 0 in every look.
_TOO_LOW = 2.65
_LOW_SURE = 0.85


class Looker(Protocol):
    """What can read lines of a picture; `grading.screenshots.ocr.TextReader` does."""

    def lines(self, picture: Picture, *, stop_at: re.Pattern[str] | None = None) -> Lines:
        """Read the whole picture."""

    def look_closer(self, picture: Picture, box: Box, *, enlarged: float) -> Lines:
        """Read a part of it, enlarged."""


@dataclass(frozen=True, slots=True)
class Closer:
    """A closer look: the parts looked at, and what was read there."""

    boxes: Mapping[str, Box]
    lines: Lines


@dataclass(frozen=True, slots=True)
class Looks:
    """Everything that was read in one picture, look by look."""

    width: int
    height: int
    overview: Lines
    closer: tuple[Closer, ...] = field(default=())

    @property
    def lines(self) -> Lines:
        """All lines, those of the first closer look rather than the same ones of the overview."""
        return merged(self.overview, self.closer[0].lines) if self.closer else self.overview

    def values(self) -> dict[str, Read[Any]]:
        """What the looks agree on, by the names of ScreenshotReading's fields; nothing where the app isn't shown."""
        if not shows_app(self.lines):
            return {}
        first = read_text_values(self._uncut(self.overview))
        later = [(look.boxes, read_text_values(self._uncut(self._with(look)))) for look in self.closer]
        found = {
            name: settle(name, [first.get(name), *(values.get(name) for boxes, values in later if region in boxes)])
            for region, names in _REGIONS.items()
            for name in names
        }
        # The counter is written twice as large as the rest.
        low = enlargement(self.overview) > _TOO_LOW
        return {
            name: replace(read, confidence=read.confidence * _LOW_SURE) if low and name != "epoch" else read
            for name, read in found.items()
            if read is not None
        }

    def doubtful(self) -> dict[str, Box]:
        """The parts worth one more look: those where something is missing or not sure."""
        if not self.closer:
            return {}
        values = self.values()
        return {
            region: box
            for region, box in self.closer[0].boxes.items()
            if any(_is_doubtful(values.get(name)) for name in _REGIONS[region])
        }

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it, so that a look can be recorded and read again without the library."""
        return {
            "size": [self.width, self.height],
            "overview": [line.to_dict() for line in self.overview],
            "closer": [{"boxes": look.boxes, "lines": [line.to_dict() for line in look.lines]} for look in self.closer],
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        width, height = stored["size"]
        overview = tuple(TextLine.from_dict(line) for line in stored["overview"])
        closer = tuple(
            Closer(
                {name: (box[0], box[1], box[2], box[3]) for name, box in look["boxes"].items()},
                tuple(TextLine.from_dict(line) for line in look["lines"]),
            )
            for look in stored["closer"]
        )
        return cls(width, height, overview, closer)

    def _with(self, look: Closer) -> Lines:
        return replaced(self.overview, look.lines, tuple(look.boxes.values()))

    def _uncut(self, lines: Lines) -> Lines:
        return uncut(lines, (0, 0, self.width, self.height))


def take_looks(picture: Picture, looker: Looker) -> Looks:
    """Look at the whole picture, then at the parts that tell, and up to twice more where that left a doubt.

    At most one overview and eighteen closer looks at parts, each bounded by the looker.
    """
    overview = looker.lines(picture, stop_at=END_OF_APP)
    looks = Looks(picture.width, picture.height, overview)
    boxes = regions(overview, picture.width)
    factor = enlargement(overview)
    for share in _ENLARGED:
        if boxes:
            looks = replace(looks, closer=(*looks.closer, _closer(picture, looker, boxes, factor * share)))
            boxes = looks.doubtful()
    return looks


def _is_doubtful(read: Read[Any] | None) -> bool:
    if read is None or read.confidence < _SURE:
        return True
    return isinstance(read.value, tuple) and None in read.value


def _closer(picture: Picture, looker: Looker, boxes: Mapping[str, Box], enlarged: float) -> Closer:
    looks = (uncut(looker.look_closer(picture, box, enlarged=enlarged), box) for box in boxes.values())
    return Closer(boxes, tuple(line for lines in looks for line in lines))
