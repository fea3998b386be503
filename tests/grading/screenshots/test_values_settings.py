"""Settings: in the toolbar below their labels, at the data's sliders behind them; only what the app can show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.screenshots.text_lines import TextLine
from grading.screenshots.values_settings import read_sliders, read_toolbar


def line(text: str, left: float, top: float, confidence: float = 0.99) -> TextLine:
    right, bottom = left + len(text) * 9, top + 18
    return TextLine.at(text, confidence, ((left, top), (right, top), (right, bottom), (left, bottom)))


def toolbar(*pairs: tuple[str, str]) -> list[TextLine]:
    labels = [line(label, 100 + 150 * at, 50) for at, (label, _) in enumerate(pairs)]
    return [*labels, *(line(value, 99 + 150 * at, 76) for at, (_, value) in enumerate(pairs) if value)]


def values(read: dict[str, Any]) -> dict[str, Any]:
    return {name: one.value for name, one in read.items()}


def test_every_setting_is_read_below_its_label() -> None:
    read = read_toolbar(
        toolbar(
            ("Learning rate", "0.00001"),
            ("Activation", "ReLU"),
            ("Regularization", "L1"),
            ("Regularization rate", "0.003"),
            ("Problem type", "Regression"),
        )
    )
    assert values(read) == {
        "learning_rate": 0.00001,
        "activation": "relu",
        "regularization": "L1",
        "regularization_rate": 0.003,
        "problem": "regression",
    }
    assert all(one.confidence == 0.99 for one in read.values())


@pytest.mark.parametrize("label", ["Leaming rate", "Learnng rate", "Learningrate", " Learning rate", "Leamning rate"])
def test_a_label_read_a_little_wrong_is_known(label: str) -> None:
    assert values(read_toolbar(toolbar((label, "0.03")))) == {"learning_rate": 0.03}


@pytest.mark.parametrize(
    ("label", "shown", "name", "value"),
    [
        ("Learning rate", "O.03", "learning_rate", 0.03),
        ("Learning rate", "0,03", "learning_rate", 0.03),
        ("Regularization", "LI", "regularization", "L1"),
        ("Regularization rate", "O", "regularization_rate", 0.0),
        ("Activation", "Sigmold", "activation", "sigmoid"),
        ("Problem type", "Classfication", "problem", "classification"),
    ],
)
def test_a_value_read_a_little_wrong_is_put_right_with_less_confidence(
    label: str, shown: str, name: str, value: object
) -> None:
    read = read_toolbar(toolbar((label, shown)))
    assert values(read) == {name: value}
    assert read[name].confidence < 0.9


@pytest.mark.parametrize("shown", ["0.05", "Tanh", "", "0.03 0.1", "003"])
def test_a_learning_rate_that_the_app_does_not_offer_is_none(shown: str) -> None:
    assert read_toolbar(toolbar(("Learning rate", shown))) == {}


def test_a_list_of_labels_without_values_below_says_nothing() -> None:
    below_the_app = [
        line(text, 100, 50 + 25 * at) for at, text in enumerate(("Activation", "Problem type", "Noise level"))
    ]
    assert read_toolbar(below_the_app) == {}


def test_a_dark_arrow_behind_the_value_does_not_matter() -> None:
    assert values(read_toolbar(toolbar(("Activation", "Tanh ▼")))) == {"activation": "tanh"}


def test_the_sliders_are_read() -> None:
    lines = [
        line("Ratio of training to", 10, 100),
        line("test data: 50%", 10, 120),
        line("Noise: 25", 10, 160),
        line("Batch size: 10", 10, 200),
    ]
    assert values(read_sliders(lines)) == {"train_percent": 50, "noise": 25, "batch_size": 10}


@pytest.mark.parametrize(
    "text", ["test data: 7096", "test data: 70%0", "test data:70 %", "to test data: 70%", "data: 70%", "test data 709"]
)
def test_the_ratio_is_read_though_the_percent_sign_is_not(text: str) -> None:
    assert values(read_sliders([line(text, 10, 100)])) == {"train_percent": 70}


def test_a_ratio_below_its_label_is_read_though_its_words_are_not() -> None:
    read = read_sliders([line("Ratio of training to", 10, 100), line("test cota: 50%6", 10, 120)])
    assert values(read) == {"train_percent": 50}
    assert read["train_percent"].confidence < 0.9
    assert read_sliders([line("test cota: 50%6", 10, 120)]) == {}


def test_a_value_in_a_line_of_its_own_is_read_behind_its_label() -> None:
    assert values(read_sliders([line("Noise:", 10, 100), line("0", 76, 100)])) == {"noise": 0}
    assert read_sliders([line("Noise:", 10, 100), line("0", 300, 100), line("5", 10, 120)]) == {}


@pytest.mark.parametrize(
    "text",
    ["Noise: 51", "Noise: 7", "Noise level", "Batch size: 31", "Batch size: 0", "test data: 75%", "test data: 100%"],
)
def test_what_a_slider_can_not_show_is_none(text: str) -> None:
    assert read_sliders([line(text, 10, 100)]) == {}


@given(st.lists(st.tuples(st.text(max_size=20), st.floats(0, 200), st.floats(0, 200)), max_size=8))
def test_any_text_is_read_or_left(found: list[tuple[str, float, float]]) -> None:
    lines = [line(text, left, top) for text, left, top in found if text]
    assert set(read_toolbar(lines)) <= {
        "learning_rate",
        "activation",
        "regularization",
        "regularization_rate",
        "problem",
    }
    assert set(read_sliders(lines)) <= {"noise", "batch_size", "train_percent"}
