"""Conflicts: points that a network can't tell apart, or hardly, although their labels differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.datasets import Points
from engine.features import feature_values
from engine.steps import Floats

NEAR = 0.1  # so close in every input counts as near
APART = 1.0  # labels at least so far apart count as opposite: half the way from -1 to +1


@dataclass(frozen=True)
class Conflict:
    """Points with identical inputs and different labels, and where they fell."""

    inputs: tuple[float, ...]
    train_labels: tuple[float, ...]
    test_labels: tuple[float, ...]

    @property
    def where(self) -> str:
        """Give "train", "test" or, where the points fell on both sides, "split"."""
        if self.train_labels and self.test_labels:
            return "split"
        return "train" if self.train_labels else "test"


@dataclass(frozen=True)
class NearPairs:
    """How many pairs of opposite points differ in every input by less than `NEAR`, identical ones not counted.

    `closest` is the smallest such difference, None without any pair.
    """

    train: int
    test: int
    split: int
    closest: float | None


def find_conflicts(points: Points, features: Sequence[str]) -> tuple[Conflict, ...]:
    """Give the groups of points that are one and the same to a network, but have different labels."""
    everything = np.concatenate((points.train, points.test))
    inputs = feature_values(features, everything).T + 0.0  # turns -0 into 0: a network adds both up to the same
    rows, group_of = np.unique(inputs, axis=0, return_inverse=True)
    order = np.argsort(group_of.reshape(-1), kind="stable")
    members = np.split(order, np.cumsum(np.bincount(group_of.reshape(-1)))[:-1])
    return tuple(
        _conflict(rows[group], everything[numbers, 2], numbers < len(points.train))
        for group, numbers in enumerate(members)
        if len(set(everything[numbers, 2].tolist())) > 1
    )


def _conflict(inputs: Floats, labels: Floats, is_train: np.ndarray) -> Conflict:
    return Conflict(tuple(inputs.tolist()), tuple(labels[is_train].tolist()), tuple(labels[~is_train].tolist()))


def count_near_pairs(points: Points, features: Sequence[str]) -> NearPairs:
    """Count the pairs that a network has to tell apart within a small distance: they make a seed difficult."""
    everything = np.concatenate((points.train, points.test))
    inputs, labels = feature_values(features, everything), everything[:, 2]
    distance = np.zeros((len(everything), len(everything)))
    for values in inputs:
        np.maximum(distance, np.abs(values[:, None] - values), out=distance)
    near = np.triu((distance < NEAR) & (distance > 0) & (np.abs(labels[:, None] - labels) >= APART))
    train = len(points.train)
    return NearPairs(
        train=int(np.count_nonzero(near[:train, :train])),
        test=int(np.count_nonzero(near[train:, train:])),
        split=int(np.count_nonzero(near[:train, train:])),
        closest=float(distance[near].min()) if near.any() else None,
    )
