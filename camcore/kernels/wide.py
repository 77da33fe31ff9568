"""Several float32 numbers at a time: what the compiler does not find by itself in short rows."""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 8
"""Numbers that are handled together; rows are padded by as many."""

_ROW = ir.VectorType(ir.FloatType(), LANES)


def _add_scaled(typing: Any, to: Any, at: Any, factor: Any, of: Any, start: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        target, at_, factor_, source, start_ = arguments
        pointer = _row(context, builder, sig.args[0], target, at_)
        more = builder.load(_row(context, builder, sig.args[3], source, start_), align=4)
        values = builder.load(pointer, align=4)
        builder.store(builder.fadd(values, builder.fmul(more, _spread(builder, factor_))), pointer, align=4)
        return context.get_dummy_value()

    return types.void(to, types.intp, types.float32, of, types.intp), generate


def _any_below(typing: Any, of: Any, start: Any, limit: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        source, start_, limit_ = arguments
        values = builder.load(_row(context, builder, sig.args[0], source, start_), align=4)
        below = builder.fcmp_ordered("<", values, _spread(builder, limit_))
        bits = builder.bitcast(below, ir.IntType(LANES))
        return builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(LANES), 0))

    return types.boolean(of, types.intp, types.float32), generate


def _row(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """Pointer to LANES numbers of an array."""
    first = builder.gep(context.make_array(kind)(context, builder, array).data, [index])
    return builder.bitcast(first, _ROW.as_pointer())


def _spread(builder: Any, value: Any) -> Any:
    """A row of which all numbers are `value`."""
    row = ir.Constant(_ROW, ir.Undefined)
    for lane in range(LANES):
        row = builder.insert_element(row, value, ir.Constant(ir.IntType(32), lane))
    return row


add_scaled = cast(Callable[[Any, int, Any, Any, int], None], intrinsic(_add_scaled))
"""``add_scaled(to, at, factor, of, start)``: ``to[at:at + LANES] += factor * of[start:start + LANES]``, float32.

It does not look at the arrays' ends."""
any_below = cast(Callable[[Any, int, Any], bool], intrinsic(_any_below))
"""``any_below(of, start, limit)``: whether any of ``of[start:start + LANES]``, float32, is less than `limit`."""
