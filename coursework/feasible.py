"""Whether a target can be reached at all, before anybody trains for it. Pure: rules and settings in, a sentence out."""

from dataclasses import replace

from coursework.rules import TaskRules
from engine.calibration import why_never_possible
from engine.feasibility import feasibility
from engine.spec import Spec


def why_impossible(rules: TaskRules, spec: Spec) -> str | None:
    """Say why no network with these inputs can reach the target on this seed; None if nothing stands against it."""
    found = feasibility(spec, rules.loss_threshold)
    return None if found.possible[rules.criterion] else found.reasons[rules.criterion]


def why_never(rules: TaskRules) -> str | None:
    """Say why a task's criterion can't be met on any seed, whatever inputs are chosen; None if it can be."""
    everything = replace(rules.starting_spec, features=rules.limits.features)
    return why_never_possible(everything, rules.criterion, rules.loss_threshold)
