import base64
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grading.screenshots.dots import DARK_ORANGE, SIDE, Dots

MARKS = hnp.arrays(np.uint8, (SIDE, SIDE), elements=st.integers(0, DARK_ORANGE), fill=st.just(0))
EDGES = st.tuples(st.integers(0, SIDE), st.integers(0, SIDE)).map(sorted)


@settings(max_examples=20)
@given(MARKS, EDGES, EDGES)
def test_what_is_written_is_read_back(marks: np.ndarray, across: list[int], down: list[int]) -> None:
    dots = Dots(marks, (across[0], down[0], across[1], down[1]))
    read = Dots.from_text(dots.to_text())
    assert (read.marks == marks).all()
    assert read.window == dots.window


@settings(max_examples=30)
@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="points"):
        Dots.from_text(text)


@pytest.mark.parametrize(
    "raw",
    [b"", bytes(SIDE), bytes(SIDE * SIDE + 1), bytes([DARK_ORANGE + 1]) * SIDE * SIDE, bytes(20_000_000)],
    ids=["none", "too few", "too many", "unknown", "a bomb"],
)
def test_marks_of_another_size_or_kind_are_refused(raw: bytes) -> None:
    packed = base64.b64encode(zlib.compress(raw)).decode()
    with pytest.raises(ValueError, match=f"{SIDE} × {SIDE}"):
        Dots.from_text(f"1;0,0,{SIDE},{SIDE};{packed}"[:60000])


@pytest.mark.parametrize("window", ["0,0,241,240", "9,0,8,240", "0,9,240,8", "-1,0,240,240"])
def test_a_window_outside_the_map_is_refused(window: str) -> None:
    text = Dots(np.zeros((SIDE, SIDE), np.uint8), (0, 0, SIDE, SIDE)).to_text()
    with pytest.raises(ValueError, match="points"):
        Dots.from_text(text.replace(f"0,0,{SIDE},{SIDE}", window))


def test_what_is_not_packed_is_refused() -> None:
    with pytest.raises(ValueError, match="unpacked"):
        Dots.from_text("1;0,0,240,240;AAAA")
