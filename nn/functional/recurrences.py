"""Recurrences: one fused row walks through a whole sequence, its joint rule walks back.

Every row takes x (T, N, I), the state before the first step (N, H), and torch's four parameters: w =
weight_ih (gates · H, I), u = weight_hh (gates · H, H), and the biases b and d (gates · H,). The result is
(T, N, H).

Step by step, in rows, each step would record some eight nodes, and the gradient of picking xₜ out of x would
be T arrays of the size of x. Here the inputs enter all gates in one matrix product, and what a step
multiplies a gradient with, which does not depend on the gradient, is computed for all steps at once: the walk
back has a matrix product and a few products and sums per step.
"""

from typing import Any

import numpy as np

import autograd_core as ac

Found = tuple[Any, dict[str, Any]]


def _rows(x: Any) -> Any:
    """The axes of time and batch as one, behind the axes of a stack."""
    return x.reshape(*x.shape[:-3], x.shape[-3] * x.shape[-2], x.shape[-1])


def _driven(x: Any, w: Any, dtype: Any) -> Any:
    """x wᵀ, written into a new array."""
    a = np.empty((*x.shape[:2], len(w)), dtype)
    np.matmul(_rows(x), w.T, out=_rows(a))
    return a


def _back_to_x(d: Any, w: Any) -> Any:
    """d w as one product: the gradient of the inputs."""
    return (_rows(d) @ w).reshape(*d.shape[:-1], w.shape[-1])


def _taught(d: Any, x: Any) -> list[Any]:
    """The gradients of a weight that meets x and of its bias, each over all steps at once."""
    return [_rows(d).mT @ _rows(x), ac.sum(d, axis=(-3, -2))]


def _before(first: Any, z: Any, steps: int) -> Any:
    """The states before each step: the first one, and all results but the last."""
    return ac.concatenate([first[None], z[: steps - 1]])


def _along_time(parts: list[Any]) -> Any:
    """The parts (..., N, H) as (..., T, N, H)."""
    return ac.concatenate([p[..., None, :, :] for p in parts], axis=-3)  # compiled into memory that is there


def _in_turn(found: list[Any]) -> Any:
    """What the walk back found, last step first, along the axis of time."""
    return _along_time(found[::-1])


def _side_by_side(parts: Any) -> Any:
    """(..., gates, H) as (..., gates · H)."""
    return parts.reshape(*parts.shape[:-2], parts.shape[-2] * parts.shape[-1])


def _scale(gates: str, size: int, dtype: Any) -> Any:
    """½ for a logistic gate (s), 1 for one of tanh (t): σ(a) = ½ tanh(½ a) + ½, so one tanh is for all."""
    return np.repeat(np.array([0.5 if gate == "s" else 1.0 for gate in gates], dtype), size)


# ---- the plain recurrence ----------------------------------------------------------------------------------


def _rnn(x: Any, h: Any, w: Any, u: Any, b: Any, d: Any, *, nonlinearity: str) -> Any:
    z = _driven(x, w, np.result_type(x, h, w, u, b, d))
    z += b + d
    product = np.empty_like(z, shape=z.shape[1:])
    for now in z:
        now += np.matmul(h, u.T, out=product)
        h = np.tanh(now, out=now) if nonlinearity == "tanh" else np.maximum(now, 0, out=now)
    return z


def _rnn_meaning(x: Any, h: Any, w: Any, u: Any, b: Any, d: Any, *, nonlinearity: str) -> Any:
    squash = ac.tanh if nonlinearity == "tanh" else ac.relu
    p = x @ w.mT + (b + d)
    states = []
    for t in range(x.shape[0]):
        h = squash(p[t] + h @ u.mT)
        states.append(h)
    return ac.stack(states)


def _rnn_back(g: Any, z: Any, x: Any, h: Any, w: Any, u: Any, *, nonlinearity: str) -> list[Any]:
    k = 1.0 - z * z if nonlinearity == "tanh" else ac.heaviside(z, 0.0)
    steps = x.shape[0]
    found, dh = [], 0.0
    for t in reversed(range(steps)):
        da = (g[..., t, :, :] + dh) * k[t]
        found.append(da)
        dh = da @ u
    da = _in_turn(found)
    dw, db = _taught(da, x)
    du, dd = _taught(da, _before(h, z, steps))
    return [_back_to_x(da, w), dh, dw, du, db, dd]


rnn = ac.fused(
    "rnn",
    _rnn,
    joint=lambda g, z, x, h, w, u, b, d, *, nonlinearity: _rnn_back(
        g, z, x, h, w, u, nonlinearity=nonlinearity
    ),
    keeps="zxhwubd",
    meaning=_rnn_meaning,
    stacks=True,
)
"""hₜ = tanh(w xₜ + b + u hₜ₋₁ + d), or relu of it."""


# ---- LSTM --------------------------------------------------------------------------------------------------


def _lstm(x: Any, h: Any, c: Any, w: Any, u: Any, b: Any, d: Any) -> Found:
    steps, (batch, size) = len(x), h.shape
    dtype = np.result_type(x, h, c, w, u, b, d)
    scale = _scale("ssts", size, dtype)
    shift = 1 - scale
    a = _driven(x, w * scale[:, None], dtype)
    a += (b + d) * scale
    u = np.ascontiguousarray((u * scale[:, None]).T)
    z, cells = np.empty((steps + 1, batch, size), dtype), np.empty((steps, batch, size), dtype)
    product, part = np.empty((batch, 4 * size), dtype), np.empty((batch, size), dtype)
    for t in range(steps):
        now = a[t]
        now += np.matmul(h, u, out=product)
        np.tanh(now, out=now)
        now *= scale
        now += shift
        i, f, n, o = (now[:, k * size : (k + 1) * size] for k in range(4))
        c = np.multiply(f, c, out=cells[t])
        c += np.multiply(i, n, out=part)
        h = np.tanh(c, out=z[t])
        h *= o
    z[steps] = c
    return z, {"a": a, "s": cells}


def _lstm_meaning(x: Any, h: Any, c: Any, w: Any, u: Any, b: Any, d: Any) -> Found:
    size = h.shape[-1]
    scale = _scale("ssts", size, h.dtype)
    shift = 1 - scale
    p, u = (x @ w.mT + (b + d)) * scale, u.mT * scale
    states, gates, cells = [], [], []
    for t in range(x.shape[0]):
        a = ac.tanh(p[t] + h @ u) * scale + shift
        i, f, n, o = (a[:, k * size : (k + 1) * size] for k in range(4))
        c = f * c + i * n
        h = o * ac.tanh(c)
        states.append(h)
        gates.append(a)
        cells.append(c)
    return _along_time([*states, c]), {"a": _along_time(gates), "s": _along_time(cells)}


def _lstm_back(g: Any, z: Any, x: Any, h: Any, c: Any, w: Any, u: Any, *, a: Any, s: Any) -> list[Any]:
    steps, size = x.shape[0], h.shape[-1]
    i, f, n, o = (a[..., k * size : (k + 1) * size] for k in range(4))
    e = ac.tanh(s)
    # what reaches i, f and n from ∂E/∂c, what reaches o from ∂E/∂h, and ∂E/∂c itself from ∂E/∂h
    by_c = ac.stack([n * i * (1.0 - i), _before(c, s, steps) * f * (1.0 - f), i * (1.0 - n * n)], axis=-2)
    by_h = e * o * (1.0 - o)
    inner = o * (1.0 - e * e)
    found = []
    dh, dc = 0.0, g[..., steps, :, :]
    for t in reversed(range(steps)):
        dh = g[..., t, :, :] + dh
        dc = dc + dh * inner[t]
        da = ac.concatenate([_side_by_side(dc[..., None, :] * by_c[t]), dh * by_h[t]], axis=-1)
        found.append(da)
        dh = da @ u
        dc = dc * f[t]
    da = _in_turn(found)
    dw, db = _taught(da, x)
    du, dd = _taught(da, _before(h, z, steps))
    return [_back_to_x(da, w), dh, dc, dw, du, db, dd]


lstm = ac.fused(
    "lstm",
    _lstm,
    joint=lambda g, z, x, h, c, w, u, b, d, *, a, s: _lstm_back(g, z, x, h, c, w, u, a=a, s=s),
    residuals=("a", "s"),
    keeps="zxhcwubd",
    meaning=_lstm_meaning,
    stacks=True,
)
"""cₜ = f cₜ₋₁ + i n and hₜ = o tanh(cₜ), with the gates i, f, n, o of w xₜ + b + u hₜ₋₁ + d; n is squashed by
tanh, the others by the logistic function. The result is (T + 1, N, H): all h, and behind them the last c."""


# ---- GRU ---------------------------------------------------------------------------------------------------


def _gru(x: Any, h: Any, w: Any, u: Any, b: Any, d: Any) -> Found:
    steps, (batch, size) = len(x), h.shape
    dtype = np.result_type(x, h, w, u, b, d)
    scale = _scale("sst", size, dtype)
    a = _driven(x, w * scale[:, None], dtype)
    a += b * scale
    u, d = np.ascontiguousarray((u * scale[:, None]).T), d * scale
    z, m = np.empty((2, steps, batch, size), dtype)
    product = np.empty((batch, 3 * size), dtype)
    for t in range(steps):
        np.matmul(h, u, out=product)
        product += d
        gates, n = a[t, :, : 2 * size], a[t, :, 2 * size :]
        gates += product[:, : 2 * size]
        np.tanh(gates, out=gates)
        gates *= 0.5
        gates += 0.5
        m[t] = product[:, 2 * size :]
        n += np.multiply(gates[:, :size], m[t], out=z[t])
        np.tanh(n, out=n)
        last, h = h, z[t]
        np.subtract(last, n, out=h)
        h *= gates[:, size:]
        h += n
    return z, {"a": a, "m": m}


def _gru_meaning(x: Any, h: Any, w: Any, u: Any, b: Any, d: Any) -> Found:
    size = h.shape[-1]
    scale = _scale("sst", size, h.dtype)
    p, u, d = (x @ w.mT + b) * scale, u.mT * scale, d * scale
    states, gates, parts = [], [], []
    for t in range(x.shape[0]):
        q = h @ u + d
        m = q[:, 2 * size :]
        a = ac.tanh(p[t, :, : 2 * size] + q[:, : 2 * size]) * 0.5 + 0.5
        r, v = a[:, :size], a[:, size:]
        n = ac.tanh(p[t, :, 2 * size :] + r * m)
        h = n + v * (h - n)
        states.append(h)
        gates.append(ac.concatenate([a, n], axis=-1))
        parts.append(m)
    return ac.stack(states), {"a": ac.stack(gates), "m": ac.stack(parts)}


def _gru_back(g: Any, z: Any, x: Any, h: Any, w: Any, u: Any, *, a: Any, m: Any) -> list[Any]:
    steps, size = x.shape[0], h.shape[-1]
    r, v, n = (a[..., k * size : (k + 1) * size] for k in range(3))
    before = _before(h, z, steps)
    # what reaches the gates from ∂E/∂h; m = u hₜ₋₁ + d has its own share of n
    by_n = (1.0 - v) * (1.0 - n * n)
    by_r, by_v = by_n * m * r * (1.0 - r), (before - n) * v * (1.0 - v)
    back = ac.stack([by_r, by_v, by_n * r], axis=-2)
    found, walked = [], []
    dh = 0.0
    for t in reversed(range(steps)):
        dh = g[..., t, :, :] + dh
        dq = _side_by_side(dh[..., None, :] * back[t])
        walked.append(dh)
        found.append(dq)
        dh = dh * v[t] + dq @ u
    dq = _in_turn(found)
    dp = ac.concatenate([dq[..., : 2 * size], _in_turn(walked) * by_n], axis=-1)
    dw, db = _taught(dp, x)
    du, dd = _taught(dq, before)
    return [_back_to_x(dp, w), dh, dw, du, db, dd]


gru = ac.fused(
    "gru",
    _gru,
    joint=lambda g, z, x, h, w, u, b, d, *, a, m: _gru_back(g, z, x, h, w, u, a=a, m=m),
    residuals=("a", "m"),
    keeps="zxhwubd",
    meaning=_gru_meaning,
    stacks=True,
)
"""hₜ = (1 − v) n + v hₜ₋₁ with p = w xₜ + b, q = u hₜ₋₁ + d, the logistic gates r, v of p + q, and
n = tanh(pₙ + r qₙ). torch's r, z, n in torch's order; of h, as in torch, 1 − z is what is new."""
