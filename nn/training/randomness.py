"""Random generators in reach of a training, so that it can go on as if it had never stopped."""

from types import FunctionType, ModuleType
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor

_PLAIN = (str, bytes, int, float, complex, np.ndarray, np.generic, Tensor, type, FunctionType, ModuleType)


NUMPY = "numpy.random"
"""The place of the generator behind `np.random.rand` and its like, which layers written by hand draw from."""


class Randomness:
    """The default generator, NumPy's global one, and every `numpy.random.Generator` that some objects hold in
    their attributes.

    Lists, tuples, dicts and objects inside are entered, so a model is one object; each generator counts once.
    """

    def __init__(self, **objects: Any) -> None:
        self._found: dict[str, np.random.Generator] = {"default": ac.generator()}
        seen: set[int] = {id(self._found["default"])}
        places = list(objects.items())
        for place, thing in places:  # which grows as it is walked
            if thing is None or isinstance(thing, _PLAIN) or id(thing) in seen:
                continue
            seen.add(id(thing))
            if isinstance(thing, np.random.Generator):
                self._found[place] = thing
            elif isinstance(thing, dict):
                places += [(f"{place}.{key}", inside) for key, inside in thing.items()]
            elif isinstance(thing, list | tuple):
                places += [(f"{place}.{i}", inside) for i, inside in enumerate(thing)]
            elif hasattr(thing, "__dict__"):
                places += [(f"{place}.{key}", inside) for key, inside in vars(thing).items()]

    def state(self, *, everything: bool = True) -> dict[str, Any]:
        """The states by the places of the generators, in what `nn.save` takes; NumPy's global one, which is
        large, only with everything."""
        held = {place: g.bit_generator.state for place, g in self._found.items()}
        # what is kept is others' use of it, none of ours
        return {NUMPY: dict(np.random.get_state(legacy=False)), **held} if everything else held  # noqa: NPY002

    def restore(self, state: dict[str, Any]) -> None:
        """Give every generator its state back.

        Raises:
            ValueError: if there are other generators, or of other kinds, than when it was taken.
        """
        kinds = {place: g.bit_generator.state["bit_generator"] for place, g in self._found.items()}
        saved = {place: s["bit_generator"] for place, s in state.items() if place != NUMPY}
        if kinds != saved:
            raise ValueError(
                f"the random generators were {_words(saved)} when the state was saved, here they are "
                f"{_words(kinds)}: make the model, the data and the callbacks as they were then"
            )
        if NUMPY in state:
            np.random.set_state(state[NUMPY])  # noqa: NPY002
        for place, g in self._found.items():
            g.bit_generator.state = state[place]


def _words(kinds: dict[str, str]) -> str:
    return ", ".join(f"{place} ({kind})" for place, kind in kinds.items())
