"""exp as recorded steps, and what it shares with tanh, the other hot function of training.

Source: the algorithms of fdlibm 5.3 (Sun Microsystems, 1993) with the two differences of V8: exp(1), and tanh(x) = x
below 2**-28. Every operation is one of IEEE 754's basic ones, so the result is the same on every machine, and the
order of operations is fdlibm's: it decides the last bit. All values of a buffer take one path; what fdlibm branches on
is looked up in tables by k, the nearest whole multiple of ln 2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.steps import Floats, Step, apply, assign, assign_larger, assign_smaller, lookup

LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")  # ln 2 with its last 32 bits zero: small multiples of it are exact
LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")  # the rest of ln 2
INVERSE_LN2 = float.fromhex("0x1.71547652b82fep+0")
HALF_LN2 = float.fromhex("0x1.62e43p-2")  # k is 0 below; fdlibm compares upper halves only, hence not quite ln 2 / 2
TINY = 2.0**-28

# The coefficients of fdlibm's approximation, highest power first.
_EXP = (4.13813679705723846039e-08, -1.65339022054652515390e-06, 6.61375632143793436117e-05,
        -2.77777777770155933842e-03, 1.66666666666666019037e-01)  # fmt: skip


@dataclass(frozen=True)
class Buffers:
    """Scratch arrays of one shape, all contiguous; what a name says holds while one function runs."""

    size: Floats  # |x|
    argument: Floats  # of the exponential, later reduced to |argument| <= ln 2 / 2
    correction: Floats  # what the reduction lost
    half: Floats
    square: Floats
    error: Floats
    work: Floats
    k: NDArray[np.intp]
    mask: NDArray[np.bool_]


_FLOAT_NAMES = ("size", "argument", "correction", "half", "square", "error", "work")


class Scratch:
    """Memory for the buffers of functions that run one after the other, for at most `size` values."""

    def __init__(self, size: int) -> None:
        self._floats = np.empty((len(_FLOAT_NAMES), size))
        self._index = np.empty(size, dtype=np.intp)
        self._mask = np.empty(size, dtype=np.bool_)

    def shaped(self, shape: tuple[int, ...]) -> Buffers:
        """Give the buffers in one shape; every call gives the same memory."""
        size = int(np.prod(shape))
        floats = dict(zip(_FLOAT_NAMES, (buffer[:size].reshape(shape) for buffer in self._floats), strict=True))
        return Buffers(k=self._index[:size].reshape(shape), mask=self._mask[:size].reshape(shape), **floats)


def polynomial(coefficients: tuple[float, ...], variable: Floats, out: Floats) -> list[Step]:
    """Record Horner's rule, highest power first."""
    steps = [apply(np.multiply, variable, coefficients[0], out), apply(np.add, out, coefficients[1], out)]
    for coefficient in coefficients[2:]:
        steps += [apply(np.multiply, out, variable, out), apply(np.add, out, coefficient, out)]
    return steps


# exp(x) is 2**k exp(x - k ln 2). The power goes on in two factors, because 2**1024 is no double and because a result
# below 2**-1022 may be rounded only once.
_OVERFLOW = 7.09782712893383973096e02
_UNDERFLOW = -7.45133219101941108420e02
_LOWEST, _HIGHEST = -746.0, 710.0  # beyond, exp is 0 and infinity; up to here k stays within the tables
_LOWEST_K, _HIGHEST_K = -1077, 1025


def _power_tables() -> tuple[Floats, Floats]:
    first, second = np.ones((2, _HIGHEST_K - _LOWEST_K + 1))
    for row, k in enumerate(range(_LOWEST_K, _HIGHEST_K + 1)):
        rest = -1000 if k < -1021 else max(0, k - 1023)
        first[row], second[row] = 2.0 ** (k - rest), 2.0**rest
    return first, second


_FIRST_POWER, _SECOND_POWER = _power_tables()


def exp_steps(x: Floats, out: Floats, scratch: Scratch) -> list[Step]:
    """Record `out = exp(x)`, bit for bit for every double; two arrays of one shape that don't overlap.

    Run the steps with numpy's warnings for invalid values and overflow off.
    """
    b = scratch.shaped(x.shape)
    return [*_exp_argument(x, b), *_exp_reduced(b), *_exp_assembly(out, b), *_exp_exceptions(x, out, b)]


def _exp_argument(x: Floats, b: Buffers) -> list[Step]:
    """Record k, and x - k ln 2 as the difference of half and correction."""
    return [
        assign(b.argument, x),
        assign_smaller(b.argument, _HIGHEST),
        assign_larger(b.argument, _LOWEST),
        apply(np.absolute, b.argument, b.size),
        apply(np.multiply, b.argument, INVERSE_LN2, b.work),
        apply(np.copysign, 0.5, b.argument, b.half),
        apply(np.add, b.work, b.half, b.work),
        assign(b.k, b.work),
        apply(np.less, b.size, HALF_LN2, b.mask),
        assign(b.k, 0, b.mask),
        assign(b.work, b.k),
        apply(np.multiply, b.work, LN2_HIGH, b.half),
        apply(np.subtract, b.argument, b.half, b.half),
        apply(np.multiply, b.work, LN2_LOW, b.correction),
        apply(np.subtract, b.half, b.correction, b.argument),
    ]


def _exp_reduced(b: Buffers) -> list[Step]:
    """Record exp of the reduced argument; it replaces the error."""
    return [
        apply(np.multiply, b.argument, b.argument, b.square),
        *polynomial(_EXP, b.square, b.error),
        apply(np.multiply, b.square, b.error, b.error),
        apply(np.subtract, b.argument, b.error, b.error),
        apply(np.subtract, 2.0, b.error, b.work),
        apply(np.multiply, b.argument, b.error, b.error),
        apply(np.divide, b.error, b.work, b.error),
        apply(np.subtract, b.correction, b.error, b.error),
        apply(np.subtract, b.error, b.half, b.error),
        apply(np.subtract, 1.0, b.error, b.error),
    ]


def _exp_assembly(out: Floats, b: Buffers) -> list[Step]:
    return [
        apply(np.subtract, b.k, _LOWEST_K, b.k),
        lookup(_FIRST_POWER, b.k, b.work),
        apply(np.multiply, b.error, b.work, b.error),
        lookup(_SECOND_POWER, b.k, b.work),
        apply(np.multiply, b.error, b.work, out),
    ]


def _exp_exceptions(x: Floats, out: Floats, b: Buffers) -> list[Step]:
    """Record what fdlibm and V8 treat apart: tiny arguments, exp(1), overflow and underflow."""
    return [
        apply(np.add, x, 1.0, b.work),
        apply(np.less, b.size, TINY, b.mask),
        assign(out, b.work, b.mask),
        apply(np.equal, x, 1.0, b.mask),
        assign(out, float.fromhex("0x1.5bf0a8b145769p+1"), b.mask),
        apply(np.greater, x, _OVERFLOW, b.mask),
        assign(out, np.inf, b.mask),
        apply(np.less, x, _UNDERFLOW, b.mask),
        assign(out, 0.0, b.mask),
    ]
