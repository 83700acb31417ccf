"""The right gradients of a hand-written layer: from the engine, from differences, or from a reference."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_core.graphs import Graph, graph
from autograd_core.graphs.drawing.settings import Settings
from autograd_core.graphs.snapshot.records import Edge
from autograd_core.graphs.snapshot.records import Node as Drawn
from autograd_core.state import enable_grad, scope
from autograd_core.tensor import Tensor
from autograd_core.testing.checking.outside import compared
from autograd_core.testing.layers.attributes import arrays, dotted, held, owners, put
from autograd_core.testing.layers.handmade import Array, Handmade, is_several, names_of, user_line

Place = int | tuple[str, str]
"""An input by its position, or a parameter by the path of its layer and its name."""


@dataclass
class Rightful:
    """What the gradients should be, and where that is known from.

    Attributes:
        how: a sentence.
        out: the value of the forward that was differentiated.
        gradients: by place; empty where only differences are known.
        picture: the recorded forward, or that of the reference where the layer's own cannot be recorded.
    """

    how: str
    out: Array | None = None
    gradients: dict[Place, Array] = field(default_factory=dict)
    picture: Graph | None = None


def recorded(made: Handmade, places: Sequence[Place], dout: Any, out: Array) -> Rightful | str:
    """The layer's own forward, run on Tensors; in words why that cannot be, if so."""
    layer = made.fresh()
    leaves: dict[Place, Tensor] = {}
    call: list[Any] = [x.copy() if isinstance(x, np.ndarray) else x for x in made.inputs]
    names = made.argument_names()
    for place in places:
        if isinstance(place, int):
            leaves[place] = call[place] = Tensor(made.inputs[place], True, name=names[place])
        else:
            value = held(layer, place)
            leaves[place] = Tensor(value, True, name=dotted(*place))
            put(layer, place, leaves[place])
    try:
        with enable_grad(), scope(made.name), np.errstate(all="ignore"):
            result = layer.forward(*call)
    except Exception as error:
        line = user_line(error)
        return f"{line!r} gives {type(error).__name__} on Tensors" if line else str(error)
    if not isinstance(result, Tensor) or result.node is None:
        return "it turns Tensors into plain numbers"
    if result.shape != out.shape or not np.allclose(result.numpy(), out, rtol=1e-9, atol=1e-12):
        return "on Tensors it gives other values than on arrays"
    result.backward(dout)
    gradients = {p: _gradient(leaf) for p, leaf in leaves.items()}
    for place, g in gradients.items():
        start = np.asarray(leaves[place].numpy())
        if compared(made.evaluator(place), start, np.asarray(dout, dtype=float), g) is not None:
            return f"on Tensors it loses a part of the gradient of {leaves[place].name}"
    own = {
        dotted(path, name): value
        for path, owner in owners(layer).items()
        for name, value in vars(owner).items()
        if isinstance(value, np.ndarray) or _is_made(value)
    }
    given = {k: v for k, v in zip(names, call, strict=True) if isinstance(v, np.ndarray)}
    picture = graph({"out": result}, names={**given, **own})
    return Rightful("the engine's derivative of its own forward", out, gradients, picture)


def _is_made(value: Any) -> bool:
    """Whether it is a value on the way, which has no name yet."""
    return isinstance(value, Tensor) and value.node is not None and value.name is None


def of_function(
    function: Callable[..., Any], made: Handmade, places: Sequence[Place], dout: Any, called: str
) -> Rightful:
    """The engine's derivative of a reference that is called with the inputs and, by name, the parameters."""
    values = {p: made.value(p) for p in places}
    leaves = {p: Tensor(v, True, name=_called(made, p)) for p, v in values.items()}
    call = [leaves.get(i, x) for i, x in enumerate(made.inputs)]
    accepted = names_of(function, 32)[len(call) :]  # what a layer keeps of its last inputs is none of these
    layer = made.fresh()
    held_there = {place: value for place, value in arrays(layer).items() if place not in leaves}
    known: dict[Any, Any] = {**held_there, **leaves}
    by_name = {_plain_name(p[1]): value for p, value in known.items() if isinstance(p, tuple)}
    by_name = {name: value for name, value in by_name.items() if name in accepted}
    return _differentiated(lambda: function(*call, **by_name), leaves, dout, called)


def _plain_name(name: str) -> str:
    """The name of a parameter, of params['W'] the key, as the lecture calls it."""
    key = re.sub(r"^params\[['\"]?(.*?)['\"]?\]$", r"\1", name)
    return NAMES.get(key, key)


NAMES = {"weight": "W", "weights": "W", "w": "W", "bias": "b", "B": "b"}


def of_module(module: Any, made: Handmade, places: Sequence[Place], dout: Any, called: str) -> Rightful:
    """The engine's derivative of a module whose parameters take over the numbers of the layer's.

    Raises:
        ValueError: if a parameter of the layer has no counterpart of its shape.
    """
    values = {p: made.value(p) for p in places}
    leaves: dict[Place, Any] = {
        p: Tensor(v, True, name=_called(made, p)) for p, v in values.items() if isinstance(p, int)
    }
    free = dict(module.named_parameters())
    for place, value in values.items():
        if isinstance(place, int):
            continue
        key = _counterpart(place[1], value, free)
        if key is None:
            shapes = ", ".join(f"{k} {p.shape}" for k, p in module.named_parameters())
            raise ValueError(
                f"check_layer: {called} has no parameter for {dotted(*place)} {value.shape}; it has {shapes}"
            )
        parameter = free.pop(key)
        if hasattr(parameter, "cast_"):
            parameter.cast_(np.float64)
        parameter.data = value
        parameter.grad = None
        leaves[place] = parameter
    call = [leaves.get(i, x) for i, x in enumerate(made.inputs)]
    return _differentiated(lambda: module(*call), leaves, dout, called)


ALIASES = {"W": "weight", "w": "weight", "b": "bias", "gamma": "weight", "beta": "bias", "g": "weight"}


def _counterpart(name: str, value: Array, free: dict[str, Any]) -> str | None:
    """The name of the parameter that stands for this one, by its name or as the only one of its shape."""
    for wanted in (name, ALIASES.get(name, name)):
        for key, parameter in free.items():
            if key.rpartition(".")[2] == wanted and parameter.shape == value.shape:
                return key
    fitting = [key for key, parameter in free.items() if parameter.shape == value.shape]
    return fitting[0] if len(fitting) == 1 else None


def of_layer(other: Any, made: Handmade, places: Sequence[Place], dout: Any, called: str) -> Rightful:
    """What another hand-written layer gives by its own backward, with the parameters of this one."""
    twin = Handmade(other, made.inputs)
    mine = made.fresh()

    def take_over(layer: Any) -> None:
        for place in places:
            if isinstance(place, tuple) and place[0] in owners(layer) and held(layer, place) is not None:
                put(layer, place, np.copy(held(mine, place)))

    run = twin.run(dout, before=take_over)
    twin.finish()
    if run.raised:
        raise ValueError(f"check_layer: backward of {called}, the reference, {run.raised}")
    returned = run.returned if is_several(run.returned) else (run.returned,)
    found: dict[Place, Array] = {}
    for i, g in zip([p for p in places if isinstance(p, int)], returned, strict=False):
        found[i] = np.asarray(g, dtype=float)
    for place in places:
        if isinstance(place, tuple):
            found[place] = np.asarray(run.gradient(*place), dtype=float)
    return Rightful(f"{called}'s own backward", run.out, found)


def _differentiated(call: Callable[[], Any], leaves: dict[Place, Any], dout: Any, called: str) -> Rightful:
    with enable_grad():
        result = call()
    if not isinstance(result, Tensor) or result.node is None:
        raise ValueError(
            f"check_layer: {called}, the reference, does not compute with the Tensors it is given"
        )
    out = result.numpy()
    if out.shape == np.shape(dout):
        result.backward(dout)
    gradients = {p: _gradient(leaf) for p, leaf in leaves.items()} if out.shape == np.shape(dout) else {}
    picture = graph({"out": result}, names=None)
    return Rightful(f"the engine's derivative of {called}", out, gradients, picture)


def _gradient(leaf: Any) -> Array:
    return np.zeros(leaf.shape) if leaf.grad is None else np.array(leaf.grad.numpy(), dtype=float)


def _called(made: Handmade, place: Place) -> str:
    return made.argument_names()[place] if isinstance(place, int) else dotted(*place)


def as_one(made: Handmade, places: Sequence[Place], out: Array) -> Graph:
    """The picture of a layer whose forward could not be recorded: one operation."""
    nodes: list[Drawn] = []
    for place in places:
        value = made.value(place)
        kind = "input" if isinstance(place, int) else "param"
        nodes.append(
            Drawn(
                len(nodes),
                kind,
                _called(made, place),
                None,
                value.shape,
                value.dtype,
                value,
                None,
                (),
                None,
                "",
            )
        )
    inputs = tuple(nodes)
    words = f"{made.name}({', '.join(n.name or '' for n in inputs)})"
    op = Drawn(
        len(nodes),
        "operation",
        None,
        made.name,
        out.shape,
        out.dtype,
        None,
        None,
        inputs,
        words,
        "",
        made.name,
    )
    result = Drawn(
        len(nodes) + 1, "output", "out", made.name, out.shape, out.dtype, out, None, inputs, words, ""
    )
    edges = [*(Edge(n, op, i) for i, n in enumerate(inputs)), Edge(op, result)]
    return Graph([*nodes, op, result], edges, {}, Settings())
