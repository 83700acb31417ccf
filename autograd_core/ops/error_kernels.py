"""The error function and its complement on arrays: to 1.5 and 3.5 units in the last place of float64, to 2.5
and 6 of float32.

Near 0, erf x = x · P(x²). For x ≥ 0, erfc x = e^(−x²) · (1 + t R(t − 1)) / (1 + 2x) with t = 2x/(x + 3.75),
which maps [0, ∞) to [0, 2] (the substitution of M. M. Shepherd and J. G. Laframboise, Chebyshev
approximation of (1 + 2x) exp(x²) erfc x, Mathematics of Computation 36, 1981). P and R are Chebyshev series,
computed with 60 digits, cut where their terms fall below the precision and written out as polynomials.
e^(−x²) is split at sixteenths, whose squares are exact (W. J. Cody, Rational Chebyshev approximations for the
error function, Mathematics of Computation 23, 1969).
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

P = (
    1.1283791670955126,
    -0.3761263890318375,
    0.11283791670954882,
    -0.026866170645077334,
    0.005223977624823223,
    -0.0008548326981129666,
    0.00012055331122299266,
    -1.4925595519506043e-05,
    1.6461004480962034e-06,
    -1.6350354461959655e-07,
    1.4660051998394848e-08,
    -1.1373902296430911e-09,
    5.958930743134941e-11,
)
P_SINGLE = (
    1.1283791670623609,
    -0.3761263847599132,
    0.11283782622062184,
    -0.026865438310515116,
    0.005221053412537675,
    -0.0008484396550601893,
    0.00011268253894199437,
    -9.673590811750782e-06,
)
R = (
    0.2375126308378276,
    -0.37775322942337447,
    0.38133864490883945,
    -0.299061906418698,
    0.19025797627692506,
    -0.09795365511644935,
    0.03926025652726195,
    -0.010897979109484429,
    0.0011513995471219751,
    0.0006042263136325654,
    -0.0003105126233902508,
    2.0358510840847573e-05,
    3.129049915894401e-05,
    -8.906176289162434e-06,
    -2.5377589500280127e-06,
    1.564055542378069e-06,
    1.872480254967044e-07,
    -2.4430586154991615e-07,
    -1.4013279886896224e-08,
    3.716423101679934e-08,
    1.2794185869069422e-09,
    -4.9786056362865576e-09,
    -1.0712376305196166e-10,
    4.104370087008405e-10,
)
R_SINGLE = (
    0.23751261905074308,
    -0.3777532186172447,
    0.38133949985911036,
    -0.29906225497333533,
    0.19024789804155637,
    -0.09795054790315816,
    0.03930393215925118,
    -0.010909721045625464,
    0.0010649484812200348,
    0.0006260049872626389,
    -0.0002295862923810848,
)

# from here on erfc is 0 in every precision
ZERO_FROM = 28.0

BYTES = 2**15
"""Of a block."""


def erf(x: Any, out: Any = None) -> Any:
    """2/√π · ∫₀ˣ e^(−t²) dt of an array, number or list; `out` has the dtype of x, an ordinary one."""
    return _in_blocks(_erf, x, out)


def erfc(x: Any, out: Any = None) -> Any:
    """1 − erf x without cancellation; `out` is as that of `erf`."""
    return _in_blocks(_erfc, x, out)


def _in_blocks(kernel: Callable[[Any, Any], Any], x: Any, out: Any) -> Any:
    x = np.asarray(x)
    dtype = np.result_type(x, np.float16) if x.dtype.kind == "f" else np.dtype(np.float64)
    work = x.astype(np.float32 if dtype == np.float16 else dtype, copy=False)
    place = out if out is not None and out.flags.c_contiguous else np.empty(work.shape, work.dtype)
    given, found = work.reshape(-1), place.reshape(-1)
    step = min(BYTES // work.itemsize, work.size) or 1
    scratch = np.empty((4, step), work.dtype)  # once: arrays for every block would be given back each time
    for start in range(0, work.size, step):
        part = given[start : start + step]
        found[start : start + step] = kernel(part, scratch[:, : part.size])
    if out is not None and out is not place:
        np.copyto(out, place)
    return place.astype(dtype, copy=False)[()]


@cache
def _numbers(numbers: tuple[float, ...], dtype: Any) -> list[Any]:
    """As arrays of no axes, which NumPy takes sooner than Python's numbers."""
    return [np.array(number, dtype) for number in numbers]


def horner(x: Any, polynomial: tuple[float, ...], out: Any = None) -> Any:
    """Σ polynomial[k] · x^k."""
    *rest, last = _numbers(polynomial, x.dtype)
    out = np.empty_like(x) if out is None else out
    np.multiply(x, last, out)
    np.add(out, rest.pop(), out)
    for c in reversed(rest):
        np.multiply(out, x, out)
        np.add(out, c, out)
    return out


def _erf(x: Any, scratch: Any) -> Any:
    far = np.absolute(x) > 1
    out = _erf_near(x, *scratch).copy()
    if far.any():
        away = x[far]
        out[far] = np.copysign(1 - _tail(away, *scratch[:, : away.size]), away)
    return out


def _erfc(x: Any, scratch: Any) -> Any:
    tail = _tail(x, *scratch)
    return np.where(x < 0, np.subtract(2, tail, scratch[0]), tail)


def _erf_near(x: Any, clipped: Any, square: Any, q: Any, _: Any) -> Any:
    """erf of |x| ≤ 1, of other numbers that of ±1; it is put into q."""
    np.clip(x, -1, 1, clipped)
    np.multiply(clipped, clipped, square)
    horner(square, P_SINGLE if x.dtype == np.float32 else P, q)
    return np.multiply(clipped, q, q)


def _tail(x: Any, size: Any, t: Any, q: Any, h: Any) -> Any:
    """erfc |x|, which is put into q."""
    zero_from, shift, one, steps, step = _numbers((ZERO_FROM, 3.75, 1.0, 16.0, 1 / 16), x.dtype)
    np.absolute(x, size)
    np.minimum(size, zero_from, out=size)
    np.add(size, shift, t)
    np.add(size, size, h)
    np.divide(h, t, t)
    np.subtract(t, one, h)
    horner(h, R_SINGLE if x.dtype == np.float32 else R, q)
    np.multiply(q, t, q)
    np.add(q, one, q)
    np.add(size, size, h)
    np.add(h, one, h)
    np.divide(q, h, q)
    np.multiply(size, steps, h)
    np.rint(h, h)
    np.multiply(h, step, h)
    np.multiply(h, h, t)
    np.negative(t, t)
    np.exp(t, t)
    np.multiply(q, t, q)
    np.subtract(h, size, t)
    np.add(h, size, h)
    np.multiply(t, h, t)
    np.exp(t, t)
    np.multiply(q, t, q)
    return q
