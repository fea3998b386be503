"""What was read from one screenshot. What can't be seen in the picture is None, never a guess."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, Self, TypeVar

Box = tuple[float, float, float, float]  # left, top, width, height in pixels of the upright picture
Corner = tuple[float, float]  # x, y in the same pixels
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Read(Generic[Value]):
    """One value: the text as shown, what it means, how sure the reader is (0 to 1), and where it stands."""

    text: str
    value: Value
    confidence: float
    box: Box | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        value: Any = list(self.value) if isinstance(self.value, tuple) else self.value
        value = None if value != value else value  # JSON has no NaN, which the app shows for a loss that diverged
        return {"text": self.text, "value": value, "confidence": round(self.confidence, 4), "box": self.box}


@dataclass(frozen=True, slots=True)
class PlotReading:
    """The heat map with its points.

    `corners` are where the data's (-6, 6), (6, 6), (6, -6) and (-6, -6) stand in the picture. `dots` is what
    `grading.screenshots.points` keeps of the points, as text; only that module reads it.
    """

    corners: tuple[Corner, Corner, Corner, Corner]
    confidence: float
    dots: str

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        return {"corners": self.corners, "confidence": round(self.confidence, 4), "dots": self.dots}


@dataclass(frozen=True, slots=True)
class ScreenshotReading:
    """Everything that was read from one picture of `width` × `height` pixels.

    `is_playground` is None where the reader can't tell. `losses` are as shown, three decimals. `features` are the
    active inputs by the link's names, read only where all seven can be seen. `hidden_layers` is the number in the
    headline, `neurons` one number per hidden layer, None for a layer whose label can't be read; `neurons` itself is
    None where not even the number of layers is sure. `train_percent` and `noise` are percents. `address` is the text
    in the browser's address bar, which may be cut off. `picture_hash` is perceptual: 256 bits in 64 hexadecimal digits.
    """

    width: int
    height: int
    reader_version: str
    is_playground: bool | None = None
    epoch: Read[int] | None = None
    loss_train: Read[float] | None = None
    loss_test: Read[float] | None = None
    features: Read[tuple[str, ...]] | None = None
    hidden_layers: Read[int] | None = None
    neurons: Read[tuple[int | None, ...]] | None = None
    dataset: Read[str] | None = None
    problem: Read[str] | None = None
    learning_rate: Read[float] | None = None
    activation: Read[str] | None = None
    regularization: Read[str] | None = None
    regularization_rate: Read[float] | None = None
    noise: Read[int] | None = None
    batch_size: Read[int] | None = None
    train_percent: Read[int] | None = None
    address: Read[str] | None = None
    plot: PlotReading | None = None
    picture_hash: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it; `from_dict` reads it back."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; names of an older or newer reader that are not known are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: _value(name, value) for name, value in stored.items() if name in known})

    @property
    def values(self) -> dict[str, Read[Any]]:
        """The values that were read, by name, in the order of the fields."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in found.items() if isinstance(value, Read)}


def _plain(value: Any) -> Any:
    return value.to_dict() if isinstance(value, Read | PlotReading) else value


def _value(name: str, stored: Any) -> Any:
    if not isinstance(stored, Mapping):
        return stored
    if name == "plot":
        first, second, third, fourth = ((float(x), float(y)) for x, y in stored["corners"])
        return PlotReading((first, second, third, fourth), stored["confidence"], stored["dots"])
    value = tuple(stored["value"]) if isinstance(stored["value"], list) else stored["value"]
    value = math.nan if value is None else value
    box = None if stored["box"] is None else tuple(stored["box"])
    return Read(stored["text"], value, stored["confidence"], box)
