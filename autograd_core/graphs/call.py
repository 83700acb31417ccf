"""`graph`: from what one has (a Tensor, several, a model, a function, a formula as text) to a Graph."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from autograd_core.creation import generator
from autograd_core.graphs.drawing.settings import GRADS, SHOWN, Settings, checked, one_of
from autograd_core.graphs.mistakes import (
    FORMULA,
    explained_arguments,
    misspelt,
    near,
    no_result,
    no_setting,
    setting_by_place,
    typed,
)
from autograd_core.graphs.picture import Graph
from autograd_core.graphs.snapshot.names import Names, find, is_model
from autograd_core.graphs.snapshot.reading import Snapshot, plain_leaves
from autograd_core.node import Node as EngineNode
from autograd_core.node import ancestors
from autograd_core.state import enable_grad
from autograd_core.tensor import Tensor
from autograd_core.texts import IdleValueError, MissingValueError, compute
from autograd_core.trees import flatten, rebuild

Root = tuple[Any, str | None]


def graph(
    what: Any,
    /,
    *xs: Any,
    mode: str = "forward",
    names: Any = "auto",
    direction: str = "auto",
    theme: str = "paper",
    show: Sequence[str] = SHOWN,
    fold: Any = (),
    expand: Any = (),
    depth: int | None = None,
    max_nodes: int = 400,
    stop: Any = (),
    wrt: Any = (),
    grads: str = "recorded",
    **values: Any,
) -> Graph:
    """The picture of a computation.

    Args:
        what: a Tensor, a list of Tensors, a dict from names to Tensors; with `xs` a model or a function; or a
            formula as text, `"s = a*x; t = s - y; z = t**2"`, with the values of its names or without any. A
            function that is not known is abstract, `"z = z(u, v); u = u(x); v = v(x)"`: it is drawn with its
            partial derivatives as letters.
        xs: what the model or the function is called with: arrays, Tensors, numbers; for a model a shape will
            do, for which random numbers stand in. The model runs in its mode; buffers and random state are
            restored. For a formula, instead of `values`, one dict of them.
        mode: "forward", or "backward" for the arrows turned round with the local derivative on each wire and
            the gradient on each card, "both", or "panels" for the four pictures of a derivation. Once
            gradients are known, a card of a formula stands at the same place in every mode; before that,
            "forward" is a smaller picture.
        names: "auto" for the variables of the caller, a mapping such as `locals()`, or None. Names that were
            given with `name=`, and attributes of modules, win.
        direction: "LR", "TB", or "auto": formulas from left to right, networks from top to bottom.
        theme: "paper".
        show: which of "value", "shape" and "grad" are drawn; "thumbnail" too for arrays as strips of
            cells, the darker the larger; alone it comes in addition to those three.
        fold: what is drawn as one operation: "unnamed" for all that lies between values with names, with the
            composed local derivative; paths of modules ("encoder.0", "encoder.*"), names of operations and
            predicates of operations; one or several of these.
        expand: paths of modules that stay open.
        depth: modules of this level are one operation each: 1 for the children of the model, the first part
            of a path, 2 for theirs; 0 for the whole, a single operation.
        max_nodes: a drawing of more visible nodes is folded: modules, the deepest first, then what has no
            name, at last the middle is left out. The data stay whole.
        stop: Tensors or names at which the walk ends: they are drawn as leaves with their value.
        wrt: Tensors or names: only what leads from these to the results is drawn, all else is a constant.
        grads: "recorded" for the gradients that `backward()` left, or "compute" for that of every node by a
            sweep of the snapshot; `.grad` is untouched.
        values: of the names in a formula: numbers, lists or arrays, which become leaves; Tensors as they are.

    Returns:
        An immutable snapshot: later changes of the Tensors do not reach it.

    Raises:
        TypeError: if `what` is nothing that can be drawn, or for keywords that are no settings.
        ValueError: for an unknown setting, if the Tensor was not recorded, or for text that is no formula.
        KeyError: if `stop` or `wrt` holds a name that nothing has.

    >>> a, x, y = (Tensor(v, True) for v in (2.0, 3.0, 4.0))
    >>> z = (a * x - y) ** 2
    >>> g = graph(z)
    >>> g["x"].kind, g["z"].op, g["z"].value, g["z"].formula
    ('input', 'power', 4.0, '(a · x − y)²')
    >>> g = graph("z = z(u, v); u = u(x, y); v = v(x, y)")
    >>> [e.local for e in g.edges if e.argument is not None]
    ['∂u/∂x', '∂u/∂y', '∂v/∂x', '∂v/∂y', '∂z/∂u', '∂z/∂v']
    """
    settings = checked(mode, direction, theme, show, max_nodes, fold, expand, depth, stop, wrt)
    one_of("grads", grads, GRADS)
    if isinstance(what, str):
        with enable_grad():
            return _text(what, xs, values, names, settings, grads)
    if values:
        raise TypeError(no_setting(what, values, _settings()))
    if xs and not callable(what) and any(callable(x) for x in xs):
        raise TypeError("ac.graph takes the model or function first, then its arguments: ac.graph(f, x)")
    if isinstance(what, type) and hasattr(what, "named_parameters"):
        raise TypeError(
            f"ac.graph draws what a model does, {what.__name__} is a class: make one first, "
            f"ac.graph({what.__name__}(...), x)"
        )
    if is_model(what):
        if not xs:
            raise TypeError("a model is drawn with an input: ac.graph(model, x), where x may be a shape")
        with _restored(what), enable_grad():
            inputs = _model_inputs(what, xs)
            with explained_arguments(what, xs):
                made = what(*inputs.values())
            return _graph(_results(made, what), names, inputs, what, settings, grads)
    if callable(what):
        if not xs:
            raise TypeError("a function is drawn with its arguments: ac.graph(f, x)")
        with enable_grad():
            inputs = dict(zip(_argument_names(what, len(xs)), (_variables(x) for x in xs), strict=True))
            with explained_arguments(what, xs):
                made = what(*inputs.values())
            return _graph(_results(made, what), names, inputs, None, settings, grads)
    if xs:
        advice = setting_by_place(xs) or "several Tensors go into a list: ac.graph([z, s])"
        raise TypeError(f"ac.graph takes one thing to draw, got {1 + len(xs)}; {advice}")
    return _graph(_roots(what), names, {}, None, settings, grads)


def _graph(
    roots: list[Root],
    names: Any,
    inputs: Mapping[str, Any],
    model: Any,
    settings: Settings,
    grads: str,
) -> Graph:
    leaves = _leaves(node for node, _ in _recorded(roots))
    found = find(names, leaves, model)
    for name, value in inputs.items():
        found.add(name, value)
    return _drawn(roots, found, settings, grads)


def _recorded(roots: Sequence[Root]) -> list[tuple[EngineNode, str | None]]:
    """The nodes of the Tensors to draw."""
    nodes = []
    for tensor, name in roots:
        if tensor.node is None:
            raise ValueError(f"nothing to draw: {tensor.why_no_grad()}")
        nodes.append((tensor.node, name))
    return nodes


def _drawn(roots: Sequence[Root], found: Names, settings: Settings, grads: str) -> Graph:
    snapshot = Snapshot(_recorded(roots), found)
    whole = Graph(snapshot.nodes, snapshot.edges, found.modules, settings.whole(), held=snapshot.held)
    if settings.stop or settings.wrt:
        stop, wrt = (tuple(whole.find(x).number for x in given) for given in (settings.stop, settings.wrt))
        settings = replace(settings, stop=stop, wrt=wrt)
    whole = whole._again(settings=settings)
    return whole if grads == "recorded" else whole.computed()


def _text(
    text: str, xs: Sequence[Any], values: Mapping[str, Any], names: Any, settings: Settings, grads: str
) -> Graph:
    """A formula: the names that are given in the text win, those of the caller mean something else."""
    if xs:
        if len(xs) > 1 or values or not isinstance(xs[0], Mapping):
            advice = setting_by_place(xs) or 'ac.graph("a*x", a=2, x=3)'
            raise TypeError(f"a formula is drawn with values by name: {advice}")
        values = xs[0]
    wrong = misspelt(text, values, _settings())
    if wrong:
        raise TypeError(wrong)
    try:
        result, named = compute(text, values, symbolic=True)
    except MissingValueError as error:
        given = [f"{name}={typed(value)}" for name, value in values.items()]
        call = ", ".join([f'ac.graph("{text}"', *given, *(f"{name}=1" for name in error.names)])
        if not error.products:
            error.add_note(f"for example {call}); without any values the formula alone is drawn")
        raise
    except IdleValueError as error:
        meant = [setting for setting in (near(name, _settings()) for name in error.names) if setting]
        if meant:
            error.add_note(f"or did you mean the setting {meant[0]}=?")
        raise
    found = Names()
    for name, tensor in named.items():
        node = tensor.node or tensor._leaf
        if node is not None and not (tensor.is_leaf and node in found.given):  # after s = x it is still x
            found.given[node] = name
    found.add_variables(names.items() if isinstance(names, Mapping) else ())
    return _drawn([(result, next(reversed(named)))], found, settings, grads)


def _settings() -> list[str]:
    """The names of the settings."""
    return [p.name for p in inspect.signature(graph).parameters.values() if p.kind == p.KEYWORD_ONLY]


def _roots(what: Any) -> list[Root]:
    """The Tensors to draw, with the names that a dict gives them."""
    roots = list(_parts(what))
    for value, name in roots:
        if not isinstance(value, Tensor):
            place = f" under {name!r}" if name else ""
            raise TypeError(
                f"ac.graph draws Tensors, lists or dicts of them, models, functions, and {FORMULA}; "
                f"got {type(value).__name__}{place}"
            )
    if not roots:
        raise ValueError("nothing to draw: no Tensor was given")
    return roots


def _parts(nest: Any, name: str | None = None) -> Iterator[Root]:
    """The parts of a nest of dicts and lists, each with its path: `loss`, `states[0]`, `head.bias`."""
    if isinstance(nest, dict):
        for key, part in nest.items():
            yield from _parts(part, f"{name}.{key}" if name else str(key))
    elif isinstance(nest, list | tuple):
        for i, part in enumerate(nest):
            yield from _parts(part, f"{name}[{i}]" if name else None)
    else:
        yield nest, name


def _results(made: Any, what: Any) -> list[Root]:
    """What a model or a function gave, without what was not recorded beside it: None, indices, numbers."""
    wrong = no_result(made, what)
    if wrong:
        raise TypeError(wrong)
    recorded = [(x, name) for x, name in _parts(made) if isinstance(x, Tensor) and x.node is not None]
    return recorded or _roots(made)


def _leaves(roots: Iterator[EngineNode]) -> set[EngineNode]:
    found: set[EngineNode] = set()
    for node in ancestors(roots):
        if node.op is None:
            found.add(node)
        found.update(plain_leaves(node).values())
    return found


# ---- running models and functions --------------------------------------------------------------------------


def _argument_names(function: Callable[..., Any], count: int) -> list[str]:
    """The names of the first positional arguments, as far as the signature tells them."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    positional = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return [positional[i] if i < len(positional) else f"x{i + 1}" for i in range(count)]


def _variables(x: Any) -> Any:
    """An argument in which a function can be drawn: numbers and arrays become Tensors, also in a nest."""
    return rebuild(x, iter([_variable(part) for part in flatten(x)]))


def _variable(x: Any, dtype: Any = None) -> Any:
    if isinstance(x, Tensor):
        return x
    if isinstance(x, int) and not isinstance(x, bool):
        x = float(x)
    array = np.asarray(x)
    if array.dtype.kind != "f":
        return Tensor(array) if array.dtype.kind in "iub" and array.ndim else x
    return Tensor(array, requires_grad=True, dtype=dtype)


def _model_inputs(model: Any, xs: Sequence[Any]) -> dict[str, Any]:
    """The inputs of a model: recorded, so that operations on them alone are drawn too."""
    parameters = [p for _, p in model.named_parameters()]
    dtype = next((p.dtype for p in parameters if p.dtype.kind == "f"), None)
    made = []
    for x in xs:
        if isinstance(x, tuple) and x and all(isinstance(n, int | np.integer) for n in x):
            x = np.random.default_rng(0).standard_normal(tuple(int(n) for n in x))
        is_integer = isinstance(x, np.ndarray) and x.dtype.kind in "iub"
        made.append(x if is_integer else _variable(x, dtype))
    forward = getattr(model, "forward", model)
    return dict(zip(_argument_names(forward, len(made)), made, strict=True))


@contextmanager
def _restored(model: Any) -> Iterator[None]:
    """Give buffers, this thread's random state and that of generators in the model back what they held."""
    buffers = [(b, b.numpy()) for _, b in getattr(model, "named_buffers", list)() if isinstance(b, Tensor)]
    modules = [m for _, m in getattr(model, "named_modules", list)()]
    own = [v for m in modules for v in vars(m).values() if isinstance(v, np.random.Generator)]
    states = [(g, g.bit_generator.state) for g in (generator(), *own)]
    try:
        yield
    finally:
        for drawn, state in states:
            drawn.bit_generator.state = state
        for buffer, held in buffers:
            if not np.array_equal(buffer._array, held, equal_nan=held.dtype.kind == "f"):
                buffer.data = held
