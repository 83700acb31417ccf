"""What was probably meant by a call of `graph` that cannot be."""

import inspect
import re
from ast import literal_eval
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import numpy as np

from autograd_core.graphs.drawing.settings import DIRECTIONS, GRADS, MODES
from autograd_core.graphs.drawing.theme import THEMES
from autograd_core.graphs.snapshot.names import is_model

_WORDS = {"mode": MODES, "direction": DIRECTIONS, "grads": GRADS, "theme": tuple(THEMES)}
FORMULA = 'a formula as text, ac.graph("a*x", a=2, x=3)'


def near(word: str, settings: Sequence[str]) -> str:
    """The setting whose name a keyword is close to; "" if there is none.

    >>> near("mod", ["mode", "names"]), near("q", ["mode", "names"])
    ('mode', '')
    """
    return "".join(get_close_matches(word, settings, 1))


def no_setting(what: Any, values: Mapping[str, Any], settings: Sequence[str]) -> str:
    """Why a keyword is refused, with the setting or the argument that was probably meant."""
    word = next(iter(values))
    refused = f"ac.graph has no setting {word!r}"
    meant = near(word, settings)
    if not meant and callable(what):
        called = getattr(what, "forward", what)
        arguments = [name for name in _parameters(called) if name in values]
        if word in arguments:
            given = ", ".join(typed(values[name]) for name in arguments)
            name = "model" if is_model(what) else _name(what, "f")
            return f"{refused}; arguments are given without their names: ac.graph({name}, {given})"
    advice = f"did you mean {meant}=?" if meant else f"there are {', '.join(settings)};"
    return f"{refused}; {advice} only a formula as text has values"


def misspelt(text: str, values: Mapping[str, Any], settings: Sequence[str]) -> str:
    """What to say of a value that is no number, of a name that the formula has not; "" if there is none.

    >>> misspelt("a*x", {"a": 1, "x": 2, "mod": "both"}, ["mode"])
    "ac.graph has no setting 'mod'; did you mean mode=?"
    """
    for name, value in values.items():
        if isinstance(value, str) and near(name, settings) and not re.search(rf"\b{re.escape(name)}\b", text):
            return f"ac.graph has no setting {name!r}; did you mean {near(name, settings)}=?"
    return ""


def setting_by_place(xs: Sequence[Any]) -> str:
    """What to write for the word of a setting that stands where no setting is; "" if there is none.

    >>> setting_by_place(["backward"])
    'settings are given by name: mode="backward"'
    """
    found = [(name, x) for x in xs if isinstance(x, str) for name, words in _WORDS.items() if x in words]
    return "".join(f'settings are given by name: {name}="{x}"' for name, x in found[:1])


@contextmanager
def explained_arguments(what: Any, xs: Sequence[Any]) -> Iterator[None]:
    """Add to an error of a model or a function what is strange about its arguments, which are all allowed."""
    try:
        yield
    except (TypeError, ValueError, AttributeError) as error:
        note = setting_by_place(xs) or next(filter(None, (_shape(what, x) for x in xs)), "")
        if note:
            error.add_note(note)
        raise


def _shape(what: Any, x: Any) -> str:
    """What to write where a shape was probably meant; "" if it was not."""
    if isinstance(x, str):
        try:
            x, meant = literal_eval(x), x
        except (ValueError, SyntaxError):
            return ""
        written = f"{x if is_model(what) or not _whole(x) else f'np.ones({x})'}"
        return f"got the text {meant!r}; write it without quotes: ac.graph({_called(what)}, {written})"
    if not _whole(x):
        return ""
    shape = tuple(x)
    if is_model(what) and isinstance(x, list):
        return f"if {x} is a shape: a shape is a tuple, ac.graph({_called(what)}, {shape})"
    if not is_model(what) and isinstance(x, tuple):
        return (
            f"if {x} is a shape: it stands for an array with a model only, here give one: "
            f"ac.graph({_called(what)}, np.ones({shape}))"
        )
    return ""


def _whole(x: Any) -> bool:
    """Whether these are whole numbers, as the lengths of a shape are."""
    return isinstance(x, list | tuple) and bool(x) and all(isinstance(n, int | np.integer) for n in x)


def no_result(made: Any, what: Any) -> str:
    """What to say of a model or a function that gave no Tensor; "" if it gave one, or several things."""
    name = f"{type(what).__name__}.forward" if is_model(what) else _name(what, "the function")
    if made is None:
        return f"{name} gave None: does it return its result?"
    if isinstance(made, dict | list | tuple) or hasattr(made, "requires_grad"):
        return ""
    return f"{name} gave {typed(made)} of type {type(made).__name__}: it has to return Tensors"


def typed(value: Any) -> str:
    """A number as it is typed; of anything longer the beginning."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 24 else f"{text[:20]}…"


def _called(what: Any) -> str:
    return "model" if is_model(what) else _name(what, "f")


def _name(function: Callable[..., Any], default: str) -> str:
    name = str(getattr(function, "__name__", default))
    return name if name.isidentifier() else default


def _parameters(function: Callable[..., Any]) -> list[str]:
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []
