"""The picture of a network before training, made from its settings."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from django.utils.safestring import SafeString

from coursework.drawing.network import network_figure
from engine.network import grid_outputs, prepare
from engine.spec import PLAYGROUND, RUNNABLE, Spec, validate

TILE_GRID = 25  # points along each side of a neuron's tile


@dataclass(frozen=True, slots=True)
class StartPicture:
    """A network at epoch 0; `has_weights` is False without a seed: then only its shape is known."""

    figure: SafeString
    has_weights: bool


def start_picture(spec: Spec) -> StartPicture | None:
    """Draw a network with its real start weights and training points; None for one that is too large or no network."""
    layers = spec.hidden_layers
    if len(layers) > PLAYGROUND.max_layers or not all(1 <= neurons <= PLAYGROUND.max_neurons for neurons in layers):
        return None
    seeded = spec if spec.seed else spec.with_seed("0")
    if validate(seeded, RUNNABLE):
        return None
    return _with_weights(spec) if spec.seed else _shape(spec)


def _with_weights(spec: Spec) -> StartPicture:
    points, network = prepare(spec)
    figure = network_figure(
        features=spec.features,
        outputs=grid_outputs(spec, network, size=TILE_GRID),
        weights=network.weights,
        biases=network.biases,
        points=points.train,
    )
    return StartPicture(figure, has_weights=True)


def _shape(spec: Spec) -> StartPicture:
    sizes = list(pairwise(spec.layer_sizes))
    figure = network_figure(
        features=spec.features,
        outputs=None,
        weights=[np.zeros((n_out, n_in)) for n_in, n_out in sizes],
        biases=[np.zeros(n_out) for _, n_out in sizes],
        points=None,
    )
    return StartPicture(figure, has_weights=False)
