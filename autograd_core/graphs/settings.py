"""How a graph is drawn: the arguments of `ac.graph` that concern the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd_core.graphs.theme import THEMES

MODES = ("forward", "backward", "both", "panels")
DIRECTIONS = ("auto", "LR", "TB")
SHOWN = ("value", "shape", "grad")
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


def checked(mode: str, direction: str, theme: str, show: Sequence[str], max_nodes: int) -> Settings:
    """The settings, if all of them are possible.

    Raises:
        TypeError, ValueError: naming the one that is not.
    """
    one_of("mode", mode, MODES)
    one_of("direction", direction, DIRECTIONS)
    one_of("theme", theme, THEMES)
    if isinstance(show, str):
        show = (show,)
    unknown = [word for word in show if word not in SHOWN]
    if unknown:
        raise ValueError(f"show holds words of {', '.join(SHOWN)}, got {unknown[0]!r}")
    if isinstance(max_nodes, bool) or not isinstance(max_nodes, int):
        raise TypeError(f"max_nodes is an integer, got {max_nodes!r}")
    if max_nodes < 10:
        raise ValueError(f"max_nodes is at least 10, got {max_nodes}")
    return Settings(mode, direction, theme, frozenset(show), max_nodes)


def one_of(setting: str, given: str, known: Sequence[str]) -> None:
    """Refuse what is no known word for a setting."""
    if given not in known:
        raise ValueError(f"{setting} is one of {', '.join(known)}, got {given!r}")
