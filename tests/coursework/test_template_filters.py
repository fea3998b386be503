import pytest

from coursework.templatetags.coursework_extras import epochs, features, layers, loss, ordinal, setting, short_hash


@pytest.mark.parametrize(
    ("value", "written"), [(None, "–"), (7, "7"), (7.0, "7"), (1234.5, "1,234.5"), (20000, "20,000"), (0, "0")]
)
def test_epochs(value: float | None, written: str) -> None:
    assert epochs(value) == written


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
    ],
)
def test_places(place: int, written: str) -> None:
    assert ordinal(place) == written


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((), "no hidden layer"),
        ((1,), "one layer of 1 neuron"),
        ((4, 2), "layers of 4 and 2 neurons"),
        ((8, 8, 1), "layers of 8, 8 and 1 neuron"),
    ],
)
def test_layers(sizes: tuple[int, ...], words: str) -> None:
    assert layers(sizes) == words


def test_inputs_are_written_as_in_the_playground() -> None:
    assert features(("x", "sinY")) == "x<sub>1</sub>, sin(x<sub>2</sub>)"


def test_a_loss_has_five_decimals_and_the_last_is_cut() -> None:
    assert (loss(0.0014999), loss(0.0015), loss(None)) == ("0.00149", "0.00150", "–")


def test_settings_are_written_without_exponents() -> None:
    assert setting(0.00001) == "0.00001"


def test_a_hash_is_shortened_to_what_one_compares() -> None:
    assert short_hash("0123456789abcdef" * 4) == "0123 4567 89ab cdef"
