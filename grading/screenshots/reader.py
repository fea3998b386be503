"""Reading one screenshot: the picture opened, looked at, and each value taken from what was seen."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from grading.screenshots.looks import Looker, take_looks
from grading.screenshots.ocr import TextReader
from grading.screenshots.pictures import Picture, open_picture
from grading.screenshots.reading import ScreenshotReading
from grading.screenshots.record import READER_VERSION as READER_VERSION
from grading.screenshots.text_lines import TextLine

Contributor = Callable[[Picture, Sequence[TextLine]], Mapping[str, Any]]

# What is seen in the picture rather than read as text joins here: each gets the picture and its lines of text and gives
# fields of ScreenshotReading by name.
CONTRIBUTORS: tuple[Contributor, ...] = ()


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
        fields: dict[str, Any] = dict(looks.values())
        for contribute in CONTRIBUTORS:
            fields |= contribute(picture, looks.lines)
        return ScreenshotReading(width=picture.width, height=picture.height, reader_version=READER_VERSION, **fields)
