"""Whatever is pasted as a link: the reader raises nothing but LinkError, and gives nothing that breaks later."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.errors import LinkError
from engine.link import read_link
from engine.spec import validate

NAMES = [
    "activation", "regularization", "regularizationRate", "learningRate", "batchSize", "dataset", "regDataset",
    "problem", "noise", "percTrainData", "networkShape", "x", "sinX", "sinX_hide", "seed", "initZero", "cosX",
    "tutorial", "__proto__", "constructor", "_hide",
]  # fmt: skip
HOSTILE_VALUES = [
    *("1e999", "-1e999", "1e-999", "NaN", "Infinity", "-Infinity", "inf", "nan", "null", "undefined"),
    *("constructor", "__proto__", "toString", "1_000", "٣", "²", "0x10", "1e", "e5", ".", "-", "+", "--1", "1.5.5"),
    *("9" * 400, "-" + "9" * 400, "0." + "0" * 500 + "1", "1e" + "9" * 300, "-1", "0", "a" * 1900),
    *(",", ",,,", "4,", "4;2", "[4,2]", "1" + ",1" * 900, "1e300,1e300"),
    *("%00", "\x00", "\u202e", "😀", "é✓", "<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd"),
]


def _survives(text: str) -> None:
    try:
        reading = read_link(text)
    except LinkError as error:
        assert all(len(problem.value) <= 80 and problem.value.isprintable() for problem in error.problems)
        assert error.problems and all(problem.message for problem in error.problems)
        return
    for problem in validate(reading.spec):
        assert problem.message.isprintable()
    json.dumps(reading.spec.to_dict(), allow_nan=False).encode()
    assert all(part.name.isprintable() and part.value.isprintable() for part in reading.ignored)


@pytest.mark.parametrize("value", HOSTILE_VALUES, ids=lambda value: ascii(value[:12]))
def test_hostile_values_of_every_name(value: str) -> None:
    for name in NAMES:
        _survives(f"#seed=1&{name}={value}")


@pytest.mark.parametrize(
    "text",
    [
        "#networkShape=" + "8," * 9_999 + "8",
        "#batchSize=" + "9" * 5_000,
        "#seed=\ud800",
        "\udfff#\ud800=\ud800",
        "#" + "&" * 2000,
        "#" + "=" * 2000,
        "#" + "#" * 2000,
        "%3D" * 600,
        "seed%3D%ff%fe%00",
        "\x00" * 100,
        "javascript:alert(1)#seed=1",
        "https://playground.tensorflow.org@example.org/#seed=1",
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_hostile_texts(text: str) -> None:
    _survives(text)


@pytest.mark.parametrize("text", ["#seed=1&tutorial=\ud800", "#seed=\udc80", "\ud83d#seed=1"])
def test_broken_characters_are_refused_as_a_whole(text: str) -> None:
    with pytest.raises(LinkError, match="broken characters"):
        read_link(text)


@given(st.text())
@example("seed=1&networkShape")
@example("=")
def test_any_text(text: str) -> None:
    _survives(text)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=60) | st.sampled_from(HOSTILE_VALUES)), max_size=12))
def test_any_values_of_known_names(pairs: list[tuple[str, str]]) -> None:
    _survives("#" + "&".join(f"{name}={value}" for name, value in pairs))


@given(st.floats() | st.integers())
def test_any_number_for_every_number(number: float) -> None:
    for name in ("learningRate", "regularizationRate", "batchSize", "noise", "percTrainData", "networkShape"):
        _survives(f"#seed=1&{name}={number}")
