"""The pictures of a submission's page with the tables behind them, made from its stored runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from coursework.drawing.band_chart import band_figure
from coursework.drawing.boundary import boundary_figure
from coursework.drawing.loss_chart import loss_figure
from coursework.drawing.loss_trace import loss_table
from coursework.drawing.network import network_figure
from coursework.drawing.seed_chart import seed_figure
from engine.datasets import Points, make_points
from engine.network import Network, forward, grid_outputs
from engine.report import counted_losses
from engine.spec import Spec
from grading.models import PracticeRun, VerificationRun

TILE_GRID = 25  # points along each side of a neuron's tile, and of the large picture beside them
BOUNDARY_GRID = 64


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart (in all its sizes; the style sheet shows the one that fits) and the table behind it."""

    chart: SafeString
    head: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """All pictures of a settled submission. `seeds` is None where the task has no course seeds."""

    network: Figure
    loss: Figure
    band: Figure | None
    boundary: Figure
    seeds: Figure | None


def figures(own: VerificationRun, seed_runs: Sequence[VerificationRun]) -> Figures:
    """Draw everything; `own` is the submitted run, with its verification, submission and task fetched."""
    spec = own.verification.submission.spec
    network, points = own.network(), make_points(spec)
    return Figures(
        network=_network(spec, network, points),
        loss=retrained_loss(own),
        band=_band(own) if own.verification.replays else None,
        boundary=_boundary(spec, network, points),
        seeds=_seeds(own, seed_runs) if seed_runs else None,
    )


def _network(spec: Spec, network: Network, points: Points) -> Figure:
    chart = network_figure(
        features=spec.features,
        outputs=grid_outputs(spec, network, size=TILE_GRID),
        weights=network.weights,
        biases=network.biases,
        points=points.train,
    )
    last = len(network.weights) - 1
    names = [*(f"Layer {position}" for position in range(1, last + 1)), "Output"]
    rows = [_layer_row(name, weights) for name, weights in zip(names, network.weights, strict=True)]
    return Figure(chart, ("Layer", "Weights", "Smallest", "Largest"), rows)


def _layer_row(name: str, weights: NDArray[np.float64]) -> tuple[str, ...]:
    outputs, inputs = weights.shape
    return name, f"{outputs} × {inputs}", f"{weights.min():.4f}", f"{weights.max():.4f}"


def retrained_loss(own: VerificationRun, *, shown: int | None = None) -> Figure:
    """Draw the losses of the submitted run; `shown` is the epoch that a screenshot shows, which is marked as well."""
    submission = own.verification.submission
    target = submission.task.rules.loss_threshold
    losses, reached = own.losses, own.reached
    chart = loss_figure(losses, target=target, reached=reached, claimed=submission.claimed_epochs, shown=shown)
    return _loss_figure(chart, losses, reached, criterion=submission.task.criterion, target=target)


def practice_loss(run: PracticeRun, *, target: float) -> Figure:
    """Draw the losses of a practice run's first training; it is done, and its trace was kept."""
    losses = run.losses
    reached = (run.own_result or run.practice_results[0]).reached
    chart = loss_figure(losses, target=target, reached=reached, claimed=None)
    return _loss_figure(chart, losses, reached, criterion=run.task.criterion, target=target)


def _loss_figure(
    chart: SafeString, losses: NDArray[np.float64], reached: int | None, *, criterion: str, target: float
) -> Figure:
    rows = loss_table(losses, reached, counted=counted_losses(losses, criterion), target=target)
    return Figure(chart, ("Epoch", "Training loss", "Test loss", f"From {target:g}"), rows)


def _band(own: VerificationRun) -> Figure:
    verification = own.verification
    submission = verification.submission
    runs = [own.reached, *verification.replays]
    cap, claimed = submission.task.max_epochs, submission.claimed_epochs
    chart = band_figure(runs, band=verification.band, claimed=claimed, cap=cap)
    reached = [epoch for epoch in runs if epoch is not None]
    rows = [("Claimed", f"{claimed:,}"), ("Retrained", _epoch_text(own.reached))]
    if reached:
        rows += [("Earliest replay", f"{min(reached):,}"), ("Latest replay", f"{max(reached):,}")]
    if verification.band is not None:
        rows.append(("Band with its margin", "{:,} to {:,}".format(*verification.band)))
    rows.append(("Runs that never reach it", f"{runs.count(None)} of {len(runs)}"))
    return Figure(chart, ("What", "Epoch"), rows)


def _epoch_text(epoch: int | None) -> str:
    return "never" if epoch is None else f"{epoch:,}"


def _boundary(spec: Spec, network: Network, points: Points) -> Figure:
    output = grid_outputs(spec, network, size=BOUNDARY_GRID)[-1][0]
    chart = boundary_figure(output, points.train, points.test)
    if spec.problem == "regression":  # there are no sides to be on
        return Figure(chart)
    rows = [_side_row(name, spec, network, part) for name, part in (("Training", points.train), ("Test", points.test))]
    return Figure(chart, ("Points", "Count", "Right side", "Wrong side"), rows)


def _side_row(name: str, spec: Spec, network: Network, points: NDArray[np.float64]) -> tuple[str, ...]:
    """Count points (n, 3) whose label has the sign of the network's answer; an answer that is no number is wrong."""
    answers = forward(network, spec, points[:, :2])[-1].ravel()
    right = int(np.count_nonzero(answers * points[:, 2] > 0))
    return name, str(len(points)), str(right), str(len(points) - right)


def _seeds(own: VerificationRun, seed_runs: Sequence[VerificationRun]) -> Figure:
    verification = own.verification
    cap = verification.submission.task.max_epochs
    return Figure(seed_figure([run.reached for run in seed_runs], cap=cap, median=verification.official_epochs))
