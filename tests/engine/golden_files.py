"""The recorded numbers in golden/, and how their doubles are written."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from engine.steps import Floats

GOLDEN = Path(__file__).parent / "golden"
_NAN = np.float64("nan").view(np.uint64)


def golden(name: str) -> Any:
    """Give what stands in a golden file."""
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def from_hex(values: list[str]) -> Floats:
    """Read doubles of 16 hexadecimal digits, or nan."""
    bits = [_NAN if value == "nan" else int(value, 16) for value in values]
    return np.array(bits, dtype=np.uint64).view(np.float64)


def bits(values: Any) -> list[str]:
    """Write all numbers of an array in order as 16 hexadecimal digits, any NaN as nan."""
    flat = np.ascontiguousarray(values, dtype=np.float64).reshape(-1)
    return ["nan" if value != value else f"{int(value.view(np.uint64)):016x}" for value in flat]
