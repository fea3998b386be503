"""Small pictures for tables."""

from collections.abc import Sequence
from functools import cache, lru_cache

from django import template
from django.utils.safestring import SafeString

from coursework.drawing import counts_bar as counts
from coursework.drawing import network, seed_chart
from coursework.drawing.points import points_tile
from coursework.models import Task
from engine.datasets import make_points
from engine.spec import Spec

THUMB_SEED = "0.5"

register = template.Library()


@register.simple_tag
def mini_network(hidden_layers: tuple[int, ...], features: tuple[str, ...]) -> SafeString:
    """Draw a network's layers without numbers."""
    return _mini_network(hidden_layers, len(features))


@lru_cache(maxsize=2048)  # a class has few shapes, and its leaderboard is drawn often
def _mini_network(hidden_layers: tuple[int, ...], features: int) -> SafeString:
    return network.mini_network(hidden_layers, features)


@register.simple_tag
def dataset_thumb(task: Task) -> SafeString:
    """Draw a task's data set small, beside the task's name."""
    return _dataset_tile(task.rules.starting_spec.with_seed(THUMB_SEED))


@cache  # the few data sets there are look the same on every page
def _dataset_tile(spec: Spec) -> SafeString:
    return points_tile(make_points(spec).train)


@register.simple_tag
def seed_dots(epochs: Sequence[int | None], cap: int, median: float | None) -> SafeString:
    """Draw one dot per course seed and mark their median."""
    return _seed_dots(tuple(epochs), cap, median)


@lru_cache(maxsize=2048)
def _seed_dots(epochs: tuple[int | None, ...], cap: int, median: float | None) -> SafeString:
    return seed_chart.seed_dots(epochs, cap=cap, median=median)


@register.simple_tag
def counts_bar(parts: list[tuple[str, int, str]]) -> SafeString:
    """Draw parts of a known whole."""
    return counts.counts_bar(parts)
