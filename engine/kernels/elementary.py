"""tanh, exp and the activations for eight values at once, bit for bit and without a branch.

Source: the algorithms of fdlibm 5.3 with V8's two differences, as in `engine.exponentials`; what is looked up there in
tables is computed here from k, the nearest whole multiple of ln 2, by choosing lane by lane.
"""

import math

from engine.exponentials import HALF_LN2, INVERSE_LN2, LN2_HIGH, LN2_LOW, TINY
from engine.kernels.compiling import inlined
from engine.kernels.lanes import (
    Lanes,
    absolute,
    power_of_two,
    spread,
    truncate,
    where_at_most,
    where_less,
    with_sign,
)

LINEAR, RELU, TANH, SIGMOID = range(4)
ACTIVATION_CODES = {"linear": LINEAR, "relu": RELU, "tanh": TANH, "sigmoid": SIGMOID}

_ONE_FROM = 19.4  # from here on tanh is 1 to the last bit
_HALF_OF_HALF_LN2 = HALF_LN2 / 2
_EXP_OF_1 = float.fromhex("0x1.5bf0a8b145769p+1")
_OVERFLOW, _UNDERFLOW = 7.09782712893383973096e02, -7.45133219101941108420e02
_INFINITY = math.inf


@inlined
def tanh(x: Lanes) -> Lanes:
    """Give 1 - 2 / (E + 2) with E = expm1(2|x|) from |x| = 1 on, below -E / (E + 2) with E = expm1(-2|x|)."""
    size = absolute(x)
    bounded = where_less(size, _ONE_FROM, size, _ONE_FROM)  # also for NaN
    argument = where_less(bounded, 1.0, -2.0, 2.0) * bounded
    k = truncate(argument * INVERSE_LN2 + where_less(bounded, 1.0, -0.5, 0.5))
    k = where_less(bounded, _HALF_OF_HALF_LN2, 0.0, k)
    expm1 = _expm1(argument, k)
    share = where_less(bounded, 1.0, expm1, 2.0) / (expm1 + 2.0)
    result = with_sign(where_less(bounded, 1.0, 0.0, 1.0) - share, x)
    return where_at_most(TINY, size, result, x)  # NaN stays itself


@inlined
def _expm1(argument: Lanes, k: Lanes) -> Lanes:
    """Give expm1 for k of -3 to 0 or 3 to 56."""
    upper = argument - k * LN2_HIGH
    lower = k * LN2_LOW
    reduced = upper - lower
    error = _expm1_error(reduced, (upper - reduced) - lower)
    inverse = power_of_two(0.0 - k)
    # fdlibm's five ways to put it together, as ((reduced - (error + late)) + early) * 2**k + shift
    late = where_less(k, 20.0, 0.0, inverse)
    early = where_less(k, 20.0, 1.0 - inverse, 1.0)
    early = where_less(k, 1.0, where_less(k, -1.0, 1.0, 0.0), early)
    shift = where_less(k, 0.0, where_less(k, -1.0, -1.0, -0.5), 0.0)
    return ((reduced - (error + late)) + early) * power_of_two(k) + shift


@inlined
def _expm1_error(reduced: Lanes, correction: Lanes) -> Lanes:
    """Give how far expm1 of the reduced argument is below it."""
    half = reduced * 0.5
    square = reduced * half
    series = square * -2.01099218183624371326e-07 + 4.00821782732936239552e-06
    series = series * square + -7.93650757867487942473e-05
    series = series * square + 1.58730158725481460165e-03
    series = series * square + -3.33333333333331316428e-02
    series = series * square + 1.0
    rest = 3.0 - series * half
    error = square * ((series - rest) / (6.0 - reduced * rest))
    return (reduced * (error - correction) - correction) - square


@inlined
def exp(x: Lanes) -> Lanes:
    """Scale exp of what is left of x beyond k ln 2 by 2**k, in two factors: 2**1024 is no double."""
    bounded = where_less(x, 710.0, x, 710.0)  # also for NaN
    bounded = where_less(-746.0, bounded, bounded, -746.0)
    k = truncate(bounded * INVERSE_LN2 + with_sign(0.5, bounded))
    k = where_less(absolute(bounded), HALF_LN2, 0.0, k)
    rest = where_less(k, -1021.0, -1000.0, where_less(1023.0, k, k - 1023.0, 0.0))
    result = _exp_reduced(bounded, k) * power_of_two(k - rest) * power_of_two(rest)
    result = where_less(absolute(x), TINY, x + 1.0, result)
    result = where_at_most(1.0, x, where_at_most(x, 1.0, _EXP_OF_1, result), result)
    result = where_less(_OVERFLOW, x, _INFINITY, result)
    result = where_less(x, _UNDERFLOW, 0.0, result)
    return where_at_most(x, _INFINITY, result, x)  # NaN stays itself


@inlined
def _exp_reduced(x: Lanes, k: Lanes) -> Lanes:
    upper = x - k * LN2_HIGH
    lower = k * LN2_LOW
    reduced = upper - lower
    square = reduced * reduced
    series = square * 4.13813679705723846039e-08 + -1.65339022054652515390e-06
    series = series * square + 6.61375632143793436117e-05
    series = series * square + -2.77777777770155933842e-03
    series = series * square + 1.66666666666666019037e-01
    rest = reduced - square * series
    return 1.0 - ((lower - (reduced * rest) / (2.0 - rest)) - upper)


@inlined
def activate(code: int, total: Lanes) -> Lanes:
    """Give what a neuron answers."""
    if code == TANH:
        return tanh(total)
    if code == RELU:
        return where_at_most(total, 0.0, 0.0, total)  # NaN stays
    if code == SIGMOID:
        return 1.0 / (exp(0.0 - total) + 1.0)
    return total


@inlined
def times_slope(code: int, value: Lanes, error: Lanes) -> Lanes:
    """Give error times the activation's derivative, which follows from the activation's value."""
    if code == TANH:
        return error * (1.0 - value * value)
    if code == RELU:
        return error * where_at_most(value, 0.0, spread(0.0), 1.0)  # for NaN it is 1
    if code == SIGMOID:
        return error * ((1.0 - value) * value)
    return error
