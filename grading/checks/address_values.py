"""Values of a link as read from a picture against the values that are handed in, with letters that are mixed up."""

from collections.abc import Callable, Sequence

from engine.spec import ACTIVATIONS, DATASETS, REGULARIZATIONS
from grading.checks.address_text import Parameter, edits
from grading.models import CheckOutcome

# What letters in place of a digit stand for, and which digits are taken for each other.
_AS_DIGITS = str.maketrans("OoQDlIi|!SsBZz", "00001111155822")
_ALIKE = {
    frozenset(pair) for pair in ("06", "08", "09", "17", "14", "38", "56", "58", "68", "89", "27", "35", "39", "49")
}
_ENOUGH = len("0.123")  # of a seed that is cut off: by chance one in a thousand begins alike
_FLAGS = ("true", "false")
_CHOICES: dict[str, Sequence[str]] = {
    "activation": ACTIVATIONS,
    "regularization": REGULARIZATIONS,
    "dataset": DATASETS["classification"],
    "regDataset": DATASETS["regression"],
    "problem": tuple(DATASETS),
}


def compare(parameter: Parameter, expected: str) -> CheckOutcome:
    """Say whether a value that was read is the expected one; not where it may be that one with letters mixed up."""
    if parameter.is_cut and parameter.name != "seed":
        return CheckOutcome.CANT_SAY
    return _KINDS.get(parameter.name, _choice)(parameter, expected)


def _choice(parameter: Parameter, expected: str) -> CheckOutcome:
    """Take the allowed value that is nearest to what was read."""
    choices = _CHOICES.get(parameter.name, _FLAGS)
    nearest = [min((edits(choice, text), choice) for choice in choices) for text in parameter.texts]
    wrong, value = min(nearest)
    if value == expected and wrong <= len(expected) // 2:
        return CheckOutcome.AGREES
    return CheckOutcome.CANT_SAY if wrong else CheckOutcome.DIFFERS


def _number(parameter: Parameter, expected: str) -> CheckOutcome:
    values = [text.translate(_AS_DIGITS) for text in parameter.texts]
    if any(_as_number(value) == _as_number(expected) for value in values):
        return CheckOutcome.AGREES
    return _apart(values, expected, is_clean=parameter.is_clean)


def _shape(parameter: Parameter, expected: str) -> CheckOutcome:
    """Compare the digits: no layer has more than 8 neurons, and a comma is easily read as a point."""
    values = [_digits(text.translate(_AS_DIGITS)) for text in parameter.texts]
    if _digits(expected) in values:
        return CheckOutcome.AGREES
    return _apart(values, _digits(expected), is_clean=parameter.is_clean)


def _seed(parameter: Parameter, expected: str) -> CheckOutcome:
    """Compare seeds: two of five random digits hardly differ in one place only, so one wrong letter is a misreading."""
    expected = expected.translate(_AS_DIGITS)
    values = [text.translate(_AS_DIGITS) for text in parameter.texts]
    if parameter.is_cut:
        return _beginning(values[0], expected)
    wrong = min(edits(value, expected) for value in values)
    if wrong == 0:
        return CheckOutcome.AGREES
    return CheckOutcome.DIFFERS if wrong > (1 if parameter.is_clean else 2) else CheckOutcome.CANT_SAY


def _beginning(value: str, expected: str) -> CheckOutcome:
    """Compare the beginning of a seed; its last letter may itself be cut through."""
    if len(value) >= _ENOUGH and expected.startswith(value):
        return CheckOutcome.AGREES
    whole = value[:-1]
    return CheckOutcome.DIFFERS if edits(whole, expected[: len(whole)]) > 1 else CheckOutcome.CANT_SAY


def _apart(values: Sequence[str], expected: str, *, is_clean: bool) -> CheckOutcome:
    """Say that digits differ, unless they were not read cleanly or look like the expected ones."""
    is_alike = any(_look_alike(value, expected) for value in values)
    return CheckOutcome.DIFFERS if is_clean and not is_alike else CheckOutcome.CANT_SAY


def _look_alike(value: str, expected: str) -> bool:
    """Say whether one digit only is another, and one that looks like it."""
    if len(value) != len(expected):
        return False
    different = [frozenset(pair) for pair in zip(value, expected, strict=True) if pair[0] != pair[1]]
    return len(different) == 1 and different[0] in _ALIKE


def _as_number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


_KINDS: dict[str, Callable[[Parameter, str], CheckOutcome]] = {
    "seed": _seed,
    "networkShape": _shape,
    **dict.fromkeys(("learningRate", "regularizationRate", "noise", "batchSize", "percTrainData"), _number),
}
