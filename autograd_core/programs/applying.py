"""One operation of an expression as lines of a program."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_core.programs.errors import NoFormError
from autograd_core.programs.line_forms import LINE_FORMS, Applied
from autograd_core.programs.literals import number
from autograd_core.programs.moving_forms import MOVING_FORMS
from autograd_core.programs.places import Loop
from autograd_core.programs.pointwise_forms import POINTWISE, Call, written
from autograd_core.programs.writer import Value, Writer, check, stored
from autograd_core.symbols import Symbol


def applied(writer: Writer, node: Symbol, values: Mapping[Any, Value]) -> Value:
    """Write an operation down; where its numbers stand."""
    assert node.op is not None  # inputs are written elsewhere
    row = node.op.name
    check(node.dtype, f"the result of {row}")
    operands = tuple(values[x] if isinstance(x, Symbol) else writer.constant(x) for x in node.operands)
    form = LINE_FORMS.get(row) or MOVING_FORMS.get(row)
    try:
        if form is not None:
            return form(writer, Applied(row, operands, node.params, node.shape, node.dtype))
        return _pointwise(writer, node, operands)
    except ValueError as error:
        error.add_note(f"in {row} with the result {node.dtype}{node.shape}")
        raise


def _pointwise(writer: Writer, node: Symbol, operands: tuple[Value, ...]) -> Value:
    assert node.op is not None  # the caller has looked
    row = node.op.name
    operands = _fitting(operands)
    same = _unchanged(row, operands, node)
    if same is not None:
        at = None if same.at is None else np.broadcast_to(same.at, node.shape)
        return Value(same.text, at, node.shape, node.dtype, None if same.text else same.data)
    loop = Loop("i", node.shape)
    one = all(x.at is None for x in operands)  # one number, if often
    texts = tuple(writer.read(x, _spread(x, node.shape), [loop]) for x in operands)
    dtypes = tuple(node.dtype if x.dtype is None else x.dtype for x in operands)
    text = written(POINTWISE[row], Call(texts, dtypes, node.dtype, node.params))
    if one or not node.shape:
        return writer.single(text, node.dtype)._replace(shape=node.shape)
    z = writer.fresh(node.shape, node.dtype)
    writer.repeat([loop], f"{z.text}[i]={stored(text, node.dtype)};")
    return z


def _fitting(operands: tuple[Value, ...]) -> tuple[Value, ...]:
    """Plain numbers beside float32 are float32."""
    dtypes = [x.dtype for x in operands if x.dtype is not None]
    if not dtypes or np.result_type(*dtypes) != np.float32:
        return operands
    with np.errstate(over="ignore"):
        return tuple(x._replace(text=number(np.float32(x.data))) if x.dtype is None else x for x in operands)


def _spread(x: Value, shape: tuple[int, ...]) -> Any:
    return None if x.at is None else np.broadcast_to(np.arange(x.size).reshape(x.shape), shape)


def _unchanged(row: str, operands: tuple[Value, ...], node: Symbol) -> Value | None:
    """The operand that already is the result, bit for bit; None if something is to be done."""
    x, *others = operands
    dtype = node.dtype
    if row == "zeros_of":
        return Value("0", None, (), dtype)
    if row == "alias" or (row == "astype" and _holds(dtype, x.dtype)):
        return x
    if row in ("multiply", "divide") and others[0].text == "1" and x.dtype == dtype:
        return x
    if row == "power" and others[0].text == "1" and x.dtype == dtype:
        return x
    return others[0] if row == "multiply" and x.text == "1" and others[0].dtype == dtype else None


def _holds(wide: Any, narrow: Any) -> bool:
    """Whether a type has every number of another one: then converting changes none."""
    return bool(np.can_cast(narrow, wide, "safe")) and wide.kind in "fiu"


def no_form(row: Any, ours: bool) -> NoFormError:
    """The error for a row that cannot be written."""
    if ours:
        why = WHY_NOT.get(row.name, "nobody has written one")
        return NoFormError(f"{row.name} has no form in JavaScript: {why}. Draw without live numbers")
    return NoFormError(
        f"{row.name} is a row of your own, which JavaScript has no form of: give it a meaning= in rows of "
        "the library, or draw without live numbers"
    )


# these would be others in JavaScript
WHY_NOT = {
    **dict.fromkeys(("eigh", "qr", "svd"), "the signs of its vectors are a choice of LAPACK"),
    "pinv": "it is computed from singular vectors",
    "argpartition": "which of several right answers it gives is a choice of NumPy; argsort has one",
}
FORMS = frozenset({*POINTWISE, *LINE_FORMS, *MOVING_FORMS})
"""The rows of the table that have a form."""
