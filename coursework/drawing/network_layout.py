"""Where the tiles, links and the output of a network picture stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from coursework.drawing.svg import NARROW, Size

OUTPUT_COLUMNS = 1.9  # the output is as wide as nearly two layers, while there is room
MARGIN = 6.0


@dataclass(frozen=True)
class Frame:
    """The measures of one size: its width, the room for the inputs' names, and the largest of everything else."""

    size: Size
    width: float
    names: float
    tile: float
    pitch: float  # from one tile of a column to the next
    gap: float  # from one column to the next
    output: float
    thickness: float  # of links, against the widest size


FRAMES: dict[Size, Frame] = {
    "wide": Frame("wide", 1120, 48, tile=40, pitch=54, gap=260, output=290, thickness=1),
    "middle": Frame("middle", 640, 48, tile=32, pitch=43, gap=150, output=196, thickness=0.85),
    "narrow": Frame("narrow", NARROW, 44, tile=24, pitch=32, gap=90, output=150, thickness=0.6),
}


@dataclass(frozen=True)
class Layout:
    """The places in one picture; `columns` counts the tiles: inputs first, then each hidden layer."""

    frame: Frame
    columns: tuple[int, ...]

    @cached_property
    def share(self) -> float:
        """The width that one column may have if all fill the frame."""
        return (self.frame.width - self.frame.names) / (len(self.columns) + OUTPUT_COLUMNS)

    @cached_property
    def tile(self) -> float:
        """The side of a tile: smaller than its column, so that room for the links stays."""
        return min(self.frame.tile, 0.55 * self.share)

    @cached_property
    def output(self) -> float:
        """The side of the output's square."""
        return min(self.frame.output, 0.9 * OUTPUT_COLUMNS * self.share)

    @cached_property
    def gap(self) -> float:
        """The distance from one column to the next, and from the last one to the output."""
        room = self.frame.width - 1 - self.frame.names - self.tile - self.output
        return min(room / len(self.columns), self.frame.gap)

    @cached_property
    def start(self) -> float:
        """The inputs' left edge; a network of few layers stands in the middle."""
        used = self.frame.names + self.gap * len(self.columns) + self.tile + self.output
        return self.frame.names + (self.frame.width - 1 - used) / 2

    @cached_property
    def height(self) -> float:
        """The height of the whole picture."""
        tallest = max(self.columns) * self.frame.pitch
        return max(tallest, self.output + 2) + 2 * MARGIN

    def corner(self, column: int, row: int) -> tuple[float, float]:
        """Place a tile by its upper left corner."""
        x = self.start + self.gap * column
        first = (self.height - (self.columns[column] - 1) * self.frame.pitch - self.tile) / 2
        return x, first + row * self.frame.pitch

    @cached_property
    def output_corner(self) -> tuple[float, float]:
        """Place the output by its upper left corner."""
        return self.start + self.tile + self.gap * len(self.columns), (self.height - self.output) / 2

    def leaving(self, column: int, row: int) -> tuple[float, float]:
        """Place where links leave a tile: the middle of its right edge."""
        x, y = self.corner(column, row)
        return x + self.tile, y + self.tile / 2

    def arriving(self, column: int, row: int) -> tuple[float, float]:
        """Place where links arrive: the middle of a tile's left edge, or of the output's."""
        if column == len(self.columns):
            return self.output_corner[0], self.height / 2
        x, y = self.corner(column, row)
        return x, y + self.tile / 2


def layout(size: Size, columns: Sequence[int]) -> Layout:
    """Lay out a network with so many tiles in each column (inputs and hidden layers, not the output)."""
    return Layout(FRAMES[size], tuple(columns))


def tiles(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Go through all tiles as (column, row)."""
    return ((column, row) for column, count in enumerate(columns) for row in range(count))
