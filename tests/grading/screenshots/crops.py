"""Parts of real pictures with the texts that were found in them and what they show."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.spec import Spec
from tests.grading.screenshots.drawn import Drawn, TextLine

FOLDER = Path(__file__).parent / "crops"
NAMES = ("o010.webp", "o016.webp", "o031.webp", "o036.webp", "o037.webp", "o048.webp")


@dataclass(frozen=True)
class Crop:
    """`features` and `dataset` are None where the crop doesn't show them whole."""

    shown: Drawn
    features: tuple[str, ...] | None
    dataset: str | None
    spec: Spec


@cache
def _truth() -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
    return truth


@cache
def load_crop(name: str) -> Crop:
    truth = _truth()[name]
    pixels = np.asarray(Image.open(FOLDER / name).convert("RGB"))
    lines = tuple(TextLine(text, sure, (left, top, *size)) for text, sure, left, top, *size in truth["lines"])
    features = None if truth["features"] is None else tuple(truth["features"])
    return Crop(Drawn(pixels, lines), features, truth["dataset"], Spec(**truth["data"]))
