"""Hidden layers from the headline, neurons from the labels above the columns, each in its column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.screenshots.text_lines import TextLine
from grading.screenshots.values_network import read_hidden_layers, read_neurons

HEADLINE_MIDDLE = 0.57  # between FEATURES and OUTPUT, as in the app


def line(text: str, left: float, top: float, confidence: float = 0.99) -> TextLine:
    right, bottom = left + len(text) * 9, top + 18
    return TextLine.at(text, confidence, ((left, top), (right, top), (right, bottom), (left, bottom)))


def network(*labels: str, headline: str | None = None, frame: bool = True) -> list[TextLine]:
    """As the app draws it 1,000 pixels wide: an empty label is one that was not read."""
    count = len(labels)
    apart = 803 / (count - 0.3)
    lines = [line(headline if headline is not None else f"{count} HIDDEN LAYERS", 500, 100)]
    if frame:
        lines += [line("FEATURES", 0, 102), line("OUTPUT", 1000, 102)]
    for at, label in enumerate(labels):
        middle = 593 + (at - (count - 1) / 2) * apart
        if label:
            lines.append(line(label, middle - len(label) * 4.5, 180))
    return lines


def neurons(lines: list[TextLine]) -> tuple[int | None, ...] | None:
    read = read_neurons(lines, read_hidden_layers(lines))
    return None if read is None else read.value


@pytest.mark.parametrize(
    ("headline", "count"),
    [
        ("1 HIDDEN LAYER", 1),
        ("6HIDDEN LAYERS", 6),
        ("3 HIDDENLAYERS", 3),
        ("+ - 4 HIDDEN LAYERS", 4),
        ("0 HIDDEN LAYERS", 0),
    ],
)
def test_the_headline_says_how_many_hidden_layers(headline: str, count: int) -> None:
    read = read_hidden_layers([line(headline, 10, 10)])
    assert read is not None
    assert read.value == count


def test_a_number_in_a_line_of_its_own_before_the_headline_counts() -> None:
    read = read_hidden_layers([line("3", 480, 100), line("HIDDEN LAYERS", 500, 100), line("7", 300, 100)])
    assert read is not None
    assert (read.value, read.text) == (3, "3 HIDDEN LAYERS")


@pytest.mark.parametrize(
    "text", ["HIDDEN LAYERS", "# of hidden layers", "two hidden layers", "7 HIDDEN LAYERS", "33 HIDDEN LAYERS"]
)
def test_a_headline_without_a_number_that_can_be_is_none(text: str) -> None:
    assert read_hidden_layers([line(text, 100, 10)]) is None


def test_a_letter_read_for_one_is_less_sure() -> None:
    read = read_hidden_layers([line("l HIDDEN LAYER", 10, 10)])
    assert read is not None
    assert (read.value, read.confidence < 0.9) == (1, True)


@pytest.mark.parametrize("labels", [("4 neurons",), ("4 neurons", "2 neurons"), ("1 neuron", "8neurons", "3 neurons")])
def test_neurons_are_read_from_left_to_right(labels: tuple[str, ...]) -> None:
    assert neurons(list(reversed(network(*labels)))) == tuple(int(label[0]) for label in labels)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("4 neurons", "", "2 neurons"), (4, None, 2)),
        (("", "3 neurons", "", "", "8 neurons", ""), (None, 3, None, None, 8, None)),
        (("", "", ""), (None, None, None)),
    ],
)
def test_a_label_that_can_not_be_read_leaves_its_column_open(
    labels: tuple[str, ...], expected: tuple[int | None, ...]
) -> None:
    assert neurons(network(*labels)) == expected


def test_where_the_columns_are_not_known_no_label_is_put_into_one() -> None:
    assert neurons(network("4 neurons", "", "2 neurons", frame=False)) == (None, None, None)


def test_labels_that_contradict_the_headline_leave_everything_open() -> None:
    assert neurons(network("4 neurons", "3 neurons", "2 neurons", headline="2 HIDDEN LAYERS")) is None
    assert neurons(network("4 neurons", "2 neurons", headline="5 HIDDEN LAYERS")) is None
    assert neurons(network("4 neurons", "2 neurons", headline="HIDDEN LAYERS")) is None


def test_no_hidden_layer_has_no_neurons() -> None:
    assert neurons([line("0 HIDDEN LAYERS", 500, 100)]) == ()


def test_other_lines_about_neurons_are_not_labels() -> None:
    elsewhere = [line("4 neurons", 100, 500), line("from one neuron.", 500, 400), line("two neurons", 500, 180)]
    assert neurons([*network("5 neurons", "2 neurons"), *elsewhere]) == (5, 2)


@given(st.lists(st.tuples(st.text("0123456789 nHIDENLAYRSeurons", max_size=18), st.floats(0, 900), st.floats(0, 300))))
def test_any_text_gives_as_many_numbers_as_layers_or_none(found: list[tuple[str, float, float]]) -> None:
    lines = [line(text, left, top) for text, left, top in found if text]
    hidden_layers, read = read_hidden_layers(lines), read_neurons(lines, read_hidden_layers(lines))
    if read is not None:
        assert hidden_layers is not None
        assert len(read.value) == hidden_layers.value
