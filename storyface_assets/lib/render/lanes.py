"""Eight numbers written at a time.

The compiler unrolls a loop over so few before it looks for vector instructions, and then finds
none: eight stores of one number each. These functions say outright what is meant. On processors
without eight lanes LLVM splits them.
"""

# mypy: disable-error-code="no-untyped-def"

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

#: Numbers written at a time.
LANES = 8


def _splat(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    vector = ir.VectorType(value.type, LANES)
    index = ir.Constant(ir.IntType(32), 0)
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), value, index)
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), zeros)


def _store(context: Any, builder: ir.IRBuilder, array: Any, index: ir.Value, vector: Any) -> None:
    place = builder.gep(array.data, [index])
    pointer = builder.bitcast(place, vector.type.as_pointer())
    builder.store(vector, pointer, align=4)


@intrinsic
def store_ramp(typing, array, index, start, slope):  # noqa: ARG001
    """``array[index + n] = start + n · slope`` for n from 0 to 7, float32, index unsigned."""
    signature = types.void(array, types.uint64, types.float32, types.float32)

    def generate(context, builder, signature, arguments):
        array, index, start, slope = arguments
        array = context.make_array(signature.args[0])(context, builder, array)
        steps = ir.Constant(ir.VectorType(ir.FloatType(), LANES), [float(n) for n in range(LANES)])
        risen = builder.fmul(_splat(builder, slope), steps, flags=("fast",))
        ramp = builder.fadd(_splat(builder, start), risen, flags=("fast",))
        _store(context, builder, array, index, ramp)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def store_same(typing, array, index, value):  # noqa: ARG001
    """``array[index + n] = value`` for n from 0 to 7, int32, index unsigned."""
    signature = types.void(array, types.uint64, types.int32)

    def generate(context, builder, signature, arguments):
        array, index, value = arguments
        array = context.make_array(signature.args[0])(context, builder, array)
        _store(context, builder, array, index, _splat(builder, value))
        return context.get_dummy_value()

    return signature, generate
