"""The layers of the lecture as a student writes them (sections 5.1, 8.2 and 9.2), all of them right."""

import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.x = self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dout):
        return dout * self.y * (1 - self.y)


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class ReLUInPlace:
    """Forward writes into an array of its own, which cannot be recorded."""

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx


class HalfMSE:
    def forward(self, y, t):
        self.y, self.t = y, t
        return np.sum((y - t) ** 2) / (2 * y.shape[0])

    def backward(self):
        return (self.y - self.t) / self.y.shape[0]


class SigmoidWithLoss:
    def forward(self, x, t):
        self.y, self.t = 1 / (1 + np.exp(-x)), t
        return np.sum(-t * np.log(self.y) - (1 - t) * np.log(1 - self.y)) / x.shape[0]

    def backward(self):
        return (self.y - self.t) / self.y.shape[0]


def softmax(a):
    e = np.exp(a - np.max(a, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.y, self.t = softmax(x), t
        return -np.sum(t * np.log(self.y)) / self.y.shape[0]

    def backward(self, dout=1):
        return (self.y - self.t) / self.y.shape[0]


class BatchNorm:
    def __init__(self, gamma, beta, momentum=0.9):
        self.gamma, self.beta, self.momentum = gamma, beta, momentum
        self.running_mean = np.zeros_like(beta)
        self.running_var = np.ones_like(beta)

    def forward(self, x):
        mu = x.mean(axis=0)
        v = np.mean((x - mu) ** 2, axis=0)
        self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mu
        self.running_var = self.momentum * self.running_var + (1 - self.momentum) * v
        self.sigma = np.sqrt(v + 1e-8)
        self.xn = (x - mu) / self.sigma
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = np.sum(self.xn * dout, axis=0)
        c, d = dout.mean(axis=0), np.mean(self.xn * dout, axis=0)
        return self.gamma / self.sigma * (dout - c - self.xn * d)


class Dropout:
    def __init__(self, p=0.5):
        self.p, self.mask, self.training = p, None, True

    def forward(self, x):
        if not self.training:
            return x * (1 - self.p)
        self.mask = np.random.rand(*x.shape) > self.p  # noqa: NPY002 - as the lecture's readers write it
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class TwoLayers:
    """A network of layers with loss, its parameters in a dict as the lecture keeps them."""

    def __init__(self, rng):
        self.params = {
            "W1": rng.standard_normal((3, 4)),
            "b1": rng.standard_normal(4),
            "W2": rng.standard_normal((4, 2)),
            "b2": rng.standard_normal(2),
        }
        p = self.params
        self.layers = [Affine(p["W1"], p["b1"]), ReLU(), Affine(p["W2"], p["b2"])]
        self.last = HalfMSE()

    def forward(self, x, t):
        for layer in self.layers:
            x = layer.forward(x)
        return self.last.forward(x, t)

    def backward(self):
        dout = self.last.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


def train_epoch(net, x, t, lr, batch_size, rng):
    """SGD once through the data (4.1)."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        grads = net.gradient(x[batch], t[batch])
        for key in net.params:
            net.params[key] -= lr * grads[key]
