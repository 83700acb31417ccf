"""Ensemble: several models as one, whose output is the mean of theirs."""

from collections.abc import Callable, Iterable
from typing import Any

import autograd_core as ac
from nn.layers.containers import ModuleList
from nn.module import Module

OF: dict[str, Callable[[Any], Any]] = {
    "softmax": lambda a: ac.softmax(a, axis=-1),
    "sigmoid": ac.sigmoid,
}


class Ensemble(Module):
    """y = (1/M) Σₘ f(model_m(x)): the mean of what M models predict.

    Args:
        models: at least one Module, each called with the same inputs.
        of: f, what the mean is taken of: None for the outputs as they are; "softmax" or "sigmoid" for
            probabilities, where the models give the numbers before; or a function.

    Raises:
        ValueError: for no model or an unknown word.
        TypeError: if something is no Module, or f no function; for a single model, such as a Sequential; in a
            call: for outputs that are no arrays.
        ValueError: in a call: if the models' outputs differ in shape.

    Section 9 of the lecture names the mean of several models' predictions among the ways against overfitting:
    models that are wrong in different places correct each other; L. Breiman: Bagging predictors (1996). The
    parameters are those of all models, so that one optimizer can train them together.

    >>> from nn import Linear
    >>> models = [Linear(2, 3, rng=seed) for seed in range(5)]
    >>> y = Ensemble(models, of="softmax")(ac.ones((4, 2)))
    >>> y.shape
    (4, 3)
    """

    def __init__(self, models: Iterable[Module], *, of: str | Callable[[Any], Any] | None = None) -> None:
        given: Any = models
        if isinstance(given, Module) and not isinstance(given, ModuleList):
            # a Sequential is a list of layers, whose mean nobody wants
            raise TypeError(f"Ensemble: a list of models is needed, got one {type(given).__name__}")
        self.models = list(models)
        if not self.models:
            raise ValueError("Ensemble: at least one model is needed")
        for i, model in enumerate(self.models):
            if not isinstance(model, Module):
                raise TypeError(f"Ensemble: number {i} is a {type(model).__name__}, not a Module")
        if isinstance(of, str) and of not in OF:
            raise ValueError(f"Ensemble: of is None, {', '.join(map(repr, OF))} or a function, got {of!r}")
        if of is not None and not isinstance(of, str) and not callable(of):
            raise TypeError(f"Ensemble: of is a word or a function, got {of!r}")
        self.of = of

    def forward(self, *inputs: Any) -> Any:
        each = OF[self.of] if isinstance(self.of, str) else self.of
        total: Any = None
        for i, model in enumerate(self.models):
            y = model(*inputs)
            y = y if each is None else each(y)
            if not hasattr(y, "shape"):
                raise TypeError(
                    f"Ensemble: the output of model {i} is a {type(y).__name__}, a mean is one of arrays: "
                    "of=lambda y: y[0] takes its first"
                )
            if total is not None and y.shape != total.shape:
                raise ValueError(
                    f"Ensemble: the output of model {i} has the shape {y.shape}, before it {total.shape}"
                )
            total = y if total is None else total + y
        return total / len(self.models)

    def extra_repr(self) -> str:
        return "" if self.of is None else f"of={self.of!r}"
