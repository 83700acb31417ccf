"""Recurrent layers over whole sequences: RNN, LSTM, GRU; torch's, in layers and both directions."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from nn.checks import floating, operand, positive
from nn.functional.dropping import dropout as dropped
from nn.functional.dropping import probability
from nn.functional.recurrences import gru, lstm, rnn
from nn.init import Rng
from nn.layers.starting import start_uniform
from nn.module import Module
from nn.parameter import Parameter


def recurrent_parameters(
    gates: int, inputs: int, size: int, bias: bool, dtype: Any, rng: np.random.Generator
) -> dict[str, Parameter]:
    """The weights and biases of one recurrence under torch's names, each from U(−1/√H, 1/√H)."""
    shapes = {"weight_ih": (gates * size, inputs), "weight_hh": (gates * size, size)}
    found = {n: Parameter(np.zeros(s, dtype), role="weight", layout="torch") for n, s in shapes.items()}
    if bias:
        found |= {n: Parameter(np.zeros(gates * size, dtype), role="bias") for n in ("bias_ih", "bias_hh")}
    start_uniform(size, *found.values(), rng=rng)
    return found


def check_nonlinearity(name: str, nonlinearity: Any) -> str:
    """
    Raises:
        ValueError: if it is not one of the two.
    """
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"{name}: nonlinearity is 'tanh' or 'relu', got {nonlinearity!r}")
    return str(nonlinearity)


def given_states(name: str, hx: Any, names: tuple[str, ...], shape: tuple[int, ...], dtype: Any) -> list[Any]:
    """The state before the first step, one array per name; zeros if none is given.

    Raises:
        TypeError: if there are not as many arrays.
        ValueError: if one has another shape.
    """
    if hx is None:
        return [np.zeros(shape, dtype) for _ in names]
    if len(names) > 1 and not (isinstance(hx, tuple | list) and len(hx) == len(names)):
        raise TypeError(f"{name}: the state is the pair ({', '.join(names)}), got a {type(hx).__name__}")
    states = [operand(f"{name}: {n}", h) for n, h in zip(names, hx if len(names) > 1 else [hx], strict=True)]
    for n, h in zip(names, states, strict=True):
        if h.shape != shape:
            raise ValueError(f"{name}: {n} has the shape {shape}, got {h.shape}")
    return [h.astype(dtype) if ac.traces.is_array(h) else h for h in states]


class Recurrent(Module, ABC):
    """What RNN, LSTM and GRU have in common: layers, directions, axes and states."""

    gates: ClassVar[int]
    state: ClassVar[tuple[str, ...]] = ("h_0",)

    weight_ih_l0: Parameter
    weight_hh_l0: Parameter

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        name = type(self).__name__
        self.input_size = positive(f"{name}: input_size", input_size)
        self.hidden_size = positive(f"{name}: hidden_size", hidden_size)
        self.num_layers = positive(f"{name}: num_layers", num_layers)
        self.dropout = probability(name, dropout)
        self.bias, self.batch_first, self.bidirectional = bool(bias), bool(batch_first), bool(bidirectional)
        dtype = ac.layer_dtype(dtype)
        generator = ac.generator(rng)
        # as in Dropout: without one the default generator, of the thread that calls
        self.rng = None if rng is None else generator
        directions = ("", "_reverse") if bidirectional else ("",)
        self._suffixes = [f"_l{k}{end}" for k in range(self.num_layers) for end in directions]
        for k, suffix in enumerate(self._suffixes):
            below = self.input_size if k < len(directions) else len(directions) * self.hidden_size
            made = recurrent_parameters(self.gates, below, self.hidden_size, self.bias, dtype, generator)
            for key, p in made.items():
                setattr(self, key + suffix, p)

    def forward(self, input: Any, hx: Any = None) -> Any:
        dtype = self.weight_ih_l0.dtype
        x = self._time_first(floating(input, dtype))
        single = len(np.shape(input)) == 2
        directions = 1 + self.bidirectional
        batch = () if single else (x.shape[1],)
        shape = (self.num_layers * directions, *batch, self.hidden_size)
        states = given_states(type(self).__name__, hx, self.state, shape, dtype)
        if single:
            states = [s[:, None] for s in states]
        ends: list[list[Any]] = []
        for layer in range(self.num_layers):
            ways = []
            for back in range(directions):
                k = layer * directions + back
                y, *end = self._walk(x[::-1] if back else x, [s[k] for s in states], self._of(k))
                ways.append(y[::-1] if back else y)
                ends.append(end)
            x = ac.concatenate(ways, axis=-1) if self.bidirectional else ways[0]
            if layer + 1 < self.num_layers:
                x = dropped(x, self.dropout, self.training, rng=self.rng)
        last = [ac.stack(part) for part in zip(*ends, strict=True)]
        if single:
            x, last = x[:, 0], [part[:, 0] for part in last]
        elif self.batch_first:
            x = ac.swapaxes(x, 0, 1)
        return x, last[0] if len(last) == 1 else tuple(last)

    def _time_first(self, x: Any) -> Any:
        """The input as (T, N, I)."""
        words = "(N, T, I)" if self.batch_first else "(T, N, I)"
        name = self.title()
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            raise ValueError(f"{name}: input is {words} or (T, I), I = {self.input_size}, got {x.shape}")
        if x.ndim == 2:
            x = x[:, None]
        elif self.batch_first:
            x = ac.swapaxes(x, 0, 1)
        if not x.shape[0]:
            raise ValueError(f"{name}: a sequence of no steps has no last state, got the shape {x.shape}")
        return x

    def _of(self, k: int) -> list[Any]:
        """The four parameters of one recurrence; zeros for biases that are not there."""
        weights = [getattr(self, key + self._suffixes[k]) for key in ("weight_ih", "weight_hh")]
        if not self.bias:
            nothing = np.zeros(self.gates * self.hidden_size, weights[0].dtype)
            return [*weights, nothing, nothing]
        return [*weights, *(getattr(self, key + self._suffixes[k]) for key in ("bias_ih", "bias_hh"))]

    @abstractmethod
    def _walk(self, x: Any, states: list[Any], parameters: list[Any]) -> tuple[Any, ...]:
        """All h of one recurrence, and the last of each state."""

    def extra_repr(self) -> str:
        shown = [f"{self.input_size}, {self.hidden_size}"]
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
        shown += [f"{n}={getattr(self, n)}" for n, value in usual.items() if getattr(self, n) != value]
        return ", ".join(shown)

    def title(self) -> str:
        return f"{type(self).__name__}({self.input_size} → {self.hidden_size})"


class RNN(Recurrent):
    """hₜ = tanh(W_ih xₜ + b_ih + W_hh hₜ₋₁ + b_hh), or relu of it.

    `output, h_n = rnn(input, h_0)`. Input is (T, N, I), with batch_first (N, T, I), or (T, I) for one
    sequence; output the same with H for I, of both directions 2H: hₜ of the last layer. States h_0 and h_n
    are (layers · directions, N, H), or without N; without h_0 they start from 0. Where the sequence is walked
    backwards too, output[t] holds what that walk found at xₜ, and h_n its end, at x₀.

    Args:
        input_size: I, the numbers of one xₜ.
        hidden_size: H, the numbers of one hₜ.
        num_layers: how many recurrences stand on one another; each takes the hₜ of the one below as input.
        nonlinearity: "tanh" or "relu".
        bias: False for none.
        batch_first: the axis of the batch comes before that of time, in input and output, not in states.
        dropout: the probability with which in training every number between two layers is dropped (the
            others times 1/(1 − p)); not behind the last layer.
        bidirectional: walk backwards too, with parameters of its own.
        dtype: float32 by default, see `ac.default_dtype`.
        rng: None, an int or a numpy.random.Generator, of the initial values and of dropout.

    Raises:
        ValueError: for settings out of range, and shapes that do not fit.

    Parameters have torch's names and layout: weight_ih_l0 (H, I), weight_hh_l0 (H, H), bias_ih_l0,
    bias_hh_l0 (H,), for the next layers l1 and so on, backwards l0_reverse; U(−1/√H, 1/√H) at first. Keras
    has one bias, Glorot's uniform W_ih and an orthogonal W_hh.

    J. Elman: Finding structure in time (1990); M. Schuster, K. Paliwal: Bidirectional recurrent neural
    networks (1997).

    >>> rnn = RNN(3, 4, num_layers=2, rng=0)
    >>> output, h_n = rnn(np.ones((5, 2, 3)))
    >>> output.shape, h_n.shape
    ((5, 2, 4), (2, 2, 4))
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            dtype=dtype,
            rng=rng,
        )
        self.nonlinearity = check_nonlinearity("RNN", nonlinearity)

    def _walk(self, x: Any, states: list[Any], parameters: list[Any]) -> tuple[Any, ...]:
        z = rnn(x, *states, *parameters, nonlinearity=self.nonlinearity)
        return z, z[-1]

    def extra_repr(self) -> str:
        return super().extra_repr() + (", nonlinearity='relu'" if self.nonlinearity == "relu" else "")


class LSTM(Recurrent):
    """cₜ = f cₜ₋₁ + i g and hₜ = o tanh(cₜ), where the gates i, f, g, o are parts of
    W_ih xₜ + b_ih + W_hh hₜ₋₁ + b_hh: g squashed by tanh, the others by the logistic function.

    `output, (h_n, c_n) = lstm(input, (h_0, c_0))`; shapes, arguments and initial values as in `RNN`. The
    parameters are (4H, ...), the gates in the order i, f, g, o. torch's proj_size is not offered.

    S. Hochreiter, J. Schmidhuber: Long short-term memory (1997), with the forget gate of F. Gers and others:
    Learning to forget (2000). torch has the same parameters; Keras has one bias, which starts from 1 for f.

    Raises:
        ValueError: for settings out of range or proj_size, and shapes that do not fit.
        TypeError: if the state is not a pair.

    >>> lstm = LSTM(3, 4, batch_first=True, bidirectional=True, rng=0)
    >>> lstm
    LSTM(3, 4, batch_first=True, bidirectional=True)
    >>> output, (h_n, c_n) = lstm(np.ones((2, 5, 3)))
    >>> output.shape, h_n.shape, c_n.shape
    ((2, 5, 8), (2, 2, 4), (2, 2, 4))
    """

    gates = 4
    state = ("h_0", "c_0")

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        if proj_size:
            raise ValueError(f"LSTM: proj_size is not offered, only 0; got {proj_size!r}")
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            dtype=dtype,
            rng=rng,
        )

    def _walk(self, x: Any, states: list[Any], parameters: list[Any]) -> tuple[Any, ...]:
        z = lstm(x, *states, *parameters)
        return z[:-1], z[-2], z[-1]


class GRU(Recurrent):
    """hₜ = (1 − z) n + z hₜ₋₁, with p = W_ih xₜ + b_ih and q = W_hh hₜ₋₁ + b_hh, the logistic gates r and z
    of p + q, and n = tanh(pₙ + r qₙ).

    `output, h_n = gru(input, h_0)`; shapes, arguments and initial values as in `RNN`. The parameters are
    (3H, ...), the gates in the order r, z, n.

    K. Cho and others: Learning phrase representations using RNN encoder-decoder (2014), equations 5 to 8,
    where r multiplies hₜ₋₁ before the product with W_hh; torch and Keras (reset_after=True) multiply behind
    it, as here.

    Raises:
        ValueError: for settings out of range, and shapes that do not fit.

    >>> gru = GRU(3, 4, rng=0)
    >>> output, h_n = gru(np.ones((5, 3)))  # one sequence, without a batch
    >>> output.shape, h_n.shape
    ((5, 4), (1, 4))
    """

    gates = 3

    def _walk(self, x: Any, states: list[Any], parameters: list[Any]) -> tuple[Any, ...]:
        z = gru(x, *states, *parameters)
        return z, z[-1]
