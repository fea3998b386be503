"""The address bar: the link as shown, and of its settings those that were read whole."""

import pytest

from grading.screenshots.text_lines import TextLine
from grading.screenshots.values_address import HOST, is_address, read_address

SHOWN = (
    "playground.tensorflow.org/#activation=tanh&batchSize=28&dataset=spiral&networkShape=1,1&seed=0.39485&x=true&y=tr"
)


def line(text: str, top: float = 10) -> TextLine:
    return TextLine.at(text, 0.98, ((0, top), (9.0 * len(text), top), (9.0 * len(text), top + 18), (0, top + 18)))


def value(shown: str) -> str:
    read = read_address([line(shown)])
    assert read is not None
    return read.value.removeprefix(HOST)


def test_the_link_is_given_as_shown_and_without_what_is_cut_off() -> None:
    read = read_address([line("A Neural Network Playground"), line(SHOWN), line("Epoch")])
    assert read is not None
    assert read.text == SHOWN
    assert read.value == SHOWN.removesuffix("&y=tr")
    assert read.confidence == 0.98


def test_a_seed_that_may_be_cut_off_is_left_out() -> None:
    assert value("playground.tensorflow.org/#networkShape=4,2&seed=0.394") == "networkShape=4,2"


def test_a_setting_behind_a_separator_read_as_a_digit_is_left_out() -> None:
    assert value("playground.tensorflow.org/#batchSize=15dataset=circle&noise=0&x=true") == "dataset=circle&noise=0"


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("playground.tensorflow.org/#leamingRate=0.03&x=1", "learningRate=0.03"),
        ("playground.tensorflow.org/#noise=O&x=1", "noise=0"),
        ("playground.tensorflow.org/#regDataset-reg-plane&x=1", "regDataset=reg-plane"),
        ("playground.tensorflow.org/#x=talse&y=1", "x=false"),
        ("playground.tensorflow.org/#activation = tanh & seed=0.1 & y", "activation=tanh&seed=0.1"),
    ],
)
def test_what_is_often_misread_is_put_right(shown: str, meant: str) -> None:
    assert value(shown) == meant


def test_values_outside_the_app_are_left_out() -> None:
    assert value("playground.tensorflow.org/#networkShape=9,2&activation=cos&noise=x&y=true&z") == "y=true"


def test_what_stands_before_the_host_is_not_the_link() -> None:
    read = read_address([line("G  https://playground.tensorflow.org/#x=true&y")])
    assert read is not None
    assert read.text == "playground.tensorflow.org/#x=true&y"


@pytest.mark.parametrize("text", ["A Neural Network Playground", "seed", "github.com/tensorflow/playground", ""])
def test_other_lines_are_no_address(text: str) -> None:
    assert not is_address(text)
    assert read_address([line(text or " ")]) is None


def test_of_several_pieces_the_longest_counts() -> None:
    read = read_address([line("6&seed=0.69802&showTestData=true&"), line(SHOWN, 40)])
    assert read is not None
    assert read.text == SHOWN
