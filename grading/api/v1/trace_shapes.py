"""How the losses and the weights of a run stand in answers: every number reads back as the double it was."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rest_framework import serializers
from rest_framework.request import Request

from coursework.models.assignments import MOST_EPOCHS
from grading.api.fields import YesOrNo
from grading.api.json_fields import Number, plain
from grading.api.reading import read_query


class TraceQuery(serializers.Serializer[Any]):
    """How a trace is wanted."""

    points = Number(
        required=False,
        min_value=2,
        max_value=MOST_EPOCHS + 1,
        help_text="At most so many epochs, evenly spread, the first and the last among them. All without it.",
    )
    hex = YesOrNo(default=False, help_text="Write the losses in hexadecimal, too: every bit by eye.")


def trace_wanted(request: Request) -> dict[str, Any]:
    """Read how a trace is wanted, as `trace_of` takes it."""
    wanted = read_query(TraceQuery, request)
    return {"points": wanted.get("points"), "in_hex": wanted["hex"]}


def trace_of(losses: NDArray[np.float64], *, points: int | None, in_hex: bool) -> dict[str, Any]:
    """Return losses by epoch, thinned to so many epochs that lie as evenly as they can, the first and last among them.

    Numbers are written so that they read back as the same bits; what is no number is null.
    """
    epochs = _thinned(len(losses), points)
    kept = losses[epochs]
    found: dict[str, Any] = {"epochs_run": len(losses) - 1, "epoch": epochs.tolist()}
    for column, name in enumerate(("train_loss", "test_loss")):
        values: Sequence[float] = kept[:, column].tolist()
        found[name] = [plain(value) for value in values]
        if in_hex:
            found[f"{name}_hex"] = [value.hex() for value in values]
    return found


def _thinned(count: int, points: int | None) -> NDArray[np.int64]:
    if points is None or points >= count:
        return np.arange(count)
    return np.unique(np.round(np.linspace(0, count - 1, points)).astype(np.int64))


class TraceSerializer(serializers.Serializer[Any]):
    """Losses by epoch: four arrays of the same length, or with `hex` six."""

    epochs_run = serializers.IntegerField(help_text="How many epochs the run has trained.")
    epoch = serializers.ListField(
        child=serializers.IntegerField(), help_text="The epochs that are listed; 0: before training."
    )
    train_loss = serializers.ListField(child=serializers.FloatField(allow_null=True), help_text="null: no number.")
    test_loss = serializers.ListField(child=serializers.FloatField(allow_null=True), help_text="null: no number.")
    train_loss_hex = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="As in 0x1.999999999999ap-4, or nan, inf, -inf."
    )
    test_loss_hex = serializers.ListField(child=serializers.CharField(), required=False, help_text="In the same way.")


class LayerSerializer(serializers.Serializer[Any]):
    """A layer after the last epoch."""

    weights = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
        help_text="By neuron, then by what comes in.",
    )
    biases = serializers.ListField(child=serializers.FloatField(allow_null=True), help_text="By neuron.")


class NetworkSerializer(serializers.Serializer[Any]):
    """The network after the last epoch."""

    epochs_run = serializers.IntegerField(help_text="After how many epochs.")
    layers = LayerSerializer(many=True, help_text="The last one is the output.")
