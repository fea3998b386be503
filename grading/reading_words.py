"""What was read from a picture, in a few calm lines for people."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from coursework.drawing.labels import FEATURE_LABELS, joined
from engine.errors import printable
from engine.spec import written
from grading.screenshots.reading import Read, ScreenshotReading

_SETTINGS = {
    "learning_rate": "learning rate {}",
    "activation": "activation {}",
    "regularization": "regularization {}",
    "regularization_rate": "regularization rate {}",
    "noise": "noise {}",
    "batch_size": "batch size {}",
    "train_percent": "{} % training data",
}


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of what was read: a label, and the words beside it."""

    label: str
    text: str | SafeString


def read_lines(reading: ScreenshotReading) -> tuple[ReadLine, ...]:
    """List what was read; what can't be seen in the picture is left out."""
    lines = (
        ReadLine("Epoch", f"{reading.epoch.value:,}" if reading.epoch else ""),
        ReadLine("Losses", _losses(reading)),
        ReadLine("Inputs", _features(reading.features)),
        ReadLine("Hidden layers", _layers(reading)),
        ReadLine("Data set", printable(reading.dataset.value) if reading.dataset else ""),
        ReadLine("Settings", _settings(reading)),
        ReadLine("Address bar", printable(reading.address.text) if reading.address else ""),
    )
    return tuple(line for line in lines if line.text)


def not_visible(reading: ScreenshotReading) -> str:
    """Name what a task asks a picture to show and this one does not; empty if it shows all."""
    parts = {
        "epoch": reading.epoch,
        "training loss": reading.loss_train,
        "test loss": reading.loss_test,
        "inputs": reading.features,
        "hidden layers": reading.hidden_layers,
    }
    return joined([name for name, value in parts.items() if value is None])


def _losses(reading: ScreenshotReading) -> str:
    shown = {"training": reading.loss_train, "test": reading.loss_test}
    return ", ".join(f"{name} {printable(value.text)}" for name, value in shown.items() if value)


def _features(read: Read[tuple[str, ...]] | None) -> str | SafeString:
    if read is None:
        return ""
    if not read.value:
        return "none"
    return format_html_join(", ", "{}", ((FEATURE_LABELS[name].html,) for name in read.value if name in FEATURE_LABELS))


def _layers(reading: ScreenshotReading) -> str:
    if reading.hidden_layers is None:
        return ""
    count = reading.hidden_layers.value
    if not count:
        return "none"
    if reading.neurons is None or not any(reading.neurons.value):
        return str(count)
    neurons = ["?" if one is None else str(one) for one in reading.neurons.value]
    unread = " (?: could not be read)" if "?" in neurons else ""
    noun = "neuron" if neurons == ["1"] else "neurons"
    return f"{count}, of {joined(neurons)} {noun}{unread}"


def _settings(reading: ScreenshotReading) -> str:
    values: dict[str, Read[Any] | None] = {name: getattr(reading, name) for name in _SETTINGS}
    return ", ".join(_SETTINGS[name].format(written(read.value)) for name, read in values.items() if read)
