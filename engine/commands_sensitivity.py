"""What `sensitivity` and `feasibility` do and print."""

import json
from typing import Any

from engine import __version__
from engine.commands import with_spec
from engine.feasibility import Feasibility, feasibility
from engine.link import write_link
from engine.sensitivity import Sensitivity, sensitivity
from engine.spec import Spec
from engine.training import CRITERIA


def sensitivity_command(link: str, *, stop: str, max_epochs: int, resets: int, replays: int, as_json: bool) -> int:
    """Train what a link describes together with its replays and print the band; give the exit status."""

    def print_band(spec: Spec) -> None:
        result = sensitivity(spec, stop=stop, max_epochs=max_epochs, resets=resets, replays=replays)
        if as_json:
            _print_json(spec, _sensitivity_data(result, stop, max_epochs, resets))
        else:
            print(_sensitivity_text(result, stop, max_epochs))

    return with_spec(link, print_band)


def feasibility_command(link: str, *, as_json: bool) -> int:
    """Say which targets the points of a link's seed allow; give the exit status."""

    def print_targets(spec: Spec) -> None:
        result = feasibility(spec)
        if as_json:
            _print_json(spec, _feasibility_data(result))
        else:
            print(_feasibility_text(result))

    return with_spec(link, print_targets)


def _print_json(spec: Spec, data: dict[str, Any]) -> None:
    head = {"engine": __version__, "link": write_link(spec), "spec": spec.to_dict()}
    print(json.dumps({**head, **data}, allow_nan=False, indent=2))


def _sensitivity_data(result: Sensitivity, stop: str, max_epochs: int, resets: int) -> dict[str, Any]:
    return {
        "stop": stop,
        "max_epochs": max_epochs,
        "resets": resets,
        "reached": result.reached,
        "band": None if result.band is None else list(result.band),
        "never": result.never,
        "runs": result.runs,
        "replays": list(result.replays),
    }


def _sensitivity_text(result: Sensitivity, stop: str, max_epochs: int) -> str:
    reached = "never" if result.reached is None else f"at epoch {result.reached:,}"
    lines = [f"The run itself reaches the target ({stop}) {reached}."]
    if result.band is None:
        lines.append(f"None of {result.runs} runs that differ in the last bit reaches it within {max_epochs:,} epochs.")
        return "\n".join(lines)
    low, high = result.band
    lines.append(f"Honest runs in other browsers are expected at epochs {low:,} to {high:,}.")
    if result.never:
        lines.append(
            f"{result.never} of {result.runs} runs that differ in the last bit did not reach it within "
            f"{max_epochs:,} epochs, so the band is open up to there."
        )
    return "\n".join(lines)


def _feasibility_data(result: Feasibility) -> dict[str, Any]:
    conflicts = [
        {
            "inputs": list(one.inputs),
            "train_labels": list(one.train_labels),
            "test_labels": list(one.test_labels),
            "where": one.where,
        }
        for one in result.conflicts
    ]
    near = result.near
    return {
        "target": result.target,
        "floors": dict(result.floors),
        "possible": dict(result.possible),
        "reasons": dict(result.reasons),
        "conflicts": conflicts,
        "near_pairs": {"train": near.train, "test": near.test, "split": near.split, "closest": near.closest},
    }


def _feasibility_text(result: Feasibility) -> str:
    lines = [
        f"{name}: {'possible' if result.possible[name] else 'impossible'} (floor {result.floors[name]:.6f}). "
        f"{result.reasons[name]}"
        for name in CRITERIA
    ]
    near = result.near
    if near.closest is not None:
        lines.append(
            f"Difficult: {near.train} pairs of opposite points in the training data, {near.test} in the test data and "
            f"{near.split} across both are less than 0.1 apart in every input, the closest {near.closest:.3f}."
        )
    return "\n".join(lines)
