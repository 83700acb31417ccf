"""Averages of the weights over the steps of a training; torch's names, in a module of torch's name.

With noisy gradients the weights wander about a minimum; their average lies nearer to it than any of them. It
costs no second training: a copy of the model follows the first one.

>>> import numpy as np
>>> import nn, optim
>>> model = nn.Linear(1, 1, rng=0)
>>> opt = optim.SGD(model.parameters(), lr=0.5)  # so large that it jumps over the minimum, back and forth
>>> ema = EMA(model, decay=0.9)
>>> x = np.ones((1, 1))
>>> for _ in range(100):
...     opt.zero_grad()
...     ((model(x) - 3) ** 2).sum().backward()
...     opt.step()
...     ema.update_parameters(model)
>>> abs(ema(x).item() - 3) < 0.1 * abs(model(x).item() - 3)
True
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.init import ones_, zeros_
from nn.layers.running_norms import RunningNorm
from nn.module import Module
from nn.parameter import Buffer
from optim.lr_scheduler.arguments import groups_of, per_group
from optim.lr_scheduler.base import LRScheduler
from optim.lr_scheduler.interpolation import STRATEGIES, between
from optim.optimizer import Optimizer

Array = np.ndarray[Any, Any]
Average = Callable[[Array, Array, int], Array]
"""The new average from the old one, the newest numbers and how many were averaged before."""


def get_swa_avg_fn() -> Average:
    """The mean of all: m ← m + (w − m) / (n + 1).

    P. Izmailov et al.: Averaging weights leads to wider optima and better generalization (2018), algorithm 1.
    """
    return lambda averaged, current, n: averaged + (current - averaged) / (n + 1)


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The exponential moving average: m ← decay · m + (1 − decay) · w, a memory of 1 / (1 − decay) steps.

    Raises:
        ValueError: if decay is not in [0, 1].

    B. Polyak, A. Juditsky: Acceleration of stochastic approximation by averaging (1992); with a decay, as in
    D. P. Kingma, J. Ba: Adam (2015), section 7.2.
    """
    if not 0 <= decay <= 1:
        raise ValueError(f"get_ema_avg_fn: decay is a share from 0 to 1, got {decay}")
    decay = float(decay)
    return lambda averaged, current, n: averaged * decay + current * (1 - decay)


class AveragedModel(Module):
    """A copy of a model whose parameters are averages of the model's; call it as the model itself.

    `update_parameters(model)` after a step takes in the numbers of now; the first call copies them.

    Args:
        model: it is copied, and not held.
        avg_fn: `avg_fn(averaged, current, n)` gives the new average of plain arrays, after n calls; None: the
            mean of all.
        use_buffers: whether buffers are averaged too, such as running statistics; else they are copied, and
            `update_bn` makes them anew. Integers are copied always.

    Raises:
        TypeError: for something that is no Module.
    """

    def __init__(self, model: Module, avg_fn: Average | None = None, use_buffers: bool = False) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"{type(self).__name__}: a Module is averaged, got {type(model).__name__}")
        self.n_averaged = Buffer(np.zeros((), np.int64))
        self.module = deepcopy(model)
        self.avg_fn = avg_fn or get_swa_avg_fn()
        self.use_buffers = bool(use_buffers)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the numbers of the model into the average.

        Raises:
            ValueError: if its parameters and buffers have other names or shapes than those of the copied one.
        """
        if ac.traces.is_tracing():
            self._traced_update(model)
            return
        n = int(self.n_averaged)
        for mine, its in self._pairs(model):
            old, current = np.asarray(mine.detach()), np.asarray(its.detach())
            averaged = not isinstance(mine, Buffer) or (self.use_buffers and mine.dtype.kind == "f")
            mine.data = self.avg_fn(old, current, n) if n and averaged else current
        self.n_averaged.data = n + 1

    def _traced_update(self, model: Module) -> None:
        """The same in a program, which chooses by the number of averages at every call."""
        if getattr(self.avg_fn, "__module__", "") != __name__:
            ac.traces.stop("an avg_fn of one's own may ask how many averages there were")
        n = self.n_averaged.data
        for mine, its in self._pairs(model):
            old, current = ac.traces.writable(mine), ac.traces.writable(its)
            if not isinstance(mine, Buffer) or (self.use_buffers and mine.dtype.kind == "f"):
                average = self.avg_fn(old, current, ac.astype(n, mine.dtype))  # type: ignore[arg-type]
                current = ac.where(n > 0, average, current)
            mine.data = current
        n += 1

    @contextmanager
    def applied_to(self, model: Module) -> Iterator[None]:
        """Let the model itself compute with the averages inside; afterwards it has its own numbers again.

        Raises:
            ValueError: as `update_parameters`.

        >>> import nn
        >>> model = nn.Linear(1, 1, bias=False, init=nn.init.ones_)
        >>> ema = EMA(model)
        >>> nn.init.zeros_(model.weight).item()
        0.0
        >>> with ema.applied_to(model):
        ...     model.weight.item()
        1.0
        >>> model.weight.item()
        0.0
        """
        pairs = self._pairs(model)
        own = [its.numpy() for _, its in pairs]
        try:
            for mine, its in pairs:
                its.data = np.asarray(mine.detach())
            yield
        finally:
            for (_, its), before in zip(pairs, own, strict=True):
                its.data = before

    def _pairs(self, model: Module) -> list[tuple[Tensor, Tensor]]:
        """Every parameter and buffer here with that of the model."""
        mine, its = _tensors(self.module), _tensors(model)
        if [(name, t.shape) for name, t in mine.items()] != [(name, t.shape) for name, t in its.items()]:
            here = {f"{name} {t.shape}" for name, t in mine.items()}
            there = {f"{name} {t.shape}" for name, t in its.items()}
            raise ValueError(
                f"{type(self).__name__}: the model is not like the one that was copied: it has "
                f"{', '.join(sorted(there - here)) or 'nothing'} where that one had "
                f"{', '.join(sorted(here - there)) or 'nothing'}"
            )
        return list(zip(mine.values(), its.values(), strict=True))


class EMA(AveragedModel):
    """An `AveragedModel` with the exponential moving average of parameters and buffers.

    Args:
        model: it is copied, and not held.
        decay: see `get_ema_avg_fn`; with few steps a smaller one follows better.
        use_buffers: see `AveragedModel`.
    """

    def __init__(self, model: Module, decay: float = 0.999, *, use_buffers: bool = True) -> None:
        super().__init__(model, self._follow, use_buffers)
        self.decay = decay

    @property
    def decay(self) -> float:
        """The share of the old average in the new one; may be changed between updates."""
        return self._decay

    @decay.setter
    def decay(self, value: float) -> None:
        get_ema_avg_fn(value)  # which looks at it
        self._decay = float(value)

    def _follow(self, averaged: Any, current: Any, n: int) -> Any:
        return get_ema_avg_fn(self._decay)(averaged, current, n)

    def extra_repr(self) -> str:
        return f"decay={self.decay:g}"


def update_bn(loader: Iterable[Any], model: Module) -> None:
    """Make the running statistics of normalisations anew: their means over all batches of the loader.

    Averaged weights give other activations than those that the statistics were gathered from. The model runs
    in training mode, without recording; afterwards all is as before but the statistics.

    Args:
        loader: batches, an array or a tuple with the input in front.
        model: an `AveragedModel`, or any other.

    Raises:
        ValueError: for a loader without batches; on any error the statistics are the old ones.
    """
    norms = [m for _, m in model.named_modules() if isinstance(m, RunningNorm) and m.running_mean is not None]
    if not norms:
        return
    modes = [(m, m.training) for _, m in model.named_modules()]
    momenta = [m.momentum for m in norms]
    statistics = [b for m in norms for b in (m.running_mean, m.running_var, m.num_batches_tracked)]
    before = [b.numpy() for b in statistics]
    try:
        for m in norms:
            m.momentum = None
            zeros_(m.running_mean)  # what is not finite would not be forgotten
            ones_(m.running_var)
            m.num_batches_tracked.data = 0
        model.train()
        empty = True
        with ac.no_grad():
            for batch in loader:
                model(batch[0] if isinstance(batch, tuple | list) else batch)
                empty = False
        if empty:
            raise ValueError("update_bn: the loader has no batches")
    except BaseException:
        for b, old in zip(statistics, before, strict=True):
            b.data = old
        raise
    finally:
        for module, mode in modes:
            module.training = mode
        for m, momentum in zip(norms, momenta, strict=True):
            m.momentum = momentum


class SWALR(LRScheduler):
    """λ_t goes from λ₀ to swa_lr in anneal_epochs steps, and stays there while weights are averaged.

    Args:
        swa_lr: one number or one per group.
        anneal_epochs: at least 0.
        anneal_strategy: "cos", along half a cosine, or "linear".

    Made before it is needed, it begins with the rate that other schedules have led to at its first step.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        name = type(self).__name__
        self.swa_lrs = per_group(name, "swa_lr", swa_lr, groups_of(name, optimizer))
        self.anneal_epochs, self.anneal_strategy = anneal_epochs, anneal_strategy
        super().__init__(optimizer, last_epoch)

    def rate(self, step: int, lr: float, group: int) -> float:
        share = min(step / self.anneal_epochs, 1.0) if self.anneal_epochs else 1.0
        return between(lr, self.swa_lrs[group], STRATEGIES[self.anneal_strategy](share))


def _tensors(model: Module) -> dict[str, Tensor]:
    """All parameters and buffers under their names."""
    return dict([*model.named_parameters(), *model.named_buffers()])
