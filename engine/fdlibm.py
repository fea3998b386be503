"""Elementary functions with the bits of fdlibm 5.3, as V8 has them; float64 arrays of any shape in and out.

Source: the published algorithms of fdlibm 5.3 (Sun Microsystems, 1993). Only IEEE 754's basic operations are used, in
fdlibm's order. No errors are raised and no warnings given: NaN and what has no result give NaN.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.exponentials import LN2_HIGH, LN2_LOW, Scratch, exp_steps
from engine.hyperbolic import tanh_steps
from engine.steps import Floats, Step, run

_CHUNK = 4096  # values at a time: the buffers stay in the processor's cache


def tanh(x: ArrayLike) -> Floats:
    """Hyperbolic tangent."""
    return _recorded(tanh_steps, x)


def exp(x: ArrayLike) -> Floats:
    """Exponential function; 0 below -745.13, infinity above 709.78."""
    return _recorded(exp_steps, x)


def _recorded(record: Callable[[Floats, Floats, Scratch], list[Step]], x: ArrayLike) -> Floats:
    values = np.ascontiguousarray(x, dtype=np.float64)
    out = np.empty_like(values)
    flat, flat_out = values.reshape(-1), out.reshape(-1)
    scratch = Scratch(min(flat.size, _CHUNK))
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, _CHUNK):
            run(record(flat[start : start + _CHUNK], flat_out[start : start + _CHUNK], scratch))
    return out.reshape(np.shape(x))


def _upper(x: Floats) -> NDArray[np.int64]:
    """Give the upper 32 bits of each double, without the sign: fdlibm decides by them."""
    return (x.view(np.int64) >> 32) & 0x7FFFFFFF


def _power_sum(coefficients: tuple[float, ...], variable: Floats) -> Floats:
    """Horner's rule, highest power first."""
    total = np.full_like(variable, coefficients[0])
    for coefficient in coefficients[1:]:
        total = coefficient + variable * total
    return total


# --- logarithm: x = 2**k (1 + f) with sqrt(2)/2 < 1 + f < sqrt(2) ---

_LOG_EVEN = (1.531383769920937332e-01, 2.222219843214978396e-01, 3.999999999940941908e-01)
_LOG_ODD = (1.479819860511658591e-01, 1.818357216161805012e-01, 2.857142874366239149e-01, 6.666666666666735130e-01)


def log(x: ArrayLike) -> Floats:
    """Natural logarithm; -infinity at 0, NaN below."""
    values = np.array(x, dtype=np.float64, ndmin=1)
    with np.errstate(all="ignore"):
        out = _log_positive(values)
        out = np.where(values == 0, -np.inf, np.where(values < 0, np.nan, out))
        out = np.where(np.isposinf(values) | np.isnan(values), values, out)
    return out.reshape(np.shape(x))


def _log_positive(x: Floats) -> Floats:
    subnormal = x < 2.0**-1022
    bits = np.where(subnormal, x * 2.0**54, x).view(np.int64)
    fraction = (bits >> 32) & 0xFFFFF
    carry = (fraction + 0x95F64) & 0x100000  # set from sqrt(2) on: then half of x, and one more for k
    k = ((bits >> 52) & 0x7FF) - 1023 + (carry >> 20) - np.where(subnormal, 54, 0)
    f = ((bits & 0x000FFFFFFFFFFFFF) | ((carry ^ 0x3FF00000) << 32)).view(np.float64) - 1.0
    high, low = k * LN2_HIGH, k * LN2_LOW
    near_one = ((fraction + 2) & 0xFFFFF) < 3
    return np.where(near_one, _log_near_one(f, k, high, low), _log_general(f, k, high, low, fraction))


def _log_near_one(f: Floats, k: NDArray[np.int64], high: Floats, low: Floats) -> Floats:
    rest = f * f * (0.5 - 0.33333333333333333 * f)
    by_parts = np.where(k == 0, f - rest, high - ((rest - low) - f))
    return np.where(f == 0, high + low, by_parts)


def _log_general(f: Floats, k: NDArray[np.int64], high: Floats, low: Floats, fraction: NDArray[np.int64]) -> Floats:
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    series = z * _power_sum(_LOG_ODD, w) + w * _power_sum(_LOG_EVEN, w)
    half_square = 0.5 * f * f
    middle = s * (half_square + series)
    inside = np.where(k == 0, f - (half_square - middle), high - ((half_square - (middle + low)) - f))
    product = s * (f - series)
    outside = np.where(k == 0, f - product, high - ((product - low) - f))
    return np.where(((fraction - 0x6147A) | (0x6B851 - fraction)) > 0, inside, outside)


# --- sine and cosine: |x| = n pi/2 + (near + rest), near within pi/4 of 0 ---

_PI_2 = tuple(  # pi/2 cut after 33, 66 and 99 bits: the piece, and all that is left after it
    (float.fromhex(piece), float.fromhex(left))
    for piece, left in (
        ("0x1.921fb54400000p+0", "0x1.0b4611a626331p-34"),
        ("0x1.0b4611a600000p-34", "0x1.3198a2e037073p-69"),
        ("0x1.3198a2e000000p-69", "0x1.b839a252049c1p-104"),
    )
)
_INVERSE_PI_2 = float.fromhex("0x1.45f306dc9c883p-1")
_LARGEST = 2.0**19 * (np.pi / 2)
_UPPER_QUARTER_PI, _UPPER_HALF_PI, _UPPER_THREE_QUARTERS_PI = 0x3FE921FB, 0x3FF921FB, 0x4002D97C
_UPPER_MULTIPLES = _upper(np.arange(32, dtype=np.float64) * (np.pi / 2))

_SIN = (1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06,
        -1.98412698298579493134e-04, 8.33333333332248946124e-03)  # fmt: skip
_SIN_CUBE = -1.66666666666666324348e-01
_COS = (-1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07,
        2.48015872894767294178e-05, -1.38888888888741095749e-03, 4.16666666666666019037e-02)  # fmt: skip


def sin(x: ArrayLike) -> Floats:
    """Sine; NaN from 2**19 pi/2 on (the Playground needs it up to about 15)."""
    values = np.array(x, dtype=np.float64, ndmin=1)
    out = _by_quadrant(np.abs(values), 0)
    return np.where(np.signbit(values), -out, out).reshape(np.shape(x))


def cos(x: ArrayLike) -> Floats:
    """Cosine; NaN from 2**19 pi/2 on (the Playground needs it up to about 15)."""
    return _by_quadrant(np.abs(np.array(x, dtype=np.float64, ndmin=1)), 1).reshape(np.shape(x))


def _by_quadrant(size: Floats, turn: int) -> Floats:
    """Sine of `size` after `turn` further quarter turns."""
    with np.errstate(all="ignore"):
        size = np.where(size <= _LARGEST, size, np.nan)
        n, near, rest = _reduce(size)
        sine, cosine = _kernel_sin(near, rest, n == 0), _kernel_cos(near, rest)
    quadrant = (n + turn) & 3
    out = np.where(quadrant & 1, cosine, sine)
    return np.where(quadrant & 2, -out, out)


def _reduce(size: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Take the nearest multiple of pi/2 away, with as many pieces of it as cancellation calls for."""
    upper = _upper(size)
    turns = np.floor(np.where(np.isnan(size), 0.0, size) * _INVERSE_PI_2 + 0.5)
    turns = np.where(upper <= _UPPER_QUARTER_PI, 0.0, np.where(upper < _UPPER_THREE_QUARTERS_PI, 1.0, turns))
    n = turns.astype(np.int64)
    left = size - turns * _PI_2[0][0]
    below = turns * _PI_2[0][1]
    by_hand = (n < 32) & (upper != _UPPER_MULTIPLES[np.minimum(n, 31)])  # not near a multiple: 33 bits and rest do
    for bits, (piece, rest) in zip((16, 49), _PI_2[1:], strict=True):
        cancelled = (upper >> 20) - (_upper(left - below) >> 20) > bits
        again = cancelled & ~by_hand & (upper >= _UPPER_THREE_QUARTERS_PI)
        finer = left - turns * piece
        below = np.where(again, turns * rest - ((left - finer) - turns * piece), below)
        left = np.where(again, finer, left)
    close = (n == 1) & (upper == _UPPER_HALF_PI)  # fdlibm has its own, shorter way here
    left = np.where(close, (size - _PI_2[0][0]) - _PI_2[1][0], left)
    below = np.where(close, _PI_2[1][1], below)
    near = left - below
    return n, near, (left - near) - below


def _kernel_sin(x: Floats, rest: Floats, is_whole: NDArray[np.bool_]) -> Floats:
    z = x * x
    v = z * x
    r = _power_sum(_SIN, z)
    in_parts = x - ((z * (0.5 * rest - v * r) - rest) - v * _SIN_CUBE)
    out = np.where(is_whole, x + v * (_SIN_CUBE + z * r), in_parts)
    return np.where(np.abs(x) < 2.0**-27, x, out)  # fdlibm leaves out even the rest here


def _kernel_cos(x: Floats, rest: Floats) -> Floats:
    upper = _upper(x)
    z = x * x
    r = z * _power_sum(_COS, z)
    quarter = ((upper - 0x00200000) << 32).view(np.float64)  # about x/4, so that 1 - quarter is exact
    quarter = np.where(upper > 0x3FE90000, 0.28125, np.where(upper < 0x3FD33333, 0.0, quarter))
    return (1.0 - quarter) - ((0.5 * z - quarter) - (z * r - x * rest))
