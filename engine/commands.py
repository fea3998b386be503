"""What the two commands do and print."""

import json
import math
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine import __version__
from engine.errors import LinkError, SpecError
from engine.link import read_link, write_link
from engine.spec import Spec, validate, written
from engine.training import CRITERIA, Report, Start, shown_loss, train
from engine.vectors import Difference, FormatError, RecordedRun, read_runs, rerun, to_hex

UNUSABLE = 2  # exit status for what can't be read or is not allowed


def train_command(link: str, *, stop: str, max_epochs: int, resets: int, as_json: bool) -> int:
    """Train what a link describes and print the report; give the exit status."""

    def print_report(spec: Spec) -> None:
        report = train([Start(spec, resets)], stop=stop, max_epochs=max_epochs)[0]
        print(json.dumps(_report_data(report), allow_nan=False, indent=2) if as_json else _report_text(report))

    return with_spec(link, print_report)


def with_spec(link: str, act: Callable[[Spec], None]) -> int:
    """Do something with what a link describes, or print every problem with it; give the exit status."""
    try:
        spec = read_link(link).spec
        problems = validate(spec)
        if problems:
            raise SpecError(problems)
        act(spec)
    except (LinkError, SpecError) as error:
        for problem in error.problems:
            print(problem.message, file=sys.stderr)
        return UNUSABLE
    return 0


def _report_data(report: Report) -> dict[str, Any]:
    train_loss, test_loss = report.losses[-1].tolist()
    return {
        "engine": __version__,
        "link": write_link(report.spec),
        "spec": report.spec.to_dict(),
        "resets": report.resets,
        "reached": {name: report.reached.first(name) for name in CRITERIA},
        "epochs_run": report.epochs_run,
        "stopped": report.stopped,
        "diverged_at": report.diverged_at,
        "loss_train": _json_number(train_loss),
        "loss_test": _json_number(test_loss),
        "loss_train_hex": to_hex(train_loss),
        "loss_test_hex": to_hex(test_loss),
        "losses": [[_json_number(loss) for loss in pair] for pair in report.losses.tolist()],
        "losses_hex": [[to_hex(loss) for loss in pair] for pair in report.losses.tolist()],
        "parameters": report.parameters,
        "gradient_steps": report.gradient_steps,
    }


def _json_number(value: float) -> float | None:
    return value if math.isfinite(value) else None


_STOPPED = {"reached": "target reached", "cap": "the most that was allowed", "diverged": "diverged"}


def _report_text(report: Report) -> str:
    train_loss, test_loss = map(shown_loss, report.losses[-1].tolist())
    reached = ", ".join(f"{name} {_epoch(report.reached.first(name))}" for name in CRITERIA)
    lines = [
        _settings(report.spec, report.resets),
        f"Loss shown as 0.001 or lower from epoch: {reached}",
        f"Ended after epoch {report.epochs_run:,} ({_STOPPED[report.stopped]}): "
        f"training loss {train_loss}, test loss {test_loss}",
        f"Parameters: {report.parameters}",
    ]
    if report.diverged_at is not None:
        lines.insert(2, f"Diverged at epoch {report.diverged_at:,}: a loss is no finite number any more")
    return "\n".join(lines)


def _epoch(epoch: int | None) -> str:
    return "never" if epoch is None else f"{epoch:,}"


def _settings(spec: Spec, resets: int) -> str:
    """Give all settings in one line."""
    layers = "-".join(map(str, spec.hidden_layers)) or "no hidden layer"
    regularization = (
        "no regularization"
        if spec.regularization == "none"
        else f"{spec.regularization} regularization {written(float(spec.regularization_rate))}"
    )
    parts = [
        f"{spec.problem} of {spec.dataset}, noise {spec.noise} %, {spec.train_percent} % of the points for training",
        f"inputs {' '.join(spec.features)}",
        f"hidden layers {layers}, {spec.activation}",
        f"learning rate {written(float(spec.learning_rate))}, {regularization}, batch size {spec.batch_size}",
        f"seed {spec.seed}",
    ]
    if spec.init_zero:
        parts.append("start weights 0")
    if resets:
        parts.append(f"after {resets} Reset{'s' if resets > 1 else ''}")
    return "; ".join(parts)


def check_command(file: str, *, jobs: int, kernels: Sequence[str]) -> int:
    """Rerun all runs of a file, print each that differs and how many are identical; give the exit status."""
    try:
        runs = read_runs(Path(file).read_bytes())
    except OSError as error:
        print(f"{file} can't be read: {error.strerror}", file=sys.stderr)
        return UNUSABLE
    except FormatError as error:
        print(f"{file} can't be checked: {error}", file=sys.stderr)
        return UNUSABLE
    try:
        different = [_check(runs, jobs, kernel, f"{kernel}: " if len(kernels) > 1 else "") for kernel in kernels]
    except BrokenProcessPool:
        print("A worker process was ended from outside; with fewer --jobs it takes less memory.", file=sys.stderr)
        return UNUSABLE
    return 1 if any(different) else 0


def _check(runs: list[RecordedRun], jobs: int, kernel: str, prefix: str) -> int:
    """Rerun all with one kernel, print those that differ and how many do not; give how many differ."""
    different = 0
    for done, (number, difference) in enumerate(_rerun_all(runs, jobs, kernel), start=1):
        print(f"{prefix}{done} of {len(runs)} rerun", file=sys.stderr, flush=True)
        if difference is not None:
            different += 1
            name = _settings(runs[number].spec, runs[number].resets)
            where = f"run {number + 1} differs at epoch {difference.epoch}"
            print(f"{prefix}{where}: {difference.what} ({name})", flush=True)
    print(f"{prefix}{len(runs) - different} of {len(runs)} runs bit-identical")
    return different


def _rerun_all(runs: list[RecordedRun], jobs: int, kernel: str) -> Iterator[tuple[int, Difference | None]]:
    """Rerun them in worker processes (in this one with one job), the longest first; give each as it is done."""
    order = sorted(range(len(runs)), key=lambda number: _work(runs[number]), reverse=True)
    if jobs == 1 or len(runs) == 1:
        yield from ((number, rerun(runs[number], kernel)) for number in order)
        return
    # started afresh rather than forked: a fork copies the locks of numpy's threads in whatever state they are
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(runs)), context, _follow_parent) as pool:
        try:
            with _interrupts_held_back():
                futures = {pool.submit(rerun, runs[number], kernel): number for number in order}
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back for a moment, and for good from processes started meanwhile: theirs is to be ended, silently."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(recorded: RecordedRun) -> int:
    """Estimate how long a rerun takes, in numpy calls: they are counted by batches and layers."""
    return recorded.epochs_run * (2 + len(recorded.spec.hidden_layers)) * (100 // recorded.spec.batch_size + 4)


def _follow_parent() -> None:
    """Have a worker process end together with the one that started it, however that ends."""
    threading.Thread(target=_exit_after_parent, daemon=True).start()


def _exit_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
