"""How fast the kernels are here: processor time per epoch and run, and what starting costs."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from engine import __version__
from engine.datasets import draw_points, new_stream
from engine.kernels import KERNELS, Ends, has_numba, start_lockstep
from engine.network import prepare
from engine.spec import FEATURES, Spec

TASKS = {
    "circle 2-4-2": Spec(),
    "spiral 7-8-8-8": Spec(dataset="spiral", features=FEATURES, hidden_layers=(8, 8, 8)),
}
RUNS = (1, 16, 32)
_NEVER = Ends("never", 0.0, False)
_DATA = {
    "circle": Spec(seed="1"),
    "spiral": Spec(seed="1", dataset="spiral"),
    "reg-gauss": Spec(seed="1", problem="regression", dataset="reg-gauss"),
}


@dataclass(frozen=True)
class Speed:
    """Milliseconds of processor time per epoch (training and both losses) and run, the best of several times."""

    kernel: str
    task: str
    runs: int
    milliseconds: float


@dataclass(frozen=True)
class StartCost:
    """Milliseconds that a fresh process takes before its first epoch, with everything in the caches on disk."""

    kernel: str
    import_engine: float
    import_kernel: float
    first_call: float  # compiled code is loaded here, or compiled where it can't be kept


def bench_command(*, as_json: bool, seconds: float) -> int:
    """Measure all kernels that are installed and print the figures; give the exit status."""
    kernels = [name for name in KERNELS if name != "numba" or has_numba()]
    starts = [_start_cost(kernel) for kernel in kernels]
    speeds = [
        _speed(kernel, task, side_by_side, seconds) for task in TASKS for kernel in kernels for side_by_side in RUNS
    ]
    data = {name: _best(partial(_draw, spec), seconds) * 1000 for name, spec in _DATA.items()}
    if as_json:
        figures = {
            "engine": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "machine": platform.machine(),
            "unit": "milliseconds",
            "epochs": [asdict(speed) for speed in speeds],
            "start": [asdict(cost) for cost in starts],
            "data": data,
        }
        print(json.dumps(figures, indent=2))
    else:
        print(_table(speeds, starts, data))
    return 0


def _draw(spec: Spec) -> None:
    draw_points(spec, new_stream(spec))


def _speed(kernel: str, task: str, runs: int, seconds: float) -> Speed:
    spec = TASKS[task]
    prepared = [prepare(spec.with_seed(str(seed))) for seed in range(runs)]
    lockstep = start_lockstep(kernel, spec, [points for points, _ in prepared], [network for _, network in prepared])
    lockstep.advance(1, _NEVER)
    epochs = 1 if kernel == "numpy" else max(1, 256 // runs)
    return Speed(kernel, task, runs, _best(lambda: lockstep.advance(epochs, _NEVER), seconds) * 1000 / epochs / runs)


def _best(act: Callable[[], object], seconds: float) -> float:
    """Give the least processor time that it takes, of as many goes as fit, three at least.

    Processor time, and the least of it: what else the machine does is not to count.
    """
    took: list[float] = []
    end = time.monotonic() + seconds
    while len(took) < 3 or time.monotonic() < end:
        started = time.process_time()
        act()
        took.append(time.process_time() - started)
    return min(took)


_START = """
import json, sys, time
times = [time.process_time()]
from engine.kernels import load_kernel, start_lockstep
from engine.network import prepare
from engine.spec import Spec
times.append(time.process_time())
load_kernel(sys.argv[1])
times.append(time.process_time())
points, network = prepare(Spec(seed="1"))
times.append(time.process_time())
start_lockstep(sys.argv[1], Spec(seed="1"), [points], [network]).losses()
times.append(time.process_time())
print(json.dumps(times))
"""


def _start_cost(kernel: str) -> StartCost:
    """Start a process of its own twice: the first time fills the caches."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", _START, kernel]
    for _ in range(2):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    begun, engine, loaded, prepared, called = (float(value) * 1000 for value in json.loads(done.stdout))
    return StartCost(kernel, engine - begun, loaded - engine, called - prepared)


def _table(speeds: Sequence[Speed], starts: Sequence[StartCost], data: dict[str, float]) -> str:
    lines = ["milliseconds of processor time per epoch and run"]
    lines += [f"{one.task:16}{one.kernel:7}{one.runs:3} side by side {one.milliseconds:8.4f}" for one in speeds]
    lines += ["milliseconds to start"]
    lines += [
        f"{one.kernel:7}import the engine {one.import_engine:.0f}, the kernel {one.import_kernel:.0f}, "
        f"first call {one.first_call:.0f}"
        for one in starts
    ]
    lines += ["points  " + ", ".join(f"{name} {took:.1f}" for name, took in data.items())]
    return "\n".join(lines)
