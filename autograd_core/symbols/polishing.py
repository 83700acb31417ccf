"""The last touch on a simplified expression, as by hand: M · v for v · Mᵀ, and signs inside brackets."""

from typing import Any

from autograd_core.node import ancestors
from autograd_core.ops.products import matmul
from autograd_core.symbols.identities import is_call
from autograd_core.symbols.symbol import Symbol, symbolic


def polished(root: Any) -> Any:
    """The same expression with products of matrices written as by hand."""
    if not isinstance(root, Symbol):
        return root
    made: dict[Any, Any] = {}
    for node in ancestors([root]):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        if node.op is None:
            made[node] = node
            continue
        operands = [made[x] if isinstance(x, Symbol) else x for x in node.operands]
        made[node] = _touched(node, operands)
    return made[root]


def _touched(node: Symbol, operands: list[Any]) -> Any:
    assert node.op is not None  # letters stay
    if node.op.name == "matmul":
        return _product(*operands)
    if node.op.name == "negative":
        turned = _negative(operands[0])
        if turned is not None:
            return turned
    if all(a is b for a, b in zip(operands, node.operands, strict=True)):
        return node
    made = symbolic(node.op, operands, node.params)
    made.value = node.value  # whose shape may have sizes with names
    return made


def _product(x: Any, y: Any) -> Any:
    x, y = (_inner_sign(v) for v in (x, y))
    turned = _turned(y) if x.ndim == 1 and y.ndim == 2 else None
    return matmul(x, y) if turned is None else matmul(turned, x)


def _inner_sign(x: Any) -> Any:
    """−(p − q) as q − p."""
    found = _swapped(x.operands[0]) if is_call(x, "negative") else None
    return x if found is None else found


def _swapped(x: Any) -> Any:
    """p − q as q − p, also where it is put upright; None of anything else."""
    if is_call(x, "subtract"):
        return symbolic(x.op, x.operands[::-1])
    if is_call(x, "expand") or is_call(x, "transpose"):
        inner = _swapped(x.operands[0])
        return None if inner is None else symbolic(x.op, (inner,), x.params)
    return None


def _turned(y: Any) -> Any:
    """The transpose of a matrix, where that is no longer than itself."""
    if is_call(y, "transpose") and y.params["axes"] == (-1, -2):
        return y.operands[0]
    if is_call(y, "add"):
        a, b = y.operands
        if any(
            is_call(p, "transpose") and p.params["axes"] == (-1, -2) and p.operands[0] is q
            for p, q in ((a, b), (b, a))
        ):
            return y
    if is_call(y, "divide") or is_call(y, "multiply"):
        a, b = y.operands
        number, matrix = (b, a) if getattr(b, "ndim", 0) == 0 else (a, b)
        inner = _turned(matrix) if getattr(number, "ndim", 0) == 0 else None
        if inner is not None:
            return symbolic(y.op, (inner, b) if matrix is a else (a, inner))
    return None


def _negative(x: Any) -> Any:
    """−x without the sign, where a product of matrices can take it: −Aᵀ · (p − q) as Aᵀ · (q − p)."""
    if is_call(x, "matmul"):
        left, right = x.operands
        for change in (_swapped, _negative):
            if (found := change(right)) is not None:
                return matmul(left, found)
            if (found := change(left)) is not None:
                return matmul(found, right)
    if is_call(x, "divide"):
        found = _negative(x.operands[0])
        return None if found is None else symbolic(x.op, (found, x.operands[1]))
    if is_call(x, "multiply"):
        for i in (0, 1):
            found = _negative(x.operands[i])
            if found is not None:
                return symbolic(x.op, (found, x.operands[1]) if i == 0 else (x.operands[0], found))
    return None
