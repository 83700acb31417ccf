"""Rows called on samples, and their derivatives in every way the engine has."""

from typing import Any

import numpy as np

from autograd_core.node import Absent
from autograd_core.op import Row
from autograd_core.state import enable_grad
from autograd_core.sweep import pull, push
from autograd_core.tensor import Tensor, attached, lift, variable
from tests.autograd_core.samples.sample import Sample, rng


def trained(row: Row, args: tuple[Any, ...]) -> list[int]:
    """The arguments that a gradient flows to."""
    if row.joint is not None:
        return list(range(len(args)))
    return [
        i
        for i, rule in enumerate(row.rules)
        if rule is not None and isinstance(args[i], np.ndarray) and args[i].dtype.kind == "f"
    ]


def forward(row: Row, args: Any, params: dict[str, Any]) -> Any:
    """The value on plain arrays."""
    out = row.forward(*args, **params)
    return np.asarray(out[0] if row.residuals else out)


def cast(args: tuple[Any, ...], dtype: Any) -> tuple[Any, ...]:
    """The arguments with every floating array in another dtype, strides kept."""
    return tuple(a.astype(dtype) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in args)


class Recorded:
    """A row called on leaves that hold the very arrays of a sample."""

    def __init__(self, row: Row, args: tuple[Any, ...], params: dict[str, Any]) -> None:
        self.row, self.which = row, trained(row, args)
        call = list(args)
        self.leaves = []
        for i in self.which:
            leaf = attached(args[i], None)
            leaf.requires_grad = True
            call[i] = leaf
            self.leaves.append(leaf)
        self.call = call
        self.z = row(*call, **params)

    @property
    def nodes(self) -> list[Any]:
        return [leaf.node for leaf in self.leaves]

    def pull(self, g: Any, lead: int = 0) -> list[Any]:
        """Gradients of the leaves as arrays; zeros where none arrives."""
        found = pull({self.z.node: g}, wanted=set(self.nodes), lead=lead)
        return [found.get(x.node, np.zeros(np.shape(g)[:lead] + x.shape, x.dtype)) for x in self.leaves]

    def record_pull(self, g: Any, lead: int = 0) -> list[Tensor]:
        """Gradients of the leaves as recorded Tensors."""
        with enable_grad():
            found = pull({self.z.node: Tensor(g)}, wanted=set(self.nodes), lead=lead, lift=lift)
        zero = {x.node: Tensor(np.zeros(np.shape(g)[:lead] + x.shape, x.dtype)) for x in self.leaves}
        return [found.get(node, zero[node]) for node in self.nodes]

    def push(self, ts: list[Any], lead: int = 0, roots: list[Tensor] | None = None) -> list[Any]:
        """The tangents of the result, or of `roots`, as arrays."""
        tangents = {x.node: t for x, t in zip(self.leaves, ts, strict=True) if t is not None}
        outs = [self.z] if roots is None else roots
        alive = [y.node for y in outs if y.node is not None]
        moved = push(tangents, alive, fresh=variable, lead=lead)
        stack = next(iter(tangents.values())).shape[:lead]
        return [moved[y.node] if y.node in moved else np.zeros(stack + y.shape, y.dtype) for y in outs]

    def pull_from(self, roots: list[Tensor], us: list[Any], lead: int = 0) -> list[Any]:
        """Gradients of the leaves from several results at once."""
        seeds: dict[Any, Any] = {}
        for y, u in zip(roots, us, strict=True):
            if y.node is not None:
                seeds[y.node] = u if y.node not in seeds else seeds[y.node] + u
        found = pull(seeds, wanted=set(self.nodes), lead=lead)
        stack = us[0].shape[:lead]
        return [found.get(x.node, np.zeros(stack + x.shape, x.dtype)) for x in self.leaves]


def drawn(key: Any, shape: tuple[int, ...], dtype: Any = float) -> np.ndarray:
    """Numbers for a direction, the same in every run."""
    return np.asarray(rng("drawn", key, shape).standard_normal(shape)).astype(dtype)


def inner(xs: Any, ys: Any) -> float:
    """Σ ⟨x, y⟩ over a list of arrays."""
    return float(sum((np.asarray(x) * np.asarray(y)).sum() for x, y in zip(xs, ys, strict=True)))


def moved(args: tuple[Any, ...], which: list[int], vs: list[Any], h: float) -> list[Any]:
    """The arguments a step h along the directions."""
    out = list(args)
    for i, v in zip(which, vs, strict=True):
        if v is not None:
            out[i] = np.asarray(args[i] + h * v)
    return out


def numbers(sample: Sample) -> list[np.ndarray]:
    """The arrays of a sample."""
    return [a for a in sample.args if isinstance(a, np.ndarray)]


def poison(letter: Any) -> Any:
    """An argument that was let go of: only its shape and dtype answer."""
    return Poison(letter.shape, letter.dtype) if isinstance(letter, np.ndarray) else letter


class Poison(Absent):
    """Refuses everything but shape, dtype, ndim and size."""

    __slots__ = ()
    __array_ufunc__ = None

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a rule read a letter that is not kept")

    def __bool__(self) -> bool:
        raise TypeError("a rule read a letter that is not kept")

    def __eq__(self, other: Any) -> bool:
        raise TypeError("a rule read a letter that is not kept")

    __ne__ = __eq__
    __hash__ = Absent.__hash__


class Spy(np.ndarray):
    """An array that refuses to take part in anything that gives floats other than float32."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if "out" in kwargs:
            kwargs["out"] = tuple(seen(o) for o in kwargs["out"])
        out = getattr(ufunc, method)(*(seen(x) for x in inputs), **{k: seen(v) for k, v in kwargs.items()})
        return out if method == "at" else hidden(out, ufunc.__name__)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        plain = [seen(a) for a in args]
        return hidden(function(*plain, **{k: seen(v) for k, v in kwargs.items()}), function.__name__)


def seen(x: Any) -> Any:
    """The plain array of a Spy, also inside lists and tuples."""
    if isinstance(x, Spy):
        return x.view(np.ndarray)
    return type(x)(seen(part) for part in x) if type(x) in (list, tuple) else x


def hidden(x: Any, what: str = "") -> Any:
    """A Spy of an array or number."""
    if not isinstance(x, np.ndarray | np.generic):
        return x
    array = np.asarray(x)
    assert array.dtype.kind != "f" or array.dtype == np.float32, f"{what} leaked {array.dtype}"
    return array.view(Spy)
