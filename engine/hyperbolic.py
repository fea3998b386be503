"""tanh as recorded steps: where most of the time of a training goes.

Source and rules as in `engine.exponentials`.
"""

import numpy as np

from engine.exponentials import HALF_LN2, INVERSE_LN2, LN2_HIGH, LN2_LOW, TINY, Buffers, Scratch, polynomial
from engine.steps import Floats, Step, apply, assign, assign_smaller, lookup

# The coefficients of fdlibm's approximation, highest power first.
_EXPM1 = (-2.01099218183624371326e-07, 4.00821782732936239552e-06, -7.93650757867487942473e-05,
          1.58730158725481460165e-03, -3.33333333333331316428e-02, 1.0)  # fmt: skip

# tanh(x) is 1 - 2 / (E + 2) with E = expm1(2|x|) from |x| = 1 on, below it is -E / (E + 2) with E = expm1(-2|x|),
# and then it takes the sign of x. So k is -3 to 0 or 3 to 56: from 19.4 on tanh is 1 to the last bit.
_LARGEST = 19.4
_FIRST_K, _LAST_K = -3, 56
_SIDE = np.array([-2.0, 2.0])  # looked up by the whole part of |x|: below 1, and from 1 on
_ROUNDING = np.array([-0.5, 0.5])


def _expm1_tables() -> tuple[Floats, ...]:
    """Tabulate by k how fdlibm puts expm1 together: ((argument - (error + late)) + early) * scale + shift."""
    late, early, scale, shift = np.zeros((4, _LAST_K - _FIRST_K + 1))
    for row, k in enumerate(range(_FIRST_K, _LAST_K + 1)):
        scale[row] = 2.0**k
        if k <= -2:
            early[row], shift[row] = 1.0, -1.0
        elif k == -1:
            shift[row] = -0.5
        elif 0 < k < 20:
            early[row] = 1.0 - 2.0**-k
        elif k >= 20:
            late[row], early[row] = 2.0**-k, 1.0
    return late, early, scale, shift


_LATE, _EARLY, _SCALE, _SHIFT = _expm1_tables()
_K = np.arange(_FIRST_K, _LAST_K + 1, dtype=np.float64)
_K_LN2_HIGH, _K_LN2_LOW = _K * LN2_HIGH, _K * LN2_LOW
_ONE_IF_LARGE = np.where(_K > 0, 1.0, 0.0)


def tanh_steps(x: Floats, out: Floats, scratch: Scratch) -> list[Step]:
    """Record `out = tanh(x)`, bit for bit for every double; two arrays of one shape that don't overlap.

    Run the steps with numpy's warning for invalid values off.
    """
    b = scratch.shaped(x.shape)
    expm1 = [*_expm1_reduction(b), *_expm1_error(b), *_expm1_assembly(b)]
    return [*_tanh_argument(x, b), *expm1, *_tanh_assembly(x, out, b)]


def _tanh_argument(x: Floats, b: Buffers) -> list[Step]:
    """Record |x|, 2|x| or -2|x|, and k as a row of the tables (any row for NaN)."""
    return [
        apply(np.absolute, x, b.size),
        assign_smaller(b.size, _LARGEST),
        assign(b.k, b.size),
        lookup(_SIDE, b.k, b.argument),
        apply(np.multiply, b.argument, b.size, b.argument),
        lookup(_ROUNDING, b.k, b.half),
        apply(np.multiply, b.argument, INVERSE_LN2, b.work),
        apply(np.add, b.work, b.half, b.work),
        assign(b.k, b.work),
        apply(np.less, b.size, HALF_LN2 / 2, b.mask),
        assign(b.k, 0, b.mask),
        apply(np.subtract, b.k, _FIRST_K, b.k),
    ]


def _expm1_reduction(b: Buffers) -> list[Step]:
    """Record argument - k ln 2 in two parts, the second one the correction."""
    return [
        lookup(_K_LN2_HIGH, b.k, b.work),
        lookup(_K_LN2_LOW, b.k, b.correction),
        apply(np.subtract, b.argument, b.work, b.work),
        apply(np.subtract, b.work, b.correction, b.argument),
        apply(np.subtract, b.work, b.argument, b.work),
        apply(np.subtract, b.work, b.correction, b.correction),
    ]


def _expm1_error(b: Buffers) -> list[Step]:
    """Record how far expm1 of the reduced argument is below it."""
    return [
        apply(np.multiply, b.argument, 0.5, b.half),
        apply(np.multiply, b.argument, b.half, b.square),
        *polynomial(_EXPM1, b.square, b.error),
        apply(np.multiply, b.error, b.half, b.work),
        apply(np.subtract, 3.0, b.work, b.work),
        apply(np.subtract, b.error, b.work, b.error),
        apply(np.multiply, b.argument, b.work, b.work),
        apply(np.subtract, 6.0, b.work, b.work),
        apply(np.divide, b.error, b.work, b.error),
        apply(np.multiply, b.square, b.error, b.error),
        apply(np.subtract, b.error, b.correction, b.error),
        apply(np.multiply, b.argument, b.error, b.error),
        apply(np.subtract, b.error, b.correction, b.error),
        apply(np.subtract, b.error, b.square, b.error),
    ]


def _expm1_assembly(b: Buffers) -> list[Step]:
    """Record expm1 itself; it replaces the error."""
    return [
        lookup(_LATE, b.k, b.work),
        apply(np.add, b.error, b.work, b.error),
        apply(np.subtract, b.argument, b.error, b.error),
        lookup(_EARLY, b.k, b.work),
        apply(np.add, b.error, b.work, b.error),
        lookup(_SCALE, b.k, b.work),
        apply(np.multiply, b.error, b.work, b.error),
        lookup(_SHIFT, b.k, b.work),
        apply(np.add, b.error, b.work, b.error),
    ]


def _tanh_assembly(x: Floats, out: Floats, b: Buffers) -> list[Step]:
    """Record tanh from expm1."""
    return [
        apply(np.add, b.error, 2.0, b.work),
        apply(np.greater_equal, b.size, 1.0, b.mask),
        assign(b.error, 2.0, b.mask),
        apply(np.divide, b.error, b.work, b.error),
        lookup(_ONE_IF_LARGE, b.k, b.work),
        apply(np.subtract, b.work, b.error, b.error),
        apply(np.copysign, b.error, x, out),
        apply(np.less, b.size, TINY, b.mask),
        assign(out, x, b.mask),
    ]
