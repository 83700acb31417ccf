"""One step of a recurrence as a layer, for loops of one's own: RNNCell, LSTMCell, GRUCell."""

from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from nn.checks import floating, positive
from nn.functional.recurrences import gru, lstm, rnn
from nn.init import Rng
from nn.layers.recurrent import check_nonlinearity, given_states, recurrent_parameters
from nn.module import Module
from nn.parameter import Parameter


class RecurrentCell(Module):
    """What the cells have in common: the rows of the layers, over one step."""

    gates: ClassVar[int]
    state: ClassVar[tuple[str, ...]] = ("hx",)

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: Any = None, rng: Rng = None
    ) -> None:
        name = type(self).__name__
        self.input_size = positive(f"{name}: input_size", input_size)
        self.hidden_size = positive(f"{name}: hidden_size", hidden_size)
        dtype = ac.layer_dtype(dtype)
        made = recurrent_parameters(
            self.gates, self.input_size, self.hidden_size, bool(bias), dtype, ac.generator(rng)
        )
        self.weight_ih, self.weight_hh = made["weight_ih"], made["weight_hh"]
        self.bias_ih: Parameter | None = made.get("bias_ih")
        self.bias_hh: Parameter | None = made.get("bias_hh")

    def _step(self, input: Any, hx: Any, row: Any, **words: Any) -> Any:
        """The row over a sequence of one step: what it gives, without an axis for the batch if x has none."""
        dtype = self.weight_ih.dtype
        x = floating(input, dtype)
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ValueError(f"{self.title()}: input is (N, I) or (I,), I = {self.input_size}, got {x.shape}")
        name = type(self).__name__
        states = given_states(name, hx, self.state, (*x.shape[:-1], self.hidden_size), dtype)
        single = x.ndim == 1
        if single:
            x, states = x[None], [s[None] for s in states]
        biases: list[Any] = [self.bias_ih, self.bias_hh]
        if self.bias_ih is None:
            biases = [np.zeros(self.gates * self.hidden_size, dtype)] * 2
        z = row(x[None], *states, self.weight_ih, self.weight_hh, *biases, **words)
        return z[:, 0] if single else z

    def extra_repr(self) -> str:
        bias = "" if self.bias_ih is not None else ", bias=False"
        return f"{self.input_size}, {self.hidden_size}{bias}"

    def title(self) -> str:
        return f"{type(self).__name__}({self.input_size} → {self.hidden_size})"


class RNNCell(RecurrentCell):
    """One step of `RNN`: h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu of it.

    `h = cell(x, h)`, with x (N, I) and h (N, H), or both without N; without h it is 0.

    Args:
        input_size: I, the numbers of x.
        hidden_size: H, the numbers of h.
        bias: False for none.
        nonlinearity: "tanh" or "relu".
        dtype: float32 by default, see `ac.default_dtype`.
        rng: None, an int or a numpy.random.Generator.

    Raises:
        ValueError: for settings out of range, and shapes that do not fit.

    >>> cell = RNNCell(3, 4, rng=0)
    >>> h = None
    >>> for x in np.ones((5, 2, 3)):
    ...     h = cell(x, h)
    >>> h.shape
    (2, 4)
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype=dtype, rng=rng)
        self.nonlinearity = check_nonlinearity("RNNCell", nonlinearity)

    def forward(self, input: Any, hx: Any = None) -> Any:
        return self._step(input, hx, rnn, nonlinearity=self.nonlinearity)[0]

    def extra_repr(self) -> str:
        return super().extra_repr() + (", nonlinearity='relu'" if self.nonlinearity == "relu" else "")


class LSTMCell(RecurrentCell):
    """One step of `LSTM`: `h, c = cell(x, (h, c))`; shapes, arguments and errors as in `RNNCell`.

    Raises:
        TypeError: if the state is not a pair.

    >>> h, c = LSTMCell(3, 4, rng=0)(np.ones((2, 3)))
    >>> h.shape, c.shape
    ((2, 4), (2, 4))
    """

    gates = 4
    state = ("h_0", "c_0")

    def forward(self, input: Any, hx: Any = None) -> Any:
        z = self._step(input, hx, lstm)
        return z[0], z[1]


class GRUCell(RecurrentCell):
    """One step of `GRU`: `h = cell(x, h)`; shapes, arguments and errors as in `RNNCell`.

    >>> GRUCell(3, 4, rng=0)(np.ones(3)).shape
    (4,)
    """

    gates = 3

    def forward(self, input: Any, hx: Any = None) -> Any:
        return self._step(input, hx, gru)[0]
