"""`check_optimizer`: the lecture's optimizers pass in every style, and every usual mistake is named."""

from typing import ClassVar

import numpy as np
import pytest

import optim
from autograd_core.testing import check_optimizer
from autograd_core.testing.optimizers.updates import UPDATES
from tests.autograd_core.testing import lecture_optimizers as lecture
from tests.autograd_core.testing.lecture_optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamRewritten,
    Momentum,
    RMSProp,
)


@pytest.mark.parametrize("name", UPDATES)
def test_right_ones_pass(name):
    cls = getattr(lecture, name)
    for what in (cls, cls()):
        report = check_optimizer(what)
        assert report, str(report)
        assert str(report).startswith(f"{name}: moves like the lecture's {name}")
        assert report.step is None


def test_the_settings_of_the_object_count():
    assert check_optimizer(Momentum(lr=0.3, momentum=0.5))
    assert check_optimizer(Adam(lr=0.1, beta1=0.5, beta2=0.8, eps=1e-3))


def test_both_forms_of_adam_are_right():
    assert "the form of the original" in str(check_optimizer(Adam))
    report = check_optimizer(AdamRewritten, like="Adam")
    assert report
    assert "rewritten" in str(report)


def test_eps_written_as_a_number_is_found_out():
    assert "ε = 1e-07" in str(check_optimizer(AdaGrad))


def test_what_it_is_called_does_not_matter():
    class Mine(SGD):
        pass

    assert check_optimizer(Mine, like="SGD")
    assert check_optimizer(Mine, like="sgd")
    with pytest.raises(ValueError, match='say what Mine should be like: "SGD", "Momentum"'):
        check_optimizer(Mine)
    with pytest.raises(ValueError, match="got 'Adamm'"):
        check_optimizer(Adam, like="Adamm")


# ---- styles ------------------------------------------------------------------------------------------------


def test_lists():
    class Lists:
        def __init__(self, lr=0.1):
            self.lr = lr

        def update(self, params, grads):
            for i in range(len(params)):
                params[i] -= self.lr * grads[i]

    assert check_optimizer(Lists, like="SGD")


def test_one_array_in_place_and_by_result():
    class InPlace:
        def __init__(self, lr):
            self.lr = lr

        def update(self, p, g):
            p -= self.lr * g

    class Returned(InPlace):
        def update(self, p, g):
            return p - self.lr * g

    for cls in (InPlace, Returned):
        assert check_optimizer(cls, like="SGD"), "lr has no default and is supplied"
        assert check_optimizer(cls(0.5), like="SGD")


def test_an_object_that_keeps_the_state_of_one_array():
    class Single:
        def __init__(self, lr=0.1, alpha=0.9):
            self.lr, self.alpha, self.v = lr, alpha, 0.0

        def update(self, p, g):
            self.v = self.alpha * self.v - self.lr * g
            p += self.v

    report = check_optimizer(Single, like="Momentum")
    assert report, str(report)
    assert "one object per parameter" in str(report)
    assert not check_optimizer(Single, like="SGD")


def test_two_optimizers_that_differ_in_eps():
    report = check_optimizer(optim.Adam, like=AdamRewritten)
    assert not report
    assert report.words == "here Adam, ε = 1e-08; there Adam (rewritten), ε = 1e-08"
    assert check_optimizer(AdamRewritten, like=AdamRewritten(eps=1e-8))


def test_a_class_to_be_like_takes_over_the_settings():
    assert check_optimizer(Momentum(0.3, 0.5), like=lecture.Momentum)
    assert not check_optimizer(Momentum(0.3, 0.5), like=lecture.Momentum())


def test_step_with_gradients_as_an_argument():
    class Stepped:
        def __init__(self, params, lr=0.1, momentum=0.9):
            self.params, self.lr, self.momentum = params, lr, momentum
            self.v = [np.zeros_like(p) for p in params]

        def step(self, grads):
            for p, g, v in zip(self.params, grads, self.v, strict=True):
                v *= self.momentum
                v -= self.lr * g
                p += v

    assert check_optimizer(Stepped, like="Momentum")
    assert not check_optimizer(Stepped, like="SGD")


def test_step_with_gradients_on_tensors():
    class Stepped:
        def __init__(self, params, lr=0.1):
            self.params, self.lr = params, lr

        def step(self):
            for p in self.params:
                p.data -= self.lr * p.grad.numpy()

    assert check_optimizer(Stepped, like="SGD")


def test_ours():
    assert check_optimizer(optim.SGD, like="SGD")
    assert check_optimizer(optim.Momentum)
    assert check_optimizer(optim.Nesterov)
    assert check_optimizer(optim.Adagrad)
    assert check_optimizer(optim.RMSprop)
    assert check_optimizer(optim.Adadelta)
    assert check_optimizer(optim.Adam, like="Adam")
    assert not check_optimizer(optim.AdamW, like="Adam")
    assert check_optimizer(Momentum, like=optim.Momentum)
    assert check_optimizer(Adam(lr=0.05), like=optim.Adam)

    class Mine(optim.Optimizer):
        slots = ("v",)

        def update(self, p, g, v, *, lr=0.1, momentum=0.9):
            v *= momentum
            v -= lr * g
            p += v

    assert check_optimizer(Mine, like="Momentum")


def test_an_object_of_ours_has_its_own_settings():
    import autograd_core as ac

    opt = optim.Momentum([ac.Tensor([1.0], True)], lr=0.3, momentum=0.5)
    assert check_optimizer(opt, like="Momentum")
    assert check_optimizer(Momentum(0.3, 0.5), like=opt)
    assert not check_optimizer(Momentum(0.3, 0.6), like=opt)


# ---- every kind of mistake ---------------------------------------------------------------------------------


def mistaken(kind, update, **more):
    return type(kind.__name__, (kind,), {"update": update, **more})


def test_sign():
    def update(self, params, grads):
        for key in params:
            params[key] += self.lr * grads[key]

    report = check_optimizer(mistaken(SGD, update))
    assert not report
    assert (report.step, report.kind) == (1, "sign")
    assert "it climbs" in str(report)
    assert report.parameter in ("W", "V", "b")
    assert f"worst at {report.index}: {report.found:.8g}, right is {report.wanted:.8g}" in str(report)


def test_copy():
    def update(self, params, grads):
        for key in params:
            p = params[key]
            p = p - self.lr * grads[key]

    report = check_optimizer(mistaken(SGD, update))
    assert report.kind == "copy"
    assert "update is made on a copy" in str(report)
    empty = check_optimizer(mistaken(SGD, lambda self, params, grads: None))
    assert (empty.kind, empty.words) == ("empty", "update is not filled in yet: nothing changes")


def test_rebinding_is_said():
    def update(self, params, grads):
        for key in params:
            params[key] = params[key] - self.lr * grads[key]

    report = check_optimizer(mistaken(SGD, update))
    assert report
    assert "bound to a new array" in str(report)


def test_gradient_changed_in_place():
    def update(self, params, grads):
        for key in params:
            grads[key] *= self.lr
            params[key] -= grads[key]

    report = check_optimizer(mistaken(SGD, update))
    assert not report
    assert report.step is None
    assert "gradient of W, V, b is changed in place" in str(report)
    assert "moves like the lecture's SGD, but" in str(report)


def test_learning_rate_twice():
    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * self.lr * grads[key]

    report = check_optimizer(mistaken(SGD, update))
    assert not report
    assert report.words == "the learning rate is applied twice"

    def thrice(self, params, grads):
        for key in params:
            params[key] -= 3 * self.lr * grads[key]

    report = check_optimizer(mistaken(SGD, thrice))
    assert (report.kind, report.words) == ("factor", "every step is × 3")


def test_momentum_with_the_rate_outside():
    def update(self, params, grads):
        self.v = self.v or dict.fromkeys(params, 0.0)
        for key in params:
            self.v[key] = self.momentum * self.v[key] + grads[key]
            params[key] -= self.lr * self.v[key]

    report = check_optimizer(mistaken(Momentum, update))
    assert report.kind == "outside"
    assert report.step == 4, "until the learning rate is halved both go the same way"
    assert "as soon as λ changes" in str(report)


def test_momentum_damped_late_and_turned():
    def damped(self, params, grads):
        self.v = self.v or dict.fromkeys(params, 0.0)
        for key in params:
            self.v[key] = self.momentum * self.v[key] - (1 - self.momentum) * self.lr * grads[key]
            params[key] += self.v[key]

    def late(self, params, grads):
        self.v = self.v or dict.fromkeys(params, 0.0)
        for key in params:
            params[key] += self.v[key]
            self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]

    def climbing(self, params, grads):
        self.v = self.v or dict.fromkeys(params, 0.0)
        for key in params:
            self.v[key] = self.momentum * self.v[key] + self.lr * grads[key]
            params[key] += self.v[key]

    assert check_optimizer(mistaken(Momentum, damped)).kind == "damped"
    assert check_optimizer(mistaken(Momentum, late)).kind == "late"
    assert check_optimizer(mistaken(Momentum, climbing)).kind == "sign"


def test_state_made_anew():
    def update(self, params, grads):
        for key in params:
            h = grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(h) + 1e-8)

    report = check_optimizer(mistaken(AdaGrad, update))
    assert report.kind == "state"
    assert report.step == 2


def test_one_state_for_all_parameters():
    def update(self, params, grads):
        for key in params:
            self.v = self.momentum * (0.0 if self.v is None else self.v) - self.lr * grads[key]
            params[key] += self.v

    report = check_optimizer(mistaken(Momentum, update))
    assert not report
    assert report.kind == "shared"
    assert "update raises ValueError" in str(report), "the shapes do not fit"
    assert "one per key" in str(report)

    def of_scalars(self, params, grads):
        for key in params:
            self.v = self.momentum * (0.0 if self.v is None else self.v) - self.lr * grads[key].sum()
            params[key] += self.v

    assert not check_optimizer(mistaken(Momentum, of_scalars))


ADAM = """
def update(self, params, grads):
    self.t += 1
    for key, g in grads.items():
        self.s[key] = self.beta1 * self.s.get(key, 0) + (1 - self.beta1) * g
        self.r[key] = self.beta2 * self.r.get(key, 0) + (1 - self.beta2) * g * g
        s = self.s[key] / (1 - self.beta1**self.t)
        r = self.r[key] / (1 - self.beta2**self.t)
        params[key] -= self.lr * s / (np.sqrt(r) + self.eps)
"""


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        (
            " / (1 - self.beta1**self.t)\n        r = self.r[key] / (1 - self.beta2**self.t)",
            "\n        r = self.r[key]",
            "bias",
            "1 − β₁ᵗ and 1 − β₂ᵗ",
        ),
        (" / (1 - self.beta2**self.t)", "", "bias", "second moment"),
        (" / (1 - self.beta1**self.t)", "", "bias", "first moment"),
        ("    self.t += 1\n", "    self.t = 1\n", "t", "not counted"),
        (
            "    self.t += 1\n    for key, g in grads.items():\n",
            "    for key, g in grads.items():\n        self.t += 1\n",
            "t",
            "per parameter",
        ),
        ("self.t += 1", "self.t += 1 + (self.t == 0)", "t", "2 at the first"),
        ("np.sqrt(r) + self.eps", "np.sqrt(r + self.eps)", "eps", "inside the root"),
        (" + self.eps", "", "eps", "missing"),
        ("self.eps)", "1e-4)", "eps", "ε is 0.0001, not 1e-08"),
        ("np.sqrt(r)", "r", "root", "square root is missing"),
        ("(1 - self.beta1) * g\n", "g\n", "share", "1 − β₁ is missing"),
        ("self.lr * s", "s", "rate", "learning rate is missing"),
        ("params[key] -=", "params[key] +=", "sign", "climbs"),
        ("(1 - self.beta2) * g * g", "(1 - self.beta2) * abs(g)", "square", "|g|"),
    ],
)
def test_adam(old, new, kind, words):
    assert ADAM.count(old) == 1
    space = {"np": np}
    exec(ADAM.replace(old, new), space)
    report = check_optimizer(mistaken(Adam, space["update"]))
    assert not report
    assert report.kind == kind, str(report)
    assert words in report.words
    assert ("nan" in str(report)) == (new == "" and "eps" in old), "a gradient that is always 0"


def test_adam_that_counts_from_zero():
    def update(self, params, grads):
        Adam.update(self, params, grads)

    class Zero(Adam):
        def __init__(self):
            super().__init__()
            self.t = -1

    report = check_optimizer(Zero, like="Adam")
    assert not report
    assert "t is 0 at the first update" in str(report)


def test_adam_whose_rate_compounds():
    def update(self, params, grads):
        self.t += 1
        self.lr = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        for key, g in grads.items():
            self.s[key] = self.beta1 * self.s.get(key, 0) + (1 - self.beta1) * g
            self.r[key] = self.beta2 * self.r.get(key, 0) + (1 - self.beta2) * g * g
            params[key] -= self.lr * self.s[key] / (np.sqrt(self.r[key]) + self.eps)

    report = check_optimizer(mistaken(Adam, update))
    assert report.kind == "compounding"
    assert report.step == 2


def test_rmsprop():
    def inside(self, params, grads):
        for key, g in grads.items():
            self.h[key] = self.decay_rate * self.h.get(key, 0) + (1 - self.decay_rate) * g * g
            params[key] -= self.lr * g / np.sqrt(self.h[key] + 1e-7)

    def exchanged(self, params, grads):
        for key, g in grads.items():
            self.h[key] = (1 - self.decay_rate) * self.h.get(key, 0) + self.decay_rate * g * g
            params[key] -= self.lr * g / (np.sqrt(self.h[key]) + 1e-8)

    def accumulating(self, params, grads):
        for key, g in grads.items():
            self.h[key] = self.decay_rate * self.h.get(key, 0) + g * g
            params[key] -= self.lr * g / (np.sqrt(self.h[key]) + 1e-8)

    report = check_optimizer(mistaken(RMSProp, inside))
    assert report.kind == "eps"
    assert "inside the root" in report.words
    assert "exchanged" in check_optimizer(mistaken(RMSProp, exchanged)).words
    assert "1 − ρ is missing" in check_optimizer(mistaken(RMSProp, accumulating)).words


def test_another_formula():
    report = check_optimizer(AdaGrad, like="SGD")
    assert (report.kind, report.words) == ("other", "this is the formula of AdaGrad")
    assert check_optimizer(lecture.Nesterov, like="Momentum").words == "this is the formula of Nesterov"


def test_a_mistake_that_nobody_knows():
    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * np.tanh(grads[key])

    report = check_optimizer(mistaken(SGD, update))
    assert not report
    assert report.kind is None
    assert "looks like" not in str(report)


def test_an_update_that_raises():
    report = check_optimizer(mistaken(SGD, lambda self, params, grads: params["nothing"]))
    assert not report
    assert report.kind == "raised"
    assert "cannot be run beside the lecture's SGD" in str(report)
    assert "KeyError: 'nothing'" in str(report)


def test_objects_are_left_alone():
    opt = Adam()
    check_optimizer(opt)
    assert (opt.t, opt.s, opt.lr) == (0, {}, 0.001)


def test_what_is_no_optimizer():
    with pytest.raises(TypeError, match="has neither"):
        check_optimizer(object(), like="SGD")

    class Strange:
        def __init__(self, flavour):
            self.flavour = flavour

        def update(self, params, grads):
            pass

    with pytest.raises(TypeError, match="needs flavour, which is no known setting"):
        check_optimizer(Strange, like="SGD")


class SharesExchanged:
    """RMSProp with ρ and 1 − ρ exchanged, and an ε that stands in the formula only."""

    def __init__(self, lr=0.01, rho=0.99):
        self.lr, self.rho, self.h = lr, rho, {}

    def update(self, params, grads):
        for k in params:
            self.h[k] = (1 - self.rho) * self.h.get(k, 0.0) + self.rho * grads[k] ** 2
            params[k] -= self.lr * grads[k] / (np.sqrt(self.h[k]) + 1e-7)


def test_a_mistake_is_named_whatever_epsilon_is():
    assert check_optimizer(SharesExchanged, like="RMSProp").words == "ρ and 1 − ρ are exchanged"


class AdaGradWritten:
    def __init__(self, lr=0.01, eps=1e-8):
        self.lr, self.eps, self.h = lr, eps, {}

    def added(self, g):
        return g * g

    def rate(self):
        return self.lr

    def update(self, params, grads):
        for key, g in grads.items():
            self.h[key] = self.h.get(key, 0.0) + self.added(g)
            params[key] -= self.rate() * g / (np.sqrt(self.h[key]) + self.eps)


def late(self, params, grads):
    for key, g in grads.items():
        params[key] -= self.lr * g / (np.sqrt(self.h.get(key, 0.0)) + self.eps)
        self.h[key] = self.h.get(key, 0.0) + g * g


@pytest.mark.parametrize(
    ("methods", "kind", "words"),
    [
        ({"added": lambda self, g: g}, "square", "g is summed in place of g²"),
        ({"update": late}, "late", "the old h is taken"),
        ({"rate": lambda self: 0.01}, "rate", "a change of the learning rate is not noticed"),
    ],
)
def test_adagrad(methods, kind, words):
    assert check_optimizer(AdaGradWritten, like="AdaGrad")
    report = check_optimizer(type("AdaGrad", (AdaGradWritten,), methods))
    assert not report
    assert report.kind == kind
    assert words in report.words


def test_nesterov_with_the_rate_outside():
    class Nesterov:
        def __init__(self, lr=0.01, momentum=0.9):
            self.lr, self.momentum, self.v = lr, momentum, {}

        def update(self, params, grads):
            for key, g in grads.items():
                self.v[key] = self.momentum * self.v.get(key, 0.0) + g
                params[key] -= self.lr * (g + self.momentum * self.v[key])

    report = check_optimizer(Nesterov)
    assert (report.kind, report.step) == ("outside", 4)


def test_a_state_in_the_class_is_told_and_left_as_it_was():
    class AdaGrad(AdaGradWritten):
        h: ClassVar = {}

        def __init__(self, lr=0.01, eps=1e-8):
            self.lr, self.eps = lr, eps

    for _ in range(2):
        report = check_optimizer(AdaGrad)
        assert not report
        assert report.step is None
        assert "a second object of the class goes on" in str(report)
    assert AdaGrad.h == {}


def test_betas_exchanged_in_the_constructor():
    class Exchanged(Adam):
        def __init__(self, lr=0.001, beta1=0.999, beta2=0.9):
            super().__init__(lr, beta1, beta2)

    report = check_optimizer(Exchanged, like="Adam")
    assert not report
    assert "exchanged in __init__" in str(report)
    assert check_optimizer(Exchanged(0.001, 0.9, 0.999), like="Adam")
