"""Products, linear algebra and polynomials: sizes that do not meet, matrices that have no inverse."""

import numpy as np
import pytest

import autograd_core as ac
from tests.autograd_core.errors.runner import run

AxisError, LinAlgError = np.exceptions.AxisError, np.linalg.LinAlgError


def in_a_module(s):
    with ac.scope("encoder"), ac.scope("fc1"):
        return s.w @ s.v


BAD = {
    "in a module": (
        in_a_module,
        ValueError,
        ["matmul", "(3, 4)", "(5, 6)", "'encoder.fc1'", "K is 4 in W and 5 in V", "no transpose fits"],
    ),
    "to be transposed on the right": (
        lambda s: s.w @ (s.w * 2),
        ValueError,
        ["write W @ y.T, the right factor must be transposed", "(3, 4) × (4, 3) → (3, 3)"],
    ),
    "no transpose fits": (
        lambda s: np.ones((2, 3)) @ s.v,
        ValueError,
        ["K is 3 in x and 5 in V", "no transpose fits"],
    ),
    "to be transposed on the left": (
        lambda s: s.w @ np.ones(3),
        ValueError,
        ["write W.T @ y, the left factor must be transposed", "(3, 4)", "an array (3,)"],
    ),
    "stacks that do not broadcast": (
        lambda s: np.ones((2, 3, 5)) @ (s.v + np.ones((7, 1, 1))),
        ValueError,
        ["the matrices fit, but their stacks do not", "(2,) and (7,)"],
    ),
    "batches": (
        lambda s: s.w @ np.ones((2, 3, 4, 6)) @ np.ones((5, 6, 1)),
        ValueError,
        ["matmul", "(2, 3, 3, 6)", "(5, 6, 1)"],
    ),
    "a product with a number": (lambda s: s.w @ s.x, ValueError, ["matmul", "W (3, 4)", "x ()", "use *"]),
    "a product with words": (lambda s: s.w @ "a", TypeError, ["matmul", "W (3, 4)", "'a'"]),
    "numpy's matmul": (lambda s: np.matmul(s.w, s.v), ValueError, ["matmul of W (3, 4) and V (5, 6)"]),
    "dot": (lambda s: ac.dot(s.w, s.v), ValueError, ["dot of W (3, 4) and V (5, 6)", "K is 4 in W"]),
    "a dot of high ranks": (
        lambda s: ac.dot(s.w, np.ones((2, 3, 4))),
        ValueError,
        ["dot", "(3, 4)", "(2, 3, 4)"],
    ),
    "inner": (lambda s: ac.inner(s.w, s.v), ValueError, ["inner", "(3, 4)", "(5, 6)"]),
    "vdot": (lambda s: ac.vdot(s.w, s.v), ValueError, ["vdot", "12 and 30 numbers"]),
    "outer of None": (lambda s: ac.outer(s.w, None), TypeError, ["outer", "operand 1", "object"]),
    "kron of words": (lambda s: ac.kron(s.w, "a"), TypeError, ["kron", "operand 1", "<U1"]),
    "cross of four": (lambda s: ac.cross(s.w, s.w), ValueError, ["cross", "3 components", "(3, 4)"]),
    "vecdot": (lambda s: ac.vecdot(s.w, s.v), ValueError, ["vecdot", "(3, 4)", "(5, 6)", "4 against 6"]),
    "matvec": (lambda s: ac.matvec(s.w, np.ones(3)), ValueError, ["matvec", "(3, 4)", "(3,)"]),
    "tensordot": (lambda s: ac.tensordot(s.w, s.v, 1), ValueError, ["tensordot", "(3, 4)", "(5, 6)"]),
    "tensordot of no axis": (
        lambda s: ac.tensordot(s.w, s.v, ([0], [5])),
        AxisError,
        ["tensordot of W (3, 4) and V (5, 6)", "axis 5"],
    ),
    "tensordot of two and one": (
        lambda s: ac.tensordot(s.w, s.v, ([0, 1], [0])),
        ValueError,
        ["tensordot", "2 axes of the first", "1 of the second"],
    ),
    "tensordot of too many": (lambda s: ac.tensordot(s.w, s.w, 5), ValueError, ["tensordot", "axes=5"]),
    "einsum of two sizes": (
        lambda s: ac.einsum("ij,jk", s.w, s.v),
        ValueError,
        ["einsum('ij,jk')", "j is 4", "(3, 4)", "5 in operand 1", "(5, 6)"],
    ),
    "einsum of too many letters": (lambda s: ac.einsum("ijk", s.w), ValueError, ["einsum('ijk')", "3 axes"]),
    "einsum of a letter from nowhere": (
        lambda s: np.einsum("ij,jk->il", s.w, s.w.T),
        ValueError,
        ["einsum('ij,jk->il')", "l, which no operand has"],
    ),
    "einsum of too few operands": (
        lambda s: ac.einsum("ij,jk", s.w),
        ValueError,
        ["einsum('ij,jk')", "2 operands", "1 operand"],
    ),
    "einsum of no letter": (lambda s: ac.einsum("i$", s.w), ValueError, ["einsum('i$')", "'$'"]),
    "einsum without subscripts": (lambda s: ac.einsum(s.w), ValueError, ["einsum", "subscripts"]),
    "multi_dot": (
        lambda s: ac.linalg.multi_dot([s.w, s.v]),
        ValueError,
        ["multi_dot of W (3, 4) and V (5, 6)", "K is 4 in W"],
    ),
    "multi_dot of one": (lambda s: ac.linalg.multi_dot([s.w]), ValueError, ["multi_dot", "got 1"]),
    # linear algebra
    "inv of no square": (lambda s: np.linalg.inv(s.w), LinAlgError, ["inv", "square", "(3, 4)"]),
    "inv of a singular matrix": (
        lambda s: ac.linalg.inv(s.ones),
        LinAlgError,
        ["inv", "singular", "M (2, 2)", "pinv or lstsq"],
    ),
    "inv of a number": (lambda s: ac.linalg.inv(s.x), LinAlgError, ["inv", "two axes", "()"]),
    "det": (lambda s: ac.linalg.det(s.w), LinAlgError, ["det", "square", "(3, 4)"]),
    "slogdet": (lambda s: ac.linalg.slogdet(s.w), LinAlgError, ["slogdet", "square", "(3, 4)"]),
    "solve": (lambda s: ac.linalg.solve(s.w, np.ones(3)), LinAlgError, ["solve", "square", "(3, 4)"]),
    "solve a singular system": (
        lambda s: ac.linalg.solve(s.ones, np.ones(2)),
        LinAlgError,
        ["solve", "singular", "M (2, 2)"],
    ),
    "solve for another side": (
        lambda s: ac.linalg.solve(s.negative, np.ones(3)),
        ValueError,
        ["solve", "2 equations", "(3,)"],
    ),
    "cholesky of no square": (
        lambda s: ac.linalg.cholesky(s.w),
        LinAlgError,
        ["cholesky", "square", "(3, 4)"],
    ),
    "cholesky of a negative matrix": (
        lambda s: np.linalg.cholesky(s.negative),
        LinAlgError,
        ["cholesky", "not positive definite", "N (2, 2)"],
    ),
    "qr of a number": (lambda s: ac.linalg.qr(s.x), LinAlgError, ["qr", "two axes", "()"]),
    "qr of a mode": (lambda s: ac.linalg.qr(s.w, mode="half"), ValueError, ["qr", "reduced", "'half'"]),
    "svd of a row": (lambda s: ac.linalg.svd(s.r), LinAlgError, ["svd", "two axes", "(3,)", "reshape"]),
    "svd with full matrices": (
        lambda s: np.linalg.svd(s.w),
        ac.NoRuleError,
        ["numpy.linalg.svd", "(3, 4)", "full_matrices=False", ".numpy()"],
    ),
    "eigh of no square": (lambda s: ac.linalg.eigh(s.w), LinAlgError, ["eigh", "square", "(3, 4)"]),
    "eigh of no triangle": (lambda s: ac.linalg.eigh(s.ones, UPLO="X"), ValueError, ["eigh", "UPLO", "'X'"]),
    "eig": (lambda s: np.linalg.eig(s.ones), ac.NoRuleError, ["numpy.linalg.eig", "eigh"]),
    "an order of matrices": (lambda s: ac.linalg.norm(s.w, ord=5), ValueError, ["norm", "'fro'", "got 5"]),
    "an order of words": (lambda s: ac.linalg.norm(s.w, ord="big"), ValueError, ["norm", "'big'"]),
    "an order of vectors": (
        lambda s: ac.linalg.norm(s.r, ord="fro"),
        ValueError,
        ["norm", "'fro'", "vector"],
    ),
    "an order of a cube": (lambda s: ac.linalg.norm(s.cube, ord=2), ValueError, ["norm", "ord=2", "got 3"]),
    "a norm along no axis": (
        lambda s: np.linalg.norm(s.w, axis=4),
        AxisError,
        ["norm of W (3, 4)", "axis 4"],
    ),
    "cond": (lambda s: ac.linalg.cond(s.w, p=1), LinAlgError, ["cond", "square", "(3, 4)"]),
    "matrix_power": (lambda s: ac.linalg.matrix_power(s.w, 2), LinAlgError, ["matrix_power", "(3, 4)"]),
    "a fraction of a power": (
        lambda s: ac.linalg.matrix_power(s.ones, 0.5),
        TypeError,
        ["matrix_power", "integer", "0.5"],
    ),
    "a power below 0": (
        lambda s: ac.linalg.matrix_power(s.ones, -1),
        LinAlgError,
        ["matrix_power of M (2, 2)", "singular"],
    ),
    "lstsq": (lambda s: ac.linalg.lstsq(s.w, np.ones(5)), LinAlgError, ["lstsq", "(3, 4)", "(5,)"]),
    "tensorinv": (lambda s: ac.linalg.tensorinv(s.w), LinAlgError, ["tensorinv", "(3, 4)"]),
    "tensorsolve": (
        lambda s: ac.linalg.tensorsolve(s.w, np.ones(3)),
        LinAlgError,
        ["tensorsolve", "(3,)", "(3, 4)", "3 equations for 4 unknowns"],
    ),
    "pinv of a number": (lambda s: ac.linalg.pinv(s.x), LinAlgError, ["pinv", "two axes", "()"]),
    # lines and polynomials
    "interp of two lengths": (
        lambda s: ac.interp(s.x, [1, 2], [1, 2, 3]),
        ValueError,
        ["interp", "(2,) and (3,)"],
    ),
    "interp of nothing": (lambda s: ac.interp(s.x, [], []), ValueError, ["interp", "not empty"]),
    "interp of no period": (
        lambda s: ac.interp(s.x, [1.0, 2.0], [1.0, 2.0], period=0),
        ValueError,
        ["interp", "period", "0"],
    ),
    "convolve matrices": (lambda s: ac.convolve(s.w, s.v), ValueError, ["convolve", "one axis", "(3, 4)"]),
    "convolve by a mode": (
        lambda s: ac.convolve(s.r, [1.0], mode="wide"),
        ValueError,
        ["convolve", "'same'", "'wide'"],
    ),
    "convolve nothing": (lambda s: ac.convolve(s.r[:0], [1.0]), ValueError, ["convolve", "empty"]),
    "correlate matrices": (lambda s: np.correlate(s.w, s.v), ValueError, ["correlate", "one axis", "(3, 4)"]),
    "fit matrices": (lambda s: ac.polyfit(s.w, s.v, 2), TypeError, ["polyfit", "(3, 4)", "(5, 6)"]),
    "a degree below 0": (lambda s: ac.polyfit(s.r, [1.0] * 3, -1), ValueError, ["polyfit", "-1"]),
    "coefficients of words": (lambda s: ac.polyval("a", s.x), TypeError, ["polyval", "<U1"]),
    "vander of a matrix": (lambda s: ac.vander(s.w), ValueError, ["vander", "one axis", "(3, 4)"]),
    "cov of a cube": (lambda s: ac.cov(s.cube), ValueError, ["cov", "2 axes", "(2, 2, 2)"]),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
