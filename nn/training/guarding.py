"""The NaN stop: a step whose loss or gradient is not finite is not made, and the layer is named."""

from collections.abc import Sequence
from functools import partial
from math import isfinite
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import AnomalyError, Tensor
from nn.module import Module
from nn.training.randomness import Randomness

Index = tuple[int, ...]


class Guard:
    """Looks at the loss and the gradients of every step, which is cheap; if one is not finite, the batch is
    run a second time with a look at every layer, which is slow.

    Buffers and random generators of the model are put back to what they were before the step, so the error
    leaves the model, its parameters too, as it was then.
    """

    def __init__(self, model: Module, parameters: Sequence[Tensor]) -> None:
        self._model = model
        self._parameters = parameters
        self._buffers = [b for _, b in model.named_buffers()]
        self._chance = Randomness(model=model)

    def remember(self) -> None:
        """Keep what a forward pass changes."""
        self._before = [b.numpy() for b in self._buffers], self._chance.state(everything=False)

    def _put_back(self) -> None:
        buffers, chance = self._before
        for buffer, held in zip(self._buffers, buffers, strict=True):
            buffer.data = held
        self._chance.restore(chance)

    def check(self, value: float, again: Any, batch: tuple[tuple[Any, ...], Any], place: str) -> None:
        """Stop if the loss or a gradient is not finite.

        Args:
            value: the loss.
            again: a function that computes the loss of the batch once more.
            batch: inputs and targets.
            place: which step it is, in words.

        Raises:
            AnomalyError: with the first layer whose output or gradient is not finite, and advice.
        """
        if isfinite(value) and all(p.grad is None or _finite(p.grad) for p in self._parameters):
            return
        self._put_back()
        what = f"the loss is {value}" if not isfinite(value) else "a gradient is not finite"
        try:
            found = self._found(again, batch)
        finally:
            self._put_back()
            for p in self._parameters:
                p.zero_grad()
        raise AnomalyError(
            f"{place}: {what}, so this step was not made; the model is as it was before it\n  {found}"
        )

    def _found(self, again: Any, batch: tuple[tuple[Any, ...], Any]) -> str:
        """Where the first number that is not finite is, and what to do."""
        for i, array in enumerate((*batch[0], batch[1])):
            at = _bad(np.asarray(array))
            if at is not None:
                which = "the targets" if i == len(batch[0]) else f"input {i}" if i else "the inputs"
                return f"{which} of this batch hold {np.asarray(array)[at]} at {_index(at)}: clean the data"
        for name, p in self._model.named_parameters():
            at = _bad(p.data)
            if at is not None:
                return (
                    f"the parameter {name} holds {p.data[at]} at {_index(at)} already, the step before "
                    "it was too large: a smaller learning rate, or clip the gradients"
                )
        return self._in_layers(again)

    def _in_layers(self, again: Any) -> str:
        """Run the batch again and look at every module's output, then at every gradient."""
        outputs: list[str] = []
        passed: list[str] = []
        seen: set[int] = set()
        handles = []
        for path, module in self._model.named_modules():

            def look(module: Module, args: Any, output: Any, path: str = path) -> None:
                for part in output if isinstance(output, tuple | list) else (output,):
                    if not isinstance(part, Tensor) or id(part) in seen:  # an inner module has returned it
                        continue
                    seen.add(id(part))
                    kept.append(part)  # so that no other Tensor gets its id
                    called = _called(path, module)
                    at = _bad(part.numpy())
                    if at is not None:
                        outputs.append(f"{called}: its output holds {part.numpy()[at]} at {_index(at)}")
                    if part.requires_grad:
                        part.register_hook(partial(_note, passed, called))

            handles.append(module.register_forward_hook(look))
        kept: list[Tensor] = []
        details = ""
        try:
            with np.errstate(all="ignore"), ac.detect_anomaly():
                again().backward()
        except AnomalyError as error:
            details = "\n  " + str(error).replace("detect_anomaly: ", "").replace("\n", "\n  ")
        finally:
            for handle in handles:
                handle.remove()
        if outputs:
            advice = "smaller initial values, a normalisation before it, or a smaller learning rate"
            return f"first in {outputs[0]}: {advice}{details}"
        if not details:
            return (
                "a second run of the batch was finite: something in the model or the loss draws random "
                "numbers of its own"
            )
        if passed:
            return (
                f"first in the gradient of {passed[-1]}: clip the gradients, or change the function{details}"
            )
        return f"the outputs of all layers are finite, the loss or its gradient is not{details}"


def _note(names: list[str], name: str, gradient: Any) -> None:
    names.append(name)


def _called(path: str, module: Module) -> str:
    return f"the module {path!r}, {module.title()}" if path else f"the model, {module.title()}"


def _finite(gradient: Any) -> bool:
    flat = np.asarray(gradient.detach()).reshape(-1)
    # one pass of BLAS; the squares may overflow where the numbers do not
    return isfinite(float(np.dot(flat, flat))) or bool(np.isfinite(flat).all())


def _bad(array: np.ndarray[Any, Any]) -> Index | None:
    """The first index of a number that is not finite."""
    if array.dtype.kind != "f":
        return None
    bad = ~np.isfinite(array)
    if not bad.any():
        return None
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(bad)), array.shape))


def _index(at: Index) -> str:
    return f"[{', '.join(map(str, at))}]"
