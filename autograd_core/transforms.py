"""Transforms of functions: gradients, products with Jacobians, Jacobians and Hessians.

Type out is type in: floats give floats, arrays arrays, Tensors Tensors; lists, tuples and dicts are mirrored.
Where an argument is a Tensor the result is recorded, so transforms nest to any order.

Every transform puts variables in place of the arguments, runs the function, and sweeps what was recorded:
backward with `pull`, forward with `push`, both with whole stacks of gradients at once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from operator import index
from typing import Any

import numpy as np

from autograd_core.callers import asked
from autograd_core.errors import GradientError
from autograd_core.functions.joining import concatenate
from autograd_core.functions.shaping import moveaxis
from autograd_core.functions.words import is_live
from autograd_core.node import VARIABLES, Node, ancestors, varies
from autograd_core.state import current, enable_grad
from autograd_core.sweep import pull, push
from autograd_core.tensor import Tensor, attached, lift, variable
from autograd_core.trees import apart, flatten, is_tensor, like, matched, rebuild, variable_of

STACK = 2**25
"""A stack of gradients or tangents is swept in parts, of at most so many numbers where the graph is largest:
for float64 a quarter of a gigabyte at each node on the way."""

Argnums = int | Sequence[int]
Function = Callable[..., Any]


def grad(f: Function, argnums: Argnums = 0) -> Function:
    """The gradient function of f, which returns a single number.

    Args:
        f: a function of numbers, arrays, Tensors or nests of them.
        argnums: by which argument, or arguments, to differentiate.

    Raises:
        GradientError: if f does not return a single number.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """
    return _gradient("grad", f, argnums)


def _gradient(what: str, f: Function, argnums: Argnums) -> Function:
    _declared(what, f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return _value_and_grad(what, f, argnums, args, kwargs)[1]

    return gradient


def value_and_grad(f: Function, argnums: Argnums = 0) -> Function:
    """A function that returns the value of f and its gradient, in one pass.

    So `scipy.optimize.minimize(value_and_grad(f), x0, jac=True)` works.

    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)
    (6.0, (3.0, 2.0))
    """
    _declared("value_and_grad", f, argnums)

    @wraps(f)
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        return _value_and_grad("value_and_grad", f, argnums, args, kwargs)

    return both


def _value_and_grad(what: str, f: Function, argnums: Argnums, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """Both for the transform of this name, which its errors are about."""
    call = _Call(f, args, argnums, kwargs, what)
    y = call.single_result()
    if y.size != 1:
        raise GradientError(
            f"{what}: the function must return a single number, got shape {y.shape}: "
            "reduce it, for example with .sum(), or use ac.jacobian"
        )
    one = np.ones(y.shape, y.dtype)
    tensors = call.record or any(is_tensor(x) for a in args for x in flatten(a))
    value = (y if call.recording else y.detach()) if tensors else _number_of(y)
    del y
    return value, call.gradients(call.pull_result(Tensor(one) if call.record else one))


def vjp(f: Function, *xs: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The value of f and its pullback: from a gradient of the value to the gradients of the arguments.

    >>> value, pullback = vjp(lambda x: x**2, np.array([1.0, 2.0]))
    >>> pullback(np.array([1.0, 10.0]))
    array([ 2., 40.])
    """
    call = _Call(f, xs, tuple(range(len(xs))), {}, "vjp")
    outs = call.results()

    def pullback(gradient: Any) -> Any:
        gs = list(matched(call.result, gradient, "pullback"))
        record = call.record or any(is_tensor(g) for g in gs)
        seeds = [_seed(g, y, record) for g, y in zip(gs, outs, strict=True)]
        gradients = call.gradients(call.pull_all(outs, seeds, record))
        return gradients[0] if len(xs) == 1 else gradients

    return call.outward(), pullback


def jvp(f: Function, xs: Any, vs: Any) -> tuple[Any, Any]:
    """The value of f and its tangent: the derivative of f at xs in the direction vs.

    `xs` is one argument or a tuple of arguments, `vs` has the same structure.

    >>> jvp(lambda x: x**3, 2.0, 1.0)
    (8.0, 12.0)
    """
    args, directions = _arguments("jvp", xs, vs)
    call = _Call(f, args, tuple(range(len(args))), {}, "jvp")
    outs = call.results()
    tangents = call.push(outs, directions)
    call.record = call.record or any(is_tensor(v) for v in directions)
    types = call.types_out(outs)
    moved = [like(t, x) for t, x in zip(tangents, types, strict=True)]
    return call.outward(), rebuild(call.result, iter(moved))


def hvp(f: Function, xs: Any, vs: Any) -> Any:
    """The product of the Hessian of f with a direction: forward over reverse, without forming the Hessian.

    >>> hvp(lambda x: (x**3).sum(), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    args, _ = _arguments("hvp", xs, vs)
    every = tuple(range(len(args)))
    _declared("hvp", f, every)
    result = jvp(lambda *ys: _value_and_grad("hvp", f, every, ys, {})[1], xs, vs)[1]
    return result[0] if len(args) == 1 else result


def jacobian(f: Function, argnums: Argnums = 0) -> Function:
    """The Jacobian of f: for every argument an array of shape (shape of f) + (shape of the argument).

    One sweep carries the whole stack of gradients (or of tangents, if the arguments have fewer numbers
    than the result); a row that cannot carry a stack is swept once per number.

    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return _matrix("jacobian", f, argnums)


def _matrix(what: str, f: Function, argnums: Argnums) -> Function:
    """The Jacobian for the transform of this name."""
    _declared(what, f, argnums)

    @wraps(f)
    def matrix(*args: Any, **kwargs: Any) -> Any:
        call = _Call(f, args, argnums, kwargs, what)
        y = call.single_result()
        stacks = _stacked_pull(call, y)
        answers = []
        for x, given in zip(call.variables, call.variables if call.inner else call.given, strict=True):
            s, shape = stacks.pop(0), y.shape + x.shape
            s = s if s.shape == shape else s.reshape(shape)
            alike = isinstance(given, Tensor | np.ndarray)
            answers.append(like(s, given) if alike else _matrix_by_number(s, given))
        return call.mirrored(answers)

    return matrix


def hessian(f: Function, argnums: Argnums = 0) -> Function:
    """The Hessian of f, which returns a single number: an array of shape (shape of x) + (shape of x).

    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    _declared("hessian", f, argnums)
    if isinstance(argnums, (list, tuple)):
        raise TypeError(f"hessian: one argument at a time, got argnums={argnums}; put them into one array")
    number: int = index(argnums)  # type: ignore[arg-type] # one, as was just seen
    matrix = _matrix("hessian", _gradient("hessian", f, argnums), argnums)

    @wraps(f)
    def square(*args: Any, **kwargs: Any) -> Any:
        (x,) = args[number:][:1] or (None,)
        if isinstance(x, list | tuple | dict):
            kind = type(x).__name__
            raise TypeError(f"hessian: argument {number} is a {kind}: put its numbers into one array")
        return matrix(*args, **kwargs)

    return square


def gradients(
    z: Tensor,
    xs: Any,
    gradient: Any = None,
    *,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> Any:
    """The gradients of z by xs, without touching any `.grad`.

    Args:
        z: a recorded Tensor; a single number unless `gradient` is given.
        xs: a Tensor, or a list, tuple or dict of them, leaves or results; the answer has the same structure.
        gradient: ∂E/∂z.
        retain_graph: False releases the graph; by default it is kept.
        create_graph: record the gradients.
        allow_unused: None for a Tensor that z does not depend on, instead of an error.

    Raises:
        GradientError: if z requires no gradient, or some x is not part of its graph.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> gradients(x**2, x)
    Tensor(6.0)
    """
    leaves = list(flatten(xs))
    for x in (z, *leaves):
        if not isinstance(x, Tensor):
            raise TypeError(f"gradients: Tensors are needed, got a {type(x).__name__}: {x!r:.60}")
    if z.node is None:
        raise GradientError(f"gradients: {z.why_no_grad()}")
    seed = z._seed(gradient, "gradients")
    wanted = {x.node for x in leaves if x.node is not None}
    if create_graph:
        with enable_grad():
            start = like(gradient if isinstance(gradient, Tensor) else seed, z)
            found = pull({z.node: start}, wanted=wanted, lift=lift)
    else:
        found = pull({z.node: seed}, wanted=wanted, release=retain_graph is False)
    answers = []
    for i, x in enumerate(leaves):
        g = found.get(x.node) if x.node is not None else None
        if g is None and not allow_unused:
            why = "is not part of the graph of z" if x.requires_grad else "requires no gradient"
            raise GradientError(
                f"gradients: {x.name or f'number {i} of xs, of shape {x.shape},'} {why}; "
                "with allow_unused=True the answer is None there"
            )
        if g is not None and not isinstance(g, Tensor):
            g = attached(np.asarray(g), None)
        answers.append(g if g is None or g.dtype == x.dtype else g.astype(x.dtype))
    return rebuild(xs, iter(apart(answers)))


def _declared(what: str, f: Function, argnums: Any) -> None:
    """A look at what a transform was called with, before the function it returns is."""
    if not callable(f):
        raise TypeError(f"{what}: a function is needed, got {type(f).__name__}; write ac.{what}(f)(x)")
    numbers = argnums if isinstance(argnums, (list, tuple)) else [argnums]
    if not numbers or any(isinstance(n, bool) or not isinstance(n, int | np.integer) for n in numbers):
        raise TypeError(
            f"{what}: argnums is the number of an argument or a list of them, got {argnums!r}; "
            f"to differentiate at x write ac.{what}(f)(x)"
        )


class _Call:
    """One call of a function with variables in place of the arguments to differentiate by."""

    def __init__(
        self, f: Function, args: tuple[Any, ...], argnums: Argnums, kwargs: dict[str, Any], what: str
    ) -> None:
        if not callable(f):
            raise TypeError(f"{what}: a function is needed, got {type(f).__name__}; write ac.{what}(f, x)")
        self.what = what
        self.one = not isinstance(argnums, (list, tuple))
        given: Any = argnums if isinstance(argnums, (list, tuple)) else [argnums]
        numbers = [index(n) for n in given]
        for n in numbers:
            if not -len(args) <= n < len(args):
                raise TypeError(
                    f"{what}: argnums: argument {n} was asked for, but {len(args)} positional arguments were "
                    "given"
                )
        numbers = [n % len(args) for n in numbers]
        if len(set(numbers)) < len(numbers):
            raise ValueError(f"{what}: argnums: an argument is named twice in {argnums}")
        self.trees = tuple(args[n] for n in numbers)
        self.given = [x for tree in self.trees for x in flatten(tree)]
        # inside no_grad derivatives are computed all the same, but not recorded
        self.recording = current().recording
        self.tensors = any(is_tensor(x) for x in self.given)
        self.record = self.tensors and self.recording
        with enable_grad():
            self.variables = [variable_of(x, f"{what}: argument {i}") for i, x in enumerate(self.given)]
            values = iter(self.variables)
            call = list(args)
            for n, tree in zip(numbers, self.trees, strict=True):
                call[n] = rebuild(tree, values)
            self.nodes = [v.node for v in self.variables if v.node is not None]
            VARIABLES.update(self.nodes)
            try:
                self.result = f(*call, **kwargs)
            finally:
                VARIABLES.difference_update(self.nodes)
        # a result that depends on a variable of an outer transform is differentiated there: it stays a Tensor
        self.inner = self.recording and varies(self._roots())
        self.record = self.record or self.inner

    def _roots(self) -> list[Node]:
        values = [y for y in flatten(self.result) if isinstance(y, Tensor)]
        return [y.node for y in values if y.node is not None]

    def results(self) -> list[Tensor]:
        """All values that the function returned, as Tensors."""
        return [y if isinstance(y, Tensor) else self._number(y) for y in flatten(self.result)]

    def _number(self, y: Any) -> Tensor:
        """A result that no Tensor took part in."""
        try:
            return Tensor(y)
        except (TypeError, ValueError):
            why = "is a return missing?" if y is None else "a Tensor, an array or a number is needed"
            raise TypeError(f"{self.what}: the function returned {y!r:.60}: {why}") from None

    def single_result(self) -> Tensor:
        if isinstance(self.result, (list, tuple, dict)):
            kind = type(self.result).__name__
            raise TypeError(f"{self.what}: the function must return one value, got a {kind}")
        return self.results()[0]

    def types_out(self, outs: list[Tensor]) -> list[Any]:
        """Examples of the types in which values go out: Tensors if any argument is one, else arrays and
        floats."""
        return [y if self.record or self.tensors else _plain_example(y) for y in outs]

    def outward(self) -> Any:
        outs = self.results()
        if self.tensors and not self.record:
            return rebuild(self.result, iter([y.detach() for y in outs]))
        plain = [y if self.record else (y.numpy() if y.ndim else _number_of(y)) for y in outs]
        return rebuild(self.result, iter(plain))

    def pull_result(self, seed: Any) -> dict[Node, Any]:
        """The gradients of the only result, which is let go, so that its graph is freed on the way."""
        roots: list[Any] = [self.single_result().node]
        self.result = None
        if roots == [None]:
            return {}
        with enable_grad():
            return pull({roots.pop(): seed}, wanted=set(self.nodes), lift=lift if self.record else None)

    def pull_all(self, outs: list[Tensor], seeds: list[Any], record: bool, lead: int = 0) -> dict[Node, Any]:
        start: dict[Node, Any] = {}
        with enable_grad():
            for y, seed in zip(outs, seeds, strict=True):
                if y.node is not None:
                    start[y.node] = seed if y.node not in start else start[y.node] + seed
            return pull(start, wanted=set(self.nodes), lead=lead, lift=lift if record else None)

    def push(self, outs: list[Tensor], directions: list[Any], lead: int = 0) -> list[Any]:
        record = self.record or any(is_tensor(v) for v in directions)
        tangents = {}
        for x, v in zip(self.variables, directions, strict=True):
            assert x.node is not None
            tangents[x.node] = v if is_tensor(v) else _numbers(v, x.dtype, lambda: asked(self.what)[0])
            if tangents[x.node].shape[lead:] != x.shape:
                shape = tangents[x.node].shape
                raise ValueError(
                    f"{asked(self.what)[0]}: a direction has shape {shape}, its argument {x.shape}"
                )
            if record and not is_tensor(v):
                tangents[x.node] = Tensor(tangents[x.node])
        with enable_grad():
            roots = [y.node for y in outs if y.node is not None]
            moved = push(tangents, roots, fresh=variable, lead=lead, lift=lift if record else None)
        stack = next(iter(tangents.values())).shape[:lead]
        return [
            moved[y.node] if y.node is not None and y.node in moved else np.zeros(stack + y.shape, y.dtype)
            for y in outs
        ]

    def gradients(self, found: dict[Node, Any]) -> Any:
        """The gradients in the types of their arguments; zeros where the result does not depend on one."""
        answers = []
        for given, x in zip(self.given, self.variables, strict=True):
            g = found.pop(x.node, None)  # type: ignore[arg-type] # a variable has one
            g = np.zeros(x.shape, x.dtype) if g is None else g
            answers.append(like(g, x if self.inner else given))
        return self.mirrored(answers)

    def mirrored(self, answers: list[Any]) -> Any:
        values = iter(apart(answers))
        trees = tuple(rebuild(tree, values) for tree in self.trees)
        return trees[0] if self.one else trees


def _number_of(y: Tensor) -> Any:
    """A single number as a plain one."""
    tracer = current().tracer
    return y.item() if tracer is None else tracer.plain(y, python=True)


def _plain_example(y: Tensor) -> Any:
    """What a value looks like if it is no Tensor."""
    tracer = current().tracer
    if tracer is not None:
        return tracer.plain(y, python=True)
    return y._array if y.ndim else 0.0


def _stacked_pull(call: _Call, y: Tensor) -> list[Any]:
    """For every variable the stack of gradients of all numbers of y: (numbers of y, *shape of the
    variable)."""
    n = y.size
    if y.node is None or not n:
        return [np.zeros((n, *x.shape), x.dtype) for x in call.variables]
    order = ancestors([y.node])
    for node in order:
        if (node.op is not None and not node.op.stacks) or (node.extra and "hooks" in node.extra):
            return _looped_pull(call, y)
    m = sum([x.size for x in call.variables])
    most = max(1, STACK // max(1, *[node.result.size for node in order]))
    if m < n and len(call.variables) == 1 and not call.record:
        (x,) = call.variables
        parts = [call.push([y], [eye], lead=1)[0] for eye in _eyes(m, most, x)]
        tangents: Any = parts[0] if len(parts) == 1 else concatenate(parts)
        return [moveaxis(tangents, 0, -1).reshape(n, *x.shape)]
    stacks = _pulled(call, y, _eyes(n, most, y), 1)
    return [stack[0] if len(stack) == 1 else concatenate(stack) for stack in stacks]


def _pulled(call: _Call, y: Tensor, seeds: Iterable[Any], lead: int) -> list[list[Any]]:
    """For every variable what each of the seeds gives it."""
    found: list[list[Any]] = [[] for _ in call.variables]
    for seed in seeds:
        grads = call.pull_all([y], [Tensor(seed) if call.record else seed], call.record, lead)
        for gs, x in zip(found, call.variables, strict=True):
            g = grads.pop(x.node, None)  # type: ignore[arg-type] # a variable has one
            gs.append(np.zeros(seed.shape[:lead] + x.shape, x.dtype) if g is None else g)
    return found


def _eyes(n: int, most: int, like: Tensor) -> Iterator[Any]:
    """The rows of the identity of n rows, each in the shape of a Tensor, so many at a time."""
    for start in range(0, n, most) if n else (0,):
        rows = min(most, n - start)
        yield np.eye(rows, n, start, like.dtype).reshape(rows, *like.shape)


def _looped_pull(call: _Call, y: Tensor) -> list[Any]:
    """The same by one sweep per number of y, for rows that cannot carry a stack."""
    eye = np.eye(y.size, dtype=y.dtype).reshape(y.size, *y.shape)
    return [np.stack(row) for row in _pulled(call, y, eye, 0)]


def _matrix_by_number(stack: Any, x: Any) -> Any:
    """A Jacobian by a single number as an array, of NumPy's the dtype; a float if it is a single number."""
    array = np.asarray(stack._array if isinstance(stack, Tensor) else stack)
    if isinstance(x, np.generic):
        return np.array(array, dtype=x.dtype)
    return np.array(array) if array.ndim else float(array)


def _seed(g: Any, y: Tensor, record: bool) -> Any:
    array = _numbers(g._numbers() if isinstance(g, Tensor) else g, y.dtype, lambda: "pullback")
    if array.shape != y.shape:
        raise ValueError(f"pullback: the value has shape {y.shape}, its gradient {array.shape}")
    if record:
        return like(g if is_tensor(g) else array, y)
    return array.copy()


def _numbers(v: Any, dtype: Any, what: Callable[[], str]) -> Any:
    array = v._numbers() if isinstance(v, Tensor) else v
    if is_live(array):
        return array if array.dtype == dtype else array.astype(dtype)
    array = np.asarray(array)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{what()}: real numbers are needed, got {v!r:.60} of dtype {array.dtype}")
    return array.astype(dtype, copy=False)


def _arguments(what: str, xs: Any, vs: Any) -> tuple[tuple[Any, ...], list[Any]]:
    """The arguments as a tuple and their directions flat, after a look at their structures."""
    args = xs if isinstance(xs, tuple) else (xs,)
    directions = list(matched(xs, vs, what))
    return args, directions
