"""A formula that was typed as text, as a function of its inputs."""

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any

from autograd_core.tensor import Tensor
from autograd_core.texts import MissingValueError, compute


class TypedFunction:
    """The function that a text is; values that the text names are given their names."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self._text, self._names = text, tuple(names)
        self.__signature__ = Signature([Parameter(n, Parameter.POSITIONAL_OR_KEYWORD) for n in names])

    def __call__(self, *xs: Any) -> Tensor:
        inputs = dict(zip(self._names, xs, strict=True))
        result, named = compute(self._text, inputs)
        for name, x in named.items():
            if name not in inputs and all(x is not given for given in xs):
                x.name = name
        return result


def read_formula(
    asked: str, text: str, xs: Sequence[Any], given: Mapping[str, Any]
) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The function that a text is, and examples of its arguments: those that were given by name, else 1.

    Raises:
        TypeError: for arguments without names.
        MissingValueError: if some names have a value and others have none.
    """
    if xs:
        raise TypeError(f'{asked}: a formula takes values by name: ac.{asked}("a*x", a=2, x=3)')
    try:
        compute(text, given)
    except MissingValueError as error:
        if given:
            raise
        given = dict.fromkeys(error.names, 1.0)
    return TypedFunction(text, list(given)), tuple(given.values())
