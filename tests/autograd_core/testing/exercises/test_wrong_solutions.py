"""Wrong solutions as students write them: each gets the right diagnosis, at the right part, and no other.

A row says which parts are wrong and in which words; all others have to be right. `marked` are the values at
which the picture has a mark.
"""

from typing import Any, NamedTuple

import numpy as np
import pytest

from autograd_core.testing import grade

rand = np.random.rand


class Wrong(NamedTuple):
    exercise: str
    slip: str
    answer: Any
    words: dict[str, str]
    marked: set[str] = frozenset()


ROWS: list[Wrong] = []


def wrong(exercise, slip, words, *marked):
    """A decorator: what is below is a wrong answer."""

    def keep(answer):
        ROWS.append(Wrong(exercise, slip, answer, words, set(marked)))
        return answer

    return keep


RIGHT: list[tuple[str, Any]] = []


def right(exercise):
    """A decorator: what is below is a right answer."""

    def keep(answer):
        RIGHT.append((exercise, answer))
        return answer

    return keep


# ---- 2-2-4: a network of two layers ------------------------------------------------------------------------


class TwoLayerNet:
    """In the style of "Deep learning from scratch": params in a dict, loss, gradient."""

    def __init__(self, input_size=3, hidden_size=4, output_size=1, weight_init_std=0.5):
        rng = np.random.default_rng(1)
        self.params = {}
        self.params["W1"] = weight_init_std * rng.standard_normal((input_size, hidden_size))
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = weight_init_std * rng.standard_normal((hidden_size, output_size))
        self.params["b2"] = np.zeros(output_size)

    def predict(self, x):
        self.a1 = np.dot(x, self.params["W1"]) + self.params["b1"]
        self.z1 = np.maximum(0, self.a1)
        return np.dot(self.z1, self.params["W2"]) + self.params["b2"]

    def loss(self, x, t):
        y = self.predict(x)
        return 0.5 * np.sum((y - t) ** 2) / x.shape[0]

    def gradient(self, x, t):
        y = self.predict(x)
        dy = (y - t) / x.shape[0]
        grads = {}
        grads["W2"] = np.dot(self.z1.T, dy)
        grads["b2"] = np.sum(dy, axis=0)
        dz1 = np.dot(dy, self.params["W2"].T)
        da1 = dz1 * (self.a1 > 0)
        grads["W1"] = np.dot(x.T, da1)
        grads["b1"] = np.sum(da1, axis=0)
        return grads


right("2-2-4")(TwoLayerNet)


@right("2-2-4")
def plain_gradients(x, t, W1, b1, W2, b2):
    N = len(x)
    A1 = x @ W1 + b1
    X1 = np.maximum(A1, 0)
    Y = X1 @ W2 + b2
    dY = (Y - t) / N
    dX1 = dY @ W2.T
    dA1 = np.where(A1 > 0, dX1, 0)
    return x.T @ dA1, dA1.sum(0), X1.T @ dY, dY.sum(0)


@right("2-2-4")
class AttributeNet:
    """Everything in attributes."""

    def __init__(self, K=3, H=4, L=1):
        rng = np.random.default_rng(5)
        self.W1, self.b1 = rng.normal(0, 0.5, (K, H)), np.full((1, H), 0.1)
        self.W2, self.b2 = rng.normal(0, 0.5, (H, L)), np.full((1, L), 0.1)

    def forward(self, x, t):
        self.x, self.t = x, t
        self.h = x @ self.W1 + self.b1
        self.z = self.h * (self.h > 0)
        self.y = self.z @ self.W2 + self.b2
        return ((self.y - t) ** 2).sum() / (2 * len(x))

    def backward(self):
        dy = (self.y - self.t) / len(self.x)
        self.dW2 = self.z.T @ dy
        self.db2 = dy.sum(axis=0, keepdims=True)
        dh = dy @ self.W2.T * (self.h > 0)
        self.dW1 = self.x.T @ dh
        self.db1 = dh.sum(axis=0, keepdims=True)
        return dh @ self.W1.T


ALL_N = dict.fromkeys(("dW1", "db1", "dW2", "db2"), "mean forgotten")


@wrong("2-2-4", "1/N missing", ALL_N, "W1", "b1", "W2", "b2")
class NetWithoutMean(TwoLayerNet):
    def gradient(self, x, t):
        return {key: g * len(x) for key, g in super().gradient(x, t).items()}


@wrong("2-2-4", "1/N twice", dict.fromkeys(ALL_N, "divided by it once too often"), "W1", "b1", "W2", "b2")
class NetMeanTwice(TwoLayerNet):
    def gradient(self, x, t):
        return {key: g / len(x) for key, g in super().gradient(x, t).items()}


@wrong("2-2-4", "no mask on the way back", {"dW1": "mask", "db1": "mask"}, "W1", "b1")
def gradients_without_mask(x, t, W1, b1, W2, b2):
    X1 = np.maximum(x @ W1 + b1, 0)
    dY = (X1 @ W2 + b2 - t) / len(x)
    dX1 = dY @ W2.T
    return x.T @ dX1, dX1.sum(0), X1.T @ dY, dY.sum(0)


@wrong("2-2-4", "mask of the wrong array", {"dW1": "mask", "db1": "mask"}, "W1", "b1")
def gradients_with_another_mask(x, t, W1, b1, W2, b2):
    A1 = x @ W1 + b1
    X1 = np.maximum(A1, 0)
    dY = (X1 @ W2 + b2 - t) / len(x)
    dX1 = dY @ W2.T
    dA1 = dX1 * (dX1 > 0)
    return x.T @ dA1, dA1.sum(0), X1.T @ dY, dY.sum(0)


@wrong("2-2-4", "the sign", dict.fromkeys(ALL_N, "sign is turned round"), "W1", "b1", "W2", "b2")
class NetTurned(AttributeNet):
    def backward(self):
        super().backward()
        self.dW1, self.db1, self.dW2, self.db2 = -self.dW1, -self.db1, -self.dW2, -self.db2


@wrong(
    "2-2-4", "db by mean", {"db1": "a mean instead of a sum", "db2": "a mean instead of a sum"}, "b1", "b2"
)
class NetMeanOfBias(TwoLayerNet):
    def gradient(self, x, t):
        grads = super().gradient(x, t)
        grads["b1"] /= len(x)
        grads["b2"] /= len(x)
        return grads


@wrong("2-2-4", "a product transposed", {"dW2": "transposed"}, "W2")
def gradients_transposed(x, t, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = plain_gradients(x, t, W1, b1, W2, b2)
    return {"dW1": dW1, "db1": db1, "dW2": dW2.T, "db2": db2}


@wrong(
    "2-2-4",
    "½ forgotten in the loss",
    {"the loss": "× 2 of", **dict.fromkeys(ALL_N, "½")},
    "E",
    "W1",
    "b1",
    "W2",
    "b2",
)
class NetWithoutHalf(TwoLayerNet):
    def loss(self, x, t):
        return np.mean((self.predict(x) - t) ** 2)


@wrong("2-2-4", "a gradient not made", {"db1": "not there"}, "b1")
class NetWithoutBias(AttributeNet):
    def backward(self):
        super().backward()
        del self.db1


@wrong("2-2-4", "the sum for the bias along the wrong axis", {"db1": "axis", "db2": "axis"}, "b1", "b2")
def gradients_wrong_axis(x, t, W1, b1, W2, b2):
    A1 = x @ W1 + b1
    X1 = np.maximum(A1, 0)
    dY = (X1 @ W2 + b2 - t) / len(x)
    dA1 = dY @ W2.T * (A1 > 0)
    return x.T @ dA1, dA1.sum(1), X1.T @ dY, dY.sum(axis=1)


# ---- 3-1-1: affine -----------------------------------------------------------------------------------------


@right("3-1-1")
class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx


@right("3-1-1")
class AffineOfSizes:
    """Makes its own parameters and keeps them in dicts."""

    def __init__(self, n_in, n_out):
        self.params = {"W": np.random.default_rng(0).normal(size=(n_in, n_out)), "b": np.ones(n_out)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, dout):
        self.grads["W"] = self.x.T @ dout
        self.grads["b"] = dout.sum(axis=0)
        return dout @ self.params["W"].T


@wrong("3-1-1", "the product transposed", {"dW": "transposed"}, "W")
class AffineTransposed(Affine):
    def backward(self, dout):
        self.dW = np.dot(dout.T, self.x)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


@wrong("3-1-1", "db summed along the wrong axis", {"db": "axis"}, "b")
class AffineWrongAxis(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = np.sum(dout, axis=1)
        return dx


@wrong("3-1-1", "db by mean", {"db": "a mean instead of a sum"}, "b")
class AffineMean(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = np.mean(dout, axis=0)
        return dx


@wrong("3-1-1", "db not summed", {"db": "the sum over the broadcast axis 0 is missing"}, "b")
class AffineNoSum(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout
        return dx


@wrong("3-1-1", "db summed over everything", {"db": "summed over axis 0"}, "b")
class AffineWholeSum(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = np.sum(dout)
        return dx


@wrong("3-1-1", "dW divided by N", {"grads['W']": "once too often"}, "params['W']")
class AffineMeanOfWeights(AffineOfSizes):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["W"] /= len(dout)
        return dx


@wrong("3-1-1", "dx forgotten", {"dx": "backward returns None"}, "x")
class AffineWithoutReturn(Affine):
    def backward(self, dout):
        super().backward(dout)


@wrong("3-1-1", "dW a local variable", {"dW": "self.dW is not there"}, "W")
class AffineLocal(Affine):
    def backward(self, dout):
        dW = np.dot(self.x.T, dout)  # noqa: F841
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


@wrong("3-1-1", "dout overwritten", {"backward": "changes dout in place"}, "y")
class AffineInPlace(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        dout *= 0
        return dx


@wrong("3-1-1", "dout not used", {"dx": "dout is not used", "dW": "dout", "db": "dout"}, "x", "W", "b")
class AffineWithoutDout(Affine):
    def backward(self, dout):
        return super().backward(np.ones_like(dout))


@wrong("3-1-1", "b not added", {"forward": "b is not added"}, "y")
class AffineWithoutBias(Affine):
    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout):
        self.dW = self.x.T @ dout
        return dout @ self.W.T


# ---- 3-1-2: softmax with loss ------------------------------------------------------------------------------


def softmax(x):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)


@right("3-1-2")
class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        return -np.sum(self.t * np.log(self.y)) / len(x)

    def backward(self):
        return (self.y - self.t) / self.t.shape[0]


@right("3-1-2")
class SoftmaxWithEps:
    """With the 1e-7 of "Deep learning from scratch"."""

    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        a = x.T - np.max(x, axis=1)
        self.y = (np.exp(a) / np.sum(np.exp(a), axis=0)).T
        self.loss = -np.sum(t * np.log(self.y + 1e-7)) / t.shape[0]
        return self.loss

    def backward(self, dout=1):
        return dout * (self.y - self.t) / self.t.shape[0]


@right("3-1-2")
class SoftmaxByLogs(SoftmaxWithLoss):
    def forward(self, x, t):
        self.t = t
        z = x - x.max(axis=1, keepdims=True)
        log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        self.y = np.exp(log_y)
        return -(t * log_y).sum(axis=1).mean()


@wrong("3-1-2", "1/N missing", {"dx": "× 5 = N: mean forgotten"}, "x")
class SoftmaxWithoutMean(SoftmaxWithLoss):
    def backward(self):
        return self.y - self.t


@wrong("3-1-2", "1/N twice", {"dx": "divided by it once too often"}, "x")
class SoftmaxMeanTwice(SoftmaxWithLoss):
    def backward(self):
        return (self.y - self.t) / len(self.t) ** 2


@wrong("3-1-2", "divided by the number of classes", {"dx": "× 5/3: divided by 3"}, "x")
class SoftmaxByClasses(SoftmaxWithLoss):
    def backward(self):
        return (self.y - self.t) / self.t.shape[1]


@wrong("3-1-2", "the sign", {"dx": "the sign is turned round"}, "x")
class SoftmaxTurned(SoftmaxWithLoss):
    def backward(self):
        return (self.t - self.y) / len(self.t)


@wrong("3-1-2", "softmax over the batch", {"forward": "axis 0", "dx": "softmax"}, "E", "x")
class SoftmaxOverBatch(SoftmaxWithLoss):
    def forward(self, x, t):
        self.t = t
        x = x - np.max(x, axis=0)
        self.y = np.exp(x) / np.sum(np.exp(x), axis=0)
        return -np.sum(t * np.log(self.y)) / len(x)


@wrong(
    "3-1-2",
    "softmax over everything",
    {"forward": "over the whole", "dx": "forward differs already"},
    "E",
    "x",
)
class SoftmaxOverAll(SoftmaxWithLoss):
    def forward(self, x, t):
        self.t = t
        self.y = np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x)))
        return -np.sum(t * np.log(self.y)) / len(x)


LABELS = None


@wrong("3-1-2", "self.t not stored", {"backward": "AttributeError"}, "E")
class SoftmaxWithoutLabels(SoftmaxWithLoss):
    def forward(self, x, t):
        self.y = softmax(x)
        return -np.sum(t * np.log(self.y)) / len(x)


@wrong("3-1-2", "the labels of another batch", {"backward": "kept in the class or in a global variable"}, "E")
class SoftmaxGlobal(SoftmaxWithLoss):
    def forward(self, x, t):
        global LABELS
        LABELS = t
        self.y = softmax(x)
        return -np.sum(t * np.log(self.y)) / len(x)

    def backward(self):
        return (self.y - LABELS) / len(self.y)


@wrong("3-1-2", "the first labels for ever", {"backward": "what an earlier forward left"}, "E")
class SoftmaxFirstLabels(SoftmaxWithLoss):
    t = None

    def forward(self, x, t):
        if self.t is None:
            self.t = t
        self.y = softmax(x)
        return -np.sum(t * np.log(self.y)) / len(x)


@wrong("3-1-2", "sum instead of mean in forward", {"forward": "× 5 = N"}, "E")
class SoftmaxSum(SoftmaxWithLoss):
    def forward(self, x, t):
        return super().forward(x, t) * len(x)


@wrong("3-1-2", "the minus in forward", {"forward": "sign"}, "E")
class SoftmaxWithoutMinus(SoftmaxWithLoss):
    def forward(self, x, t):
        return -super().forward(x, t)


@wrong("3-1-2", "overflow", {"large numbers": "subtract the largest"})
class SoftmaxOverflow(SoftmaxWithLoss):
    def forward(self, x, t):
        self.t = t
        self.y = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
        return -np.sum(t * np.log(self.y)) / len(x)


@wrong("3-1-2", "t forgotten in backward", {"dx": "a term is missing: − t/N"}, "x")
class SoftmaxWithoutT(SoftmaxWithLoss):
    def backward(self):
        return self.y / len(self.y)


# ---- 3-1-3: the other layers -------------------------------------------------------------------------------


@right("3-1-3")
class Sigmoid:
    def forward(self, x):
        out = 1 / (1 + np.exp(-x))
        self.out = out
        return out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


@right("3-1-3")
class Relu:
    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx


@right("3-1-3")
class RegressionLoss:
    def forward(self, y, t):
        self.diff = y - t
        return 0.5 * np.sum(self.diff**2) / y.shape[0]

    def backward(self):
        return self.diff / self.diff.shape[0]


@right("3-1-3")
class SigmoidWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = 1 / (1 + np.exp(-x))
        return -np.sum(t * np.log(self.y) + (1 - t) * np.log(1 - self.y)) / x.shape[0]

    def backward(self):
        return (self.y - self.t) / self.t.shape[0]


@wrong(
    "3-1-3",
    "a factor of y (1 − y) forgotten",
    {"SigmoidShort, dx": "a factor is forgotten: × (1 − self.out)"},
    "x",
)
class SigmoidShort(Sigmoid):
    def backward(self, dout):
        return dout * self.out


@wrong("3-1-3", "y' of x in place of y", {"SigmoidOfX, dx": "x (1 − x)"}, "x")
class SigmoidOfX(Sigmoid):
    def forward(self, x):
        self.x = x
        return super().forward(x)

    def backward(self, dout):
        return dout * self.x * (1 - self.x)


@wrong("3-1-3", "dout not used", {"SigmoidWithoutDout, dx": "dout"}, "x")
class SigmoidWithoutDout(Sigmoid):
    def backward(self, dout):
        return self.out * (1 - self.out)


@wrong(
    "3-1-3",
    "the plus in 1 + exp(-x)",
    {"SigmoidMinus, forward": "the sign in the exponent", "SigmoidMinus, dx": "right for your own forward"},
    "x",
    "y",
)
class SigmoidMinus:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(x))
        return self.y

    def backward(self, dout):
        return -dout * self.y * (1 - self.y)


@wrong("3-1-3", "no mask", {"ReluWithoutMask, dx": "the mask is forgotten"}, "x")
class ReluWithoutMask(Relu):
    def backward(self, dout):
        return dout


@wrong("3-1-3", "the mask turned round", {"ReluTurned, dx": "the mask is turned round"}, "x")
class ReluTurned(Relu):
    def backward(self, dout):
        return dout * self.mask


@wrong("3-1-3", "the mask of dout", {"ReluOfDout, dx": "mask of dout"}, "x")
class ReluOfDout(Relu):
    def backward(self, dout):
        return dout * (dout > 0)


@wrong("3-1-3", "dout masked in place", {"ReluInPlace, backward": "changes dout in place"}, "y")
class ReluInPlace(Relu):
    def backward(self, dout):
        dout[self.mask] = 0
        return dout


@wrong("3-1-3", "x masked in place", {"ReluChangesX, forward": "changes its argument x in place"}, "y")
class ReluChangesX(Relu):
    def forward(self, x):
        self.mask = x <= 0
        x[self.mask] = 0
        return x


@wrong("3-1-3", "½ forgotten", {"RegressionTwice, dy": "½"}, "y")
class RegressionTwice(RegressionLoss):
    def backward(self):
        return 2 * self.diff / self.diff.shape[0]


@wrong("3-1-3", "1/N missing", {"RegressionSum, dy": "mean forgotten"}, "y")
class RegressionSum(RegressionLoss):
    def backward(self):
        return self.diff


@wrong(
    "3-1-3",
    "the mean over all numbers",
    {"RegressionMean, forward": "once too often", "RegressionMean, dy": "right for your own forward"},
    "E",
    "y",
)
class RegressionMean(RegressionLoss):
    def forward(self, y, t):
        self.diff = y - t
        return 0.5 * np.mean(self.diff**2)

    def backward(self):
        return self.diff / self.diff.size


@wrong(
    "3-1-3",
    "divided by y (1 − y)",
    {"SigmoidLossOfY, dx": "a factor is forgotten: × self.y (1 − self.y)"},
    "x",
)
class SigmoidLossOfY(SigmoidWithLoss):
    def backward(self):
        return (self.y - self.t) / (self.y * (1 - self.y)) / len(self.t)


@wrong(
    "3-1-3",
    "multiplied by y (1 − y)",
    {"SigmoidLossTwice, dx": "a factor too much: × self.y (1 − self.y)"},
    "x",
)
class SigmoidLossTwice(SigmoidWithLoss):
    def backward(self):
        return (self.y - self.t) * self.y * (1 - self.y) / len(self.t)


@wrong("3-1-3", "only half of the loss", {"SigmoidLossHalf, forward": "(1 − t) log(1 − y)"}, "E")
class SigmoidLossHalf(SigmoidWithLoss):
    def forward(self, x, t):
        super().forward(x, t)
        return -np.sum(t * np.log(self.y)) / len(x)


# ---- 2-7: batch normalisation ------------------------------------------------------------------------------


@right("2-7")
class BatchNormalization:
    def __init__(self, gamma, beta, eps=1e-8):
        self.gamma, self.beta, self.eps = gamma, beta, eps

    def forward(self, x):
        mu = np.mean(x, axis=0)
        self.xc = x - mu
        v = np.mean(self.xc**2, axis=0)
        self.std = np.sqrt(v + self.eps)
        self.xn = self.xc / self.std
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        N = len(dout)
        self.dbeta = dout.sum(axis=0)
        self.dgamma = np.sum(self.xn * dout, axis=0)
        dxn = self.gamma * dout
        dxc = dxn / self.std
        dstd = -np.sum(dxn * self.xc / self.std**2, axis=0)
        dv = 0.5 * dstd / self.std
        dxc = dxc + 2 / N * self.xc * dv
        dmu = np.sum(dxc, axis=0)
        return dxc - dmu / N


@right("2-7")
class BatchNormOfSize(BatchNormalization):
    def __init__(self, n):
        super().__init__(np.ones(n), np.zeros(n), eps=1e-5)


@wrong("2-7", "v by N − 1", {"the values of forward": "N − 1"}, "y")
class BatchNormUnbiased(BatchNormalization):
    def forward(self, x):
        n = len(x)
        super().forward(x)
        c = np.sqrt((n - 1) / n)
        self.xn, self.std = self.xn * c, self.std / c
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = np.sum(self.xn * dout, axis=0)
        n = len(dout)
        d = np.sum(self.xn * dout, axis=0) / (n - 1)
        return self.gamma / self.std * (dout - dout.mean(axis=0) - self.xn * d)


@wrong(
    "2-7", "μ and σ taken for constants", {"dx": "the way through the mean and variance of the batch"}, "x"
)
class BatchNormConstants(BatchNormalization):
    def backward(self, dout):
        super().backward(dout)
        return self.gamma / self.std * dout


@wrong("2-7", "the way through μ forgotten", {"dx": "the way through the mean of the batch"}, "x")
class BatchNormWithoutMean(BatchNormalization):
    def backward(self, dout):
        super().backward(dout)
        return self.gamma / self.std * (dout - self.xn * np.mean(self.xn * dout, axis=0))


@wrong("2-7", "the way through v forgotten", {"dx": "the way through the variance of the batch"}, "x")
class BatchNormWithoutVariance(BatchNormalization):
    def backward(self, dout):
        super().backward(dout)
        return self.gamma / self.std * (dout - dout.mean(axis=0))


@wrong("2-7", "statistics of each row", {"the values of forward": "axis=0"}, "y")
class BatchNormRows(BatchNormalization):
    def forward(self, x):
        self.std = np.sqrt(x.var(axis=1, keepdims=True) + self.eps)
        self.xn = (x - x.mean(axis=1, keepdims=True)) / self.std
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = np.sum(self.xn * dout, axis=0)
        g = self.gamma * dout
        c = g.mean(axis=1, keepdims=True) + self.xn * (self.xn * g).mean(axis=1, keepdims=True)
        return (g - c) / self.std


@wrong(
    "2-7",
    "dgamma and dbeta exchanged",
    {"dgamma": "gradient of beta", "dbeta": "gradient of gamma"},
    "gamma",
    "beta",
)
class BatchNormExchanged(BatchNormalization):
    def backward(self, dout):
        dx = super().backward(dout)
        self.dgamma, self.dbeta = self.dbeta, self.dgamma
        return dx


@wrong("2-7", "divided by the variance", {"the values of forward": "divided by v"}, "y")
class BatchNormByVariance(BatchNormalization):
    def forward(self, x):
        self.mu, self.v = x.mean(axis=0), x.var(axis=0)
        self.xn = (x - self.mu) / (self.v + self.eps)
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta, self.dgamma = dout.sum(axis=0), np.sum(self.xn * dout, axis=0)
        n, v = len(dout), self.v + self.eps
        dxn = self.gamma * dout
        xc = self.xn * v
        dv = -np.sum(dxn * xc, axis=0) / v**2
        dx = dxn / v + 2 / n * xc * dv
        return dx - dx.mean(axis=0)


# ---- 2-9: dropout ------------------------------------------------------------------------------------------


@right("2-9")
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = rand(*x.shape) > self.dropout_ratio
            return x * self.mask
        return x * (1.0 - self.dropout_ratio)

    def backward(self, dout):
        return dout * self.mask


@right("2-9")
class DropoutWithPredict:
    def __init__(self, p=0.5, seed=0):
        self.p = p
        self.rng = np.random.default_rng(seed)

    def forward(self, x):
        self.mask = (self.rng.random(x.shape) >= self.p).astype(float)
        return x * self.mask

    def predict(self, x):
        return (1 - self.p) * x

    def backward(self, dout):
        return self.mask * dout


@wrong(
    "2-9", "the mask keeps what should be dropped", {"y = x * mask": "p is the probability to drop"}, "mask"
)
class DropoutTurned(Dropout):
    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = rand(*x.shape) < self.dropout_ratio
            return x * self.mask
        return x * (1.0 - self.dropout_ratio)


@wrong(
    "2-9",
    "inverted dropout",
    {"y = x * mask": "inverted dropout", "prediction y = x (1 − p)": "everything is × 1"},
    "y",
)
class DropoutInverted(Dropout):
    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = (rand(*x.shape) > self.dropout_ratio) / (1 - self.dropout_ratio)
            return x * self.mask
        return x


@wrong(
    "2-9",
    "one mask for all data",
    {"another mask for every datum and call": "all data have one mask"},
    "mask",
)
class DropoutOneRow(Dropout):
    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = rand(x.shape[1]) > self.dropout_ratio
            return x * self.mask
        return x * (1.0 - self.dropout_ratio)


@wrong(
    "2-9", "whole data dropped", {"another mask for every datum and call": "all numbers of a datum"}, "mask"
)
class DropoutOneColumn(Dropout):
    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = rand(len(x), 1) > self.dropout_ratio
            return x * self.mask
        return x * (1.0 - self.dropout_ratio)


@wrong(
    "2-9", "the mask drawn once", {"another mask for every datum and call": "two calls have one mask"}, "mask"
)
class DropoutOnce(Dropout):
    def forward(self, x, train_flg=True):
        if train_flg:
            if self.mask is None:
                self.mask = rand(*x.shape) > self.dropout_ratio
            return x * self.mask
        return x * (1.0 - self.dropout_ratio)


@wrong("2-9", "no scaling in prediction", {"prediction y = x (1 − p)": "everything is × 1"}, "y")
class DropoutUnscaled(Dropout):
    def forward(self, x, train_flg=True):
        return super().forward(x) if train_flg else x


@wrong("2-9", "scaled by p in prediction", {"prediction y = x (1 − p)": "everything is × 0.3"}, "y")
class DropoutByP(Dropout):
    def forward(self, x, train_flg=True):
        return super().forward(x) if train_flg else x * self.dropout_ratio


@wrong("2-9", "backward without the mask", {"dx": "the mask is forgotten"}, "x")
class DropoutWithoutMask(Dropout):
    def backward(self, dout):
        return dout


@wrong("2-9", "a new mask in backward", {"dx": "drawn anew"}, "x")
class DropoutNewMask(Dropout):
    def backward(self, dout):
        return dout * (rand(*dout.shape) > self.dropout_ratio)


@wrong("2-9", "drops in prediction too", {"prediction y = x (1 − p)": "some numbers are dropped"}, "y")
class DropoutAlways(Dropout):
    def forward(self, x, train_flg=True):
        return super().forward(x)


# ---- 2-5-1, 6.1-1, 6.2-1: optimizers -----------------------------------------------------------------------


@right("2-5-1")
class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]


@right("2-5-1")
@right("6.1-1")
class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = None

    def update(self, params, grads):
        if self.v is None:
            self.v = {}
            for key, val in params.items():
                self.v[key] = np.zeros_like(val)
        for key in params:
            self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
            params[key] += self.v[key]


@right("2-5-1")
@right("6.2-1")
class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.t = 0
        self.m = None
        self.v = None

    def update(self, params, grads):
        if self.m is None:
            self.m = {k: np.zeros_like(p) for k, p in params.items()}
            self.v = {k: np.zeros_like(p) for k, p in params.items()}
        self.t += 1
        lr_t = self.lr * np.sqrt(1.0 - self.beta2**self.t) / (1.0 - self.beta1**self.t)
        for key in params:
            self.m[key] += (1 - self.beta1) * (grads[key] - self.m[key])
            self.v[key] += (1 - self.beta2) * (grads[key] ** 2 - self.v[key])
            params[key] -= lr_t * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


@right("6.2-1")
class AdamOfArrays:
    """One object per array: update(p, g) in place."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.s, self.r = 0, 0, 0

    def update(self, p, g):
        self.t += 1
        self.s = self.beta1 * self.s + (1 - self.beta1) * g
        self.r = self.beta2 * self.r + (1 - self.beta2) * g**2
        s, r = self.s / (1 - self.beta1**self.t), self.r / (1 - self.beta2**self.t)
        p -= self.lr * s / (np.sqrt(r) + self.eps)


@right("2-5-1")
class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr = lr
        self.h = None

    def update(self, params, grads):
        if self.h is None:
            self.h = {k: np.zeros_like(v) for k, v in params.items()}
        for k in params:
            self.h[k] += grads[k] * grads[k]
            params[k] -= self.lr * grads[k] / (np.sqrt(self.h[k]) + 1e-7)


@wrong("2-5-1", "climbs", {"SGD": "the step has the wrong sign"})
class Climber(SGD):
    def update(self, params, grads):
        for key in params:
            params[key] += self.lr * grads[key]


Climber.__name__ = "SGD"


@wrong("6.1-1", "momentum's sign", {"MomentumUp": "the step has the wrong sign"})
class MomentumUp(Momentum):
    def update(self, params, grads):
        super().update(params, {k: -g for k, g in grads.items()})


@wrong("6.1-1", "v subtracted after −λg", {"MomentumMinus": "wrong sign"})
class MomentumMinus(Momentum):
    def update(self, params, grads):
        self.v = self.v or dict.fromkeys(params, 0.0)
        for k in params:
            self.v[k] = self.momentum * self.v[k] - self.lr * grads[k]
            params[k] -= self.v[k]


@wrong("6.1-1", "v not kept", {"MomentumForgets": "the state is not kept"})
class MomentumForgets(Momentum):
    def update(self, params, grads):
        v = {k: np.zeros_like(p) for k, p in params.items()}
        for k in params:
            v[k] = self.momentum * v[k] - self.lr * grads[k]
            params[k] += v[k]


@wrong("6.1-1", "one v for all", {"MomentumShared": "all parameters share one state"})
class MomentumShared(Momentum):
    def update(self, params, grads):
        self.v = 0 if self.v is None else self.v
        for k in params:
            self.v = self.momentum * self.v - self.lr * grads[k]
            params[k] += self.v


@wrong("6.1-1", "λ outside", {"MomentumOutside": "the learning rate stands outside of v"})
class MomentumOutside(Momentum):
    def update(self, params, grads):
        self.v = self.v or dict.fromkeys(params, 0.0)
        for k in params:
            self.v[k] = self.momentum * self.v[k] + grads[k]
            params[k] -= self.lr * self.v[k]


@wrong("6.1-1", "v is the gradient's array", {"MomentumAlias": "in place"})
class MomentumAlias(Momentum):
    def update(self, params, grads):
        for k in params:
            g = grads[k]
            g *= -self.lr
            if self.v and k in self.v:
                g += self.momentum * self.v[k]
            self.v = {**(self.v or {}), k: g.copy()}
            params[k] += g


@wrong("6.1-1", "a copy is changed", {"MomentumCopy": "nothing changes"})
class MomentumCopy(Momentum):
    def update(self, params, grads):
        self.v = self.v or dict.fromkeys(params, 0.0)
        for k, p in params.items():
            self.v[k] = self.momentum * self.v[k] - self.lr * grads[k]
            p = p + self.v[k]


@wrong("6.2-1", "λ compounds", {"AdamCompounds": "the learning rate is overwritten"})
class AdamCompounds(Adam):
    def update(self, params, grads):
        if self.m is None:
            self.m = {k: np.zeros_like(p) for k, p in params.items()}
            self.v = {k: np.zeros_like(p) for k, p in params.items()}
        self.t += 1
        self.lr = self.lr * np.sqrt(1.0 - self.beta2**self.t) / (1.0 - self.beta1**self.t)
        for key in params:
            self.m[key] += (1 - self.beta1) * (grads[key] - self.m[key])
            self.v[key] += (1 - self.beta2) * (grads[key] ** 2 - self.v[key])
            params[key] -= self.lr * self.m[key] / (np.sqrt(self.v[key]) + 1e-8)


class AdamParts(AdamOfArrays):
    """The original, in parts that can be exchanged one by one."""

    def corrected(self, x, beta):
        return x / (1 - beta**self.t)

    def root(self, r):
        return np.sqrt(r) + self.eps

    def moments(self, g):
        self.s = self.beta1 * self.s + (1 - self.beta1) * g
        self.r = self.beta2 * self.r + (1 - self.beta2) * g * g

    def count(self):
        self.t += 1

    def update(self, p, g):
        self.count()
        self.moments(g)
        p -= self.lr * self.corrected(self.s, self.beta1) / self.root(self.corrected(self.r, self.beta2))


right("6.2-1")(AdamParts)


@wrong("6.2-1", "t from 0", {"AdamFromZero": "t is 0 at the first update"})
class AdamFromZero(AdamParts):
    def update(self, p, g):
        self.moments(g)
        p -= self.lr * self.corrected(self.s, self.beta1) / self.root(self.corrected(self.r, self.beta2))
        self.count()


@wrong("6.2-1", "ε inside of the root", {"AdamInside": "ε stands inside the root"})
class AdamInside(AdamParts):
    def root(self, r):
        return np.sqrt(r + self.eps)


@wrong("6.2-1", "β₁ and β₂ swapped", {"AdamSwapped": "β₁ and β₂ are exchanged"})
class AdamSwapped(AdamParts):
    def moments(self, g):
        self.s = self.beta2 * self.s + (1 - self.beta2) * g
        self.r = self.beta1 * self.r + (1 - self.beta1) * g * g

    def corrected(self, x, beta):
        return super().corrected(x, self.beta1 + self.beta2 - beta)


@wrong("6.2-1", "only the moments swapped", {"AdamHalfSwapped": "β₁ and β₂ are exchanged in the moments"})
class AdamHalfSwapped(AdamParts):
    def moments(self, g):
        self.s = self.beta2 * self.s + (1 - self.beta2) * g
        self.r = self.beta1 * self.r + (1 - self.beta1) * g * g


@wrong("6.2-1", "no correction", {"AdamBiased": "the bias correction is missing"})
class AdamBiased(AdamParts):
    def corrected(self, x, beta):
        return x


@wrong("6.2-1", "no correction of r", {"AdamHalfBiased": "the bias correction of the second moment"})
class AdamHalfBiased(AdamParts):
    def corrected(self, x, beta):
        return x if beta == self.beta2 else super().corrected(x, beta)


@wrong("6.2-1", "β t in place of β^t", {"AdamTimes": "β · t"})
class AdamTimes(AdamParts):
    def corrected(self, x, beta):
        return x / (1 - beta * self.t)


@wrong("6.2-1", "no square", {"AdamUnsquared": "|g| in place of g²"})
class AdamUnsquared(AdamParts):
    def moments(self, g):
        super().moments(g)
        self.a = self.beta2 * getattr(self, "a", 0) + (1 - self.beta2) * np.abs(g)
        self.r = self.a


@wrong("6.2-1", "no root", {"AdamUnrooted": "the square root is missing"})
class AdamUnrooted(AdamParts):
    def root(self, r):
        return r + self.eps


@wrong("6.2-1", "1 − β forgotten", {"AdamUnweighted": "1 − β₁ is missing in front of the gradient"})
class AdamUnweighted(AdamParts):
    def moments(self, g):
        self.r = self.beta2 * self.r + (1 - self.beta2) * g * g
        self.s = self.beta1 * self.s + g


@wrong("2-5-1", "no sum in AdaGrad", {"AdaGrad": "the state is not kept"})
class AdaGradForgets(AdaGrad):
    def update(self, params, grads):
        self.h = None
        super().update(params, grads)


AdaGradForgets.__name__ = "AdaGrad"


@right("2-5-1")
class RMSProp:
    def __init__(self, lr=0.01, decay_rate=0.95):
        self.lr, self.decay_rate, self.h = lr, decay_rate, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {k: np.zeros_like(v) for k, v in params.items()}
        for k in params:
            self.h[k] *= self.decay_rate
            self.h[k] += (1 - self.decay_rate) * grads[k] * grads[k]
            params[k] -= self.lr * grads[k] / (np.sqrt(self.h[k]) + 1e-7)


def called(name, base, update):
    """A class of the name by which the right one is known."""
    return type(name, (base,), {"update": update})


def rmsprop_unweighted(self, params, grads):
    self.h = self.h or dict.fromkeys(params, 0.0)
    for k, g in grads.items():
        self.h[k] = self.decay_rate * self.h[k] + g**2
        params[k] -= self.lr * g / (np.sqrt(self.h[k]) + 1e-7)


def adagrad_unrooted(self, params, grads):
    self.h = self.h or dict.fromkeys(params, 0.0)
    for k, g in grads.items():
        self.h[k] = self.h[k] + g**2
        params[k] -= self.lr * g / (self.h[k] + 1e-7)


def adagrad_inside(self, params, grads):
    self.h = self.h or dict.fromkeys(params, 0.0)
    for k, g in grads.items():
        self.h[k] = self.h[k] + g**2
        params[k] -= self.lr * g / np.sqrt(self.h[k] + 1e-7)


def sgd_on_copies(self, params, grads):
    for k, g in grads.items():
        p = params[k].copy()
        p -= self.lr * g


def sgd_twice(self, params, grads):
    for k, g in grads.items():
        params[k] -= self.lr * (self.lr * g)


ROWS += [
    Wrong("2-5-1", slip, called(name, base, update), {name: words})
    for slip, name, base, update, words in (
        ("1 − ρ forgotten", "RMSProp", RMSProp, rmsprop_unweighted, "1 − ρ is missing"),
        ("no root", "AdaGrad", AdaGrad, adagrad_unrooted, "the square root is missing"),
        ("ε inside of the root", "AdaGrad", AdaGrad, adagrad_inside, "ε stands inside the root"),
        ("a copy is changed", "SGD", SGD, sgd_on_copies, "nothing changes: the update is made on a copy"),
        ("λ twice", "SGD", SGD, sgd_twice, "the learning rate is applied twice"),
    )
]
ROWS += [
    Wrong(
        "2-5-1",
        "one of three is wrong",
        [SGD, called("Momentum", Momentum, MomentumForgets.update), Adam],
        {"Momentum": "the state is not kept"},
    )
]


# ---- not filled in yet -------------------------------------------------------------------------------------

EMPTY = "yet"


@wrong("3-1-2", "dots", {"forward": EMPTY})
class DotsInForward:
    def forward(self, x, t):
        self.t = t
        self.y = ...
        return ...

    def backward(self):
        return ...


@wrong("3-1-2", "dots in a formula", {"backward": EMPTY})
class DotsInBackward(SoftmaxWithLoss):
    def backward(self):
        return (self.y - ...) / len(self.y)


@wrong("3-1-2", "dots alone in backward", {"dx": "backward returns None"})
class DotsAlone(SoftmaxWithLoss):
    def backward(self): ...


@wrong("3-1-2", "not implemented", {"the code": EMPTY})
class NotYet:
    def forward(self, x, t):
        raise NotImplementedError

    def backward(self):
        raise NotImplementedError


@wrong("3-1-1", "dots for a gradient", {"dW": EMPTY, "db": EMPTY, "dx": EMPTY})
class DotsForGradients(Affine):
    def backward(self, dout):
        self.dW = ...
        self.db = ...
        return ...


@wrong("3-1-1", "no constructor", {"forward": EMPTY})
class DotsInConstructor:
    def __init__(self, W, b): ...

    def forward(self, x): ...

    def backward(self, dout): ...


@wrong("2-9", "dots", {"the answer": EMPTY})
class DropoutDots:
    def __init__(self, p=0.5): ...

    def forward(self, x): ...

    def backward(self, dout): ...


@wrong("2-9", "dots for the mask", {"the code": EMPTY})
class DropoutDotsForMask:
    def __init__(self, p=0.5):
        self.p = p

    def forward(self, x):
        self.mask = ...
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


@wrong("2-7", "dots", {"the code": EMPTY})
class BatchNormDots:
    def __init__(self, gamma, beta):
        self.gamma, self.beta = gamma, beta

    def forward(self, x):
        xn = ...
        return self.gamma * xn + self.beta

    def backward(self, dout): ...


@wrong("6.1-1", "an empty update", {"MomentumDots": EMPTY})
class MomentumDots(Momentum):
    def update(self, params, grads): ...


@wrong("6.2-1", "dots in an update", {"AdamDots": EMPTY})
class AdamDots(Adam):
    def update(self, params, grads):
        for key in params:
            params[key] -= ...


@wrong("2-2-4", "dots for all gradients", dict.fromkeys(ALL_N, EMPTY))
def gradient_dots(x, t, W1, b1, W2, b2):
    return ..., ..., ..., ...


@wrong("2-2-4", "nothing returned", dict.fromkeys(ALL_N, EMPTY))
def gradient_nothing(x, t, W1, b1, W2, b2):
    dY = ...  # noqa: F841


@wrong("2-2-4", "dots in the loss", {"the loss": EMPTY})
class NetDots(TwoLayerNet):
    def loss(self, x, t): ...

    def gradient(self, x, t): ...


@wrong("2-2-4", "nothing at all", {"the answer": EMPTY})
class NetNothing:
    def __init__(self): ...

    def loss(self, x, t): ...

    def gradient(self, x, t): ...


@wrong("2-9", "prediction not written", {"prediction y = x (1 − p)": "it gives nothing yet"})
class DropoutWithoutPrediction(Dropout):
    def forward(self, x, train_flg=True):
        return super().forward(x) if train_flg else None


@wrong("2-9", "prediction of another shape", {"prediction y = x (1 − p)": "its shape is (50,)"})
class DropoutMean(Dropout):
    def forward(self, x, train_flg=True):
        return super().forward(x) if train_flg else x.mean(axis=0)


@wrong(
    "3-1-2", "the labels not taken", {"the code": "forward() takes 2 positional arguments but 3 were given"}
)
class SoftmaxOfX:
    def forward(self, x):
        return softmax(x)

    def backward(self, dout):
        return dout


@wrong("2-2-4", "no labels in the network", {"the code": "takes 2 positional arguments but 3 were given"})
class NetForward(AttributeNet):
    def forward(self, x):
        return super().forward(x, 0 * x)


ROWS += [
    Wrong(exercise, "the answer itself is dots", ..., {"the answer": EMPTY})
    for exercise in ("3.3-4", "3.6-3", "3-1-2", "2-2-4", "2-9", "2-5-1")
]
ROWS += [
    Wrong("3.3-4", "dots", lambda u, v, z_u, z_v: (..., ...), {"z_x": EMPTY, "z_y": EMPTY}),
    Wrong("3.3-4", "nothing", lambda u, v, z_u, z_v: None, {"z_x": EMPTY, "z_y": EMPTY}),
    Wrong("3.3-2", "dots in a formula", lambda u, t: u - ..., {"the function": EMPTY}),
    Wrong("3.6-3", "dots", {"dX": ..., "db": [2, 0]}, {"dX": EMPTY}),
]


# ---- the tests ---------------------------------------------------------------------------------------------


def name(row):
    return f"{row.exercise}: {row.slip}"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("row", ROWS, ids=name)
def test_the_right_diagnosis_at_the_right_part(row):
    """A wrong derivative is found where it is, and nothing else is called wrong."""
    mark = grade(row.exercise, row.answer)
    found = {part.name: part.words for part in mark.parts if not part.right}
    assert {*found} == {*row.words}, str(mark)
    for part, words in row.words.items():
        assert words in found[part], str(mark)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("row", [row for row in ROWS if row.marked], ids=name)
def test_the_picture_is_marked_where_the_words_say(row):
    mark = grade(row.exercise, row.answer)
    places = {getattr(at, "source", at).name for graph in mark.pictures for at in graph.marks}
    assert places == row.marked, str(mark)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.exercise in ("2-5-1", "6.1-1", "6.2-1")], ids=name
)
def test_the_paths_part_where_an_optimizer_is_wrong(row):
    for part in grade(row.exercise, row.answer).parts:
        runs = " parts from " in f" {part.words}"
        assert (part.picture is not None) == runs, part
        if runs:
            assert f"they part at update {part.picture.step}" in part.picture._repr_svg_()


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=lambda x: getattr(x, "__name__", x))
def test_right_variants_have_full_marks(exercise, answer):
    mark = grade(exercise, answer)
    assert mark, str(mark)
    assert mark.points == mark.out_of > 0
    assert mark.pictures == ()
