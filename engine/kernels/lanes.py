"""Eight doubles in one vector register, as a value of compiled code.

LLVM turns a plain loop into vector instructions only if it can prove that nothing overlaps; here they are written out,
so the speed does not hang on a guess. A processor with narrower registers takes two or four for one value. No
operation carries a flag that would let LLVM fuse or reorder anything: each lane is computed as IEEE 754 says.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, overload, register_model

LANES = 8
Lanes: TypeAlias = Any  # what compiled code computes with: it exists in registers only, never in Python

_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_BITS = ir.VectorType(ir.IntType(64), LANES)
_FRACTION_BITS = 52
_EXPONENT_SHIFT = 2.0**52 + 1023  # what added to a whole number puts its exponent bits lowest


class LanesType(types.Type):
    """The type of such values in compiled code."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


_LANES = LanesType()


def _emitted(function: Callable[..., Any]) -> Any:
    """Make a function of compiled code from one that says its type and generates its instructions."""
    return intrinsic(function)


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)  # type: ignore[no-untyped-call]


def _spread(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Give a value as lanes: a number goes into all eight."""
    if kind == _LANES:
        return value
    number = context.cast(builder, value, kind, types.float64)
    first = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    places = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, ir.Constant(_VECTOR, ir.Undefined), places)


def _elementwise(emit: Callable[..., Any]) -> Callable[[Any, Any, Sequence[Any], Sequence[Any]], Any]:
    """Make the code generator of an operation on lanes from `emit(builder, *vectors)`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
        pairs = zip(signature.args, arguments, strict=True)
        return emit(builder, *(_spread(context, builder, kind, value) for kind, value in pairs))

    return generate


def _call(name: str) -> Callable[..., Any]:
    def emit(builder: Any, *vectors: Any) -> Any:
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * len(vectors))
        return builder.call(builder.module.declare_intrinsic(f"{name}.v{LANES}f64", (), kind), vectors)

    return emit


def _define_operator(symbol: Callable[[Any, Any], Any], emit: Callable[..., Any]) -> None:
    """Let compiled code write `a + b` and the like for lanes and plain numbers."""

    @_emitted
    def operate(typing: Any, left: Any, right: Any) -> Any:
        return _LANES(left, right), _elementwise(emit)

    @overload(symbol, strict=False)
    def choose(left: Any, right: Any) -> Any:
        return (lambda left, right: operate(left, right)) if _LANES in (left, right) else None


for _symbol, _emit in (
    (operator.add, lambda builder, left, right: builder.fadd(left, right)),
    (operator.sub, lambda builder, left, right: builder.fsub(left, right)),
    (operator.mul, lambda builder, left, right: builder.fmul(left, right)),
    (operator.truediv, lambda builder, left, right: builder.fdiv(left, right)),
):
    _define_operator(_symbol, _emit)


@_emitted
def spread(typing: Any, number: Any) -> Any:
    """Give a number in all lanes."""
    return _LANES(number), _elementwise(lambda builder, vector: vector)


@_emitted
def absolute(typing: Any, x: Any) -> Any:
    """Give |x|."""
    return _LANES(x), _elementwise(_call("llvm.fabs"))


@_emitted
def truncate(typing: Any, x: Any) -> Any:
    """Cut fractions off."""
    return _LANES(x), _elementwise(_call("llvm.trunc"))


@_emitted
def with_sign(typing: Any, x: Any, sign: Any) -> Any:
    """Give |x| with the sign of another value."""
    return _LANES(x, sign), _elementwise(_call("llvm.copysign"))


@_emitted
def where_less(typing: Any, left: Any, right: Any, then: Any, otherwise: Any) -> Any:
    """Choose lane by lane: `then` if left < right, else (for NaN, too) `otherwise`."""
    return _LANES(left, right, then, otherwise), _elementwise(_choose("<"))


@_emitted
def where_at_most(typing: Any, left: Any, right: Any, then: Any, otherwise: Any) -> Any:
    """Choose lane by lane: `then` if left <= right, else (for NaN, too) `otherwise`."""
    return _LANES(left, right, then, otherwise), _elementwise(_choose("<="))


def _choose(comparison: str) -> Callable[..., Any]:
    def emit(builder: Any, left: Any, right: Any, then: Any, otherwise: Any) -> Any:
        return builder.select(builder.fcmp_ordered(comparison, left, right), then, otherwise)

    return emit


@_emitted
def power_of_two(typing: Any, k: Any) -> Any:
    """Give 2**k for whole k from -1022 to 1023."""

    def emit(builder: Any, k: Any) -> Any:
        shifted = builder.fadd(k, ir.Constant(_VECTOR, [_EXPONENT_SHIFT] * LANES))
        bits = builder.shl(builder.bitcast(shifted, _BITS), ir.Constant(_BITS, [_FRACTION_BITS] * LANES))
        return builder.bitcast(bits, _VECTOR)

    return _LANES(k), _elementwise(emit)


def _address(context: Any, builder: Any, array_type: Any, array: Any, row: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    start = builder.gep(data, [builder.mul(row, ir.Constant(row.type, LANES))])
    return builder.bitcast(start, _VECTOR.as_pointer())


@_emitted
def load(typing: Any, array: Any, row: Any) -> Any:
    """Give array[8 * row : 8 * row + 8] of a contiguous float64 array; nothing is checked."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
        return builder.load(_address(context, builder, signature.args[0], *arguments), align=8)

    return _LANES(array, types.intp), generate


@_emitted
def store(typing: Any, array: Any, row: Any, value: Any) -> Any:
    """Set array[8 * row : 8 * row + 8] of a contiguous float64 array; nothing is checked."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
        array, row, value = arguments
        vector = _spread(context, builder, signature.args[2], value)
        builder.store(vector, _address(context, builder, signature.args[0], array, row), align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate
