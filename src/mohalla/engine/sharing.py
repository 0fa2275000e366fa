"""Work that all cores share: whoever is free begins what nobody has begun yet.

A neighbour on the machine, or a part of the city that takes longer, would let every core wait for one if each had its
own half. So each begins with a stretch of its own (what is read in order is read ahead of its use) and then goes on
with what the others have not come to. Who does which changes no bit, as long as nothing that is done reads what another
writes. Numba has no word for "look and mark at once": this file alone leans on how it builds code for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from mohalla.draw import rule
from mohalla.state import Array


@intrinsic
def _mark(typing: Any, marks: Any, place: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ARG001
    """Compiled: put 1 where it is 0 or 1 and return what it was, so that of several cores one alone finds 0."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = make_array(signature.args[0])(context, builder, arguments[0]).data
        word = context.get_value_type(signature.return_type)
        return builder.atomic_rmw("xchg", builder.gep(data, [arguments[1]]), ir.Constant(word, 1), "monotonic")

    return marks.dtype(marks, types.intp), code


@rule
def found(look: int, things: int, cores: int, begun: Array) -> int:
    """What is to be done at one of `cores * things` looks: the number of a thing that nobody has begun, or -1.

    Of the looks each core is given as many in a row as there are things, from a first thing of its own on. Should there
    be fewer cores than was thought, or more, everything is done once all the same.
    """
    thing = (look // things * things // cores + look) % things
    return thing if begun[thing] == 0 and _mark(begun, thing) == 0 else -1
