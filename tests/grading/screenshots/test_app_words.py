"""Values count only in a picture that shows the app: its own labels, not words that any report may use."""

import pytest

from grading.screenshots.app_words import shows_app
from grading.screenshots.text_lines import TextLine


def lines(*texts: str, left: float = 100, apart: float = 22) -> list[TextLine]:
    rows = [(text, 50 + apart * at) for at, text in enumerate(texts)]
    return [
        TextLine.at(text, 0.99, ((left, top), (left + 90, top), (left + 90, top + 18), (left, top + 18)))
        for text, top in rows
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ("Epoch", "000,721", "Leaming rate", "Activation"),
        ("3 HIDDEN LAYERS", "FEATURES"),
        ("Colors shows", "data, neuron and"),
        ("Ratio of training to", "test data: 50%"),
        ("Noise: 5", "Batch size: 10"),
        ("OUTPUT", "Test loss 0.500"),
        ("OUTPUT", "Tost loss 0.500"),
    ],
)
def test_two_labels_of_the_app_or_its_headline_above_a_loss_are_enough(texts: tuple[str, ...]) -> None:
    assert shows_app(lines(*texts))


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("Neural Networks", "Epoch 000,875", "Test loss 0.225", "Training loss 0.113"),
        ("Epoch", "000,875", "Test loss 0.225", "Training loss 0.113", "Activation"),
        ("Learning rate: 0.03", "Activation: tanh", "Regularization: none", "Epoch", "000,875"),
        ("The learning rate is 0.03 and the activation tanh.", "OUTPUT"),
    ],
)
def test_words_of_a_report_are_not_enough(texts: tuple[str, ...]) -> None:
    assert not shows_app(lines(*texts))


def test_a_panel_named_output_elsewhere_is_not_the_headline() -> None:
    assert not shows_app([*lines("OUTPUT", left=400), *lines("Test loss 0.5")])
    assert not shows_app(lines("OUTPUT", "", "", "", "Test loss 0.5"))
