"""Optimizers as a student of the lecture writes them (section 6): dicts of arrays, in place, all right."""

import numpy as np


class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]


class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
            params[key] += self.v[key]


class Nesterov(Momentum):
    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            params[key] += self.momentum * self.momentum * self.v[key]
            params[key] -= (1 + self.momentum) * self.lr * grads[key]
            self.v[key] *= self.momentum
            self.v[key] -= self.lr * grads[key]


class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, {}

    def update(self, params, grads):
        for key, g in grads.items():
            self.h[key] = self.h.get(key, 0) + g * g
            params[key] -= self.lr * g / (np.sqrt(self.h[key]) + 1e-7)


class RMSProp:
    def __init__(self, lr=0.01, decay_rate=0.95):
        self.lr, self.decay_rate, self.h = lr, decay_rate, {}

    def update(self, params, grads):
        for key, g in grads.items():
            self.h[key] = self.decay_rate * self.h.get(key, 0) + (1 - self.decay_rate) * g * g
            params[key] -= self.lr * g / (np.sqrt(self.h[key]) + 1e-7)


class AdaDelta:
    def __init__(self, rho=0.95, eps=1e-6):
        self.rho, self.eps, self.h, self.u = rho, eps, {}, {}

    def update(self, params, grads):
        for key, g in grads.items():
            self.h[key] = self.rho * self.h.get(key, 0) + (1 - self.rho) * g * g
            step = np.sqrt(self.u.get(key, 0) + self.eps) / np.sqrt(self.h[key] + self.eps) * g
            self.u[key] = self.rho * self.u.get(key, 0) + (1 - self.rho) * step * step
            params[key] -= step


class Adam:
    """The original, ε outside of the root of the corrected moment."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.s, self.r = 0, {}, {}

    def update(self, params, grads):
        self.t += 1
        for key, g in grads.items():
            self.s[key] = self.beta1 * self.s.get(key, 0) + (1 - self.beta1) * g
            self.r[key] = self.beta2 * self.r.get(key, 0) + (1 - self.beta2) * g * g
            s = self.s[key] / (1 - self.beta1**self.t)
            r = self.r[key] / (1 - self.beta2**self.t)
            params[key] -= self.lr * s / (np.sqrt(r) + self.eps)


class AdamRewritten(Adam):
    """The rewritten form, with a learning rate for each update."""

    def update(self, params, grads):
        self.t += 1
        lr = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        for key, g in grads.items():
            self.s[key] = self.beta1 * self.s.get(key, 0) + (1 - self.beta1) * g
            self.r[key] = self.beta2 * self.r.get(key, 0) + (1 - self.beta2) * g * g
            params[key] -= lr * self.s[key] / (np.sqrt(self.r[key]) + self.eps)
