"""Recurrences: one fused row walks through a whole sequence, its joint rule walks back.

Every row takes x (T, N, I), the state before the first step (N, H), and torch's four parameters: w =
weight_ih (gates · H, I), u = weight_hh (gates · H, H), and the biases b and d (gates · H,). The result is
(T, N, H).

Step by step, in rows, each step would record some eight nodes, and the gradient of picking xₜ out of x would
be T arrays of the size of x. Here the inputs enter all gates in one matrix product, and what a step
multiplies a gradient with (its shares) does not depend on the gradient: the walk back has a matrix product
and a few products and sums per step. It is written out in rows, where the shares are computed for all steps
at once, for stacks, Tensors and programs; plain arrays are walked through by hand, with the shares of a few
steps at a time, in places that are kept, so that next to no new memory is touched.
"""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.functional.rooms import lasting_room
from nn.functional.standardizing import summed

Found = tuple[Any, dict[str, Any]]

AT_A_TIME = 2**13
"""So many numbers of a share are computed at a time, if that is a step or more: they stay in the cache."""


def _rows(x: Any) -> Any:
    """The axes of time and batch as one, behind the axes of a stack."""
    return x.reshape(*x.shape[:-3], x.shape[-3] * x.shape[-2], x.shape[-1])


def _driven(x: Any, w: Any, a: Any) -> Any:
    """x wᵀ, written into a."""
    np.matmul(_rows(x), w.T, out=_rows(a))
    return a


def _back_to_x(d: Any, w: Any) -> Any:
    """d w as one product: the gradient of the inputs."""
    return (_rows(d) @ w).reshape(*d.shape[:-1], w.shape[-1])


def _taught(d: Any, x: Any) -> Any:
    """The gradient of a weight that meets x, over all steps at once."""
    return _rows(d).mT @ _rows(x)


def _taught_bias(d: Any) -> Any:
    return ac.squeeze(summed(d, axes=(-3, -2)), axis=(-3, -2))


def _before(first: Any, z: Any, steps: int) -> Any:
    """The states before each step: the first one, and all results but the last."""
    return ac.concatenate([first[None], z[: steps - 1]])


def _along_time(parts: list[Any]) -> Any:
    """The parts (..., N, H) as (..., T, N, H)."""
    return ac.concatenate([p[..., None, :, :] for p in parts], axis=-3)  # compiled into memory that is there


def _in_turn(found: list[Any]) -> Any:
    """What the walk back found, last step first, along the axis of time."""
    return _along_time(found[::-1])


def _gates(a: Any, size: int) -> Any:
    """(..., gates · H) in parts of H."""
    return (a[..., k : k + size] for k in range(0, a.shape[-1], size))


def _by_hand(g: Any, *arrays: Any) -> bool:
    """Whether these are plain arrays of one dtype, g without a stack, for at least one step."""
    first = arrays[0]
    alike = all(a.__class__ is np.ndarray and a.dtype == first.dtype for a in (g, *arrays))
    return alike and g.ndim == 3 and len(first) > 0


def _backwards(steps: int, batch: int, size: int) -> Any:
    """Runs of a few steps, the last one first, as start and stop."""
    length = max(1, AT_A_TIME // max(1, batch * size))
    for stop in range(steps, 0, -length):
        yield max(0, stop - length), stop


def _run_before(first: Any, z: Any, start: int, stop: int) -> Any:
    """The states before each step of a run."""
    return z[start - 1 : stop - 1] if start else _before(first, z, stop)


def _scale(gates: str, size: int, dtype: Any) -> Any:
    """½ for a logistic gate (s), 1 for one of tanh (t): σ(a) = ½ tanh(½ a) + ½, so one tanh is for all."""
    return np.repeat(np.array([0.5 if gate == "s" else 1.0 for gate in gates], dtype), size)


# ---- the plain recurrence ----------------------------------------------------------------------------------


def _rnn(x: Any, h: Any, w: Any, u: Any, b: Any, d: Any, *, nonlinearity: str) -> Any:
    dtype = np.result_type(x, h, w, u, b, d)
    z = _driven(x, w, np.empty((*x.shape[:2], len(w)), dtype))
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
    walk = _rnn_by_hand if _by_hand(g, z, u) else _rnn_written_out
    da, dh = walk(g, z, u, nonlinearity)
    db = _taught_bias(da)
    return [_back_to_x(da, w), dh, _taught(da, x), _taught(da, _before(h, z, x.shape[0])), db, db]


def _rnn_share(z: Any, nonlinearity: str) -> Any:
    return 1.0 - z * z if nonlinearity == "tanh" else ac.heaviside(z, 0.0)


def _rnn_written_out(g: Any, z: Any, u: Any, nonlinearity: str) -> tuple[Any, Any]:
    k = _rnn_share(z, nonlinearity)
    found, dh = [], 0.0
    for t in reversed(range(z.shape[0])):
        da = (g[..., t, :, :] + dh) * k[t]
        found.append(da)
        dh = da @ u
    return _in_turn(found), dh


def _rnn_by_hand(g: Any, z: Any, u: Any, nonlinearity: str) -> tuple[Any, Any]:
    da, dh = lasting_room(z.shape, z.dtype), np.zeros_like(z[0])
    for start, stop in _backwards(*z.shape):
        k = _rnn_share(z[start:stop], nonlinearity)
        for t in reversed(range(start, stop)):
            dh += g[t]
            np.multiply(dh, k[t - start], out=da[t])
            np.matmul(da[t], u, out=dh)
    return da, dh


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
    a = _driven(x, w * scale[:, None], lasting_room((steps, batch, len(w)), dtype))
    a += (b + d) * scale
    u = np.ascontiguousarray((u * scale[:, None]).T)
    z, cells = np.empty((steps + 1, batch, size), dtype), lasting_room((steps, batch, size), dtype)
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
    walk = _lstm_by_hand if _by_hand(g, a, s, c, u) else _lstm_written_out
    da, dh, dc = walk(g, c, u, a, s)
    db = _taught_bias(da)
    return [_back_to_x(da, w), dh, dc, _taught(da, x), _taught(da, _before(h, z, x.shape[0])), db, db]


def _lstm_shares(a: Any, before: Any, s: Any) -> tuple[list[Any], Any]:
    """What reaches i, f and n from ∂E/∂c, what reaches o from ∂E/∂h, and ∂E/∂c itself from ∂E/∂h."""
    i, f, n, o = _gates(a, s.shape[-1])
    e = ac.tanh(s)
    by_c = [n * i * (1.0 - i), before * f * (1.0 - f), i * (1.0 - n * n)]
    return [*by_c, e * o * (1.0 - o)], o * (1.0 - e * e)


def _lstm_written_out(g: Any, c: Any, u: Any, a: Any, s: Any) -> tuple[Any, Any, Any]:
    steps, _, size = s.shape
    f = a[..., size : 2 * size]
    shares, inner = _lstm_shares(a, _before(c, s, steps), s)
    by_gate = ac.concatenate(shares, axis=-1)
    found = []
    dh, dc = 0.0, g[..., steps, :, :]
    for t in reversed(range(steps)):
        dh = g[..., t, :, :] + dh
        dc = dc + dh * inner[t]
        da = ac.concatenate([dc, dc, dc, dh], axis=-1) * by_gate[t]
        found.append(da)
        dh = da @ u
        dc = dc * f[t]
    return _in_turn(found), dh, dc


def _lstm_by_hand(g: Any, c: Any, u: Any, a: Any, s: Any) -> tuple[Any, Any, Any]:
    steps, _, size = s.shape
    f, da = a[..., size : 2 * size], lasting_room(a.shape, a.dtype)
    dh, dc, part = np.zeros_like(c), g[steps].copy(), np.empty_like(c)
    for start, stop in _backwards(*s.shape):
        shares, inner = _lstm_shares(a[start:stop], _run_before(c, s, start, stop), s[start:stop])
        for t in reversed(range(start, stop)):
            dh += g[t]
            dc += np.multiply(dh, inner[t - start], out=part)
            for share, d, arrived in zip(shares, _gates(da[t], size), (dc, dc, dc, dh), strict=True):
                np.multiply(arrived, share[t - start], out=d)
            np.matmul(da[t], u, out=dh)
            dc *= f[t]
    return da, dh, dc


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
    a = _driven(x, w * scale[:, None], lasting_room((steps, batch, len(w)), dtype))
    a += b * scale
    u, d = np.ascontiguousarray((u * scale[:, None]).T), d * scale
    z, m = np.empty((steps, batch, size), dtype), lasting_room((steps, batch, size), dtype)
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
    walk = _gru_by_hand if _by_hand(g, z, h, u, a, m) else _gru_written_out
    dp, dq, dh = walk(g, z, h, u, a, m)
    dw, du = _taught(dp, x), _taught(dq, _before(h, z, x.shape[0]))
    return [_back_to_x(dp, w), dh, dw, du, _taught_bias(dp), _taught_bias(dq)]


def _gru_shares(a: Any, before: Any, m: Any) -> list[Any]:
    """What reaches the gates r, v and n from ∂E/∂h; m = u hₜ₋₁ + d has its own share of n, the last."""
    r, v, n = _gates(a, m.shape[-1])
    by_n = (1.0 - v) * (1.0 - n * n)
    return [by_n * m * r * (1.0 - r), (before - n) * v * (1.0 - v), by_n, by_n * r]


def _gru_written_out(g: Any, z: Any, h: Any, u: Any, a: Any, m: Any) -> tuple[Any, Any, Any]:
    steps, _, size = z.shape
    v = a[..., size : 2 * size]
    by_r, by_v, by_n, by_m = _gru_shares(a, _before(h, z, steps), m)
    by_gate = ac.concatenate([by_r, by_v, by_m], axis=-1)
    found, walked = [], []
    dh = 0.0
    for t in reversed(range(steps)):
        dh = g[..., t, :, :] + dh
        dq = ac.concatenate([dh, dh, dh], axis=-1) * by_gate[t]
        walked.append(dh)
        found.append(dq)
        dh = dh * v[t] + dq @ u
    dq = _in_turn(found)
    return ac.concatenate([dq[..., : 2 * size], _in_turn(walked) * by_n], axis=-1), dq, dh


def _gru_by_hand(g: Any, z: Any, h: Any, u: Any, a: Any, m: Any) -> tuple[Any, Any, Any]:
    size = z.shape[-1]
    v, (dp, dq) = a[..., size : 2 * size], lasting_room((2, *a.shape), a.dtype)
    dh, part = np.zeros_like(h), np.empty_like(h)
    for start, stop in _backwards(*z.shape):
        shares = _gru_shares(a[start:stop], _run_before(h, z, start, stop), m[start:stop])
        for t in reversed(range(start, stop)):
            dh += g[t]
            parts = [*_gates(dp[t], size), dq[t, :, 2 * size :]]
            for share, d in zip(shares, parts, strict=True):
                np.multiply(dh, share[t - start], out=d)
            dq[t, :, : 2 * size] = dp[t, :, : 2 * size]
            dh *= v[t]
            dh += np.matmul(dq[t], u, out=part)
    return dp, dq, dh


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
