"""Sensitivity: how far the last bit of the arithmetic moves the epoch at which a run reaches its target.

Browsers differ from each other in the last bit of sin, cos, tanh and the like, and training can make a visible
difference of that. Replays of the run whose start weights are moved by at most one unit in the last place show how
much: the epochs at which they reach the target are spread as those of an honest run in another browser are. The band
is that spread with a margin; docs/band.md says where the number of replays and the margin come from.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.network import Network, initial_network
from engine.prng import SeededRandom
from engine.spec import Spec
from engine.steps import Floats
from engine.training import SHOWN_TARGET, Budget, Progress, Report, Start, train

FIRST_REPLAYS = 15  # with the run itself 16, a round number for a processor's vectors
REPLAYS = 31  # with the run itself 32
MOST_REPLAYS = 1000
MARGIN_SHARE = 0.5  # of the spread, on both sides
MARGIN_LEAST = 1  # epoch, on both sides of any band

Band = tuple[int, int]


@dataclass(frozen=True)
class Sensitivity:
    """The epochs at which a run and its replays reach the target (None: not within the cap), and the band of them.

    `reached` is the run itself. The band, lowest and highest epoch with the margin, is None if no run got there.
    """

    reached: int | None
    replays: tuple[int | None, ...]
    band: Band | None

    @property
    def runs(self) -> int:
        """The run itself and its replays."""
        return 1 + len(self.replays)

    @property
    def never(self) -> int:
        """How many of them did not reach the target."""
        return (self.reached, *self.replays).count(None)

    @property
    def agrees(self) -> bool:
        """Whether all runs end alike: after `FIRST_REPLAYS`, more of them would tell nothing new."""
        return set(self.replays) == {self.reached}

    def inside(self, claim: int) -> bool:
        """Say whether an honest run may well have reached the target at the claimed epoch."""
        return inside(self.band, claim)


def inside(band: Band | None, claim: int) -> bool:
    """Say whether a claimed epoch lies in a band; nothing lies in one that is None."""
    return band is not None and band[0] <= claim <= band[1]


def band_of(
    epochs: Sequence[int | None],
    max_epochs: int,
    *,
    share: float = MARGIN_SHARE,
    least: int = MARGIN_LEAST,
) -> Band | None:
    """Give the spread of the epochs with a margin on both sides: `share` of the spread, and `least` epochs at least.

    The spread is taken as a ratio, since luck delays a run by more than it hastens it: epochs from 400 to 900 and a
    share of 0.5 give 266 to 1350, both ends moved by the factor 1.5. `share` is a multiple of 0.25. Where a run never
    reached the target (None), an honest one may do so at any later epoch: the band is then open up to the cap. It never
    begins before epoch 0 and never ends after the cap. None if no run reached the target.
    """
    reached = [epoch for epoch in epochs if epoch is not None]
    if not reached:
        return None
    low, high = min(reached), max(reached)
    factor = _power(max(high, 1) / max(low, 1), share)
    lower = min(low - least, math.floor(low / factor))
    upper = max(high + least, math.ceil(high * factor))
    return max(0, lower), min(max_epochs, upper) if len(reached) == len(epochs) else max_epochs


def _power(ratio: float, share: float) -> float:
    """Raise to a multiple of a quarter by square roots, which are the same on every machine; other powers are not."""
    root = math.sqrt(ratio)
    halves, quarter = divmod(round(share * 4), 2)
    factor = math.sqrt(root) if quarter else 1.0
    for _ in range(halves):
        factor *= root
    return factor


def perturbed_starts(spec: Spec, replays: int = REPLAYS, resets: int = 0, *, first: int = 1) -> list[Start]:
    """Give what the replays `first` to `replays` of a run start from; the run itself is not among them.

    They can be trained side by side with it, and with any run of the same architecture. Replay k depends on nothing
    but seed, Resets and k, so more of them leave the first ones as they are. Raises SpecError for settings that can't
    be run.
    """
    network = initial_network(spec, resets)
    return [
        Start(spec, resets, _nudged(network, f"{spec.seed} replay {number} after {resets} resets"))
        for number in range(first, replays + 1)
    ]


def _nudged(network: Network, seed: str) -> Network:
    """Move each weight and bias by -1, 0 or +1 unit in the last place, layer by layer, weights before biases."""
    random = SeededRandom(seed)
    weights, biases = [], []
    for layer_weights, layer_biases in zip(network.weights, network.biases, strict=True):
        weights.append(_nudge(layer_weights, random))
        biases.append(_nudge(layer_biases, random))
    return Network(weights, biases)


def _nudge(values: Floats, random: SeededRandom) -> Floats:
    directions = np.array([math.floor(random.random() * 3) - 1 for _ in range(values.size)]).reshape(values.shape)
    neighbours = np.nextafter(values, np.where(directions > 0, np.inf, -np.inf))
    # A zero comes of initZero, not of rounding: every browser has it exactly.
    nudged: Floats = np.where((directions == 0) | (values == 0), values, neighbours)
    return nudged


def sensitivity_from(own: Report, replays: Sequence[Report], *, stop: str, max_epochs: int) -> Sensitivity:
    """Put together the reports of a run and of its replays, all trained to `stop` and `max_epochs`."""
    reached = own.reached.first(stop)
    others = tuple(report.reached.first(stop) for report in replays)
    return Sensitivity(reached, others, band_of((reached, *others), max_epochs))


def sensitivity(
    spec: Spec,
    *,
    stop: str = "both",
    max_epochs: int,
    target: float = SHOWN_TARGET,
    replays: int = REPLAYS,
    resets: int = 0,
    budget: Budget | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Sensitivity:
    """Train a run and its replays side by side until each has reached the target, and give the spread.

    The first `FIRST_REPLAYS` are trained with the run itself, and the others only if these don't all end alike;
    progress then begins anew, and the budget is one for each part. `stop` is "train", "test", "both" or "either".
    Raises what `train` raises.
    """

    def trained(starts: list[Start]) -> list[Report]:
        return train(
            starts,
            stop=stop,
            max_epochs=max_epochs,
            target=target,
            budget=budget,
            on_progress=on_progress,
            cancelled=cancelled,
        )

    starts = perturbed_starts(spec, replays, resets)
    own, *others = trained([Start(spec, resets), *starts[:FIRST_REPLAYS]])
    result = sensitivity_from(own, others, stop=stop, max_epochs=max_epochs)
    if result.agrees or replays <= FIRST_REPLAYS:
        return result
    others += trained(starts[FIRST_REPLAYS:])
    return sensitivity_from(own, others, stop=stop, max_epochs=max_epochs)
