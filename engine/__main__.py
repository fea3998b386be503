"""The engine's command line: `python -m engine train LINK` and `python -m engine check FILE`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from engine import __version__
from engine.commands import check_command, train_command
from engine.training import MAX_RESETS, STOPS

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status: 0, 1 where runs differ, 2 for what can't be used, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "check":
            return check_command(options.file, jobs=options.jobs)
        return train_command(
            options.link,
            stop=options.stop,
            max_epochs=options.max_epochs,
            resets=options.resets,
            as_json=options.json,
        )
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m engine", description="Retrain Playground runs to the last bit.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train what a Playground link describes")
    train.add_argument("link", help="address of the Playground, or its part from # on (in quotes)")
    train.add_argument("--stop", choices=STOPS, default="both", help="the losses that have to be reached (both)")
    train.add_argument("--max-epochs", type=_from_to(0, 1_000_000), default=1000, help="end there at the latest (1000)")
    train.add_argument("--resets", type=_from_to(0, MAX_RESETS), default=0, help="Resets pressed before the run (0)")
    train.add_argument("--json", action="store_true", help="print everything, each loss included, as JSON")
    check = commands.add_parser("check", help="rerun a file of recorded runs and compare every bit")
    check.add_argument("file", help="JSON file like runs.json")
    check.add_argument("--jobs", type=_from_to(1, 256), default=os.cpu_count() or 1, help="processes (one per core)")
    return parser


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
