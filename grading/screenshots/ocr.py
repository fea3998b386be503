"""Lines of text in a picture, by rapidocr with the models inside its wheel. The only module that knows the library."""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rapidocr import RapidOCR

from grading.screenshots.pictures import Picture, Pixels, size_within
from grading.screenshots.reading import Box, Corner
from grading.screenshots.text_lines import Quad, TextLine

# What one look may cost, whatever the picture: finding text takes some 250 MB per megapixel, a line some 30 ms.
MOST_LOOKED_AT = 1_500_000
MOST_LINES = 220
MOST_ENLARGED = 5.0
_OVERVIEW_ENLARGED = 2.0
_LONGEST_LINE = 100  # times its height; the address bar of a wide screen comes to 90
_LINES_AT_ONCE = 16

_PARAMS = {
    "Global.log_level": "error",
    "Global.text_score": 0.0,
    "Global.use_cls": False,
    # Sizes are ours to choose, see `_find`.
    "Global.use_preprocess_img": False,
    "Global.use_vertical_padding": False,
    "Det.limit_side_len": 32,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
    # One line at a time and as wide as it is: a page full of "0" and "Noise: 0" takes a third of the time so, and a
    # long address bar doesn't widen five others.
    "Rec.rec_batch_num": 1,
    "Rec.rec_img_shape": [3, 48, 96],
}


class TextReader:
    """Finds and recognises lines of text on one thread. Making one loads the models: a second, some 200 MB."""

    def __init__(self) -> None:
        self._engine: Any = RapidOCR(params=_PARAMS)
        # It loads a model when it first needs it; a blank picture needs both.
        blank = np.full((64, 64, 3), 255, dtype=np.uint8)
        self._find(blank, 1.0)
        self._engine.recognize_txt([blank])

    def lines(self, picture: Picture, *, stop_at: re.Pattern[str] | None = None) -> tuple[TextLine, ...]:
        """Read the whole picture from top to bottom; what stands well below a line that fits `stop_at` is left out.

        Bounded: text is looked for in at most MOST_LOOKED_AT pixels (the picture is reduced to that, or enlarged at
        most twofold), and at most MOST_LINES are recognised.
        """
        return self._look(picture.pixels, (0.0, 0.0), _OVERVIEW_ENLARGED, stop_at)

    def look_closer(self, picture: Picture, box: Box, *, enlarged: float) -> tuple[TextLine, ...]:
        """Read a part of the picture again, `enlarged` times (at most MOST_ENLARGED), bounded like `lines`."""
        left, top = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
        right, bottom = math.ceil(box[0] + box[2]), math.ceil(box[1] + box[3])
        part = picture.pixels[top : max(bottom, 0), left : max(right, 0)]
        if min(part.shape[:2]) < 4:
            return ()
        return self._look(part, (float(left), float(top)), min(enlarged, MOST_ENLARGED), None)

    def _look(
        self, pixels: Pixels, origin: Corner, enlarged: float, stop_at: re.Pattern[str] | None
    ) -> tuple[TextLine, ...]:
        quads = sorted(self._find(pixels, enlarged), key=lambda quad: float(quad[:, 1].min()))[:MOST_LINES]
        found: list[TextLine] = []
        for start in range(0, len(quads), _LINES_AT_ONCE):
            some = quads[start : start + _LINES_AT_ONCE]
            found += self._recognised(pixels, some, origin)
            if stop_at is not None and any(stop_at.search(line.text) for line in found[-len(some) :]):
                break
        return tuple(found)

    def _find(self, pixels: Pixels, enlarged: float) -> list[NDArray[np.float32]]:
        """Corners of the lines, each of shape (4, 2), in pixels of what is given."""
        height, width = pixels.shape[:2]
        size = size_within(width, height, enlarged=enlarged, most=MOST_LOOKED_AT)
        resized = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
        found = self._engine(resized[:, :, ::-1], use_det=True, use_cls=False, use_rec=False).boxes
        if found is None:
            return []
        back = np.array([width / size[0], height / size[1]], dtype=np.float32)
        return [np.asarray(quad, dtype=np.float32) * back for quad in found]

    def _recognised(self, pixels: Pixels, quads: Sequence[NDArray[np.float32]], origin: Corner) -> list[TextLine]:
        result = self._engine.recognize_txt([_straightened(pixels, quad)[:, :, ::-1] for quad in quads])
        read = zip(result.txts, result.scores, quads, strict=True)
        return [
            TextLine.at(text.strip(), float(score), _moved(quad, origin)) for text, score, quad in read if text.strip()
        ]


def _straightened(pixels: Pixels, quad: NDArray[np.float32]) -> Pixels:
    """The line cut out and made level. Only its surroundings are touched, however large the picture is."""
    least = np.maximum(np.floor(quad.min(axis=0)).astype(int) - 2, 0)
    most = np.ceil(quad.max(axis=0)).astype(int) + 3
    part = Image.fromarray(pixels[least[1] : most[1], least[0] : most[0]])
    corners = quad - least
    width = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    height = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))
    size = max(1, min(round(float(width)), round(float(height)) * _LONGEST_LINE)), max(1, round(float(height)))
    ends = [float(number) for number in corners[[0, 3, 2, 1]].reshape(-1)]  # Pillow goes round the other way
    return np.asarray(part.transform(size, Image.Transform.QUAD, ends, Image.Resampling.BICUBIC))


def _moved(quad: NDArray[np.float32], origin: Corner) -> Quad:
    first, second, third, fourth = ((round(float(x) + origin[0], 1), round(float(y) + origin[1], 1)) for x, y in quad)
    return first, second, third, fourth
