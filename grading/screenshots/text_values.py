"""All values that stand in a picture as text, from its lines. Pure: lines in, values out."""

from collections.abc import Sequence
from typing import Any

from grading.screenshots.reading import Read
from grading.screenshots.text_lines import TextLine
from grading.screenshots.values_address import read_address
from grading.screenshots.values_counter import read_epoch, read_losses
from grading.screenshots.values_network import read_hidden_layers, read_neurons
from grading.screenshots.values_settings import read_sliders, read_toolbar


def read_text_values(lines: Sequence[TextLine]) -> dict[str, Read[Any]]:
    """The values that can be read, by the names of ScreenshotReading's fields."""
    training, test = read_losses(lines)
    hidden_layers = read_hidden_layers(lines)
    found: dict[str, Read[Any] | None] = {
        "epoch": read_epoch(lines),
        "loss_train": training,
        "loss_test": test,
        "hidden_layers": hidden_layers,
        "neurons": read_neurons(lines, hidden_layers),
        **read_toolbar(lines),
        **read_sliders(lines),
        "address": read_address(lines),
    }
    return {name: read for name, read in found.items() if read is not None}
