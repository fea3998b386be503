"""The engine's command line: `python -m engine train LINK`, `sensitivity`, `feasibility`, `check FILE`, `bench`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from engine import __version__
from engine.bench import bench_command
from engine.commands import UNUSABLE, check_command, train_command
from engine.commands_sensitivity import feasibility_command, sensitivity_command
from engine.errors import KernelError
from engine.kernels import KERNELS, kernel_name
from engine.sensitivity import MOST_REPLAYS, REPLAYS
from engine.training import CRITERIA, MAX_RESETS, STOPS

INTERRUPTED = 130
NOBODY_READS = 141  # what a shell gives for a program that SIGPIPE ended
_LINK = "address of the Playground, or its part from # on (in quotes)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status.

    0; 1 where runs differ; 2 for what can't be used; 130 after Ctrl-C; 141 if nobody reads the output any more.
    """
    options = _parser().parse_args(arguments)
    try:
        status = _run(options)
        sys.stdout.flush()  # here, where a reader that has gone is noticed without a traceback
        return status
    except KernelError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has stopped, as `| head` does; nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS


def _run(options: argparse.Namespace) -> int:
    """Hand the options to their command."""
    if options.command == "check":
        kernels = list(KERNELS) if options.kernel == "all" else [options.kernel]
        return check_command(options.file, jobs=options.jobs, kernels=[kernel_name(name) for name in kernels])
    if options.command == "bench":
        return bench_command(as_json=options.json, seconds=options.seconds)
    if options.command == "feasibility":
        return feasibility_command(options.link, as_json=options.json)
    if options.command == "sensitivity":
        return sensitivity_command(
            options.link,
            stop=options.stop,
            max_epochs=options.max_epochs,
            resets=options.resets,
            replays=options.replays,
            as_json=options.json,
        )
    return train_command(
        options.link,
        stop=options.stop,
        max_epochs=options.max_epochs,
        resets=options.resets,
        as_json=options.json,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m engine", description="Retrain Playground runs to the last bit.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train what a Playground link describes")
    train.add_argument("link", help=_LINK)
    train.add_argument("--stop", choices=STOPS, default="both", help="the losses that have to be reached (both)")
    train.add_argument("--max-epochs", type=_from_to(0, 1_000_000), default=1000, help="end there at the latest (1000)")
    train.add_argument("--resets", type=_from_to(0, MAX_RESETS), default=0, help="Resets pressed before the run (0)")
    train.add_argument("--json", action="store_true", help="print everything, each loss included, as JSON")
    _add_sensitivity(commands.add_parser("sensitivity", help="show how far the last bit moves a run's epoch"))
    feasibility = commands.add_parser("feasibility", help="say which targets the points of a link's seed allow")
    feasibility.add_argument("link", help=_LINK)
    feasibility.add_argument("--json", action="store_true", help="print everything as JSON")
    check = commands.add_parser("check", help="rerun a file of recorded runs and compare every bit")
    check.add_argument("file", help="JSON file like runs.json")
    check.add_argument("--jobs", type=_from_to(1, 256), default=os.cpu_count() or 1, help="processes (one per core)")
    check.add_argument("--kernel", choices=(*KERNELS, "all"), help="what to train with (numba where it is installed)")
    bench = commands.add_parser("bench", help="measure how fast the kernels are here")
    bench.add_argument("--seconds", type=_from_to(0, 600), default=1, help="for each figure (1)")
    bench.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def _add_sensitivity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("link", help=_LINK)
    parser.add_argument("--stop", choices=CRITERIA, default="both", help="the losses that have to be reached (both)")
    most = _from_to(0, 1_000_000)
    parser.add_argument("--max-epochs", type=most, default=1000, help="end there at the latest (1000)")
    parser.add_argument("--resets", type=_from_to(0, MAX_RESETS), default=0, help="Resets pressed before the run (0)")
    replays = _from_to(1, MOST_REPLAYS)
    parser.add_argument("--replays", type=replays, default=REPLAYS, help=f"runs beside it ({REPLAYS})")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def _from_to(low: int, high: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        value = int(text) if len(text) <= 10 else high + 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text[:20]} is not allowed: {low} to {high:,}")
        return value

    whole.__name__ = "whole number"  # argparse names it where the text is none
    return whole


if __name__ == "__main__":
    sys.exit(main())
