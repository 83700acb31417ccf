"""An optimizer, torch's, and a plain formula, on the same gradients."""

import numpy as np
import pytest

import optim
from autograd_core import Tensor

START = np.random.default_rng(1).normal(size=(3, 2))


def gradients(steps=50):
    """Small ones, large ones, and one number whose gradient is always 0."""
    rng = np.random.default_rng(0)
    gs = [rng.normal(size=(3, 2)) * rng.choice([0.01, 1, 100]) for _ in range(steps)]
    for g in gs:
        g[2, 1] = 0.0
    return gs


def trained(make, start, gs, **options):
    """The parameter after an update with each gradient."""
    p = Tensor(start, True)
    opt = make([p], **options)
    for g in gs:
        p.grad = g
        opt.step()
    return p.numpy()


def agrees_with_torch(name, **options):
    """50 steps of both, in float64."""
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # or torch keeps the products of NAdam in float32
    try:
        p = torch.tensor(START.copy(), requires_grad=True)
        opt = getattr(torch.optim, name)([p], **options)
        for g in gradients():
            p.grad = torch.tensor(g)
            opt.step()
    finally:
        torch.set_default_dtype(default)
    ours = trained(getattr(optim, name), START, gradients(), **options)
    np.testing.assert_allclose(ours, p.detach().numpy(), rtol=1e-12, atol=1e-13)


def agrees_with_formula(name, formula, **options):
    """50 steps of both, to 1e-9; the formula gets all gradients at once."""
    ours = trained(getattr(optim, name), START, gradients(), **options)
    wanted = formula(START.copy(), gradients(), **options)
    assert not np.allclose(wanted, START)
    np.testing.assert_allclose(ours, wanted, rtol=1e-9, atol=1e-12)


def combined(name, several):
    """Cases for parametrize, called by their options."""
    return [pytest.param(options, id=f"{name} {options or 'as it is'}") for options in several]


EVERY = {
    "SGD": (optim.SGD, {"lr": 0.05}),
    "SGD, nesterov": (optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "Momentum": (optim.Momentum, {}),
    "Nesterov": (optim.Nesterov, {}),
    "Adagrad": (optim.Adagrad, {"lr": 0.1, "lr_decay": 0.1}),
    "Adadelta": (optim.Adadelta, {}),
    "RMSprop": (optim.RMSprop, {}),
    "RMSprop, centered": (optim.RMSprop, {"centered": True, "momentum": 0.9, "lr": 0.001}),
    "Adam": (optim.Adam, {"lr": 0.01}),
    "Adam, amsgrad": (optim.Adam, {"lr": 0.01, "amsgrad": True, "form": "lecture"}),
    "AdamW": (optim.AdamW, {"lr": 0.01}),
    "Adamax": (optim.Adamax, {"lr": 0.01}),
    "NAdam": (optim.NAdam, {"lr": 0.01}),
    "RAdam": (optim.RAdam, {"lr": 0.01, "betas": (0.9, 0.9)}),
    "LBFGS": (optim.LBFGS, {"lr": 0.1, "max_iter": 4}),
    "LBFGS, strong_wolfe": (
        optim.LBFGS,
        {"max_iter": 4, "history_size": 3, "line_search_fn": "strong_wolfe"},
    ),
}
"""Every optimizer, with settings by which a small net learns."""

every = pytest.mark.parametrize(("make", "options"), EVERY.values(), ids=list(EVERY))
of_numbers = pytest.mark.parametrize(
    ("make", "options"),
    [pytest.param(*EVERY[name], id=name) for name in EVERY if not name.startswith("LBFGS")],
)
"""Those that change every number by itself."""
