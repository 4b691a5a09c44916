"""Eight numbers at a time, said outright.

The compiler unrolls a loop over eight before it looks for vector instructions, and then finds
none. So kernels whose natural width is eight (the samples of a pixel, a short run of a row) use
these types. They exist only inside kernels; on processors with narrower vectors LLVM splits them.
"""

# mypy: disable-error-code="no-untyped-def"

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic as numba_intrinsic
from numba.extending import lower_builtin, models, register_model

#: Numbers handled at a time.
LANES = 8
#: Its results are called without the typing context, which its own types do not tell.
intrinsic: Any = numba_intrinsic
_INT = ir.IntType(32)
_FAST = ("fast",)


class _Floats(types.Type):
    """Eight float32."""


class _Ints(types.Type):
    """Eight int32."""


class _Masks(types.Type):
    """Eight truth values."""


_FLOATS, _INTS, _MASKS = _Floats("floats8"), _Ints("ints8"), _Masks("masks8")
_ELEMENTS = {_Floats: ir.FloatType(), _Ints: _INT, _Masks: ir.IntType(1)}


def _register(kind: type[types.Type], element: ir.Type) -> None:
    class Model(models.PrimitiveModel):
        def __init__(self, manager: Any, numba_type: types.Type) -> None:
            super().__init__(manager, numba_type, ir.VectorType(element, LANES))

    register_model(kind)(Model)


def _operator(function: Any, result: types.Type, operand: types.Type, emit: Callable) -> None:
    @infer_global(function)
    class Template(ConcreteTemplate):
        cases = [signature(result, operand, operand)]  # noqa: RUF012

    @lower_builtin(function, operand, operand)
    def lower(context, builder, signature, arguments):  # noqa: ARG001
        return emit(builder, *arguments)


for _kind, _element in _ELEMENTS.items():
    _register(_kind, _element)
_operator(operator.add, _FLOATS, _FLOATS, lambda b, x, y: b.fadd(x, y, flags=_FAST))
_operator(operator.sub, _FLOATS, _FLOATS, lambda b, x, y: b.fsub(x, y, flags=_FAST))
_operator(operator.mul, _FLOATS, _FLOATS, lambda b, x, y: b.fmul(x, y, flags=_FAST))
_operator(operator.gt, _MASKS, _FLOATS, lambda b, x, y: b.fcmp_ordered(">", x, y))
_operator(operator.ge, _MASKS, _FLOATS, lambda b, x, y: b.fcmp_ordered(">=", x, y))
_operator(operator.and_, _MASKS, _MASKS, lambda b, x, y: b.and_(x, y))


def _splat(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    vector = ir.VectorType(value.type, LANES)
    nothing = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(_INT, 0))
    zeros = ir.Constant(ir.VectorType(_INT, LANES), [0] * LANES)
    return builder.shuffle_vector(first, nothing, zeros)


def _place(context, builder, array_type, array, index, vector):
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), vector.as_pointer())


def _of(element: types.Type) -> types.Type:
    return _FLOATS if element == types.float32 else _INTS


@intrinsic
def ramp(typing):  # noqa: ARG001
    """0.0, 1.0, … 7.0."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        steps = [float(n) for n in range(LANES)]
        return ir.Constant(ir.VectorType(ir.FloatType(), LANES), steps)

    return signature(_FLOATS), generate


@intrinsic
def spread(typing, value):  # noqa: ARG001
    """The same number (float32 or int32) in all lanes."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        return _splat(builder, arguments[0])

    return signature(_of(value), value), generate


@intrinsic
def load(typing, array, index):  # noqa: ARG001
    """``array[index : index + 8]`` of a flat, contiguous array; the index is unsigned."""
    kind = _of(array.dtype)

    def generate(context, builder, signature, arguments):
        vector = ir.VectorType(_ELEMENTS[type(kind)], LANES)
        array, index = arguments
        place = _place(context, builder, signature.args[0], array, index, vector)
        return builder.load(place, align=4)

    return signature(kind, array, types.uint64), generate


@intrinsic
def store(typing, array, index, lanes):  # noqa: ARG001
    """``array[index : index + 8] = lanes``, likewise."""

    def generate(context, builder, signature, arguments):
        array, index, lanes = arguments
        place = _place(context, builder, signature.args[0], array, index, lanes.type)
        builder.store(lanes, place, align=4)
        return context.get_dummy_value()

    return signature(types.void, array, types.uint64, lanes), generate


@intrinsic
def least(typing, left, right):  # noqa: ARG001
    """The smaller of each pair."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        left, right = arguments
        return builder.select(builder.fcmp_ordered("<", left, right), left, right)

    return signature(_FLOATS, left, right), generate


@intrinsic
def most(typing, left, right):  # noqa: ARG001
    """The larger of each pair."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        left, right = arguments
        compare = builder.fcmp_ordered if signature.args[0] == _FLOATS else builder.icmp_signed
        return builder.select(compare(">", left, right), left, right)

    return signature(left, left, right), generate


@intrinsic
def choose(typing, mask, yes, no):  # noqa: ARG001
    """Lanes of ``yes`` where the mask is true, else of ``no``."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        return builder.select(*arguments)

    return signature(yes, mask, yes, no), generate


@intrinsic
def bits(typing, mask):  # noqa: ARG001
    """The mask as a number: bit n is lane n."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        byte = builder.bitcast(arguments[0], ir.IntType(LANES))
        return builder.zext(byte, ir.IntType(64))

    return signature(types.uint64, mask), generate


@intrinsic
def lowest_bit(typing, number):  # noqa: ARG001
    """Place of the lowest 1 of a uint64 that is not 0."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return signature(types.uint64, types.uint64), generate


@intrinsic
def prefetch(typing, array, index):  # noqa: ARG001
    """Have ``array[index]`` of a flat array brought near: it will be wanted soon."""

    def generate(context, builder, signature, arguments):
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, _INT, _INT, _INT])
        function = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        array, index = arguments
        data = context.make_array(signature.args[0])(context, builder, array).data
        place = builder.bitcast(builder.gep(data, [index]), byte)
        # To be written, used more than once, data.
        builder.call(function, [place, _INT(1), _INT(3), _INT(1)])
        return context.get_dummy_value()

    return signature(types.void, array, types.uint64), generate
