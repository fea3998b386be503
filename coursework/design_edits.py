"""The buttons of a design's picture: each changes a network, and none leads out of the limits. Pure but for a dice."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from coursework.feasible import why_impossible
from coursework.rules import SINGLE_SETTINGS, TaskRules
from engine.spec import Spec

NEW_LAYER = 2  # neurons, as the Playground's own button gives
SEEDS_TRIED = 20
ADD_LAYER, REMOVE_LAYER, DRAW_SEED, ALLOW = "add-layer", "remove-layer", "draw-seed", "allow"
_NEURONS = re.compile(r"(more|fewer)-([1-9])")


def edited(rules: TaskRules, spec: Spec, edits: Sequence[str]) -> Spec:
    """Give a network after the picture's buttons were pressed in this order; what is no edit changes nothing."""
    for edit in edits:
        spec = _edit(rules, spec, edit)
    return spec


def _edit(rules: TaskRules, spec: Spec, edit: str) -> Spec:
    """Apply one edit; what is no edit, or would leave the limits, changes nothing."""
    neurons = _NEURONS.fullmatch(edit)
    if neurons is not None:
        step = 1 if neurons[1] == "more" else -1
        return replace(spec, hidden_layers=_with_neurons(rules, spec, int(neurons[2]) - 1, step))
    act: Callable[[TaskRules, Spec], Spec] | None = _ACTS.get(edit)
    return spec if act is None else act(rules, spec)


def within(rules: TaskRules, layers: Sequence[int]) -> tuple[int, ...]:
    """Bring hidden layers inside the limits."""
    limits = rules.limits
    return tuple(min(max(neurons, 1), limits.max_neurons) for neurons in layers[: limits.max_layers])


def _with_neurons(rules: TaskRules, spec: Spec, layer: int, step: int) -> tuple[int, ...]:
    layers = list(spec.hidden_layers)
    if layer < len(layers):
        layers[layer] += step
    return within(rules, layers)


def _add_layer(rules: TaskRules, spec: Spec) -> Spec:
    return replace(spec, hidden_layers=within(rules, (*spec.hidden_layers, NEW_LAYER)))


def _remove_layer(rules: TaskRules, spec: Spec) -> Spec:
    kept = min(len(spec.hidden_layers) - 1, rules.limits.max_layers)
    return replace(spec, hidden_layers=within(rules, spec.hidden_layers[: max(kept, 0)]))


def _draw_seed(rules: TaskRules, spec: Spec) -> Spec:
    """Draw a seed as the Playground writes its own, if need be several, until nothing stands against the target."""
    seeded = spec
    for _ in range(SEEDS_TRIED):
        seeded = spec.with_seed(f"0.{secrets.randbelow(10**5):05d}")
        if rules.problems(seeded) or why_impossible(rules, seeded) is None:
            break
    return seeded


def _allow(rules: TaskRules, spec: Spec) -> Spec:
    """Change what the task does not allow to what it starts with, and nothing else."""
    start, limits = rules.starting_spec, rules.limits
    wrong = {problem.field for problem in rules.problems(spec)}
    mended: dict[str, Any] = {name: getattr(start, name) for name in SINGLE_SETTINGS if name in wrong}
    if wrong & {"dataset", "problem"}:
        mended |= {"dataset": start.dataset, "problem": start.problem}
    allowed = tuple(name for name in spec.features if name in limits.features)
    fallback = tuple(name for name in start.features if name in limits.features) or limits.features[:1]
    return replace(spec, features=allowed or fallback, hidden_layers=within(rules, spec.hidden_layers), **mended)


_ACTS: Mapping[str, Callable[[TaskRules, Spec], Spec]] = {
    ADD_LAYER: _add_layer,
    REMOVE_LAYER: _remove_layer,
    DRAW_SEED: _draw_seed,
    ALLOW: _allow,
}
