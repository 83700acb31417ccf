"""How a graph is drawn: the arguments of `ac.graph` that concern the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograd_core.graphs.drawing.theme import THEMES
from autograd_core.tensor import Tensor

MODES = ("forward", "backward", "both", "panels")
DIRECTIONS = ("auto", "LR", "TB")
SHOWN = ("value", "shape", "grad")
ON_REQUEST = ("thumbnail",)
GRADS = ("recorded", "compute")


@dataclass(frozen=True)
class Settings:
    """The settings of one drawing; see `ac.graph`."""

    mode: str = "forward"
    direction: str = "auto"
    theme: str = "paper"
    show: frozenset[str] = frozenset(SHOWN)
    max_nodes: int = 400
    fold: tuple[Any, ...] = ()
    expand: tuple[Any, ...] = ()
    depth: int | None = None
    stop: tuple[Any, ...] = ()
    wrt: tuple[Any, ...] = ()

    def whole(self) -> "Settings":
        """The same for the whole graph, nothing folded and nothing left out."""
        return replace(self, fold=(), expand=(), depth=None, stop=(), wrt=())


def checked(
    mode: str,
    direction: str,
    theme: str,
    show: Sequence[str],
    max_nodes: int,
    fold: Any = (),
    expand: Any = (),
    depth: int | None = None,
    stop: Any = (),
    wrt: Any = (),
) -> Settings:
    """The settings, if all of them are possible.

    Raises:
        TypeError, ValueError: naming the one that is not.
    """
    one_of("mode", mode, MODES)
    one_of("direction", direction, DIRECTIONS)
    if theme not in THEMES:
        raise ValueError(
            f"theme is one of {', '.join(map(repr, THEMES))}, got {theme!r}; the page that "
            'g.save("graph.html") writes has a dark scheme too, for readers whose system is dark'
        )
    if isinstance(show, str):
        show = (show,)
    words = (*SHOWN, *ON_REQUEST)
    unknown = [word for word in show if word not in words]
    if unknown:
        raise ValueError(f"show holds words of {', '.join(words)}, got {unknown[0]!r}")
    if show and set(show) <= set(ON_REQUEST):
        show = (*SHOWN, *show)  # what is asked for alone comes in addition, or numbers would be empty cards
    if isinstance(max_nodes, bool) or not isinstance(max_nodes, int):
        raise TypeError(f"max_nodes is an integer, got {max_nodes!r}")
    if max_nodes < 10:
        raise ValueError(f"max_nodes is at least 10, got {max_nodes}")
    if depth is not None and (type(depth) is not int or depth < 0):
        text = "depth is the level of the modules that are drawn as one operation each: 1 for the children "
        text += f"of the model, 2 for theirs, 0 for the whole model; got {depth!r}"
        raise ValueError(text) if type(depth) is int else TypeError(text)
    folds = several(fold)
    for one in folds:
        if not isinstance(one, str) and not callable(one):
            raise TypeError(
                'fold takes "unnamed", paths of modules, names of operations and predicates of operations, '
                f"got {one!r}"
            )
    opened = several(expand)
    for one in opened:
        if not isinstance(one, str):
            raise TypeError(f"expand takes paths of modules, got {one!r}")
    ends = {"stop": several(stop), "wrt": several(wrt)}
    for setting, given in ends.items():
        for one in given:
            if not isinstance(one, str | Tensor):
                raise TypeError(f"{setting} takes Tensors of the graph and names, got {type(one).__name__}")
    return Settings(mode, direction, theme, frozenset(show), max_nodes, folds, opened, depth, **ends)


def several(given: Any) -> tuple[Any, ...]:
    """What a setting was given, one thing or several of them, as a tuple."""
    return tuple(given) if isinstance(given, list | tuple | set | frozenset | dict) else (given,)


def one_of(setting: str, given: str, known: Sequence[str]) -> None:
    """Refuse what is no known word for a setting."""
    if given not in known:
        raise ValueError(f"{setting} is one of {', '.join(known)}, got {given!r}")
