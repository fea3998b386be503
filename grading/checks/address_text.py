"""Reading a Playground link from a picture of the address bar: cut off at its end, and with letters taken for others.

Known names are looked for, nearly right ones too, and what stands between two of them is the value of the first.
Nothing is corrected: each value comes with the texts that it may be, for the comparison to judge.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.spec import FEATURES

NAMES = (
    "activation",
    "regularization",
    "batchSize",
    "dataset",
    "regDataset",
    "learningRate",
    "regularizationRate",
    "noise",
    "networkShape",
    "seed",
    "showTestData",
    "discretize",
    "percTrainData",
    *(name for name in FEATURES if len(name) > 1),
    "cosX",
    "cosY",
    "collectStats",
    "problem",
    "initZero",
    "hideText",
)
MOST_CHARACTERS = 2048
_WORD = re.compile(r"[A-Za-z]{4,}")
_SHORT = re.compile(r"&([xy])=(true|false)(?=&)")  # names of one letter count only if all around them is right
_EQUALS = "=-:~_"  # what an equals sign is read as
_LOOSE = 8  # letters from which on two wrong ones may still be the same name


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name with the texts that its value may be; `is_cut`: it is the last one, and may go on outside the bar.

    `is_clean`: the signs before and behind the value were read as they are, so that there is one text only.
    """

    name: str
    texts: tuple[str, ...]
    is_clean: bool
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    start: int
    end: int  # behind the equals sign
    is_clean: bool


def read_parameters(text: str) -> dict[str, Parameter]:
    """Read the parameters of a link as far as they can be recognised, by name; of one that comes twice the last."""
    settings = "".join(text[:MOST_CHARACTERS].split())
    settings = settings.partition("#")[2] or settings
    settings = settings.replace("%2C", ",").replace("%2c", ",")
    found = list(_names(settings))
    nexts: list[_Found | None] = [*found[1:], None]
    parameters = {one.name: _parameter(settings, one, after) for one, after in zip(found, nexts, strict=False)}
    short = {name: Parameter(name, (value,), is_clean=True) for name, value in _SHORT.findall(settings)}
    return {**parameters, **short}


def _names(settings: str) -> Iterator[_Found]:
    """Find the known names, each at the end of a run of letters: what was an & may have been read as one of them."""
    for word in _WORD.finditer(settings):
        if word.end() == len(settings):
            return  # it may be the beginning of a longer name
        after = settings[word.end()]
        best = None if after == "&" else _nearest(word.group())  # before an & there is a value
        if best is None:
            continue
        wrong, name = best
        start = word.end() - min(len(name), len(word.group()))
        yield _Found(name, start, word.end() + (after in _EQUALS), is_clean=after == "=" and not wrong)


def _nearest(word: str) -> tuple[int, str] | None:
    """Give the name at the end of a word, and how many of its letters are wrong; of several the longest."""
    candidates = [(_wrong(name, word), -len(name), name) for name in NAMES if len(word) >= len(name) - 1]
    near = [(wrong, length, name) for wrong, length, name in candidates if wrong <= _allowed(name)]
    if not near:
        return None
    wrong, _, name = min(near)
    return wrong, name


def _wrong(name: str, word: str) -> int:
    """Count the letters that are wrong if the word's end is taken for the name."""
    if word.endswith(name):
        return 0
    return min(edits(name, word[-length:]) for length in (len(name), len(name) - 1, len(name) + 1))


def _allowed(name: str) -> int:
    return 2 if len(name) >= _LOOSE else 1 if len(name) > len("seed") else 0


def _parameter(settings: str, found: _Found, after: _Found | None) -> Parameter:
    raw = settings[found.end : after.start if after else len(settings)]
    if "&" in raw:  # what follows it is a name that is not known, or could not be recognised
        return Parameter(found.name, (raw.partition("&")[0],), found.is_clean)
    if after is None:
        return Parameter(found.name, (raw.rstrip(".…"),), is_clean=False, is_cut=True)
    return Parameter(found.name, (raw[:-1], raw), is_clean=False)  # the & was read as something else, or not at all


def edits(first: str, second: str) -> int:
    """Count the letters that have to be changed, added or taken away to come from one text to the other."""
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(second, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return row[-1]
