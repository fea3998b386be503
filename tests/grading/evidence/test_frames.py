"""What was read from a picture, as numbered frames and as a list."""

import math
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grading.evidence.frames import frames_of, meaning, sureness
from grading.screenshots.reading import PlotReading, Read, ScreenshotReading
from tests.grading.evidence.rows import READING


def test_values_with_a_place_are_numbered_and_the_others_come_last() -> None:
    frames = frames_of(READING)
    assert [(frame.number, frame.label) for frame in frames] == [
        (1, "Epoch"),
        (2, "Training loss"),
        (3, "Test loss"),
        (4, "Neurons per layer"),
        (5, "Heat map"),
        (0, "Inputs"),
    ]
    assert frames[0].value == "61" and frames[0].text == "000,061" and frames[0].confidence == "sure"
    assert frames[2].confidence == "fairly sure"
    assert frames[3].value == "6, ?" and frames[3].confidence == "not sure: not compared"
    assert frames[-1].value == "x1, x1²" and frames[-1].points == ""


def test_a_frame_goes_around_its_text() -> None:
    epoch = frames_of(READING)[0]
    corners = [tuple(map(float, corner.split(","))) for corner in epoch.points.split()]
    left, top, width, height = READING.epoch.box  # type: ignore[union-attr, misc]
    assert min(x for x, _ in corners) < left and max(x for x, _ in corners) > left + width
    assert min(y for _, y in corners) < top and max(y for _, y in corners) > top + height


def test_the_heat_map_is_framed_by_its_corners() -> None:
    plot = next(frame for frame in frames_of(READING) if frame.name == "plot")
    assert plot.points == "775,350 1000,350 1000,575 775,575"


def test_a_box_outside_the_picture_is_no_frame() -> None:
    epoch = Read("000,061", 61, 0.99, (5000.0, 10.0, 20.0, 20.0))
    frames = frames_of(ScreenshotReading(100, 100, "1", epoch=epoch))
    assert [(frame.number, frame.value) for frame in frames] == [(0, "61")]


def test_nothing_read_is_nothing_shown() -> None:
    assert frames_of(ScreenshotReading(100, 100, "1")) == []


def test_how_values_are_written() -> None:
    assert meaning("epoch", 1234) == "1,234"
    assert meaning("loss_train", 0.01) == "0.010"
    assert meaning("learning_rate", 0.00001) == "0.00001"
    assert meaning("features", ()) == "none" and meaning("features", ("cosX",)) == "cosX"
    assert meaning("noise", 30) == "30 %"


def test_sureness_in_words() -> None:
    assert [sureness(0.99), sureness(0.8), sureness(0.79)] == ["sure", "fairly sure", "not sure: not compared"]


sides = st.integers(1, 6000)
numbers = st.floats(-1e4, 1e4) | st.sampled_from([math.inf, -math.inf, math.nan])
boxes = st.tuples(numbers, numbers, st.floats(0, 1e4), st.floats(0, 1e4))


@given(sides, sides, st.lists(boxes, min_size=1, max_size=3), st.tuples(numbers, numbers))
def test_numbers_stand_in_the_picture_whatever_was_read(
    width: int, height: int, places: list[tuple[float, float, float, float]], corner: tuple[float, float]
) -> None:
    names = ("epoch", "hidden_layers", "batch_size")
    reads: dict[str, Any] = {name: Read("1", 1, 0.9, box) for name, box in zip(names, places, strict=False)}
    plot = PlotReading((corner, (1.0, 1.0), (1.0, 2.0), (0.0, 2.0)), 0.9, "")
    for frame in frames_of(replace(ScreenshotReading(width, height, "1"), plot=plot, **reads)):
        if frame.number:
            assert 0 <= float(frame.across[:-1]) <= 100 and 0 <= float(frame.down[:-1]) <= 100
            assert "nan" not in frame.points and "inf" not in frame.points


def test_numbers_of_lines_close_together_do_not_cover_each_other() -> None:
    frames = {frame.name: frame for frame in frames_of(READING)}
    spots = [(float(frames[name].across[:-1]) * 9, float(frames[name].down[:-1]) * 4.46) for name in LOSSES]
    assert math.dist(*spots) >= 21


LOSSES = ("loss_train", "loss_test")
