"""Which of many pictures look the same, and which are equal: they are joined to groups.

They look the same if their perceptual hashes differ in at most NEAR bits. That alone
says too little of screenshots of one design in one window, which are as near whatever the seed: of honest pictures with
different seeds a fifth, and of the plane nine tenths. So what was read from them must not tell them apart.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NEAR = 8  # bits of 256: re-encoded copies come this near, and so do honest pictures of one design
HASH_DIGITS = 64
_WORDS = 4
_ROWS_AT_ONCE = 256
_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture looks, and what could tell it from another one.

    `values` were read from it, None where they could not be: copies of one picture show the same ones. `data` names the
    points of its link; where its own points were found in it (`has_own_points`), it is no copy of one with others.
    """

    digits: str  # of the perceptual hash
    values: tuple[Hashable | None, ...] = ()
    data: Hashable = None
    has_own_points: bool = False


def hash_words(hashes: Sequence[str]) -> NDArray[np.uint64]:
    """Read hashes of 64 hexadecimal digits as unsigned words, shape (n, 4); raises ValueError for any other text."""
    if any(len(digits) != HASH_DIGITS for digits in hashes):
        raise ValueError(f"A picture's hash has {HASH_DIGITS} hexadecimal digits.")
    data = bytes.fromhex("".join(hashes))
    return np.frombuffer(data, dtype=">u8").astype(np.uint64).reshape(-1, _WORDS)


def near_labels(looks: Sequence[Look]) -> tuple[list[int], list[int]]:
    """Label pictures that look the same, directly or over others, alike; and say how many bits apart the farthest was.

    All pairs are compared: 40 million for the 9,000 pictures of a thousand students with three attempts each, in half a
    second. A block of rows at a time, so that memory stays at some megabytes.
    """
    traits = _traits(looks)
    labels, farthest = np.arange(len(looks)), np.zeros(len(looks), dtype=np.int64)
    for start in range(0, len(looks), _ROWS_AT_ONCE):
        rows, others = slice(start, start + _ROWS_AT_ONCE), slice(start, None)
        distances = _distances(traits.words[rows], traits.words[others])
        near = (distances <= NEAR) & traits.may_be_equal(rows, others)
        for row in np.flatnonzero(near.sum(axis=1) > 1):  # each is near itself
            together = np.unique(labels[start + np.flatnonzero(near[row])])
            labels[np.isin(labels, together)] = together[0]
            farthest[start + row] = distances[row][near[row]].max()
    return labels.tolist(), farthest.tolist()


@dataclass(frozen=True, slots=True)
class _Traits:
    """Looks as columns: words (n, 4), values (n, k) by number, data (n,) by number, own points found (n,)."""

    words: NDArray[np.uint64]
    values: NDArray[np.int64]
    data: NDArray[np.int64]
    own: NDArray[np.bool_]

    def may_be_equal(self, rows: slice, others: slice) -> NDArray[np.bool_]:
        """Say of each pair that nothing tells the two apart, shape (rows, others)."""
        told: NDArray[np.bool_] = (self.data[rows, None] != self.data[None, others]) & (
            self.own[rows, None] & self.own[None, others]
        )
        for value in self.values.T:
            one, other = value[rows, None], value[None, others]
            told |= (one != other) & (one != _UNKNOWN) & (other != _UNKNOWN)
        return ~told


def _traits(looks: Sequence[Look]) -> _Traits:
    values = list(zip(*(look.values for look in looks), strict=True))
    return _Traits(
        words=hash_words([look.digits for look in looks]),
        values=np.array([_numbered(column) for column in values], dtype=np.int64).reshape(len(values), len(looks)).T,
        data=np.array(_numbered([(look.data,) for look in looks]), dtype=np.int64),
        own=np.array([look.has_own_points for look in looks], dtype=np.bool_),
    )


def _numbered(values: Iterable[Hashable | None]) -> list[int]:
    """Give equal values equal numbers, and None the one for what is not known."""
    numbers: dict[Any, int] = {None: _UNKNOWN}
    return [numbers.setdefault(value, len(numbers)) for value in values]


def _distances(rows: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Count the bits that differ, shape (rows, others)."""
    total = np.zeros((len(rows), len(others)), dtype=np.uint16)
    for word in range(_WORDS):
        total += np.bitwise_count(rows[:, word, None] ^ others[None, :, word])
    return total


def joined(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Join 0 … count - 1 to groups by pairs, and pairs of pairs; those with nobody are left out. In ascending order."""
    parents = list(range(count))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    for first, second in pairs:
        low, high = sorted((root(first), root(second)))
        parents[high] = low
    groups: dict[int, list[int]] = {}
    for one in range(count):
        groups.setdefault(root(one), []).append(one)
    return [group for group in groups.values() if len(group) > 1]


def by_value(values: Iterable[Hashable]) -> Mapping[Hashable, list[int]]:
    """Return where each value stands; empty ones are left out."""
    places: dict[Hashable, list[int]] = {}
    for place, value in enumerate(values):
        if value != "":
            places.setdefault(value, []).append(place)
    return places
