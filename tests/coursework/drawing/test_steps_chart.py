import re

import pytest

from coursework.drawing.steps_chart import Steps, steps_chart, steps_figure
from tests.coursework.drawing.markup import Element, parsed

LABELS = [(float(time), f"{time}:00") for time in range(0, 25, 2)]
STEPS = Steps([float(time) for time in range(25)], [time % 5 for time in range(24)], LABELS, "24 hours", (12.0, "due"))


def texts(root: Element) -> list[str]:
    return [one.text or "" for one in root.iter("text")]


@pytest.mark.parametrize("wide", [True, False])
def test_a_step_for_each_count_and_ends_labelled(wide: bool) -> None:
    root = parsed(steps_chart(STEPS, wide=wide))
    (outline,) = [one.get("d", "") for one in root.iter("path") if one.get("class") == "l-step"]
    assert len(re.findall("H", outline)) == 24
    assert {"0:00", "24:00", "due"} <= set(texts(root))


def test_labels_keep_apart() -> None:
    shown = [text for text in texts(parsed(steps_chart(STEPS, wide=False))) if ":" in text]
    assert 3 <= len(shown) < len(LABELS)


def test_a_mark_outside_the_times_is_not_drawn() -> None:
    outside = Steps(STEPS.times, STEPS.counts, LABELS, "…", (99.0, "due"))
    assert "due" not in texts(parsed(steps_chart(outside, wide=True)))


def test_a_single_step() -> None:
    root = parsed(steps_figure(Steps([0.0, 1.0], [7], [(0.0, "now"), (1.0, "then")], "one")))
    assert [one.get("class") for one in root] == ["chart at-narrow", "chart at-wide"]
