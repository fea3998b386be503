"""Networks: start weights, the forward pass, and what every neuron answers over the plane."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.datasets import Points, draw_points, new_stream
from engine.exponentials import Scratch
from engine.features import feature_values
from engine.layers import Architecture, Block
from engine.prng import SeededRandom
from engine.spec import Spec
from engine.steps import Floats, run

START_BIAS = 0.1


@dataclass(frozen=True)
class Network:
    """Weights and biases, layer by layer, hidden layers first and the output layer last.

    `weights[layer]` is (n_out, n_in): one row per neuron, one column per incoming link. `biases[layer]` is (n_out,).
    """

    weights: list[Floats]
    biases: list[Floats]


def prepare(spec: Spec, resets: int = 0) -> tuple[Points, Network]:
    """Give the points and the start weights that an opened link shows after `resets` presses of Reset.

    Raises SpecError for settings that can't be run.
    """
    points, networks = prepare_resets(spec, {resets})
    return points, networks[resets]


def prepare_resets(spec: Spec, resets: Collection[int]) -> tuple[Points, dict[int, Network]]:
    """Give the points and, for several numbers of Resets, the start weights; see `prepare`."""
    random = new_stream(spec)
    points = draw_points(spec, random)
    networks: dict[int, Network] = {}
    for number in range(max(resets) + 1):  # Reset keeps the points and draws all weights anew, from the same stream
        if number in resets:
            networks[number] = _draw_network(spec, random)
        else:
            for _ in range(spec.links):
                random.random()
    return points, networks


def initial_network(spec: Spec, resets: int = 0) -> Network:
    """Give the start weights alone, see `prepare`."""
    return prepare(spec, resets)[1]


def _draw_network(spec: Spec, random: SeededRandom) -> Network:
    weights, biases = [], []
    for n_in, n_out in pairwise(spec.layer_sizes):
        drawn = [random.random() - 0.5 for _ in range(n_in * n_out)]
        weights.append(np.zeros((n_out, n_in)) if spec.init_zero else np.array(drawn).reshape(n_out, n_in))
        biases.append(np.full(n_out, 0.0 if spec.init_zero else START_BIAS))
    return Network(weights, biases)


def pack(architecture: Architecture, networks: Sequence[Network]) -> Floats:
    """Put networks side by side as parameters (T, R), T in the order of the architecture."""
    parameters = np.empty((architecture.rows, len(networks)))
    for number, network in enumerate(networks):
        layers = zip(architecture.layers(parameters), network.weights, network.biases, strict=True)
        for layer, weights, biases in layers:
            layer[0, :, number], layer[1:, :, number] = biases, weights.T
    return parameters


def unpack(architecture: Architecture, parameters: Floats) -> Network:
    """Give a copy of the parameters (T,) of one run as a network."""
    layers = [layer[..., 0] for layer in architecture.layers(parameters[:, None])]
    return Network([layer[1:].T.copy() for layer in layers], [layer[0].copy() for layer in layers])


def forward(network: Network, spec: Spec, xy: Floats) -> list[Floats]:
    """Give what each layer answers to points (n, 2 or more): inputs, hidden layers and output, each (neurons, n)."""
    architecture, count = Architecture(spec), len(xy)
    scratch = Scratch(max(spec.layer_sizes) * count)
    block = Block(architecture, pack(architecture, [network]), count, scratch)
    with np.errstate(all="ignore"):  # a diverged network answers NaN, quietly
        run([*block.load(feature_values(spec.features, xy)[..., None], np.zeros((count, 1))), *block.forward])
    return [outputs[..., 0].copy() for outputs in block.outputs]


def grid_outputs(spec: Spec, network: Network, size: int = 100, extent: float = 6.0) -> list[Floats]:
    """Give what each neuron answers over the plane, (neurons, size, size) per layer, inputs first.

    Row 0 is y = +extent (the top of a picture), column 0 is x = -extent; `size` is at least 2.
    """
    along = np.arange(1 - size, size, 2) / (size - 1) * extent
    x, y = np.meshgrid(along, -along)
    points = np.column_stack((x.ravel(), y.ravel()))
    return [outputs.reshape(-1, size, size) for outputs in forward(network, spec, points)]
