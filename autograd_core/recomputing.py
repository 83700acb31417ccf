"""`checkpoint`: a part of a computation that keeps only its inputs and is run again for its gradient.

One node stands for the whole part. Its rule runs the function again and pulls the gradient through what that
records; so it is linear in the gradient like every rule, and records itself when it is asked to.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd_core.creation import generator
from autograd_core.errors import GradientError, StaleGraphError
from autograd_core.functions.joining import concatenate
from autograd_core.functions.shaping import ravel, reshape
from autograd_core.node import VARIABLES, Leaf, Node, number, varies
from autograd_core.op import Row
from autograd_core.ops.arithmetic import alias
from autograd_core.state import current, enable_grad, no_grad
from autograd_core.sweep import pull
from autograd_core.tensor import Tensor, attached, lift, record
from autograd_core.trees import flatten, rebuild

_OTHER = (
    "checkpoint: a part is run again for its gradient, with the numbers that it was recorded with; call the "
    "function without checkpoint to run it with others"
)


def checkpoint(f: Callable[..., Any], *xs: Any) -> Any:
    """f(*xs), keeping nothing of what happens inside: it runs a second time when its gradient is asked for.

    Memory for time: of a chain of n operations cut into √n checkpointed parts only about 2√n results are held
    at once, for one more forward pass (Griewank, Walther, Algorithm 799: revolve, 2000; Chen et al., Training
    Deep Nets with Sublinear Memory Cost, 2016).

    Args:
        f: a function of Tensors, arrays and nests of them. It may use other Tensors, parameters for example:
            these get their gradients too. It has to compute the same again: random numbers of the default
            generator are repeated.
        xs: its arguments.

    Raises:
        StaleGraphError: in the backward pass, if a leaf that f uses was written to in between.
        GradientError: in the backward pass, if the second run gave other numbers than the first.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> checkpoint(lambda x: x * x * x, x).backward()
    >>> x.grad
    Tensor(27.0)
    """
    if not callable(f):
        raise TypeError(
            f"checkpoint: a function is needed first, got {type(f).__name__}; write ac.checkpoint(f, x)"
        )
    state = current()
    if not state.recording or state.tracer is not None:  # a program decides itself what it keeps
        return f(*xs)
    return _Part(f, xs).outward()


class _Part:
    """One checkpointed call."""

    def __init__(self, f: Callable[..., Any], xs: tuple[Any, ...]) -> None:
        self.f, self.xs = f, xs
        self.given = [x for x in flatten(xs) if isinstance(x, Tensor) and x.node is not None]
        self.random = generator().bit_generator.state
        inputs = [_fresh(x._array) for x in self.given]
        self.variables = set(VARIABLES)
        self.varying = [x.node is not None and varies([x.node]) for x in self.given]
        start = number()
        with self._standing_for(inputs):
            self.result = self._called(inputs)
        made = [y for y in flatten(self.result) if isinstance(y, Tensor)]
        self.is_out = [y.node is not None for y in made]
        self.outs = [y for y in made if y.node is not None]
        if self.outs:
            root = _joined(self.outs)
            assert root.node is not None  # of outs, which are recorded
            self.captured = _older(root.node, start, {x.node for x in inputs if x.node is not None})
            self.value: Any = root._array
            self.shape, self.dtype, self.print = root.shape, root.dtype, _fingerprint(root._array)

    def outward(self) -> Any:
        """What f returned, as results of the one node."""
        if not self.outs:
            return self.result
        outs = self.outs
        shapes = [(y.shape, y.dtype) for y in outs]
        whole = record(checkpointed, (*self.given, *map(_tensor_at, self.captured)), {"part": self})
        self.value = None
        parts = iter([whole]) if len(outs) == 1 else _split(whole, shapes)
        taken = {id(y) for y in outs}
        result = rebuild(
            self.result, iter([next(parts) if id(y) in taken else y for y in flatten(self.result)])
        )
        self.result = self.outs = None  # type: ignore[assignment] # they hold the graph of the first run
        return result

    def forward(self, xs: Sequence[Any]) -> Any:
        """The result; asked for later, as a program that was recorded is run again, by calling f again.

        Raises:
            GradientError: for other numbers than the recorded ones, which the gradient is compared with.
        """
        if self.value is not None:
            return self.value
        for node, x in zip(self.captured, xs[len(self.given) :], strict=True):
            self._check_same(node.tensor() if isinstance(node, Leaf) else None, x)
        with no_grad(), self._same_random_numbers():
            result = self._called([_fresh(np.asarray(x)) for x in xs[: len(self.given)]])
            parts = [y for y in flatten(result) if isinstance(y, Tensor)]
            whole = _joined([y for y, is_out in zip(parts, self.is_out, strict=True) if is_out])._array
        if not self._is_the_same(whole):
            raise GradientError(_OTHER)
        return whole

    def _check_same(self, tensor: Tensor | None, x: Any) -> None:
        if tensor is not None and not np.array_equal(tensor._array, x, equal_nan=True):
            raise GradientError(_OTHER)

    def _is_the_same(self, result: Any) -> bool:
        return result.shape == self.shape and np.allclose(
            _fingerprint(result), self.print, rtol=1e-4, equal_nan=True
        )

    def again(self, g: Any, xs: Sequence[Any]) -> list[Any]:
        """The contributions of all parents, for arrays, Tensors and stacks of gradients."""
        records = any(isinstance(x, Tensor) and x.node is not None for x in (g, *xs))
        for node, x in zip(self.captured, xs[len(self.given) :], strict=True):
            _check_unchanged(node, x._array if isinstance(x, Tensor) else x)
        with enable_grad(), self._same_random_numbers():
            inputs = [_input(x) for x in xs[: len(self.given)]]
            with self._standing_for(inputs):
                result = self._called(inputs)
            root = _joined([y for y in flatten(result) if isinstance(y, Tensor) and y.node is not None])
            if not self._is_the_same(root._array):
                raise GradientError(
                    "checkpoint: the second run of the function gave other numbers than the first; it must "
                    "be repeatable: the same inputs, and random numbers from the default generator only"
                )
            nodes = [x.node for x in inputs if x.node is not None] + self.captured
            assert root.node is not None  # a leaf of the function is among its inputs
            found = pull(
                {root.node: g},
                wanted=set(nodes),
                until=set(nodes),
                lead=g.ndim - len(self.shape),
                lift=lift if records else None,
            )
        lead = g.shape[: g.ndim - len(self.shape)]
        return [
            found[node] if node in found else np.zeros(lead + node.value.shape, node.value.dtype)
            for node in nodes
        ]

    def _called(self, inputs: list[Tensor]) -> Any:
        """f with other Tensors in the place of those that were given."""
        taken = {id(x): y for x, y in zip(self.given, inputs, strict=True)}
        return self.f(*rebuild(self.xs, iter([taken.get(id(x), x) for x in flatten(self.xs)])))

    @contextmanager
    def _standing_for(self, inputs: list[Tensor]) -> Iterator[None]:
        """While f runs, in the second run as in the first, the variables of the transforms around it are
        variables, and so is what stands for them."""
        own = {
            y.node for y, stands in zip(inputs, self.varying, strict=True) if stands and y.node is not None
        }
        own = (own | self.variables) - VARIABLES
        VARIABLES.update(own)
        try:
            yield
        finally:
            VARIABLES.difference_update(own)

    @contextmanager
    def _same_random_numbers(self) -> Iterator[None]:
        bits = generator().bit_generator
        now, bits.state = bits.state, self.random
        try:
            yield
        finally:
            bits.state = now


checkpointed = Row(
    "checkpoint",
    "general",
    lambda *xs, part: part.forward(xs),
    joint=lambda g, z, *xs, part: part.again(g, xs),
    keeps="*",
)


def _fresh(array: Any) -> Tensor:
    """A leaf that holds this very array."""
    leaf = attached(array, None)
    leaf.requires_grad = True
    return leaf


def _input(x: Any) -> Tensor:
    """An input of the second run: a leaf, or a new node over the recorded one."""
    return record(alias, (x,)) if isinstance(x, Tensor) and x.node is not None else _fresh(x)


def _tensor_at(node: Node) -> Tensor:
    """A Tensor at a node that the function reached by itself: a leaf's own, else a placeholder."""
    tensor: Tensor | None = node.tensor() if isinstance(node, Leaf) else None
    if tensor is not None:
        return tensor
    return attached(np.broadcast_to(np.zeros((), node.value.dtype), node.value.shape), node)


def _older(root: Node, start: int, inputs: set[Node]) -> list[Node]:
    """The nodes from before the call that a result depends on, the call's inputs apart."""
    found: dict[Node, None] = {}
    seen: set[Node] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node in seen or node in inputs:
            continue
        seen.add(node)
        if node.number < start:
            found[node] = None
        else:
            stack.extend(p for p in node if p is not None)
    return sorted(found, key=lambda node: node.number)


def _joined(outs: list[Tensor]) -> Tensor:
    """All results as one."""
    return outs[0] if len(outs) == 1 else concatenate([ravel(y) for y in outs])


def _split(whole: Tensor, shapes: list[tuple[Any, Any]]) -> Iterator[Tensor]:
    """The results out of the one that holds them all."""
    start = 0
    for shape, dtype in shapes:
        size = int(np.prod(shape, dtype=np.int64))
        part = reshape(whole[start : start + size], shape)
        yield part if part.dtype == dtype else part.astype(dtype)
        start += size


def _fingerprint(array: Any) -> tuple[float, float]:
    """Two sums by which another result is told from the same one, rounded otherwise."""
    with np.errstate(all="ignore"):
        size = float(np.abs(array).sum(dtype=float))
        weights = np.resize(np.linspace(1, 2, 97), array.size).reshape(array.shape)
        return size, float((array * weights).sum(dtype=float)) + size


def _check_unchanged(node: Node, recorded: Any) -> None:
    tensor = node.tensor() if isinstance(node, Leaf) else None
    if tensor is None or tensor._array is recorded or np.array_equal(tensor._array, recorded, equal_nan=True):
        return
    raise StaleGraphError(
        f"checkpoint: {tensor._called()} of shape {tensor.shape} was written to between the forward and the "
        "backward pass, so the part cannot be computed again: call backward() before the update"
    )
