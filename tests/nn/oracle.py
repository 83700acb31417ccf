"""Modules and functions against torch's: outputs, gradients and buffers in float64, to 1e-8."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor

TOLERANCE = {"rtol": 1e-8, "atol": 1e-8}


def torch():
    """torch, or the test is skipped."""
    return pytest.importorskip("torch", reason="torch is an optional oracle")


def _tensors(out):
    """The tensors of nested tuples, in order."""
    if isinstance(out, tuple | list):
        return [t for o in out for t in _tensors(o)]
    return [] if out is None else [out]


def agrees_with_torch(ours, theirs, *inputs, calls=2, train=True, **keywords):
    """The same module of both: take over torch's numbers, then compare everything, in several calls.

    Floating inputs require a gradient; others (indices, masks) are passed as they are. Both are called
    `calls` times, so that buffers that move are compared after they moved, and once more in prediction mode.
    Modules that draw random numbers are compared with `train=False`.
    """
    th = torch()
    theirs = theirs.double()
    ours = ours.astype(np.float64)
    if theirs.state_dict():
        ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()}, layout="torch")
    modes = ([True] * calls if train else []) + [False]
    for mode in modes:
        ours.train(mode)
        theirs.train(mode)
        _compare(ours, theirs, inputs, keywords, th)
        for (name, p), (their_name, q) in zip(
            sorted(ours.named_parameters()), sorted(theirs.named_parameters()), strict=True
        ):
            assert name == their_name
            if q.grad is None:
                assert p.grad is None, name
                continue
            turned = name in _transposed(ours)
            grad = p.grad.numpy().T if turned else p.grad.numpy()
            np.testing.assert_allclose(grad, q.grad.numpy(), err_msg=f"gradient of {name}", **TOLERANCE)
        ours.zero_grad()
        theirs.zero_grad()
        state = ours.state_dict(layout="torch")
        assert list(state) == list(theirs.state_dict())
        for name, value in theirs.state_dict().items():
            np.testing.assert_allclose(state[name], value.numpy(), err_msg=name, **TOLERANCE)


def _transposed(module):
    return {
        f"{path}.{name}" if path else name
        for path, m in module.named_modules()
        for name in type(m).transposed
    }


def function_agrees(ours, theirs, *inputs, **keywords):
    """The same function of both: outputs and the gradients of all floating inputs."""
    _compare(ours, theirs, inputs, keywords, torch())


def _compare(ours, theirs, inputs, keywords, th):
    # copies: an input that is given twice is two arguments
    mine = [Tensor(a, True) if _floats(a) else a for a in inputs]
    hers = [
        th.tensor(a, requires_grad=True) if _floats(a) else th.tensor(a) if isinstance(a, np.ndarray) else a
        for a in inputs
    ]
    out = _tensors(ours(*mine, **keywords))
    wanted = _tensors(theirs(*hers, **keywords))
    assert len(out) == len(wanted)
    for o, w in zip(out, wanted, strict=True):
        np.testing.assert_allclose(np.asarray(_plain(o)), w.detach().numpy(), err_msg="output", **TOLERANCE)
        assert np.shape(_plain(o)) == tuple(w.shape)
    rng = np.random.default_rng(7)
    moving = [i for i, w in enumerate(wanted) if w.requires_grad]
    if not moving:
        return
    seeds = [rng.normal(size=tuple(wanted[i].shape)) for i in moving]
    sum(ac.sum(out[i] * s) for i, s in zip(moving, seeds, strict=True)).backward()
    sum((wanted[i] * th.tensor(s)).sum() for i, s in zip(moving, seeds, strict=True)).backward()
    for number, (m, h) in enumerate(zip(mine, hers, strict=True)):
        if isinstance(m, Tensor):
            grad = np.zeros(m.shape) if m.grad is None else m.grad.numpy()
            right = np.zeros(m.shape) if h.grad is None else h.grad.numpy()
            np.testing.assert_allclose(grad, right, err_msg=f"gradient of input {number}", **TOLERANCE)


def _plain(o):
    return o.detach() if isinstance(o, Tensor) else o


def _floats(a):
    return isinstance(a, np.ndarray) and a.dtype.kind == "f"
