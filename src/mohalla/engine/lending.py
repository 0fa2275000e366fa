"""Arrays and numbers handed to compiled code by address.

Numba looks at every array anew at each call: 0.15 us and some 300 bytes of machine code each, for several hundred a
week, though from week to week they are the same arrays in the same place. So an array is lent once: where its data
begin and how long it is are written into a string of bytes, which compiled code reads as it stands. Numbers likewise.

Nothing checks what such code is handed: an array itself, or what was lent to code for other types, ends the process. So
`cpu.lent` is the only place that compiles for these types, and it lends the arguments with it. Beside `unbox` and
`register_model`, which Numba documents for extensions, this file leans on how Numba builds an array; no other does.
"""

from __future__ import annotations

import struct
from typing import Any, Self

import numba
import numpy as np
from llvmlite import ir
from numba.core.datamodel.models import ArrayModel, TupleModel
from numba.core.types.containers import BaseTuple, NamedTuple
from numba.core.types.npytypes import Array
from numba.extending import NativeValue, lower_cast, register_model, unbox
from numba.np.arrayobj import make_array, populate_array

BYTES = np.dtype(np.intp).itemsize
WORD = ir.IntType(8 * BYTES)
REAL = frozenset({float, np.float64, np.float32})


class Lent(bytes):
    """An array or a tuple of numbers as compiled code takes it; whoever holds it keeps what it stands for alive."""

    of: Any

    def __new__(cls, words: bytes, of: Any) -> Self:
        made = super().__new__(cls, words)
        made.of = of
        return made


class LentArray(Array):
    """The type of an array that is lent: in compiled code an array, its data side by side."""

    def __init__(self, dtype: Any, ndim: int, *, readonly: bool) -> None:
        plain = Array(dtype, ndim, "C", readonly=readonly)
        super().__init__(dtype, ndim, "C", readonly=readonly, name=f"lent {plain}")


class LentNumbers(NamedTuple):  # type: ignore[misc]
    """The type of named numbers that are lent."""


register_model(LentArray)(ArrayModel)
register_model(LentNumbers)(TupleModel)


@lower_cast(LentArray, Array)
def _as_any_other(context: Any, builder: Any, lent: LentArray, array: Array, value: Any) -> Any:  # noqa: ARG001
    """Compiled: where it may be either, what is lent and an array of the code's own are of one type."""
    return value


def lend(argument: Any) -> Any:
    """What compiled code takes for an argument: arrays and named numbers by address, all else as it is.

    Raises ValueError for an array whose data do not lie side by side, since only where it begins and its lengths are
    told, for one without dimensions, and for named numbers that are not all real.
    """
    if isinstance(argument, np.ndarray):
        if not argument.flags.c_contiguous or argument.ndim == 0:
            raise ValueError("only an array whose data lie side by side, in rows, can be lent")
        place, lengths = argument.__array_interface__["data"][0], argument.shape
        return Lent(struct.pack(f"{1 + len(lengths)}n", place, *lengths), argument)
    if hasattr(argument, "_fields"):
        if not REAL.issuperset(map(type, argument)):
            raise ValueError(f"only real numbers can be lent: {argument}")
        return Lent(b"".join(np.asarray(number).tobytes() for number in argument), argument)
    return tuple(map(lend, argument)) if isinstance(argument, tuple) else argument


def type_of(argument: Any) -> Any:
    """The type by which code is compiled for an argument that will be lent."""
    known = numba.typeof(argument)
    if isinstance(argument, np.ndarray):
        return LentArray(known.dtype, known.ndim, readonly=not known.mutable)
    if hasattr(argument, "_fields"):
        return LentNumbers(known.types, known.instance_class)
    return BaseTuple.from_types(tuple(map(type_of, argument))) if isinstance(argument, tuple) else known


def _read(code: Any, text: Any, at: int, kind: Any) -> Any:
    """Compiled: the value of this kind that stands so many bytes on in what is lent."""
    place = code.builder.bitcast(code.builder.gep(text, [WORD(at)]), kind.as_pointer())
    return code.builder.load(place, align=1)


@unbox(LentArray)
def _array(kind: LentArray, lent: Any, code: Any) -> NativeValue:
    """Compiled: the array that is lent. It is owned by nobody here: it lives as long as it is lent."""
    text, size = code.pyapi.bytes_as_string(lent), code.context.get_abi_sizeof(code.context.get_data_type(kind.dtype))
    data, *shape = (_read(code, text, BYTES * place, WORD) for place in range(1 + kind.ndim))
    steps = [WORD(size)]
    for length in reversed(shape[1:]):
        steps.insert(0, code.builder.mul(steps[0], length))
    array = make_array(kind)(code.context, code.builder)
    data = code.builder.inttoptr(data, array.data.type)
    populate_array(array, data=data, shape=shape, strides=steps, itemsize=WORD(size), meminfo=None)
    return NativeValue(array._getvalue())  # noqa: SLF001 - Numba's own way


@unbox(LentNumbers)
def _numbers(kind: LentNumbers, lent: Any, code: Any) -> NativeValue:
    """Compiled: the named numbers that are lent."""
    text, at, numbers = code.pyapi.bytes_as_string(lent), 0, []
    for one in map(code.context.get_data_type, kind.types):
        numbers.append(_read(code, text, at, one))
        at += code.context.get_abi_sizeof(one)
    return NativeValue(code.context.make_tuple(code.builder, kind, numbers))
