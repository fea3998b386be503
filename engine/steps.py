"""Recorded work: numpy calls on fixed buffers, recorded once and then run thousands of times.

A training batch is a few hundred tiny array operations, so what each call costs besides its arithmetic decides the
speed. Recording them keeps everything but the calls themselves out of the loop.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Step = Callable[[], object]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Operand = NDArray[Any] | float


def run(steps: Iterable[Step]) -> None:
    """Run recorded steps in order."""
    for step in steps:
        step()


def apply(function: Callable[..., object], *arguments: Operand) -> Step:
    """Record `function(*arguments)`; the last argument of a numpy function is the array that takes the result."""
    return partial(function, *map(_held, arguments))


def _held(argument: Operand) -> NDArray[Any]:
    return np.asarray(argument)  # numpy takes arrays faster than plain numbers


def assign(target: NDArray[Any], source: Operand, where: NDArray[np.bool_] | bool = True) -> Step:
    """Record a copy of `source` into `target`; fractions are cut off where `target` holds whole numbers."""
    return partial(np.copyto, target, _held(source), "unsafe", where)


def assign_smaller(target: Floats, bound: float) -> Step:
    """Record `target = min(target, bound)`, NaN kept."""
    return partial(np.minimum, target, _held(bound), out=target)


def assign_larger(target: Floats, bound: float) -> Step:
    """Record `target = max(target, bound)`, NaN kept."""
    return partial(np.maximum, target, _held(bound), out=target)


def lookup(table: Floats, index: NDArray[np.intp], out: Floats) -> Step:
    """Record `out = table[index]`; an index outside counts as the nearest one inside."""
    return partial(table.take, index, None, out, "clip")


def add_in_order(terms: Floats, out: Floats) -> list[Step]:
    """Record `out = terms[0] + terms[1] + …`, added one after the other.

    `terms` is a contiguous (n, …) array, `out` has the shape of one term. Over a leading axis `add.reduce` keeps the
    order, but where a term is a single number numpy sees one row and adds it pairwise; `accumulate` never does.
    """
    if terms[0].size > 1:
        return [partial(np.add.reduce, terms, 0, None, out, initial=None)]
    sums = np.empty_like(terms)
    return [partial(np.add.accumulate, terms, 0, None, sums), assign(out, sums[-1])]
