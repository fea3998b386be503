"""A settled submission's charts as files: each picture as an SVG of its own, and all numbers behind it as CSV."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursework.drawing.band_chart import band_chart
from coursework.drawing.boundary import boundary
from coursework.drawing.labels import FEATURE_LABELS
from coursework.drawing.loss_chart import loss_chart
from coursework.drawing.network import network_picture
from coursework.drawing.seed_chart import seed_chart
from coursework.drawing.standalone import standalone_svg
from engine.datasets import make_points
from engine.network import forward, grid_outputs
from grading.figures import BOUNDARY_GRID, TILE_GRID
from grading.models import VerificationRun

Row = Sequence[object]
EXTENT = 6.0  # the plane that the Playground shows goes from -6 to 6


@dataclass(frozen=True, slots=True)
class Settled:
    """What the charts are made of: the submitted run, with its verification and submission, and the course seeds'."""

    own: VerificationRun
    seed_runs: Sequence[VerificationRun]
    seeds_shown: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """How one chart is drawn, what its table holds (first row: the names), and whether there is one at all."""

    draw: Callable[[Settled], str]
    rows: Callable[[Settled], Iterable[Row]]
    exists: Callable[[Settled], bool] = lambda _settled: True


def chart_file(settled: Settled, name: str, kind: str) -> str | None:
    """Return the text of a chart's file, `kind` being "svg" or "csv"; None if there is no such chart."""
    chart = CHARTS.get(name)
    if chart is None or not chart.exists(settled):
        return None
    return standalone_svg(chart.draw(settled)) if kind == "svg" else _written(chart.rows(settled))


def _written(rows: Iterable[Row]) -> str:
    """Write CSV; floats in full, as they were computed, and nothing for what never came."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _loss_svg(settled: Settled) -> str:
    own = settled.own
    submission = own.verification.submission
    target = submission.task.rules.loss_threshold
    return loss_chart(own.losses, target=target, reached=own.reached, claimed=submission.claimed_epochs, wide=True)


def _loss_rows(settled: Settled) -> Iterable[Row]:
    yield "epoch", "training_loss", "test_loss"
    for epoch, (train, test) in enumerate(settled.own.losses.tolist()):
        yield epoch, train, test


def _band_svg(settled: Settled) -> str:
    verification = settled.own.verification
    submission = verification.submission
    return band_chart(
        [settled.own.reached, *verification.replays],
        band=verification.band,
        claimed=submission.claimed_epochs,
        cap=submission.task.max_epochs,
        wide=True,
    )


def _band_rows(settled: Settled) -> Iterable[Row]:
    verification = settled.own.verification
    low, high = verification.band or (None, None)
    yield "what", "epoch"
    yield "claimed", verification.submission.claimed_epochs
    yield "retrained", settled.own.reached
    yield "band_low", low
    yield "band_high", high
    for number, epoch in enumerate(verification.replays, start=1):
        yield f"replay_{number}", epoch


def _seeds_svg(settled: Settled) -> str:
    verification = settled.own.verification
    reached = [run.reached for run in settled.seed_runs]
    cap = verification.submission.task.max_epochs
    return seed_chart(reached, cap=cap, median=verification.official_epochs, wide=True)


def _seeds_rows(settled: Settled) -> Iterable[Row]:
    yield "course_seed", *(("seed",) if settled.seeds_shown else ()), "epochs", "lowest_loss"
    for run in settled.seed_runs:
        yield run.position, *((run.seed,) if settled.seeds_shown else ()), run.reached, run.best_loss


def _network_svg(settled: Settled) -> str:
    spec, network = settled.own.verification.submission.spec, settled.own.network()
    return network_picture(
        features=spec.features,
        outputs=grid_outputs(spec, network, size=TILE_GRID),
        weights=network.weights,
        biases=network.biases,
        points=make_points(spec).train,
        wide=True,
    )


def _network_rows(settled: Settled) -> Iterable[Row]:
    """One row per weight and per bias, a bias coming from nowhere."""
    spec, network = settled.own.verification.submission.spec, settled.own.network()
    sources = [FEATURE_LABELS[name].plain for name in spec.features]
    yield "layer", "neuron", "from", "value"
    for layer, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
        name: object = "output" if layer == len(network.weights) else layer
        for neuron, (row, bias) in enumerate(zip(weights.tolist(), biases.tolist(), strict=True), start=1):
            yield from ((name, neuron, source, weight) for source, weight in zip(sources, row, strict=True))
            yield name, neuron, "bias", bias
        sources = [f"neuron {number} of layer {layer}" for number in range(1, len(biases) + 1)]


def _boundary_svg(settled: Settled) -> str:
    spec = settled.own.verification.submission.spec
    points = make_points(spec)
    output = grid_outputs(spec, settled.own.network(), size=BOUNDARY_GRID)[-1][0]
    return boundary(output, points.train, points.test, wide=True)


def _boundary_rows(settled: Settled) -> Iterable[Row]:
    """The points with their labels, then the plane on a grid, each with what the network answers there."""
    spec, network = settled.own.verification.submission.spec, settled.own.network()
    points = make_points(spec)
    yield "set", "x", "y", "label", "answer"
    for name, part in (("training", points.train), ("test", points.test)):
        answers = forward(network, spec, part[:, :2])[-1].ravel().tolist()
        yield from ((name, *point, answer) for point, answer in zip(part.tolist(), answers, strict=True))
    yield from _plane(grid_outputs(spec, network, size=BOUNDARY_GRID)[-1][0])


def _plane(values: NDArray[np.float64]) -> Iterable[Row]:
    """Go through a grid whose first row lies at y = 6 and first column at x = -6."""
    places = np.linspace(-EXTENT, EXTENT, len(values)).tolist()
    for y, row in zip(reversed(places), values.tolist(), strict=True):
        yield from (("plane", x, y, None, value) for x, value in zip(places, row, strict=True))


CHARTS = {
    "network": Chart(_network_svg, _network_rows),
    "loss": Chart(_loss_svg, _loss_rows),
    "band": Chart(_band_svg, _band_rows, exists=lambda settled: bool(settled.own.verification.replays)),
    "boundary": Chart(_boundary_svg, _boundary_rows),
    "seeds": Chart(_seeds_svg, _seeds_rows, exists=lambda settled: bool(settled.seed_runs)),
}
