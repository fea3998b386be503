"""Files of recorded runs: reading them, and rerunning them to the last bit.

A file is a JSON list of runs: `state` (settings by the names of a link, `dataset` naming the active set, `features`
and `networkShape` as lists), `first_point`, `epochs_run`, `reached` (first epochs of train, test and both), `losses`
(epoch -> training and test loss) and perhaps `resets`. Doubles are 16 hexadecimal digits, `nan` is any NaN.
"""

import json
import math
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.datasets import make_points
from engine.errors import EngineError, SpecError
from engine.spec import RUNNABLE, Spec, validate
from engine.training import MAX_RESETS, Report, Start, train

_HEX = re.compile(r"[0-9a-f]{16}|nan")
_REACHED = ("train", "test", "both")
_MAX_EPOCHS = 10**6
_FIELDS = {
    "activation": "activation",
    "regularization": "regularization",
    "regularizationRate": "regularization_rate",
    "learningRate": "learning_rate",
    "batchSize": "batch_size",
    "dataset": "dataset",
    "problem": "problem",
    "noise": "noise",
    "percTrainData": "train_percent",
    "networkShape": "hidden_layers",
    "features": "features",
    "seed": "seed",
    "initZero": "init_zero",
}


class FormatError(EngineError):
    """A file that does not hold recorded runs."""


@dataclass(frozen=True)
class RecordedRun:
    """A run as it stands in a file; losses by epoch, in rising order."""

    spec: Spec
    resets: int
    first_point: tuple[str, ...]
    epochs_run: int
    reached: Mapping[str, int | None]
    losses: Mapping[int, tuple[str, str]]

    def until(self, epoch: int) -> "RecordedRun":
        """Give the same run as it would stand there had it been recorded up to `epoch` only."""
        reached = {
            name: first if first is not None and first <= epoch else None for name, first in self.reached.items()
        }
        losses = {listed: pair for listed, pair in self.losses.items() if listed <= epoch}
        return RecordedRun(self.spec, self.resets, self.first_point, min(epoch, self.epochs_run), reached, losses)


@dataclass(frozen=True)
class Difference:
    """Where a rerun first differs from the file: the epoch, and what is different there."""

    epoch: int
    what: str


def to_hex(value: float) -> str:
    """Write a double as 16 hexadecimal digits, big-endian; any NaN as nan."""
    return "nan" if math.isnan(value) else struct.pack(">d", value).hex()


def read_runs(text: str | bytes) -> list[RecordedRun]:
    """Read a file's text. Raises FormatError, saying what is wrong in one line."""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"no JSON: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise FormatError("not a list of runs")
    return [_read_run(entry, number) for number, entry in enumerate(entries, start=1)]


def _read_run(entry: Any, number: int) -> RecordedRun:
    try:
        return RecordedRun(
            spec=read_state(entry["state"]),
            resets=_whole(entry.get("resets", 0), MAX_RESETS),
            first_point=_read_hex(entry["first_point"], 3),
            epochs_run=_whole(entry["epochs_run"], _MAX_EPOCHS),
            reached={name: _epoch_or_none(entry["reached"][name]) for name in _REACHED},
            losses=_read_losses(entry["losses"]),
        )
    except SpecError as error:
        raise FormatError(f"run {number}: {error}") from error
    except KeyError as error:
        raise FormatError(f"run {number}: {error} is missing") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise FormatError(f"run {number} is not a recorded run: {error}") from error


def read_state(state: Mapping[str, Any]) -> Spec:
    """Read the settings of a run. Raises SpecError for what can't be run."""
    spec = Spec.from_dict({_FIELDS.get(name, name): value for name, value in state.items()})
    problems = validate(spec, RUNNABLE)
    if problems:
        raise SpecError(problems)
    return spec


def _whole(value: Any, highest: int) -> int:
    if type(value) is not int or not 0 <= value <= highest:
        raise ValueError(f"a number from 0 to {highest:,} is needed")
    return value


def _epoch_or_none(value: Any) -> int | None:
    return None if value is None else _whole(value, _MAX_EPOCHS)


def _read_hex(values: Any, count: int) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) != count or not all(_HEX.fullmatch(value) for value in values):
        raise ValueError(f"{count} doubles of 16 hexadecimal digits are needed")
    return tuple(values)


def _read_losses(losses: Mapping[str, Any]) -> dict[int, tuple[str, str]]:
    pairs = {_whole(int(epoch), _MAX_EPOCHS): _read_hex(values, 2) for epoch, values in losses.items()}
    return {epoch: (pairs[epoch][0], pairs[epoch][1]) for epoch in sorted(pairs)}


def rerun(recorded: RecordedRun, kernel: str | None = None) -> Difference | None:
    """Run it again and give the first difference in any bit, or None.

    A recorded run ends at the first epoch at which both losses are low enough, else at its cap, and goes on through
    NaN. `kernel` as in `engine.training.train`.
    """
    first_point = tuple(map(to_hex, make_points(recorded.spec).train[0].tolist()))
    if first_point != recorded.first_point:
        return Difference(0, f"first training point {first_point} instead of {recorded.first_point}")
    start = Start(recorded.spec, recorded.resets)
    epochs = recorded.epochs_run
    report = train([start], stop="both", max_epochs=epochs, stop_when_diverged=False, kernel=kernel)[0]
    return min(_differences(recorded, report), key=lambda difference: difference.epoch, default=None)


def _differences(recorded: RecordedRun, report: Report) -> Iterable[Difference]:
    for epoch, expected in recorded.losses.items():
        if epoch > report.epochs_run:
            yield Difference(report.epochs_run, f"the run ends here, but there are losses for epoch {epoch}")
            break
        found = tuple(map(to_hex, report.losses[epoch].tolist()))
        if found != expected:
            yield Difference(epoch, f"losses {found} instead of {expected}")
            break
    for name, expected_epoch in recorded.reached.items():
        found_epoch = report.reached.first(name)
        if found_epoch != expected_epoch:
            epoch = min(one for one in (found_epoch, expected_epoch) if one is not None)
            yield Difference(epoch, f"{name} reached at {found_epoch} instead of {expected_epoch}")
    if report.epochs_run != recorded.epochs_run:
        yield Difference(report.epochs_run, f"the run ends here instead of at {recorded.epochs_run}")
