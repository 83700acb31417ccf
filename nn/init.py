"""Initial values, written into a parameter in place; torch's names, with an underscore at the end.

Every function takes a leaf Tensor or an array of floating numbers, fills it and returns it. `rng` is None
(the default generator of `ac.manual_seed`), an int or a `numpy.random.Generator`; those that draw nothing
take and ignore it, so that each can be the `init` of a layer.

The fans: a matrix means (in, out), the lecture's layout, unless it is a `Parameter` whose layer keeps torch's
(`layout="torch"`): (out, in). More axes are torch's convolution layout (out, in, *kernel), where the fan-in
is the number of inputs of one neuron. Only the orientation differs: the variances are torch's.

Why any formula at all: a layer A = XW multiplies the variance of its inputs by about fan_in · V(W). So over
many layers the numbers vanish or grow without bound unless that product is near 1 (the lecture's sections 7.1
and 7.2).
"""

from math import erf, prod, sqrt
from typing import Any, TypeVar

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.checks import number, positive

T = TypeVar("T", bound=Any)
Rng = int | np.random.Generator | None

SQRT_3 = sqrt(3)
"""U(−r, r) has the standard deviation r / √3."""


# ---- constants ---------------------------------------------------------------------------------------------


def constant_(tensor: T, val: float, *, rng: Rng = None) -> T:
    """Every number is `val`."""
    return _fill("constant_", tensor, number("constant_: val", val))


def zeros_(tensor: T, *, rng: Rng = None) -> T:
    """Every number is 0."""
    return _fill("zeros_", tensor, 0.0)


def ones_(tensor: T, *, rng: Rng = None) -> T:
    """Every number is 1."""
    return _fill("ones_", tensor, 1.0)


def eye_(tensor: T, *, rng: Rng = None) -> T:
    """The identity: a linear layer that passes on as many inputs as it can.

    Raises:
        ValueError: if there are not two axes.

    >>> eye_(np.zeros((2, 3)))
    array([[1., 0., 0.],
           [0., 1., 0.]])
    """
    rows, columns = _matrix("eye_", tensor)
    return _fill("eye_", tensor, np.eye(rows, columns))


def dirac_(tensor: T, groups: int = 1, *, rng: Rng = None) -> T:
    """The identity of a convolution: 1 in the middle of the kernel from channel i to channel i, else 0.

    Args:
        tensor: (out, in / groups, *kernel) with one to three axes of the kernel.
        groups: every group passes on its own channels.

    Raises:
        ValueError: for another number of axes, or if groups does not divide the first one.
    """
    shape = _floating("dirac_", tensor).shape
    if len(shape) not in (3, 4, 5):
        raise ValueError(f"dirac_: the weight of a convolution has 3 to 5 axes, got shape {shape}")
    if shape[0] % positive("dirac_: groups", groups):
        raise ValueError(f"dirac_: {shape[0]} output channels cannot be divided into {groups} groups")
    values = np.zeros(shape)
    each = shape[0] // groups
    middle = tuple(size // 2 for size in shape[2:])
    for channel in range(min(each, shape[1])):
        values[(slice(channel, None, each), channel, *middle)] = 1
    return _fill("dirac_", tensor, values)


# ---- distributions -----------------------------------------------------------------------------------------


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, *, rng: Rng = None) -> T:
    """Numbers from the uniform distribution on [a, b).

    Raises:
        ValueError: if a > b.
    """
    if not a <= b:
        raise ValueError(f"uniform_: numbers from a to b, a ≤ b, got a={a} and b={b}")
    shape = _floating("uniform_", tensor).shape
    return _fill("uniform_", tensor, ac.generator(rng).uniform(float(a), float(b), shape))


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> T:
    """Numbers from the normal distribution N(mean, std²).

    Raises:
        ValueError: if std < 0.
    """
    if not std >= 0:
        raise ValueError(f"normal_: the standard deviation std is at least 0, got {std}")
    shape = _floating("normal_", tensor).shape
    return _fill("normal_", tensor, ac.generator(rng).normal(float(mean), float(std), shape))


def trunc_normal_(
    tensor: T, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, *, rng: Rng = None
) -> T:
    """Numbers from N(mean, std²), drawn again until they lie in [a, b].

    a and b are numbers, not multiples of std, as in torch (Keras's TruncatedNormal cuts at two std).

    Raises:
        ValueError: if std is not above 0, or a ≥ b.
    """
    if not std > 0:
        raise ValueError(f"trunc_normal_: the standard deviation std is above 0, got {std}")
    if not a < b:
        raise ValueError(f"trunc_normal_: numbers from a to b, a < b, got a={a} and b={b}")
    shape, draw = _floating("trunc_normal_", tensor).shape, ac.generator(rng)
    low, high = (float(bound - mean) / std for bound in (a, b))
    size, kept = prod(shape), np.empty(0)
    while kept.size < size:
        more = _standard_between(low, high, max(size - kept.size, 100), draw)
        kept = np.concatenate([kept, more])
    values = mean + std * kept[:size].reshape(shape)
    return _fill("trunc_normal_", tensor, np.clip(values, a, b))  # the sum may round to beyond a bound


def _standard_between(low: float, high: float, n: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """At most n numbers from N(0, 1), of those between the two: what n attempts give."""
    if erf(high / sqrt(2)) - erf(low / sqrt(2)) > 0.5:  # a quarter of all numbers and more lie there
        x = rng.normal(size=n)
        return x[(low <= x) & (x <= high)]
    # far outside: from a uniform distribution a number is kept in proportion to its density
    mode = min(max(low, 0.0), high)
    x = rng.uniform(max(low, mode - 10), min(high, mode + 10), n)
    return x[rng.uniform(size=n) < np.exp((mode**2 - x**2) / 2)]


def sparse_(tensor: T, sparsity: float, std: float = 0.01, *, rng: Rng = None) -> T:
    """N(0, std²), but in every column ⌈sparsity · rows⌉ numbers, chosen at random, are 0.

    Of a matrix (in, out) a column holds the inputs of one neuron.

    Raises:
        ValueError: if there are not two axes, sparsity is not in [0, 1] or std < 0.

    J. Martens: Deep learning via Hessian-free optimization (2010), section 5.
    """
    rows, columns = _matrix("sparse_", tensor)
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparse_: sparsity is a share from 0 to 1, got {sparsity}")
    if not std >= 0:
        raise ValueError(f"sparse_: the standard deviation std is at least 0, got {std}")
    draw = ac.generator(rng)
    values = draw.normal(0.0, float(std), (rows, columns))
    order = np.argsort(draw.random((rows, columns)), axis=0)
    np.put_along_axis(values, order[: int(np.ceil(sparsity * rows))], 0.0, axis=0)
    return _fill("sparse_", tensor, values)


def orthogonal_(tensor: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """gain · Q with a random Q of orthonormal columns, or rows if there are fewer of them.

    More than two axes are taken as the matrix (first, all others). Q is uniform (Haar) in the orthogonal
    group: that of a QR decomposition of normal numbers, with the signs that make the diagonal of R positive.

    Raises:
        ValueError: if there are fewer than two axes.

    A. Saxe, J. McClelland, S. Ganguli: Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks (2014); F. Mezzadri: How to generate random matrices from the classical compact groups
    (2007), section 5.
    """
    shape = _floating("orthogonal_", tensor).shape
    if len(shape) < 2:
        raise ValueError(f"orthogonal_: two axes or more are needed, got shape {shape}")
    rows, columns = shape[0], prod(shape[1:])
    q, r = np.linalg.qr(ac.generator(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return _fill("orthogonal_", tensor, gain * (q if rows >= columns else q.T).reshape(shape))


# ---- standard deviations from fans -------------------------------------------------------------------------


def fans(tensor: Any) -> tuple[int, int]:
    """fan_in and fan_out: the numbers of inputs of one neuron, and of neurons that one input goes to.

    Raises:
        ValueError: if there are fewer than two axes.

    >>> fans(np.zeros((784, 100))), fans(np.zeros((16, 3, 5, 5)))
    ((784, 100), (75, 400))
    """
    shape = _floating("fans", tensor).shape
    if len(shape) < 2:
        raise ValueError(f"fan in and fan out need two axes or more, got shape {shape}")
    if len(shape) == 2 and getattr(tensor, "layout", None) != "torch":
        return shape[0], shape[1]
    kernel = prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor on σ that keeps the variance through a nonlinearity; torch's table.

    1 for linear, conv1d … conv3d, conv_transpose1d … conv_transpose3d and sigmoid, 5/3 for tanh, √2 for relu,
    √(2 / (1 + param²)) for leaky_relu with the slope param (None: 0.01), 3/4 for selu.

    Raises:
        ValueError: for another name.
        TypeError: if the slope is no number.
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else number("calculate_gain: param, the slope of leaky_relu,", param)
        return sqrt(2 / (1 + slope**2))
    if nonlinearity not in GAINS:
        raise ValueError(f"nonlinearity is one of {', '.join(GAINS)}, leaky_relu; got {nonlinearity!r}")
    return GAINS[nonlinearity]


GAINS = {
    "linear": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": sqrt(2),
    "selu": 3 / 4,
    **{f"conv{kind}{n}d": 1.0 for kind in ("", "_transpose") for n in (1, 2, 3)},
}


def kaiming_normal_(
    tensor: T, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> T:
    """N(0, σ²) with σ² = gain² / fan; with the defaults He's σ² = 2 / fan_in, for ReLU.

    Args:
        tensor: a weight.
        a: the slope of the leaky ReLU that follows.
        mode: "fan_in" keeps the variance of the forward pass, "fan_out" that of the gradients.
        nonlinearity: what follows, see `calculate_gain`.
        rng: see the module.

    Raises:
        ValueError: for another mode or nonlinearity, or fewer than two axes.

    K. He, X. Zhang, S. Ren, J. Sun: Delving deep into rectifiers (2015), equations 10 and 15.
    """
    return normal_(tensor, 0.0, _kaiming(tensor, a, mode, nonlinearity), rng=rng)


def kaiming_uniform_(
    tensor: T, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> T:
    """U(−r, r) with r = gain · √(3 / fan): the variance of `kaiming_normal_`, whose arguments these are."""
    r = SQRT_3 * _kaiming(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -r, r, rng=rng)


def xavier_normal_(tensor: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """N(0, σ²) with σ² = gain² · 2 / (fan_in + fan_out), for sigmoid and tanh.

    X. Glorot, Y. Bengio: Understanding the difficulty of training deep feedforward neural networks (2010),
    equation 12.
    """
    return normal_(tensor, 0.0, _xavier(tensor, gain), rng=rng)


def xavier_uniform_(tensor: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """U(−r, r) with r = gain · √(6 / (fan_in + fan_out)): the variance of `xavier_normal_`.

    Glorot and Bengio 2010, equation 16.
    """
    r = SQRT_3 * _xavier(tensor, gain)
    return uniform_(tensor, -r, r, rng=rng)


def lecun_normal_(tensor: T, *, rng: Rng = None) -> T:
    """N(0, σ²) with σ² = 1 / fan_in: keeps the variance of a linear layer; what SELU asks for.

    Y. LeCun, L. Bottou, G. Orr, K.-R. Müller: Efficient backprop (1998), equation 16; G. Klambauer et al.:
    Self-normalizing neural networks (2017). Keras's and Flax's of this name are cut at two σ, and widened to
    the same variance. torch has none; it is its kaiming_normal_ with nonlinearity="linear".
    """
    return kaiming_normal_(tensor, nonlinearity="linear", rng=rng)


def lecun_uniform_(tensor: T, *, rng: Rng = None) -> T:
    """U(−r, r) with r = √(3 / fan_in): the variance of `lecun_normal_`."""
    return kaiming_uniform_(tensor, nonlinearity="linear", rng=rng)


he_normal_, he_uniform_ = kaiming_normal_, kaiming_uniform_
glorot_normal_, glorot_uniform_ = xavier_normal_, xavier_uniform_


# ---- details -----------------------------------------------------------------------------------------------


def _kaiming(tensor: Any, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan = fans(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / sqrt(max(fan, 1))


def _xavier(tensor: Any, gain: float) -> float:
    return float(gain) * sqrt(2 / max(sum(fans(tensor)), 1))


def _floating(name: str, tensor: Any) -> Any:
    """What can be filled, after a look at it."""
    if not isinstance(tensor, Tensor | np.ndarray) or tensor.dtype.kind != "f":
        found = tensor.dtype if isinstance(tensor, Tensor | np.ndarray) else type(tensor).__name__
        raise TypeError(f"{name}: a leaf Tensor or an array of floating numbers is filled, got {found}")
    return tensor


def _matrix(name: str, tensor: Any) -> tuple[int, int]:
    shape = _floating(name, tensor).shape
    if len(shape) != 2:
        raise ValueError(f"{name}: a matrix is needed, got shape {shape}")
    return shape[0], shape[1]


def _fill(name: str, tensor: T, values: Any) -> T:
    _floating(name, tensor)
    if isinstance(tensor, Tensor):
        # the setter: a graph recorded before keeps its numbers
        tensor.data = np.broadcast_to(np.asarray(values, tensor.dtype), tensor.shape)
    else:
        tensor[...] = values
    return tensor
