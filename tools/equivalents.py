"""Mutants of the op table that no test can notice, each with the reason why it computes the same."""

NOTHING_THERE = "what is divided by it is 0 there"
SQUARE = "the matrices are square: both of their sizes are the same"
BEHIND_THE_END = "a slice that ends behind the last line ends with it"
EXCHANGED = (
    "it exchanges the lines of every pair, of rows and of columns at once, and both signs are lost again"
)

EQUIVALENT: dict[str, str] = {
    "arithmetic._one_less: 1  →  2": (
        "it stands where 0 is raised to 0: there 0 · 0² is 0 as 0 · 0¹ is, and so are both of their slopes"
    ),
    "rounding.copysign: sign(x) * copysign(1.0, y)  →  sign(x) / copysign(1.0, y)": (
        "the second factor is 1 or −1, its own reciprocal"
    ),
    "broadcasting.unbroadcast: c if c.shape[lead:] == shape else reshape(c, shape=shape, of=c.ndim - lead)"
    "  →  reshape(c, shape=shape, of=c.ndim - lead)": "to the shape that it has: nothing changes",
    "broadcasting.unbroadcast: False  →  True": "axes of size 1 are taken away by the reshape behind",
    "reductions.std: 1  →  2": "what is divided by it are deviations of equal numbers, 0 but for rounding",
    "reductions._to_winners: winners(x, keep(z, axis, keepdims), axis=axis)"
    "  →  winners(keep(z, axis, keepdims), x, axis=axis)": "it asks whether the two are the same: symmetric",
    "reductions.portion: 1  →  2": "of nothing: the result is repeated no times",
    "reductions.portion: n > 65504  →  n >= 65504": "65504 is a float16: both ways differ in rounding only",
    "reductions.portion: 65504  →  65505": "65505 rounds to a float16: both ways differ in rounding only",
    "products.matmul: x.mT @ g if 2 == x.ndim <= y.ndim else _right(g, x, y)  →  _right(g, x, y)": (
        "a short cut: of two matrices, or a matrix and a batch, _right says the same"
    ),
    "products.matmul: 2  →  3": "a short cut for other ranks, of which _right says the same",
    "products._right: 1  →  2 (2)": "where y is a matrix the branches before, and the rule, have answered",
    "products._right: -1  →  1 (5)": "y is a matrix there: its axis 1 is the last",
    "products._right: -1  →  1 (6)": "of a vector: an axis put behind the end is the last one",
    "products._left: squeeze(expand(g, axis=(-2,)) @ y.mT, axis=(-2,))  →  expand(g, axis=(-2,)) @ y.mT": (
        "the axis of size 1 is taken away where the sweep undoes the broadcasting"
    ),
    "contractions.einsum: 1  →  2": "it means the second operand, as every number but 0",
    "determinants.cofactor_slope: 1  →  2": SQUARE,
    "determinants._by_minors: 1  →  2": SQUARE,
    "determinants._pairs: _fixed(first, second)  →  _fixed(second, first)": EXCHANGED,
    "determinants._pairs: (i + k) % 2 == 0  →  (i + k) % 2 != 0": EXCHANGED,
    "determinants._pairs: 0  →  1 (2)": EXCHANGED,
    "determinants._pairs: i + k  →  i - k": "sum and difference are even together",
    "factorizations.eigh: 1  →  2": SQUARE,
    "factorizations._of_svd: m > k  →  m >= k": "of a square U, gu − U Uᵀ gu is 0 but for rounding",
    "factorizations._of_svd: n > k  →  n >= k": "of a square V, gv − V Vᵀ gv is 0 but for rounding",
    "factorizations._of_svd: 1.0  →  2.0": NOTHING_THERE,
    "factorizations._of_svd: 1.0  →  2.0 (2)": NOTHING_THERE,
    "factorizations._of_svd: 1  →  2 (3)": BEHIND_THE_END,
    "factorizations._quotients: s - s.mT  →  s.mT - s": "its absolute value is taken",
    "factorizations._quotients: 1.0  →  2.0": NOTHING_THERE,
    "factorizations._of_qr_parts: m >= n  →  m > n": "a square matrix is a wide one without further columns",
    "factorizations._of_eigh: 1  →  2 (5)": BEHIND_THE_END,
    "factorizations._of_eigh: 1  →  2 (6)": BEHIND_THE_END,
    "norms._steepness: p < 0  →  p <= 0": "p is never 0: that order counts, and is another function",
    "norms._steepness: 1.0  →  2.0": NOTHING_THERE,
    "norms._steepness: 1.0  →  2.0 (3)": "it is replaced by 0 behind",
    "norms._steepness: 0.0  →  1.0 (3)": "multiplied by sign x, which is 0 there",
    "norms._steepness: 1.0  →  2.0 (4)": "multiplied by sign x, which is 0 there",
}
