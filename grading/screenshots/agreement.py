"""One value out of several looks at the same picture, and how sure that makes it. Pure."""

from collections import Counter
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


def settle(name: str, readings: Sequence[Read[Any] | None]) -> Read[Any] | None:
    """What several looks say of the field `name` together; None where none saw it."""
    if name == "address":  # no two looks cut a link off at the same letter: the one that got furthest counts
        return max((read for read in readings if read is not None), key=lambda read: len(read.value), default=None)
    seen = [read for read in readings if read is not None]
    return _columns(seen) if name == "neurons" and seen else agreed(seen)


def _columns(seen: Sequence[Read[tuple[int | None, ...]]]) -> Read[tuple[int | None, ...]]:
    """Layer by layer: one look may have seen the label of one column, another look that of the next."""
    counts = Counter(len(read.value) for read in seen)
    count, votes = counts.most_common(1)[0]
    fitting = [read for read in seen if len(read.value) == count]
    columns = [
        agreed([Read(read.text, read.value[at], read.confidence) for read in fitting if read.value[at] is not None])
        for at in range(count)
    ]
    fullest = max(fitting, key=lambda read: (count - read.value.count(None), read.confidence))
    sure = min([column.confidence for column in columns if column is not None], default=fullest.confidence)
    value = tuple(None if column is None else column.value for column in columns)
    return replace(fullest, value=value, confidence=sure * (1.0 if votes == len(seen) else _OUTVOTED))


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
