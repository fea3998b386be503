"""One value out of several looks at the same picture, and how sure that makes it. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from grading.screenshots.reading import Read

# How far a value can be trusted, times the recogniser's own confidence, which alone says little (measured: it gives a
# wrong digit 0.97). 0.9 and more is for what two looks read alike and none read otherwise.
_UNDISPUTED = 1.0
_SEEN_ONCE = 0.85
_OUTVOTED = 0.75
_TIED = 0.4
# Of lines as low as this (pixels, margins included) 8 and 0 may look alike in every look.
_TINY = 10.5
_TINY_SURE = 0.85


def settle(name: str, readings: Sequence[Read[Any] | None]) -> Read[Any] | None:
    """What several looks say of the field `name` together; None where none saw it."""
    if name == "address":  # no two looks cut a link off at the same letter: the one that got furthest counts
        return max((read for read in readings if read is not None), key=lambda read: len(read.value), default=None)
    read = agreed(_fullest(readings) if name == "neurons" else readings)
    if read is None or read.box is None or read.box[3] >= _TINY:
        return read
    return replace(read, confidence=read.confidence * _TINY_SURE)


def _fullest(readings: Sequence[Read[Any] | None]) -> list[Read[Any]]:
    """Layer by layer: a look that saw fewer labels than another, and those alike, has no vote of its own."""
    seen = [read for read in readings if read is not None]
    return [read for read in seen if not any(_is_part(read.value, other.value) for other in seen)]


def _is_part(one: tuple[int | None, ...], other: tuple[int | None, ...]) -> bool:
    """Whether `one` says the same as `other` and less."""
    if one == other or len(one) != len(other):
        return False
    return all(mine in (None, theirs) for mine, theirs in zip(one, other, strict=True))


def agreed(readings: Sequence[Read[Any] | None]) -> Read[Any] | None:
    """The value most looks agree on, None where none saw one; of looks that disagree evenly the surest, hardly sure.

    `readings` holds one entry per look at the place; None is a look that saw no value there.
    """
    votes: dict[Any, list[Read[Any]]] = {}
    for read in readings:
        if read is not None:
            votes.setdefault(read.value, []).append(read)
    if not votes:
        return None
    ranked = sorted(votes.values(), key=lambda same: (len(same), max(read.confidence for read in same)), reverse=True)
    best = max(ranked[0], key=lambda read: read.confidence)
    trust = _trust([len(same) for same in ranked])
    return Read(best.text, best.value, best.confidence * trust, best.box)


def _trust(counts: Sequence[int]) -> float:
    if len(counts) == 1:
        return _UNDISPUTED if counts[0] > 1 else _SEEN_ONCE
    return _OUTVOTED if counts[0] > counts[1] else _TIED
