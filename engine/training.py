"""Training: runs of one architecture, side by side, until they reach their target, diverge or meet their cap."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from engine.datasets import Points
from engine.errors import BudgetExceeded, Cancelled, Problem, SpecError
from engine.kernels import Ends, kernel_name, start_lockstep
from engine.network import Network, prepare_resets
from engine.report import CRITERIA, SHOWN_TARGET, Reached, Report, counted_losses, shown_loss
from engine.spec import Spec
from engine.steps import Floats, Integers

__all__ = [
    "CRITERIA",
    "MAX_RESETS",
    "SHOWN_TARGET",
    "STOPS",
    "Budget",
    "Progress",
    "Reached",
    "Report",
    "Start",
    "shown_loss",
    "train",
]

STOPS = (*CRITERIA, "never")
MAX_RESETS = 10_000  # each one draws all weights anew
_QUICK, _SLOW = 0.05, 0.15  # seconds between two calls of on_progress
_MOST_EPOCHS = 4096  # at a time


@dataclass(frozen=True)
class Start:
    """What one run starts from: settings, how often Reset is pressed before it, or weights of one's own."""

    spec: Spec
    resets: int = 0
    network: Network | None = None


@dataclass(frozen=True)
class Progress:
    """Where the work stands after an epoch: runs still going, and the last losses (R, 2) of all runs.

    `first_losses()` gives all losses (epochs + 1, 2) of the first run so far, as its report will. It copies them, so
    ask when you show them, not at each call.
    """

    epoch: int
    max_epochs: int
    running: int
    losses: Floats
    first_losses: Callable[[], Floats]


@dataclass(frozen=True)
class Budget:
    """How much work is allowed in one call: gradient steps over all runs, seconds on the wall clock."""

    gradient_steps: int | None = None
    seconds: float | None = None


def train(
    starts: Sequence[Start],
    *,
    stop: str = "both",
    max_epochs: int,
    target: float = SHOWN_TARGET,
    budget: Budget | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    stop_when_diverged: bool = True,
    kernel: str | None = None,
) -> list[Report]:
    """Train runs that differ in nothing but seed, Resets and start weights; give one report for each, in order.

    A run ends at the first epoch at which the losses that `stop` names are below `target` ("train", "test", "both",
    "either"; "never" for none), after `max_epochs`, or with `stop_when_diverged` at the first epoch whose training
    loss is NaN: the weights are NaN then, and stay it. Its numbers don't depend on the runs beside it.

    `kernel` is "numpy" or "numba", see `engine.kernels`; both give the same bits. `on_progress` is called before the
    first epoch and then after each one or, where they are quick, several times a second; what it raises goes through.
    `cancelled` is asked and the time is looked at as often. Raises SpecError for settings that can't be run or that
    differ, BudgetExceeded before an epoch that would cost more than the budget allows (or once the time is over),
    Cancelled when `cancelled` says so; then there are no reports. Raises EngineError for a kernel that isn't there.
    """
    if stop not in STOPS or max_epochs < 0:
        raise ValueError(f"stop is one of {', '.join(STOPS)}, and max_epochs 0 or more")
    if not starts:
        return []
    limit, pace = _Limit(budget or Budget(), cancelled), _Pace()
    limit.check()
    group = _Group(starts, Ends(stop, target, stop_when_diverged), kernel_name(kernel))
    while True:
        if on_progress is not None:
            on_progress(group.progress(max_epochs))
        if group.epoch == max_epochs or not group.running:
            return group.reports()
        limit.check()
        group.advance(limit.affordable(min(pace.epochs(), max_epochs - group.epoch), group.epoch_steps))
        limit.spend(group.last_steps)


class _Limit:
    """Watches over the work of one call."""

    def __init__(self, budget: Budget, cancelled: Callable[[], bool] | None) -> None:
        self._steps_left = math.inf if budget.gradient_steps is None else budget.gradient_steps
        self._deadline = math.inf if budget.seconds is None else time.monotonic() + budget.seconds
        self._cancelled = cancelled

    def check(self) -> None:
        """Raise if the time is over or somebody cancelled."""
        if time.monotonic() > self._deadline:
            raise BudgetExceeded("The run takes longer than allowed.")
        if self._cancelled is not None and self._cancelled():
            raise Cancelled("The run was cancelled.")

    def affordable(self, epochs: int, epoch_steps: int) -> int:
        """Give how many of these epochs are allowed, 1 at least; raise if there is none."""
        if self._steps_left < epoch_steps:
            raise BudgetExceeded("The run needs more gradient steps than allowed.")
        return int(min(epochs, self._steps_left // epoch_steps))

    def spend(self, steps: int) -> None:
        """Take gradient steps off the budget."""
        self._steps_left -= steps


class _Pace:
    """How many epochs to ask of a kernel at a time: about a tenth of a second's."""

    def __init__(self) -> None:
        self._epochs, self._asked_at = 0, time.perf_counter()

    def epochs(self) -> int:
        """Give the number for the next time."""
        now = time.perf_counter()
        took, self._asked_at = now - self._asked_at, now
        if took < _QUICK:
            self._epochs = min(2 * self._epochs, _MOST_EPOCHS)
        elif took > _SLOW:
            self._epochs //= 2
        self._epochs = max(1, self._epochs)
        return self._epochs


@dataclass
class _Run:
    """One run while it goes on, and what is left of it afterwards."""

    start: Start
    points: int  # of its training data
    network: Network  # the start weights, then the final ones
    losses: list[Floats] = field(default_factory=list)  # each (epochs, 2)
    stopped: str = "cap"

    def all_losses(self) -> Floats:
        return np.concatenate(self.losses)


class _Group:
    """The runs of one call: those still training in lockstep, and those that have ended."""

    def __init__(self, starts: Sequence[Start], ends: Ends, kernel: str) -> None:
        _require_one_architecture(starts)
        self._ends, self.epoch, self.last_steps = ends, 0, 0
        prepared = _prepare_all(starts)
        self._runs = [
            _Run(start, len(points.train), start.network or drawn)
            for start, (points, drawn) in zip(starts, prepared, strict=True)
        ]
        self._going = list(self._runs)
        networks = [run.network for run in self._runs]
        self._lockstep = start_lockstep(kernel, starts[0].spec, [points for points, _ in prepared], networks)
        self._note(self._lockstep.losses()[None], np.ones(len(self._runs), dtype=np.int64))

    @property
    def running(self) -> int:
        return len(self._going)

    @property
    def epoch_steps(self) -> int:
        return self._lockstep.epoch_steps

    def progress(self, max_epochs: int) -> Progress:
        last = np.array([run.losses[-1][-1] for run in self._runs])
        return Progress(self.epoch, max_epochs, self.running, last, self._runs[0].all_losses)

    def advance(self, epochs: int) -> None:
        """Train the next epochs, perhaps fewer; note the losses, and end the runs that are done."""
        losses, taken = self._lockstep.advance(epochs, self._ends)
        self.epoch += int(taken.max())
        self.last_steps = int(sum(taken.tolist())) * self._runs[0].points
        self._note(losses, taken)

    def _note(self, losses: Floats, taken: Integers) -> None:
        losses = np.where(np.isnan(losses), np.nan, losses)  # one NaN for all: its bits mean nothing
        for number, (run, epochs) in enumerate(zip(self._going, taken.tolist(), strict=True)):
            run.losses.append(losses[:epochs, number].copy())
        reasons = self._reasons(np.array([run.losses[-1][-1] for run in self._going]))
        for number, (run, reason) in enumerate(zip(self._going, reasons, strict=True)):
            if reason is not None:
                run.stopped, run.network = reason, self._lockstep.network(number)
        kept = [number for number, reason in enumerate(reasons) if reason is None]
        if kept and len(kept) < len(reasons):
            self._lockstep.keep(kept)
        self._going = [self._going[number] for number in kept]

    def _reasons(self, losses: Floats) -> list[str | None]:
        """Say for each running run why it ends now, if it does."""
        below = np.zeros(len(losses), dtype=bool)
        if self._ends.stop != "never":
            below = counted_losses(losses, self._ends.stop) < self._ends.target
        diverged = np.isnan(losses[:, 0]) & self._ends.when_diverged
        ends = zip(below.tolist(), diverged.tolist(), strict=True)
        return ["reached" if is_below else "diverged" if is_lost else None for is_below, is_lost in ends]

    def reports(self) -> list[Report]:
        for number, run in enumerate(self._going):
            run.network = self._lockstep.network(number)
        return [_report(run, self._ends.target) for run in self._runs]


def _require_one_architecture(starts: Sequence[Start]) -> None:
    settings = starts[0].spec.with_seed(None)
    wrong = [start.resets for start in starts if not 0 <= start.resets <= MAX_RESETS]
    if wrong:
        raise SpecError([Problem("resets", str(wrong[0]), f"0 to {MAX_RESETS:,}")])
    if any(start.spec.with_seed(None) != settings for start in starts):
        raise SpecError([Problem("settings", "of these runs", "the same in all of them but for the seed")])


def _prepare_all(starts: Sequence[Start]) -> list[tuple[Points, Network]]:
    """Give points and start weights; the points of one seed are drawn once, since they take as long as many epochs."""
    resets: dict[Spec, set[int]] = {}
    for start in starts:
        resets.setdefault(start.spec, set()).add(start.resets)
    prepared = {spec: prepare_resets(spec, numbers) for spec, numbers in resets.items()}
    return [(prepared[start.spec][0], prepared[start.spec][1][start.resets]) for start in starts]


def _report(run: _Run, target: float) -> Report:
    losses = run.all_losses()
    epochs, spec = len(losses) - 1, run.start.spec
    return Report(
        spec=spec,
        resets=run.start.resets,
        reached=Reached(**{name: _first(counted_losses(losses, name) < target) for name in CRITERIA}),
        epochs_run=epochs,
        stopped=run.stopped,
        diverged_at=_first(~np.isfinite(losses).all(axis=1)),
        losses=losses,
        network=run.network,
        parameters=spec.parameters,
        gradient_steps=epochs * run.points,
    )


def _first(is_so: ArrayLike) -> int | None:
    found = np.flatnonzero(is_so)
    return int(found[0]) if found.size else None


def warm_up() -> None:
    """Load the kernel, compiling it first on a fresh installation (some ten seconds), so that no run waits for that."""
    train([Start(Spec(seed="warm up"))], stop="never", max_epochs=1)
