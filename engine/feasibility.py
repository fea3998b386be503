"""Feasibility: whether any network at all can reach a target on the points of a seed.

Points with identical inputs get one and the same answer. If their labels differ, at most one of them can be right, and
that puts a floor under the losses of every network, however large and however long it is trained.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.conflicts import Conflict, NearPairs, count_near_pairs, find_conflicts
from engine.datasets import Points, make_points
from engine.spec import Spec
from engine.training import CRITERIA, SHOWN_TARGET

_ROUNDING = 1e-9  # relative; sums of 1,200 doubles are exact to 1e-12, and what is possible must not be ruled out
_SEARCH_STEPS = 200


@dataclass(frozen=True)
class Feasibility:
    """What the points of a seed allow, by criterion ("train", "test", "both", "either").

    `floors` are losses below which no network gets: for "both" of the larger loss, for "either" of the smaller one.
    `possible` says that the points alone don't rule the target out, not that training gets there. `reasons` are
    sentences for students. `near` is no more than a measure of difficulty.
    """

    target: float
    floors: Mapping[str, float]
    possible: Mapping[str, bool]
    reasons: Mapping[str, str]
    conflicts: tuple[Conflict, ...]
    near: NearPairs


def feasibility(spec: Spec, target: float = SHOWN_TARGET) -> Feasibility:
    """Find what the points of this seed allow to networks with these features. Raises SpecError for unusable settings.

    Size, rates and everything else of the network play no part.
    """
    points = make_points(spec)
    conflicts = find_conflicts(points, spec.features)
    floors = loss_floors(conflicts, len(points.train), len(points.test))
    return Feasibility(
        target=target,
        floors=floors,
        possible={name: _is_possible(floors[name], target) for name in CRITERIA},
        reasons={name: _reason(name, floors, target, conflicts) for name in CRITERIA},
        conflicts=conflicts,
        near=count_near_pairs(points, spec.features),
    )


def possible(spec: Spec, criterion: str, target: float = SHOWN_TARGET, points: Points | None = None) -> bool:
    """Say whether the points (by default those of the link) leave a criterion open; quicker than the whole report."""
    points = points or make_points(spec)
    conflicts = find_conflicts(points, spec.features)
    return _is_possible(loss_floors(conflicts, len(points.train), len(points.test))[criterion], target)


def _is_possible(floor: float, target: float) -> bool:
    return floor < target * (1 + _ROUNDING)


def loss_floors(conflicts: Sequence[Conflict], train_points: int, test_points: int) -> dict[str, float]:
    """Give the floor for each criterion from the conflicts alone.

    A group whose labels have the mean m costs at least the sum of 0.5 * (label - m)^2 over its points, whatever the
    answer is. Training and test loss can each be brought to their own floor, so the smaller floor is that of "either".
    """
    spreads = [
        (_Spread.of(one.train_labels, train_points), _Spread.of(one.test_labels, test_points)) for one in conflicts
    ]
    train = _total(spread.least for spread, _ in spreads)
    test = _total(spread.least for _, spread in spreads)
    return {"train": train, "test": test, "both": _floor_of_both(spreads), "either": min(train, test)}


def _total(values: Iterable[float]) -> float:
    """Add up from left to right; `sum` does so in some versions of Python and compensates in others."""
    total = 0.0
    for value in values:
        total += value
    return total


@dataclass(frozen=True)
class _Spread:
    """What the labels of one group on one side add to a loss: least + weight * (answer - mean)^2."""

    mean: float
    weight: float
    least: float

    @classmethod
    def of(cls, labels: Sequence[float], points: int) -> "_Spread":
        if not labels:
            return cls(0.0, 0.0, 0.0)
        mean = _total(labels) / len(labels)
        least = _total(0.5 * (label - mean) * (label - mean) for label in labels) / points
        return cls(mean, 0.5 * len(labels) / points, least)


def _floor_of_both(spreads: Sequence[tuple[_Spread, _Spread]]) -> float:
    """Give the least possible value of the larger of both losses.

    For any share s, s * training loss + (1 - s) * test loss is no larger than the larger of both, and its minimum is
    easily found group by group. So each s gives a valid floor, and the best s gives the exact one, since both losses
    are convex in the answers. The minimum is concave in s: thirds are cut off until the best s is found.
    """

    def mixed(share: float) -> float:
        return _total(_least_mixture(train, test, share) for train, test in spreads)

    low, high = 0.0, 1.0
    for _ in range(_SEARCH_STEPS if spreads else 0):
        first, second = low + (high - low) / 3, high - (high - low) / 3
        low, high = (first, high) if mixed(first) < mixed(second) else (low, second)
    return max(mixed(0.0), mixed(1.0), mixed((low + high) / 2))


def _least_mixture(train: _Spread, test: _Spread, share: float) -> float:
    """Minimise share * training part + (1 - share) * test part over the one answer of a group."""
    pull, counter = share * train.weight, (1 - share) * test.weight
    apart = train.mean - test.mean
    conflict = pull * counter / (pull + counter) * apart * apart if pull and counter else 0.0
    return share * train.least + (1 - share) * test.least + conflict


_NAMES = {"train": "the training loss", "test": "the test loss"}


def _reason(criterion: str, floors: Mapping[str, float], target: float, conflicts: Sequence[Conflict]) -> str:
    if not conflicts:
        return "No two points with the same inputs have different labels: the data leaves this target open."
    if criterion in _NAMES:
        return _reason_of_one(criterion, floors[criterion], target, conflicts)
    write = _reason_of_both if criterion == "both" else _reason_of_either
    return f"{_what(conflicts)} {write(floors, target)}"


def _what(conflicts: Sequence[Conflict]) -> str:
    """Say what stands in the way: one group of points, or several."""
    if len(conflicts) > 1:
        return f"In {len(conflicts)} places points with the same inputs have different labels."
    one = conflicts[0]
    count = len(one.train_labels) + len(one.test_labels)
    fell = {
        "train": "all of them are training data",
        "test": "all of them are test data",
        "split": "some of them are training data, the others test data",
    }
    if count == 2:
        fell = {
            "train": "both are training data",
            "test": "both are test data",
            "split": "one is training data, the other test data",
        }
    return f"{count} points have the same inputs but different labels; {fell[one.where]}."


def _reason_of_one(criterion: str, floor: float, target: float, conflicts: Sequence[Conflict]) -> str:
    name = _NAMES[criterion]
    if floor == 0:
        return f"{_what(conflicts)} By itself {name} can still fall as low as you like."
    bound = f"Whatever a network answers there, {name} can't fall below {_written(floor)}"
    end = "that leaves the target open" if _is_possible(floor, target) else f"it has to be below {_written(target)}"
    return f"{_what(conflicts)} {bound}; {end}."


def _reason_of_both(floors: Mapping[str, float], target: float) -> str:
    floor = floors["both"]
    if _is_possible(floor, target):
        return f"The larger of both losses can't fall below {_written(floor)}; that leaves the target open."
    return (
        f"Whatever a network answers there, training or test loss stays at {_written(floor)} or more; "
        f"they can't both be below {_written(target)}."
    )


def _reason_of_either(floors: Mapping[str, float], target: float) -> str:
    open_ones = [name for name in _NAMES if _is_possible(floors[name], target)]
    if not open_ones:
        return f"Neither training nor test loss can be below {_written(target)}."
    if len(open_ones) == 2:
        return "Each of both losses by itself can still reach the target."
    closed = _NAMES["train" if open_ones == ["test"] else "test"]
    return f"Only {_NAMES[open_ones[0]]} can reach the target; {closed} can't."


def _written(loss: float) -> str:
    return f"{loss:.4f}".rstrip("0") if loss >= 0.0001 else f"{loss:.1g}"
