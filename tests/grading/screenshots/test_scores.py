"""Holding readings against what pictures show: right, wrong, blank and invented are told apart."""

import json
from typing import Any

import pytest

from grading.screenshots.reading import Read, ScreenshotReading
from grading.screenshots.scores import Scored, as_table, summary_of
from grading.screenshots.truth import BLANK, FALSE_POSITIVE, RIGHT, WRONG, judge

SEVEN = dict.fromkeys(("x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY"), True)
SHOWN: dict[str, Any] = {
    "kind": "edited",
    "epoch": "000,721",
    "loss_train": "0.500",
    "loss_test": "0.523",
    "shape": [4, 2],
    "features": ["x", "y"],
    "dataset": "circle",
    "visible": {
        "epoch": True,
        "loss_train": True,
        "loss_test": False,
        "hidden_layers_header": True,
        "neuron_labels": [True, True],
        "features": SEVEN,
    },
    "true": {"epoch": "000,100"},
    "edited_fields": ["epoch"],
}
NEGATIVE: dict[str, Any] = {"kind": "negative", "visible": {}}


def read(value: Any, confidence: float = 0.95) -> Read[Any]:
    return Read(str(value), value, confidence)


def reading(**fields: Any) -> ScreenshotReading:
    return ScreenshotReading(100, 80, "test", **fields)


def outcomes(one: ScreenshotReading | None, truth: dict[str, Any] = SHOWN) -> dict[str, str]:
    return {judged.name: judged.outcome for judged in judge(one, truth)}


def test_shown_values_count_also_where_they_were_edited() -> None:
    assert outcomes(reading(epoch=read(721)))["epoch"] == RIGHT
    assert outcomes(reading(epoch=read(100)))["epoch"] == WRONG


def test_a_loss_that_diverged_counts_as_read() -> None:
    truth = {**SHOWN, "loss_train": "NaN"}
    assert outcomes(reading(loss_train=Read("NaN", float("nan"), 0.9)), truth)["loss_train"] == RIGHT
    assert outcomes(reading(loss_train=read(0.5)), truth)["loss_train"] == WRONG


def test_what_is_left_of_a_value_cut_by_the_edge_is_not_invented_where_it_is_right() -> None:
    def invented(value: float) -> bool:
        return next(one for one in judge(reading(loss_test=read(value)), SHOWN) if one.name == "loss_test").is_invented

    assert (invented(0.523), invented(0.623)) == (False, True)
    diverged = judge(reading(loss_train=Read("NaN", float("nan"), 0.9)), {**SHOWN, "loss_train": "NaN"})
    assert not any(one.is_invented for one in diverged)


def test_what_is_visible_and_not_read_is_blank_and_what_is_not_visible_is_not_asked_for() -> None:
    assert outcomes(None) == dict.fromkeys(
        ("epoch", "loss_train", "hidden_layers", "neurons", "features", "is_playground"), BLANK
    )


def test_what_is_read_though_not_visible_is_a_false_positive_even_if_right() -> None:
    assert outcomes(reading(loss_test=read(0.523)))["loss_test"] == FALSE_POSITIVE
    assert outcomes(reading(epoch=read(1)), NEGATIVE) == {"epoch": FALSE_POSITIVE}


@pytest.mark.parametrize(
    ("neurons", "labels", "outcome"),
    [
        ((4, 2), [True, True], RIGHT),
        ((4, None), [True, True], BLANK),
        ((4, 3), [True, True], WRONG),
        ((4, 2, 1), [True, True], WRONG),
        ((4, None), [True, False], RIGHT),
        ((4, 2), [True, False], RIGHT),
        ((4, 7), [True, False], WRONG),
        (None, [True, False], BLANK),
        ((4, 2), [False, False], FALSE_POSITIVE),
    ],
)
def test_neurons_are_judged_layer_by_layer(
    neurons: tuple[int | None, ...] | None, labels: list[bool], outcome: str
) -> None:
    truth = {**SHOWN, "visible": {**SHOWN["visible"], "neuron_labels": labels}}
    one = reading(neurons=None if neurons is None else read(neurons))
    assert outcomes(one, truth)["neurons"] == outcome


def test_features_are_asked_for_only_where_all_seven_can_be_seen() -> None:
    assert outcomes(reading(features=read(("x", "y"))))["features"] == RIGHT
    assert outcomes(reading(features=read(("x",))))["features"] == WRONG
    cut = {**SHOWN, "visible": {**SHOWN["visible"], "features": {**SEVEN, "sinY": False}}}
    assert "features" not in outcomes(reading(), cut)


def test_whether_it_is_the_playground() -> None:
    assert outcomes(reading(is_playground=True))["is_playground"] == RIGHT
    assert outcomes(reading(is_playground=False))["is_playground"] == WRONG
    assert outcomes(reading(is_playground=True), NEGATIVE) == {"is_playground": WRONG}
    assert outcomes(reading(is_playground=False), NEGATIVE) == {"is_playground": RIGHT}
    part = {**SHOWN, "kind": "negative", "visible": {"dataset": True}}
    assert "is_playground" not in outcomes(reading(is_playground=True), part)


def scored() -> list[Scored]:
    right = judge(reading(epoch=read(721), loss_train=read(0.5, 0.6), is_playground=True), SHOWN)
    wrong = judge(reading(epoch=read(727, 0.97), loss_train=read(0.4, 0.5), is_playground=True), SHOWN)
    invented = judge(reading(epoch=read(1, 0.95)), NEGATIVE)
    return [
        Scored("a.png", False, 1.0, tuple(right)),
        Scored("b.png", False, 3.0, tuple(wrong)),
        Scored("c.png", True, 2.0, tuple(invented)),
    ]


def test_the_summary_counts_per_value_and_names_each_miss() -> None:
    summary = summary_of(scored(), seconds_to_load=0.5, peak_megabytes=700)
    assert summary["values"]["epoch"] == {
        "visible": 2,
        RIGHT: 1,
        WRONG: 1,
        BLANK: 0,
        FALSE_POSITIVE: 1,
        "percent_right": 50.0,
        "wrong with high confidence": 2,
        "right with high confidence": 1,
    }
    assert summary["values"]["loss_train"]["wrong with high confidence"] == 0
    assert summary["values"]["loss_train"]["right with high confidence"] == 0
    assert summary["epoch_or_loss_read_on_negatives"] == 1
    assert (summary["seconds_per_picture"], summary["longest_seconds"], summary["peak_megabytes"]) == (2.0, 3.0, 700)
    assert {
        "file": "b.png",
        "value": "epoch",
        "outcome": WRONG,
        "read": 727,
        "shown": 721,
        "confidence": 0.97,
    } in summary["misses"]
    assert json.loads(json.dumps(summary))["pictures"] == 3


def test_the_table_says_the_same_in_words() -> None:
    table = as_table(summary_of(scored(), seconds_to_load=0.5, peak_megabytes=700))
    assert "3 pictures, 1 of them negatives" in table
    assert "b.png: epoch wrong: read 727, shown 721, confidence 0.97" in table
    assert "2.0 s a picture (longest 3.0 s) after 0.5 s of loading; at most 700 MB in memory" in table
    empty = as_table(summary_of([], seconds_to_load=0, peak_megabytes=1))
    assert "Nothing was read wrong or left out." in empty
