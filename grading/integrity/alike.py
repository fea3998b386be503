"""Which of many pictures look the same: perceptual hashes compared pair by pair, and pairs joined to groups.

`grading.same_pictures` has the rule, for the pictures of one submission: hashes that differ in at most NEAR bits.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grading.same_pictures import HASH_DIGITS, NEAR

_WORDS = 4
_ROWS_AT_ONCE = 256


def hash_words(hashes: Sequence[str]) -> NDArray[np.uint64]:
    """Read hashes of 64 hexadecimal digits as unsigned words, shape (n, 4); raises ValueError for any other text."""
    if any(len(digits) != HASH_DIGITS for digits in hashes):
        raise ValueError(f"A picture's hash has {HASH_DIGITS} hexadecimal digits.")
    data = bytes.fromhex("".join(hashes))
    return np.frombuffer(data, dtype=">u8").astype(np.uint64).reshape(-1, _WORDS)


def near_pairs(hashes: Sequence[str]) -> list[tuple[int, int, int]]:
    """List (i, j, distance), i < j, of all pairs whose hashes differ in at most NEAR bits.

    Takes 40 million comparisons for the 9,000 pictures of a thousand students with three attempts each, 0.2 s: a block
    of rows at a time, so that memory stays at some megabytes.
    """
    words = hash_words(hashes)
    pairs: list[tuple[int, int, int]] = []
    for start in range(0, len(words), _ROWS_AT_ONCE):
        distances = _distances(words[start : start + _ROWS_AT_ONCE], words[start:])
        rows, columns = np.nonzero(np.triu(distances <= NEAR, k=1))
        found = distances[rows, columns]
        pairs += zip((rows + start).tolist(), (columns + start).tolist(), found.tolist(), strict=True)
    return pairs


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


def by_value(values: Iterable[str]) -> Mapping[str, list[int]]:
    """Return where each value stands; empty ones are left out."""
    places: dict[str, list[int]] = {}
    for place, value in enumerate(values):
        if value:
            places.setdefault(value, []).append(place)
    return places
