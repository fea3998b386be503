"""The epoch and the losses: whole lines with their own labels, and nothing else, whatever a page may say."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.screenshots.text_lines import TextLine
from grading.screenshots.values_counter import read_epoch, read_losses


def line(text: str, left: float, top: float, height: float = 18, confidence: float = 0.99) -> TextLine:
    right, bottom = left + len(text) * height / 2, top + height
    return TextLine.at(text, confidence, ((left, top), (right, top), (right, bottom), (left, bottom)))


def counter(
    text: str, *, label: str = "Epoch", top: float = 116, left: float = 101, height: float = 27
) -> list[TextLine]:
    return [line(label, 100, 100), line(text, left, top, height), line("Learning rate", 300, 100)]


def losses(test: str, training: str, *, apart: float = 20) -> list[TextLine]:
    return [line("OUTPUT", 500, 70), line(test, 500, 100), line(training, 500, 100 + apart)]


@pytest.mark.parametrize(
    ("text", "value"), [("000,721", 721), ("000,000", 0), ("012,345", 12345), ("1,234,567", 1234567)]
)
def test_the_counter_below_its_label_is_the_epoch(text: str, value: int) -> None:
    read = read_epoch(counter(text))
    assert read is not None
    assert (read.text, read.value, read.confidence) == (text, value, 0.99)
    assert read.box == (101, 116, len(text) * 13.5, 27)


@pytest.mark.parametrize("text", ["000.721", "000721", "000, 721", "000 721"])
def test_a_counter_whose_comma_is_lost_is_read_with_less_confidence(text: str) -> None:
    read = read_epoch(counter(text))
    assert read is not None
    assert (read.text, read.value) == ("000,721", 721)
    assert read.confidence < 0.9


@pytest.mark.parametrize("text", ["00,721", "000,72", "721", "000,721 of 900", "x000,721", "0.03", "000,7Z1", "12/100"])
def test_what_is_not_a_whole_counter_is_no_epoch(text: str) -> None:
    assert read_epoch(counter(text)) is None


def test_a_counter_counts_only_right_below_the_word_epoch() -> None:
    assert read_epoch([line("000,721", 100, 116, 27)]) is None
    assert read_epoch(counter("000,721", label="Epochs run")) is None
    assert read_epoch(counter("000,721", label="Epoch 3")) is None
    assert read_epoch(counter("000,721", top=200)) is None
    assert read_epoch(counter("000,721", left=180)) is None
    assert read_epoch([line("000,721", 100, 70, 27), line("Epoch", 100, 100)]) is None


def test_in_an_ordinary_text_the_number_is_no_higher_than_the_word() -> None:
    assert read_epoch(counter("000,721", height=17)) is None


def test_two_counters_that_differ_are_no_epoch() -> None:
    other = [line("Epoch", 100, 400), line("000,722", 101, 416, 27)]
    assert read_epoch([*counter("000,721"), *other]) is None


@pytest.mark.parametrize("gap", ["", " "])
def test_losses_are_read_at_their_labels_as_shown(gap: str) -> None:
    training, test = read_losses(losses(f"Test loss{gap}0.523", f"Training loss{gap}1.010"))
    assert training is not None and test is not None
    assert (training.text, training.value) == ("1.010", 1.01)
    assert (test.text, test.value) == ("0.523", 0.523)


def test_a_loss_in_a_line_of_its_own_behind_its_label_is_read() -> None:
    lines = [
        *losses("Test loss", "Training loss 0.500"),
        line("0.523", 585, 100),
    ]
    training, test = read_losses(lines)
    assert training is not None and test is not None
    assert test.text == "0.523"
    assert test.box == (500, 100, 130, 18)


@pytest.mark.parametrize(
    "text", ["Test loss 0.52", "Test loss: 0.523", "Test loss 0.523 after 3", "Test loss Q.523", "Test loss .523"]
)
def test_what_is_not_a_whole_loss_is_none_and_the_other_one_stays(text: str) -> None:
    training, test = read_losses(losses(text, "Training loss 0.500"))
    assert test is None
    assert training is None or training.text == "0.500"


def test_a_label_or_a_nought_read_a_little_wrong_is_known() -> None:
    training, test = read_losses(losses("Test koss 0.523", "Training loas O.081"))
    assert training is not None and test is not None
    assert (test.text, test.confidence >= 0.9) == ("0.523", True)
    assert (training.text, training.value, training.confidence < 0.9) == ("0.081", 0.081, True)


def test_an_illegible_loss_leaves_its_partner_readable() -> None:
    training, test = read_losses(losses("Test loss 0.018", "Training loss @. eee"))
    assert training is None
    assert test is not None and test.text == "0.018"
    training, _ = read_losses(losses("Test loss 0.018", "Training loss 0. 000"))
    assert training is not None
    assert (training.text, training.confidence < 0.9) == ("0.000", True)


def test_a_loss_that_diverged_is_shown_as_no_number() -> None:
    training, test = read_losses(losses("Test loss NaN", "Training loss NaN"))
    assert training is not None and test is not None
    assert (training.text, test.text) == ("NaN", "NaN")
    assert math.isnan(test.value)


def test_losses_without_their_partner_below_are_an_ordinary_text() -> None:
    assert read_losses([line("Test loss 0.523", 500, 100)]) == (None, None)
    assert read_losses(losses("Test loss 0.523", "Training loss 0.500", apart=90)) == (None, None)
    assert read_losses([line("Training loss 0.123 Test loss 0.456", 10, 10)]) == (None, None)


words = st.text("EpochTestTraininglos 0123456789.,:", max_size=24)
spots = st.floats(0, 300)


@given(st.lists(st.tuples(words, spots, spots, st.floats(1, 60)), max_size=12))
def test_whatever_is_read_stands_so_in_a_line(found: list[tuple[str, float, float, float]]) -> None:
    lines = [line(text, left, top, height) for text, left, top, height in found if text]
    epoch = read_epoch(lines)
    if epoch is not None:
        digits = epoch.text.replace(",", "")
        assert any("".join(letter for letter in one.text if letter.isdigit()) == digits for one in lines)
    for loss in read_losses(lines):
        assert loss is None or any(one.text.endswith(loss.text) for one in lines)
