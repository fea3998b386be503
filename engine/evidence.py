"""The evidence for the band: how often honest claims fall outside it, and how many wrong ones do.

    python -m engine.evidence train browser.json honest.json [--replays 95]
    python -m engine.evidence show browser.json honest.json

`train` replays every run of browser.json (settings with the epochs of the strict arithmetic and of two browsers) and
writes the epochs of the replays; that takes minutes. `show` prints from both files what docs/band.md quotes.

honest.json holds two lists. "browser": `stop`, `max_epochs` and `replays` for each run of browser.json, in its order.
"recomputed": further runs, with `state`, `strict`, `chromium` and `firefox` besides; `train` keeps that list. Where all
replays reach the target at the epoch of the run itself, `replays` is only their number.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from engine.sensitivity import (
    FIRST_REPLAYS,
    MARGIN_LEAST,
    MARGIN_SHARE,
    REPLAYS,
    Band,
    band_of,
    inside,
    perturbed_starts,
    sensitivity_from,
)
from engine.spec import Spec
from engine.training import Start, train

BROWSERS = ("reached_chromium_156", "reached_firefox_153")
STOPS = {"circle": "both", "spiral": "either"}  # how the recorded runs of each task were stopped
CAPS = {"circle": 1500, "spiral": 3000}
WRONG_BY = {"5 % too low": 0.95, "5 % too high": 1.05, "20 % too low": 0.8, "20 % too high": 1.2, "half": 0.5}
_WINDOWS = 48  # bands made of different replays of one run

Epochs = tuple[int | None, ...]


@dataclass(frozen=True)
class HonestRun:
    """Epochs at which a run reaches its target: in the strict arithmetic, in browsers, and in its replays."""

    task: str
    max_epochs: int
    strict: int | None
    browsers: Epochs
    replays: Epochs

    def accused(self, claim: int, band: Band | None) -> bool:
        """Say whether a claim is held against a student: neither reproduced exactly nor inside the band."""
        return claim != self.strict and not inside(band, claim)


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1: honest claims that are accused, and wrong ones that are caught, by kind."""

    runs: int
    accused_browsers: float
    accused_replays: float
    caught: Mapping[str, float]


def figures(
    runs: Iterable[HonestRun], *, replays: int = REPLAYS, share: float = MARGIN_SHARE, least: int = MARGIN_LEAST
) -> Figures:
    """Judge the claims of the browsers, and each replay by the others as if it were a claim.

    The band is made of `replays` successive replays at a time, beginning at different ones. Replays and browsers are
    taken as draws from one and the same spread; the replay that follows the ones in the band is the claim that is held
    out. Each run counts by how often it leads to a claim at all. A wrong claim is an honest one times a factor; each
    run that a browser brings to the target counts the same there, and runs that none does are left out.
    """
    trials = [_trial(run, replays, share, least) for run in runs if any(epoch is not None for epoch in run.browsers)]
    return Figures(
        runs=len(trials),
        accused_browsers=_ratio([trial.browsers for trial in trials]),
        accused_replays=_ratio([trial.replays for trial in trials]),
        caught={name: _mean(trial.caught[name] for trial in trials) for name in WRONG_BY},
    )


_Share = tuple[float, float]  # of all draws: those that are accused, and those that are claims


@dataclass(frozen=True)
class _Trial:
    """What becomes of the claims of one run."""

    browsers: _Share
    replays: _Share
    caught: Mapping[str, float]


def _trial(run: HonestRun, replays: int, share: float, least: int) -> _Trial:
    bands, held_out = [], []
    for window, next_one in _windows(run.replays, replays):
        bands.append(_band(run, window, share, least))
        held_out.append(next_one)
    pairs = [(claim, band) for band in bands for claim in run.browsers]
    return _Trial(
        browsers=_share(run, pairs),
        replays=_share(run, list(zip(held_out, bands, strict=True))),
        caught={
            name: _mean(run.accused(round(claim * factor), band) for claim, band in pairs if claim is not None)
            for name, factor in WRONG_BY.items()
        },
    )


def _band(run: HonestRun, replays: Epochs, share: float, least: int) -> Band | None:
    """Give the band as `sensitivity` makes it: where the first replays agree, the others are not trained."""
    trained = replays[:FIRST_REPLAYS] if set(replays[:FIRST_REPLAYS]) == {run.strict} else replays
    return band_of((run.strict, *trained), run.max_epochs, share=share, least=least)


def _share(run: HonestRun, pairs: Sequence[tuple[int | None, Band | None]]) -> _Share:
    accused = sum(run.accused(claim, band) for claim, band in pairs if claim is not None)
    return accused / len(pairs), sum(claim is not None for claim, _ in pairs) / len(pairs)


def _ratio(shares: Sequence[_Share]) -> float:
    claims = sum(claimed for _, claimed in shares)
    return sum(accused for accused, _ in shares) / claims if claims else 0.0


def _windows(replays: Epochs, size: int) -> Iterable[tuple[Epochs, int | None]]:
    """Give successive replays, going around at the end, each time with the one that follows them."""
    step = max(1, len(replays) // _WINDOWS)
    around = replays + replays
    if size >= len(replays):
        raise ValueError(f"{len(replays)} replays are too few for bands of {size}")
    for first in range(0, len(replays), step):
        yield around[first : first + size], around[first + size]


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return fmean(listed) if listed else 0.0


def read_honest_runs(browser: str, honest: str) -> dict[str, list[HonestRun]]:
    """Read both files' text; give the runs of both lists by the list's name."""
    recorded = json.loads(honest)
    pairs = zip(json.loads(browser), recorded["browser"], strict=True)
    return {
        "browser": [_read_run(run["state"], replayed, _epochs_of(run)) for run, replayed in pairs],
        "recomputed": [
            _read_run(run["state"], run, (run["strict"], run["chromium"], run["firefox"]))
            for run in recorded["recomputed"]
        ],
    }


def _read_run(state: Mapping[str, Any], replayed: Mapping[str, Any], epochs: Epochs) -> HonestRun:
    strict, *browsers = epochs
    replays = replayed["replays"]
    listed = (strict,) * replays if isinstance(replays, int) else tuple(replays)
    return HonestRun(state["dataset"], replayed["max_epochs"], strict, tuple(browsers), listed)


def _epochs_of(run: Mapping[str, Any]) -> Epochs:
    """Give the epochs of a run of browser.json; "either" does not stand there, but it is the first of both."""
    return tuple(_stopped_at(run[name], STOPS[run["state"]["dataset"]]) for name in ("reached_fdlibm", *BROWSERS))


def _stopped_at(reached: Mapping[str, int | None], stop: str) -> int | None:
    if stop == "both":
        return reached["both"]
    return min((epoch for epoch in (reached["train"], reached["test"]) if epoch is not None), default=None)


def replay_all(browser: str, replays: int, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """Train the replays of every run of browser.json and give the list for honest.json."""
    found = []
    for number, run in enumerate(json.loads(browser), start=1):
        state, task = run["state"], run["state"]["dataset"]
        spec = Spec(dataset=task, features=state["features"], hidden_layers=state["networkShape"], seed=state["seed"])
        starts = [Start(spec), *perturbed_starts(spec, replays)]
        own, *others = train(starts, stop=STOPS[task], max_epochs=CAPS[task])
        result = sensitivity_from(own, others, stop=STOPS[task], max_epochs=CAPS[task])
        found.append(
            {
                "stop": STOPS[task],
                "max_epochs": CAPS[task],
                "replays": len(others) if result.agrees else list(result.replays),
            }
        )
        tell(f"{number}: {task}, strict {result.reached}, band {result.band}, {result.never} never")
    return found


_COLUMNS = ("replays", "share", "browsers accused", "replays accused", *WRONG_BY)


def table(runs: Sequence[HonestRun], rules: Iterable[tuple[int, float]]) -> list[str]:
    """Give a table in Markdown, a line for each number of replays and share of the margin; all figures in percent."""
    lines = [" | ".join(_COLUMNS), " | ".join("---" for _ in _COLUMNS)]
    for replays, share in rules:
        result = figures(runs, replays=replays, share=share)
        shares = (result.accused_browsers, result.accused_replays, *result.caught.values())
        lines.append(" | ".join((str(replays), f"{share:g}", *(f"{100 * value:.1f}" for value in shares))))
    return lines


def show(browser: str, honest: str) -> Iterable[str]:
    """Give the lines that docs/band.md quotes."""
    rules = [(count, share) for count in (15, 23, REPLAYS, 47, 62) for share in (0.0, 0.25, MARGIN_SHARE, 0.75)]
    sources = read_honest_runs(browser, honest)
    sources["together"] = [run for runs in sources.values() for run in runs]
    for source, runs in sources.items():
        for task in STOPS:
            of_task = [run for run in runs if run.task == task]
            accused, claims = as_used(of_task)
            yield f"\n{source}, {task}: as it is used {accused} of {claims} honest claims are accused"
            yield from table(of_task, rules if task == "spiral" else [(REPLAYS, MARGIN_SHARE)])


def as_used(runs: Iterable[HonestRun]) -> tuple[int, int]:
    """Count the browsers' claims that are accused with the replays that a verdict takes, and all of their claims."""
    judged = [
        run.accused(claim, _band(run, run.replays[:REPLAYS], MARGIN_SHARE, MARGIN_LEAST))
        for run in runs
        for claim in run.browsers
        if claim is not None
    ]
    return sum(judged), len(judged)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `train` or `show`."""
    parser = argparse.ArgumentParser("python -m engine.evidence", description="The evidence for the band.")
    parser.add_argument("act", choices=["train", "show"])
    parser.add_argument("browser", type=Path)
    parser.add_argument("honest", type=Path)
    parser.add_argument("--replays", type=int, default=95)
    options = parser.parse_args(arguments)
    browser = options.browser.read_text(encoding="utf-8")
    if options.act == "show":
        print("\n".join(show(browser, options.honest.read_text(encoding="utf-8"))))
        return 0
    kept = json.loads(options.honest.read_text(encoding="utf-8"))["recomputed"] if options.honest.exists() else []
    replayed = replay_all(browser, options.replays, lambda line: print(line, file=sys.stderr, flush=True))
    write_honest(options.honest, replayed, kept)
    return 0


def write_honest(path: Path, browser: Sequence[Mapping[str, Any]], recomputed: Sequence[Mapping[str, Any]]) -> None:
    """Write honest.json, a run per line."""
    parts = {"browser": browser, "recomputed": recomputed}
    lists = [
        f'"{name}": [\n' + ",\n".join(json.dumps(run, separators=(",", ":")) for run in runs) + "\n]"
        for name, runs in parts.items()
    ]
    path.write_text("{" + ",\n".join(lists) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
