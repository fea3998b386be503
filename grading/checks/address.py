"""The browser's address bar in the picture against the link that is handed in: seed, layers and settings."""

from typing import Any

from coursework.drawing.labels import joined
from engine.errors import printable
from engine.spec import FEATURES, Spec, written
from grading.checks.address_text import Parameter, read_parameters
from grading.checks.address_values import compare
from grading.checks.base import COMMON, Check, Compared, Evidence, Finding, sure
from grading.checks.words import LABELS, agrees, cant_say, differs, in_a_sentence
from grading.models import CheckOutcome

OTHER_SEED = 0.6
INNOCENT = (
    "The link was copied from another tab, or before the last change in this one.",
    "Another data set, noise or share of training data was chosen since: the page then has a new seed in its address.",
    "Small letters in the address bar were read wrongly.",
)
_DATASETS = {"classification": "dataset", "regression": "regDataset"}
_FIELDS = {
    "seed": "seed",
    "networkShape": "neurons",
    "dataset": "dataset",
    "regDataset": "dataset",
    "problem": "problem",
    "activation": "activation",
    "learningRate": "learning_rate",
    "regularization": "regularization",
    "regularizationRate": "regularization_rate",
    "batchSize": "batch_size",
    "noise": "noise",
    "percTrainData": "train_percent",
    "initZero": "init_zero",
}


def check(evidence: Evidence) -> Finding:
    """Compare what of the address can be read whole; the seed decides whether it is the same link."""
    address = sure(evidence.reading.address)
    if address is None:
        return cant_say("The address bar is not in the picture, or could not be read.")
    expected = _expected(evidence.spec)
    read = {name: one for name, one in read_parameters(address.text).items() if name in expected}
    outcomes = {name: compare(one, expected[name]) for name, one in read.items()}
    differing = [name for name, outcome in outcomes.items() if outcome == CheckOutcome.DIFFERS]
    lines = [_line(name, read[name], expected[name], outcomes[name]) for name in read if name in ("seed", *differing)]
    fields: dict[str, Any] = {
        "compared": tuple(lines),
        "about": ("address",),
        "details": {"outcomes": {name: str(outcome) for name, outcome in outcomes.items()}},
    }
    if differing:
        weight = OTHER_SEED if "seed" in differing else COMMON
        return differs(_sentence(differing, read, expected), weight=weight, innocent=INNOCENT, **fields)
    return _without_difference(outcomes, fields)


def _without_difference(outcomes: dict[str, CheckOutcome], fields: dict[str, Any]) -> Finding:
    agreeing = [name for name, outcome in outcomes.items() if outcome == CheckOutcome.AGREES]
    if "seed" in agreeing:
        return agrees("The address bar shows the link’s seed, and what else can be read of it agrees.", **fields)
    if not agreeing:
        return cant_say("Too little of the address bar could be read.", **fields)
    return cant_say("What can be read of the address bar agrees with the link, but its seed can’t be read.", **fields)


def _expected(spec: Spec) -> dict[str, str]:
    """Give the values that a link of these settings has, by the link's names; without those that change nothing."""
    values: dict[str, object] = {
        "networkShape": ",".join(map(str, spec.hidden_layers)),
        _DATASETS.get(spec.problem, "dataset"): spec.dataset,
        "problem": spec.problem,
        "activation": spec.activation,
        "learningRate": float(spec.learning_rate),
        "regularization": spec.regularization,
        "batchSize": spec.batch_size,
        "noise": spec.noise,
        "percTrainData": spec.train_percent,
        **{name: name in spec.features for name in FEATURES},
        "initZero": spec.init_zero,
    }
    if spec.regularization != "none":
        values["regularizationRate"] = float(spec.regularization_rate)
    if spec.seed is not None:
        values["seed"] = spec.seed
    return {name: written(value) for name, value in values.items()}


def _sentence(differing: list[str], read: dict[str, Parameter], expected: dict[str, str]) -> str:
    parts = [f"{_label(name)} {_read(read[name])} (the link has {expected[name] or 'none'})" for name in differing]
    return f"The address bar shows {joined(parts)}."


def _label(name: str) -> str:
    return in_a_sentence(_FIELDS[name]) if name in _FIELDS else name


def _read(parameter: Parameter) -> str:
    return printable(parameter.texts[0]) + ("…" if parameter.is_cut else "")


def _line(name: str, parameter: Parameter, expected: str, outcome: CheckOutcome) -> Compared:
    return Compared(
        what=LABELS[_FIELDS[name]] if name in _FIELDS else f"{name} in the address",
        read=_read(parameter),
        submitted=expected,
        outcome=outcome,
    )


ADDRESS = Check("address", "Address bar", check, before_hand_in=True)
