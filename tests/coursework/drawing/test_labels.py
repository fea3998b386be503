import math

import pytest

from coursework.drawing.labels import FEATURE_LABELS, count_of, count_text, gap_text, joined, loss_beside, loss_text
from tests.coursework.drawing.markup import parsed
from tests.coursework.drawing.samples import ALL_FEATURES


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0015, "0.00150"),
        (math.nextafter(0.0015, 0), "0.00149"),
        (0.001496, "0.00149"),
        (0.5123456, "0.51234"),
        (0.0, "0.00000"),
        (1234.5, "1234.50000"),
        (2.5e20, "2.50e+20"),
        (math.inf, "infinite"),
        (math.nan, "not a number"),
    ],
)
def test_a_loss_below_the_target_never_reads_like_the_target(value: float, written: str) -> None:
    assert loss_text(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0015, "0.00150"),
        (math.nextafter(0.0015, 1), "0.0015000000000000"),  # 17 decimals at most
        (0.0015004, "0.0015004"),
        (0.001500000009, "0.00150000001"),
        (0.0014999999, "0.00149"),
        (0.5, "0.50000"),
        (math.nan, "not a number"),
    ],
)
def test_beside_a_threshold_a_loss_has_the_digits_that_tell_it_apart(value: float, written: str) -> None:
    assert loss_beside(value, 0.0015).startswith(written)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.5, "0.50 above"),
        (0.0014, "0.00010 below"),
        (0.0014957, "0.0000043 below"),
        (0.0015, "exactly on it"),
        (12.3456, "12 above"),
        (math.inf, "far above"),
        (math.nan, "–"),
    ],
)
def test_the_way_to_a_threshold_is_written_with_two_digits(value: float, written: str) -> None:
    assert gap_text(value, 0.0015) == written


def test_every_input_has_its_names_in_the_fixed_order() -> None:
    assert tuple(FEATURE_LABELS) == ALL_FEATURES
    assert [label.plain for label in FEATURE_LABELS.values()] == [
        "x1",
        "x2",
        "x1²",
        "x2²",
        "x1x2",
        "sin(x1)",
        "sin(x2)",
    ]


@pytest.mark.parametrize("name", ALL_FEATURES)
def test_the_names_of_an_input_say_the_same_everywhere(name: str) -> None:
    label = FEATURE_LABELS[name]
    assert "".join(parsed(f"<p>{label.html}</p>").itertext()) == label.plain
    assert "".join(parsed(f"<text>{label.svg}</text>").itertext()) == label.plain


@pytest.mark.parametrize("name", ALL_FEATURES)
def test_a_subscript_is_left_again_before_anything_follows(name: str) -> None:
    shifts = [float(span.get("dy", 0)) for span in parsed(f"<text>{FEATURE_LABELS[name].svg}</text>")]
    assert sum(shifts) in (0, 3)
    assert all(abs(sum(shifts[: index + 1])) <= 3 for index in range(len(shifts)))


def test_counts() -> None:
    assert count_text(1000) == "1,000"
    assert (count_of(1, "link"), count_of(0, "link"), count_of(2, "link")) == ("1 link", "0 links", "2 links")
    assert (joined([]), joined(["6"]), joined(["6", "3"]), joined(["8", "6", "3"])) == (
        "",
        "6",
        "6 and 3",
        "8, 6 and 3",
    )
