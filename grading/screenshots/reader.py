"""Reading one screenshot: the picture opened, looked at, and each value taken from what was seen."""

from pathlib import Path
from typing import Any, BinaryIO

from grading.screenshots.app_words import shows_app
from grading.screenshots.kinds import is_playground
from grading.screenshots.looks import Looker, Looks, take_looks
from grading.screenshots.ocr import TextReader
from grading.screenshots.picture_hash import picture_hash
from grading.screenshots.pictures import Pixels, open_picture
from grading.screenshots.plot import read_plot
from grading.screenshots.reading import ScreenshotReading
from grading.screenshots.record import READER_VERSION as READER_VERSION
from grading.screenshots.thumbnails import read_dataset
from grading.screenshots.tiles import read_features


class ScreenshotReader:
    """Reads screenshots, one after the other. Making one loads the models, unless a `looker` is given."""

    def __init__(self, looker: Looker | None = None) -> None:
        self._looker = TextReader() if looker is None else looker

    def read(self, source: Path | bytes | BinaryIO) -> ScreenshotReading:
        """Read one picture; raises NotReadable.

        The work is bounded before it starts: at most 32 MB and 25 megapixels are decoded, text is looked for in at most
        1.5 megapixels at a time, in at most nineteen looks, and at most 220 lines of each are recognised.
        """
        picture = open_picture(source)
        looks = take_looks(picture, self._looker)
        fields = dict(looks.values()) | seen_in(picture.pixels, looks)
        return ScreenshotReading(width=picture.width, height=picture.height, reader_version=READER_VERSION, **fields)


def seen_in(pixels: Pixels, looks: Looks) -> dict[str, Any]:
    """Give what is seen in the picture rather than read as text, as fields of ScreenshotReading by name.

    The lines of the overview come first: measured with one ruler, they fit one another to the pixel. Those of the
    closer looks find what is too small for it.
    """
    return {
        "is_playground": _shows_playground(pixels, looks),
        "features": read_features(pixels, looks.overview) or read_features(pixels, looks.lines),
        "dataset": read_dataset(pixels, looks.overview) or read_dataset(pixels, looks.lines),
        "plot": read_plot(pixels, looks.overview) or read_plot(pixels, looks.lines),
        "picture_hash": picture_hash(pixels),
    }


def _shows_playground(pixels: Pixels, looks: Looks) -> bool | None:
    """A slide that lists a loss or two lies like a part of the page; without the page's own words it can't be told."""
    found = is_playground(looks.lines, pixels)
    return None if found and not shows_app(looks.lines) else found
