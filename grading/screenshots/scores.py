"""Counting how well a folder of pictures was read. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grading.screenshots.truth import BLANK, FALSE_POSITIVE, NAMES, RIGHT, WRONG, Judged

_OUTCOMES = (RIGHT, WRONG, BLANK, FALSE_POSITIVE)


@dataclass(frozen=True, slots=True)
class Scored:
    """One picture: how each of its values was read, and how long that took."""

    file: str
    is_negative: bool
    seconds: float
    judged: tuple[Judged, ...]


def summary_of(scored: Sequence[Scored], *, seconds_to_load: float, peak_megabytes: int) -> dict[str, Any]:
    """Counts per value, misses one by one, seconds and memory, as JSON can hold it."""
    seconds = sorted(one.seconds for one in scored)
    return {
        "pictures": len(scored),
        "negatives": sum(one.is_negative for one in scored),
        "values": {name: _counts([j for one in scored for j in one.judged if j.name == name]) for name in NAMES},
        "epoch_or_loss_read_on_negatives": sum(
            judged.read is not None and judged.name in ("epoch", "loss_train", "loss_test")
            for one in scored
            if one.is_negative
            for judged in one.judged
        ),
        "misses": [_miss(one.file, judged) for one in scored for judged in one.judged if judged.outcome != RIGHT],
        "seconds_to_load": round(seconds_to_load, 2),
        "seconds_per_picture": round(sum(seconds) / max(1, len(seconds)), 2),
        "longest_seconds": round(seconds[-1], 2) if seconds else None,
        "peak_megabytes": peak_megabytes,
    }


def _counts(judged: Sequence[Judged]) -> dict[str, Any]:
    counts = Counter(one.outcome for one in judged)
    visible = counts[RIGHT] + counts[WRONG] + counts[BLANK]
    return {
        "visible": visible,
        **{outcome: counts[outcome] for outcome in _OUTCOMES},
        "percent_right": round(100 * counts[RIGHT] / visible, 2) if visible else None,
        "wrong with high confidence": sum(one.is_sure and one.is_invented for one in judged),
        "right with high confidence": sum(one.is_sure and one.outcome == RIGHT for one in judged),
    }


def _miss(file: str, judged: Judged) -> dict[str, Any]:
    return {
        "file": file,
        "value": judged.name,
        "outcome": judged.outcome,
        "read": judged.read,
        "shown": judged.shown,
        "confidence": None if judged.confidence is None else round(judged.confidence, 3),
    }


def as_table(summary: dict[str, Any]) -> str:
    """The summary for people."""
    head = (
        f"{'':20} {'visible':>8} {'right':>6} {'wrong':>6} {'blank':>6} {'unseen':>7} {'sure, wrong':>12} {'right':>8}"
    )
    rows = [_row(name, counts) for name, counts in summary["values"].items() if _is_there(counts)]
    misses = [
        f"  {miss['file']}: {miss['value']} {miss['outcome']}: read {miss['read']!r}, shown {miss['shown']!r}"
        + (f", confidence {miss['confidence']}" if miss["confidence"] is not None else "")
        for miss in summary["misses"]
    ]
    return "\n".join(
        (
            f"{summary['pictures']} pictures, {summary['negatives']} of them negatives",
            f"On negatives an epoch or a loss was read {summary['epoch_or_loss_read_on_negatives']} times",
            head,
            *rows,
            f"{summary['seconds_per_picture']} s a picture (longest {summary['longest_seconds']} s) after "
            f"{summary['seconds_to_load']} s of loading; at most {summary['peak_megabytes']} MB in memory",
            "Not right:" if misses else "Nothing was read wrong or left out.",
            *misses,
        )
    )


def _is_there(counts: dict[str, Any]) -> bool:
    return bool(counts["visible"] or counts[FALSE_POSITIVE])


def _row(name: str, counts: dict[str, Any]) -> str:
    percent = "" if counts["percent_right"] is None else f"{counts['percent_right']:.1f} %"
    return (
        f"{name:20} {counts['visible']:8} {counts[RIGHT]:6} {counts[WRONG]:6} {counts[BLANK]:6} "
        f"{counts[FALSE_POSITIVE]:7} {counts['wrong with high confidence']:12} {percent:>8}"
    )
