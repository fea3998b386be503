"""How checks write values and put sentences together, alike in all of them and like the pages beside them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from coursework.drawing.labels import FEATURE_LABELS, count_text, joined
from engine.errors import printable
from engine.spec import written
from grading.checks.base import Compared, Finding
from grading.models import CheckOutcome

LABELS = {
    "epoch": "Epoch",
    "loss_train": "Training loss",
    "loss_test": "Test loss",
    "features": "Inputs",
    "hidden_layers": "Hidden layers",
    "neurons": "Neurons per layer",
    "dataset": "Data set",
    "problem": "Problem",
    "learning_rate": "Learning rate",
    "activation": "Activation",
    "regularization": "Regularization",
    "regularization_rate": "Regularization rate",
    "noise": "Noise",
    "batch_size": "Batch size",
    "train_percent": "Training share",
    "seed": "Seed",
    "init_zero": "Zero start weights",
}
_PERCENTS = ("noise", "train_percent")


def shown(name: str, value: Any) -> str:
    """Write the value of a setting as pages do: x1, x2² for inputs, 6, 3 for neurons, 10 % for noise."""
    if name == "features":
        return (
            ", ".join(FEATURE_LABELS[one].plain if one in FEATURE_LABELS else printable(one) for one in value) or "none"
        )
    if name == "neurons":
        return ", ".join("?" if one is None else str(one) for one in value) or "none"
    if name == "epoch":
        return count_text(value)
    return f"{value} %" if name in _PERCENTS else printable(written(value))


def in_a_sentence(name: str) -> str:
    """Give a setting's name as it stands within a sentence."""
    label = LABELS[name]
    return label[0].lower() + label[1:]


def capital(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def agreed(names: Iterable[str]) -> str:
    """Name what agrees: "inputs and hidden layers"."""
    return joined([in_a_sentence(name) for name in names])


def lines_for(
    names: Iterable[str], read: Callable[[str], str], submitted: Callable[[str], str], differing: Sequence[str]
) -> tuple[Compared, ...]:
    """Make the lines of the table for values that were read, from a function each for the texts."""
    return tuple(
        Compared(
            what=LABELS[name],
            read=read(name),
            submitted=submitted(name),
            outcome=CheckOutcome.DIFFERS if name in differing else CheckOutcome.AGREES,
        )
        for name in names
    )


def cant_say(sentence: str, **fields: Any) -> Finding:
    """Make a finding that says nothing, and why."""
    return Finding(CheckOutcome.CANT_SAY, sentence, **fields)


def agrees(sentence: str, **fields: Any) -> Finding:
    """Make a finding without a difference."""
    return Finding(CheckOutcome.AGREES, sentence, **fields)


def differs(sentence: str, *, weight: float, innocent: tuple[str, ...], **fields: Any) -> Finding:
    """Make a finding that is a reason to look, with what it can innocently mean."""
    return Finding(CheckOutcome.DIFFERS, sentence, weight=weight, innocent=innocent, **fields)
