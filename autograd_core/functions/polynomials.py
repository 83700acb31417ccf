"""Polynomials, interpolation, convolution and statistics of several variables, with NumPy's signatures.

Plain operands go to NumPy itself; with Tensors the same sums and products are written in rows.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core.errors import NoRuleError
from autograd_core.functions import joining, linalg, shaping
from autograd_core.functions.contracting import einsum, reals
from autograd_core.functions.pointwise import clip, where
from autograd_core.functions.reducing import sum as total
from autograd_core.functions.selecting import take_index
from autograd_core.functions.values import cast, live, values
from autograd_core.ops import arithmetic, contractions, rounding
from autograd_core.ops.choices import guard
from autograd_core.ops.indexing import getitem
from autograd_core.ops.joining import stack

__all__ = [
    "convolve",
    "corrcoef",
    "correlate",
    "cov",
    "interp",
    "poly",
    "polyadd",
    "polyder",
    "polydiv",
    "polyfit",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "vander",
]

untyped: Any = np


def _line(name: str, x: Any) -> Any:
    """An operand of one axis; a single number is one of size 1.

    Raises:
        ValueError: if it has more axes.
    """
    if x.ndim > 1:
        raise ValueError(f"{name}: an array of one axis is needed, got the shape {x.shape}")
    return x if x.ndim else shaping.reshape(x, 1)


def _part(x: Any, start: int | None, stop: int | None, step: int | None = None) -> Any:
    return getitem(x, index=(slice(start, stop, step),))


def polyval(p: Any, x: Any) -> Any:
    """The value at x of the polynomial with the coefficients p, the highest power first (Horner's rule).

    >>> polyval(np.array([1.0, 2.0, 3.0]), 2.0)  # 1 · 2² + 2 · 2 + 3
    np.float64(11.0)
    """
    if not live(p, x):
        return untyped.polyval(p, x)
    c, t = reals("polyval", p, x)
    y: Any = arithmetic.zeros_of(t)
    for k in range(c.shape[0]):
        y = arithmetic.add(arithmetic.multiply(y, t), take_index(c, k))
    return y


def polyadd(a1: Any, a2: Any) -> Any:
    """The coefficients of the sum of two polynomials, the highest power first."""
    if not live(a1, a2):
        return untyped.polyadd(a1, a2)
    return arithmetic.add(*_of_one_degree("polyadd", a1, a2))


def polysub(a1: Any, a2: Any) -> Any:
    """The coefficients of the difference of two polynomials, the highest power first."""
    if not live(a1, a2):
        return untyped.polysub(a1, a2)
    return arithmetic.subtract(*_of_one_degree("polysub", a1, a2))


def _of_one_degree(name: str, a1: Any, a2: Any) -> list[Any]:
    """Two lists of coefficients, zeros in front of the shorter one."""
    lines = [_line(name, x) for x in reals(name, a1, a2)]
    n = max(x.size for x in lines)
    return [x if x.size == n else joining.concatenate([np.zeros(n - x.size, x.dtype), x]) for x in lines]


def polymul(a1: Any, a2: Any) -> Any:
    """The coefficients of the product of two polynomials, the highest power first.

    As in NumPy, zeros in front are left out of both; a coefficient left out gets no gradient.

    >>> polymul([1, 2], [1, 3])
    array([1, 5, 6])
    """
    if not live(a1, a2):
        return untyped.polymul(a1, a2)
    return convolve(*(_trimmed(_line("polymul", x)) for x in reals("polymul", a1, a2)))


def poly(seq_of_zeros: Any) -> Any:
    """The coefficients of the polynomial with these zeros and the leading coefficient 1.

    Raises:
        NoRuleError: of a matrix, whose eigenvalues may be complex.

    >>> poly([1, 2])
    array([ 1., -3.,  2.])
    """
    if not live(seq_of_zeros):
        return untyped.poly(seq_of_zeros)
    zeros = shaping.atleast_1d(*reals("poly", seq_of_zeros))
    if zeros.ndim > 1:
        raise NoRuleError(f"no derivative rule for numpy.poly of a matrix, got the shape {zeros.shape}")
    kind = zeros.dtype if zeros.dtype == np.float32 else np.dtype(np.float64)
    c: Any = np.ones(1, kind)
    for k in range(zeros.size):
        factor = joining.concatenate([np.ones(1, kind), -_part(zeros, k, k + 1).astype(kind)])
        c = convolve(c, factor)
    return c if zeros.size else 1.0


def polydiv(u: Any, v: Any) -> Any:
    """The quotient and the remainder of two polynomials: u = q v + r, by long division.

    As in NumPy, coefficients of the remainder that are about 0 are left out in front.

    Raises:
        IndexError: if one of them has no coefficients.

    >>> polydiv(np.array([3.0, 5.0, 2.0]), np.array([2.0, 1.0]))
    (array([1.5 , 1.75]), array([0.25]))
    """
    if not live(u, v):
        return untyped.polydiv(u, v)
    rest, divisor = (_as_float(_line("polydiv", x)) for x in reals("polydiv", u, v))
    if not rest.size or not divisor.size:
        raise IndexError(f"polydiv: both polynomials need coefficients, got {rest.size} and {divisor.size}")
    kind = np.result_type(rest.dtype, divisor.dtype)
    rest, divisor = (x if x.dtype == kind else cast(x, kind) for x in (rest, divisor))
    n = divisor.size
    if rest.size < n:
        return arithmetic.zeros_of(_part(rest, 0, 1) + _part(divisor, 0, 1)), _remainder(rest)
    quotient = []
    scale = 1.0 / _part(divisor, 0, 1)
    while rest.size >= n:
        quotient.append(scale * _part(rest, 0, 1))
        top = _part(rest, 0, n) - quotient[-1] * divisor
        if rest.size == n == 1:
            return joining.concatenate(quotient), top
        rest = joining.concatenate([_part(top, 1, None), _part(rest, n, None)])
    return joining.concatenate(quotient), _remainder(rest)


def _remainder(x: Any) -> Any:
    """Without the coefficients in front that count as 0 for numpy.isclose, at least one."""
    small = np.isclose(values(x), 0, rtol=1e-14)
    first = int(np.argmin(small)) if not small.all() else x.size - 1
    return _part(x, first, None) if first else x


def _trimmed(x: Any) -> Any:
    """Coefficients without the zeros in front, at least one."""
    (places,) = np.nonzero(values(x))
    first = places[0] if places.size else x.size - 1
    return _part(x, int(first), None) if first > 0 else x


def polyder(p: Any, m: int = 1) -> Any:
    """The coefficients of the m-th derivative of a polynomial, the highest power first.

    Raises:
        ValueError: if m is negative.

    >>> polyder(np.array([1.0, 2.0, 3.0]))
    array([2., 2.])
    """
    if not live(p):
        return untyped.polyder(p, m)
    if m < 0:
        raise ValueError(f"polyder: the order of a derivative is not negative, got m={m} (see polyint)")
    (c,) = reals("polyder", p)
    for _ in range(int(m)):
        c = arithmetic.multiply(_part(c, None, -1), np.arange(c.size - 1, 0, -1))
    return c


def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """The coefficients of the m-th antiderivative of a polynomial, the highest power first.

    Args:
        k: the constants of integration, one for each, the first integration first; without it 0.

    Raises:
        ValueError: if m is negative, or the constants are too few.

    >>> polyint(np.array([2.0, 2.0]), k=3)
    array([1., 2., 3.])
    """
    if not live(p, k):
        return untyped.polyint(p, m, k)
    if m < 0:
        raise ValueError(f"polyint: the order of an antiderivative is not negative, got m={m} (see polyder)")
    c, constants = reals("polyint", p, np.zeros(m) if k is None else k)
    constants = _line("polyint", constants)
    if constants.size < m and constants.size != 1:
        raise ValueError(f"polyint: {m} constants of integration are needed, got {constants.size}")
    for i in range(int(m)):
        place = min(i, constants.size - 1)
        c = arithmetic.divide(c, np.arange(c.size, 0, -1))
        c = joining.concatenate([c, _part(constants, place, place + 1)])
    return c


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of every number of x as a row, the highest first (or last).

    Raises:
        ValueError: if x has not one axis.

    >>> vander(np.array([2, 3]), 3)
    array([[4, 2, 1],
           [9, 3, 1]])
    """
    if not live(x):
        return untyped.vander(x, N, increasing)
    (t,) = reals("vander", x)
    if t.ndim != 1:
        raise ValueError(f"vander: an array of one axis is needed, got the shape {t.shape}")
    kind = np.promote_types(t.dtype, int)
    t = t if t.dtype == kind else t.astype(kind)
    n = t.size if N is None else N
    powers = [arithmetic.add(arithmetic.zeros_of(t), 1)]
    for _ in range(n - 1):
        powers.append(arithmetic.multiply(powers[-1], t) if len(powers) > 1 else t)
    columns = powers[:n] if increasing else powers[:n][::-1]
    return stack(*columns, axis=-1) if columns else np.empty((t.size, 0), kind)


def polyfit(
    x: Any, y: Any, deg: Any, rcond: float | None = None, full: bool = False, w: Any = None, cov: Any = False
) -> Any:
    """The coefficients of the polynomial of a degree that fits points best, the highest power first.

    Minimises Σ wᵢ² (p(xᵢ) − yᵢ)²; y may hold several columns. By `linalg.lstsq` of scaled powers of x, so x,
    y and w may be differentiated.

    Raises:
        NoRuleError: with full= or cov= and Tensors.
        TypeError, ValueError: as numpy.polyfit.
    """
    if not live(x, y, w):
        return untyped.polyfit(x, y, deg, rcond, full, w, cov)
    if full or cov or np.ndim(deg):
        raise NoRuleError(
            "no derivative rule for the options full= and cov= and a list of degrees of numpy.polyfit"
        )
    if deg < 0:
        raise ValueError(f"polyfit: the degree is not negative, got {deg}")
    s, t = (_as_float(part) for part in reals("polyfit", x, y))
    if s.ndim != 1 or s.size == 0 or t.ndim not in (1, 2) or t.shape[0] != s.size:
        raise TypeError(
            f"polyfit: x is a vector that is not empty, y one of the same length or columns of such; got "
            f"shapes {s.shape} and {t.shape}"
        )
    left, right = vander(s, deg + 1), t
    if not live(left):
        left = np.vander(s, deg + 1)
    if w is not None:
        (weights,) = (_as_float(part) for part in reals("polyfit", w))
        if weights.shape != s.shape:
            raise TypeError(f"polyfit: w has the shape {weights.shape}, x and y have {s.size} points")
        left = left * shaping.expand_dims(weights, 1)
        right = right * (weights if t.ndim == 1 else shaping.expand_dims(weights, 1))
    scale = arithmetic.sqrt(total(left * left, axis=0))
    c = linalg.lstsq(left / scale, right, s.size * np.finfo(s.dtype).eps if rcond is None else rcond)[0]
    return c / (scale if t.ndim == 1 else shaping.expand_dims(scale, 1))


def _as_float(x: Any) -> Any:
    """Numbers as NumPy computes sums of squares with them: x + 0.0."""
    return arithmetic.add(x, 0.0) if x.dtype.kind != "f" else x


# ---- sliding products ------------------------------------------------------------------------------------


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """The sliding products zᵢ = Σₖ aᵢ₋ₖ vₖ of two lists of numbers, as of polynomials.

    Args:
        mode: "full" (every overlap, size n + m − 1), "same" (the middle, as long as the longer one) or
            "valid" (whole overlaps only).

    Raises:
        ValueError: if an operand is empty or has several axes, or there is no such mode.

    >>> convolve([1, 2, 3], [1, 10])
    array([ 1, 12, 23, 30])
    """
    if not live(a, v):
        return untyped.convolve(a, v, mode)
    x, y = _lines("convolve", a, v, mode)
    if y.size > x.size:
        x, y = y, x
    return _slide(x, _part(y, None, None, -1), mode)


def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """The sliding products zᵢ = Σₖ aᵢ₊ₖ vₖ of two lists of numbers.

    The modes are those of `convolve`.

    Raises:
        ValueError: as by `convolve`.

    >>> correlate([1, 2, 3], [1, 10])
    array([21, 32])
    """
    if not live(a, v):
        return untyped.correlate(a, v, mode)
    x, y = _lines("correlate", a, v, mode)
    return _slide(x, y, mode)


def _lines(name: str, a: Any, v: Any, mode: str) -> list[Any]:
    lines = [_line(name, x) for x in reals(name, a, v)]
    for letter, x in zip("av", lines, strict=True):
        if x.size == 0:
            raise ValueError(f"{name}: {letter} cannot be empty")
    if mode not in _WINDOWS:
        raise ValueError(f"{name}: mode is one of 'valid', 'same' or 'full', got {mode!r}")
    return lines


def _slide(x: Any, y: Any, mode: str) -> Any:
    """y slid along x: where it begins, and how many results there are, is a matter of sizes alone."""
    start, size = _WINDOWS[mode](x.size, y.size)
    return contractions.correlate(x, y, before=y.size - 1 - start, size=size)


def _same(n: int, m: int) -> tuple[int, int]:
    return (m - m // 2 - 1, n) if n >= m else (n // 2, m)


# of sizes n and m: the first place in the list of every overlap, and how many are taken
_WINDOWS: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "full": lambda n, m: (0, n + m - 1),
    "same": _same,
    "valid": lambda n, m: (min(n, m) - 1, abs(n - m) + 1),
}


# ---- interpolation ---------------------------------------------------------------------------------------


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None) -> Any:
    """The values at x of the broken line through the points (xp, fp), xp ascending.

    x, fp, xp, left and right may be differentiated. At a corner the slope on its right is taken; beyond the
    ends, and at the last point, the line is flat: gradient 0.

    Args:
        left, right: what counts before the first and behind the last point; by default their values.
        period: x and xp are angles of this period; the points may then stand in any order.

    Raises:
        ValueError: if xp and fp are not two lists of the same length, or the period is 0.

    >>> interp(1.5, [1.0, 2.0], [10.0, 20.0])
    np.float64(15.0)
    """
    if not live(x, xp, fp, left, right):
        return untyped.interp(x, xp, fp, left, right, period)
    t, places, heights = (_double(part) for part in reals("interp", x, xp, fp))
    if places.ndim != 1 or heights.ndim != 1 or places.size != heights.size or not places.size:
        raise ValueError(
            f"interp: xp and fp are two lists of the same length, not empty; got shapes {places.shape} and "
            f"{heights.shape}"
        )
    if period is not None:
        t, places, heights = _unrolled(t, places, heights, abs(period))
        left = right = None
    flat = shaping.ravel(t)
    first, last = take_index(places, 0), take_index(places, -1)
    before, behind = flat < first, flat >= last
    inside = where(before | behind, values(places)[0], flat)
    z = _on_the_line(inside, places, heights)
    z = where(behind, take_index(heights, -1), z)
    z = where(before, take_index(heights, 0) if left is None else left, z)
    if right is not None:
        z = where(flat > last, right, z)
    return shaping.reshape(z, t.shape)


def _double(x: Any) -> Any:
    """interp computes in double precision, as NumPy's does."""
    return x if x.dtype == np.float64 else x.astype(np.float64)


def _on_the_line(x: Any, places: Any, heights: Any) -> Any:
    """fᵢ + (x − xᵢ)(fᵢ₊₁ − fᵢ)/(xᵢ₊₁ − xᵢ), where i is the last point not behind x."""
    if places.size == 1:
        return arithmetic.zeros_of(x) + take_index(heights, 0)
    i = np.clip(np.searchsorted(values(places), values(x), "right") - 1, 0, places.size - 2)
    start, low = take_index(places, i), take_index(heights, i)
    width = take_index(places, i + 1) - start
    width = guard(width, width != 0, 1.0)
    return (take_index(heights, i + 1) - low) / width * (x - start) + low


def _unrolled(x: Any, places: Any, heights: Any, period: float) -> tuple[Any, Any, Any]:
    """Everything within one period, the points in order, and one more on either side."""
    if period == 0:
        raise ValueError("interp: the period is not 0")
    x, places = rounding.remainder(x, period), rounding.remainder(places, period)
    order = np.argsort(values(places))
    places, heights = take_index(places, order), take_index(heights, order)
    ends = _part(places, -1, None) - period, _part(places, 0, 1) + period
    places = joining.concatenate([ends[0], places, ends[1]])
    return x, places, joining.concatenate([_part(heights, -1, None), heights, _part(heights, 0, 1)])


# ---- statistics of several variables ---------------------------------------------------------------------


def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """The covariances of variables: Cᵢⱼ = Σₖ wₖ (xᵢₖ − x̄ᵢ)(xⱼₖ − x̄ⱼ) / c.

    Args:
        m: observations of one variable, or a row for each variable (a column with rowvar=False).
        y: more variables in the same form.
        bias: divide by the number n of observations, instead of n − 1.
        ddof: divide by n − ddof.
        fweights: how often each observation counts, integers.
        aweights: how much each observation weighs; may be differentiated.

    Raises:
        ValueError, TypeError, RuntimeError: as numpy.cov.

    >>> cov(np.array([[0.0, 2.0], [1.0, -1.0]]))
    array([[ 2., -2.],
           [-2.,  2.]])
    """
    if not live(m, y, aweights):
        return untyped.cov(m, y, rowvar, bias, ddof, values(fweights), aweights, dtype=dtype)
    x = _variables("cov", m, y, rowvar, dtype)
    n = x.shape[1]
    ddof = (0 if bias else 1) if ddof is None else ddof
    if ddof != int(ddof):
        raise ValueError(f"cov: ddof is an integer, got {ddof}")
    w = None if fweights is None else _frequencies(fweights, n)
    if aweights is not None:
        v = _weights(aweights, n)
        w = v if w is None else v * w
    if w is None:
        c: Any = n - ddof
        middle = total(x, axis=1) / n
    else:
        weight = total(w)
        middle = total(x * w, axis=1) / weight
        c = weight - ddof if aweights is None else weight - ddof * total(w * v) / weight
    d = x - shaping.expand_dims(middle, 1)
    products = einsum("ik,jk->ij", d, d if w is None else d * w)
    if values(c) <= 0:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=2)
        c = 0.0
    return shaping.squeeze(products * np.true_divide(1, c) if w is None else products / c)


def _variables(name: str, m: Any, y: Any, rowvar: bool, dtype: Any) -> Any:
    """A row of floating numbers for every variable of m and y."""
    parts = reals(name, m) if y is None else reals(name, m, y)
    for part in parts:
        if part.ndim > 2:
            raise ValueError(f"{name}: at most 2 axes are possible, got the shape {part.shape}")
    kind = np.result_type(*(part.dtype for part in parts), np.float64) if dtype is None else np.dtype(dtype)
    tables = []
    for k, part in enumerate(parts):
        table = part if part.dtype == kind else part.astype(kind)
        one = table.ndim < 2
        table = shaping.reshape(table, (1, -1)) if one else table
        # a second operand of one row is one variable in either form, as in NumPy
        if not rowvar and not (one if k == 0 else table.shape[0] == 1):
            table = shaping.transpose(table)
        tables.append(table)
    return tables[0] if y is None else joining.concatenate(tables, axis=0)


def _frequencies(fweights: Any, n: int) -> Any:
    w = np.asarray(values(fweights), dtype=float)
    if not np.all(w == np.around(w)):
        raise TypeError("cov: fweights counts observations, so integers are needed")
    return _weights(w, n, "fweights")


def _weights(w: Any, n: int, name: str = "aweights") -> Any:
    (w,) = (_double(part) for part in reals("cov", w))
    if w.ndim > 1:
        raise RuntimeError(f"cov: {name} has one axis, got the shape {w.shape}")
    if w.shape != (n,):
        raise RuntimeError(f"cov: {name} has the shape {w.shape}, there are {n} observations")
    if np.any(values(w) < 0):
        raise ValueError(f"cov: {name} cannot be negative")
    return w


def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """The correlations of variables, Rᵢⱼ = Cᵢⱼ / √(Cᵢᵢ Cⱼⱼ), held within −1 and 1; see `cov`.

    >>> corrcoef(np.array([[0.0, 1.0, 2.0], [4.0, 2.0, 0.0]]))
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    if not live(x, y):
        return untyped.corrcoef(x, y, rowvar, dtype=dtype)
    c = cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    d = arithmetic.sqrt(einsum("ii->i", c))
    return clip(c / shaping.expand_dims(d, 1) / shaping.expand_dims(d, 0), -1.0, 1.0)
