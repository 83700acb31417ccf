"""The error function and its complement on arrays, to a few units in the last place.

Near 0, erf x = x · P(x²). For x ≥ 0, erfc x = e^(−x²) · Q(s) / (1 + 2x) with s = 1 − 7.5/(x + 3.75), which
maps [0, ∞) to [−1, 1] (M. M. Shepherd and J. G. Laframboise, Chebyshev approximation of
(1 + 2x) exp(x²) erfc x, Mathematics of Computation 36, 1981). P and Q are Chebyshev series, computed with 60
digits, cut where their terms fall below the precision and written out as polynomials. e^(−x²) is split at
sixteenths, whose squares are exact (W. J. Cody, Rational Chebyshev approximations for the error function,
Mathematics of Computation 23, 1969).
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
Q = (
    1.2375126308378275,
    -0.14024059858554697,
    0.0035854154854644293,
    0.0822767384901452,
    -0.10880393014174886,
    0.09230432116037748,
    -0.05869339858963677,
    0.028362277418956406,
    -0.009746579558029276,
    0.0017556258528952954,
    0.0002937136655913448,
    -0.0002901540805408417,
    5.164909889268241e-05,
    2.238423915508223e-05,
    -1.1444146237700524e-05,
    -9.73559896736775e-07,
    1.751637648849062e-06,
    -5.7218230603224086e-08,
    -2.5866850716155884e-07,
    2.3263508708859124e-08,
    3.8675334242222354e-08,
    -3.744210080962018e-09,
    -5.1739902140113095e-09,
    3.1114333809799254e-10,
    4.2514714447963895e-10,
)
Q_SINGLE = (
    1.2375126300326993,
    -0.1402406583213864,
    0.00358549531406309,
    0.08227841998347046,
    -0.10880522754949953,
    0.09229076959130378,
    -0.05868544049363111,
    0.02840925236412726,
    -0.009770087183368234,
    0.001675912217981131,
    0.00033016745627228067,
    -0.00022411674674416022,
    2.2046718905694024e-05,
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


def _tail(x: Any, size: Any, s: Any, q: Any, h: Any) -> Any:
    """erfc |x|, which is put into q."""
    zero_from, shift, scale, one, steps, step = _numbers((ZERO_FROM, 3.75, -7.5, 1.0, 16.0, 1 / 16), x.dtype)
    np.absolute(x, size)
    np.minimum(size, zero_from, out=size)
    np.add(size, shift, s)
    np.divide(scale, s, s)
    np.add(s, one, s)
    horner(s, Q_SINGLE if x.dtype == np.float32 else Q, q)
    np.add(size, size, s)
    np.add(s, one, s)
    np.divide(q, s, q)
    np.multiply(size, steps, h)
    np.rint(h, h)
    np.multiply(h, step, h)
    np.multiply(h, h, s)
    np.negative(s, s)
    np.exp(s, s)
    np.multiply(q, s, q)
    np.subtract(h, size, s)
    np.add(h, size, h)
    np.multiply(s, h, s)
    np.exp(s, s)
    np.multiply(q, s, q)
    return q
