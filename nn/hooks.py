"""Functions of the user that a module calls before, after and behind its forward."""

from collections.abc import Callable
from functools import partial
from typing import Any

from autograd_core import Tensor

Hook = Callable[..., Any]


class HookHandle:
    """A registered hook; `remove()` takes it away again."""

    def __init__(self, hooks: dict[int, Hook], hook: Hook) -> None:
        self._hooks = hooks
        self._hooks[id(self)] = hook

    def remove(self) -> None:
        """Take the hook away; a second call does nothing."""
        self._hooks.pop(id(self), None)


class Hooks:
    """The hooks of one module, each kind in the order in which they came."""

    def __init__(self) -> None:
        self.before: dict[int, Hook] = {}
        self.after: dict[int, Hook] = {}
        self.behind: dict[int, Hook] = {}

    def any(self) -> bool:
        """Whether there is one."""
        return bool(self.before or self.after or self.behind)

    def entering(self, module: Any, args: tuple[Any, ...]) -> "tuple[tuple[Any, ...], _Gradients | None]":
        """The arguments of forward as the hooks leave them."""
        for hook in tuple(self.before.values()):
            changed = hook(module, args)
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        if not self.behind:
            return args, None
        gradients = _Gradients(module, tuple(self.behind.values()))
        return gradients.of_inputs(args), gradients

    def leaving(self, module: Any, args: tuple[Any, ...], output: Any, gradients: "_Gradients | None") -> Any:
        """The output of forward as the hooks leave it."""
        for hook in tuple(self.after.values()):
            changed = hook(module, args, output)
            output = output if changed is None else changed
        return output if gradients is None else gradients.of_outputs(output)


class _Gradients:
    """The gradients of one call's inputs and outputs, which come one by one; the hooks get them together."""

    def __init__(self, module: Any, hooks: tuple[Hook, ...]) -> None:
        self.module, self.hooks = module, hooks
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.waiting = 0

    def of_inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        self.inputs = [None] * len(args)
        return tuple(self._watched(a, i) for i, a in enumerate(args))

    def of_outputs(self, output: Any) -> Any:
        several = isinstance(output, tuple)
        outputs = list(output) if several else [output]
        self.outputs = [None] * len(outputs)
        for i, y in enumerate(outputs):
            if isinstance(y, Tensor) and y.requires_grad:
                # a node of its own: what is returned may be an input, or watched by a module inside too
                outputs[i] = y = y.reshape(y.shape)
                y.register_hook(partial(self._output, i))
        return tuple(outputs) if several else outputs[0]

    def _watched(self, a: Any, i: int) -> Any:
        if not isinstance(a, Tensor) or not a.requires_grad:
            return a
        # a node of its own, for other modules may read the same Tensor
        a = a.reshape(a.shape)
        a.register_hook(partial(self._input, i))
        self.waiting += 1
        return a

    def _output(self, i: int, g: Any) -> None:
        if self.outputs[i] is not None:  # a new sweep: the last one did not reach every input
            self.inputs, self.outputs = [None] * len(self.inputs), [None] * len(self.outputs)
        self.outputs[i] = g
        if not self.waiting:
            self._call()

    def _input(self, i: int, g: Any) -> None:
        self.inputs[i] = g
        if sum(g is not None for g in self.inputs) == self.waiting:
            self._call()

    def _call(self) -> None:
        inputs, outputs = tuple(self.inputs), tuple(self.outputs)
        self.inputs, self.outputs = [None] * len(inputs), [None] * len(outputs)
        for hook in self.hooks:
            if hook(self.module, inputs, outputs) is not None:
                raise TypeError(
                    f"a backward hook of {self.module.title()} returned something: it sees gradients and "
                    "does not change them; x.register_hook does"
                )
