"""What looks like an identity of the simplifier and is none: other axes, repeated places, other signs."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.explaining.derivations import derive
from tests.autograd_core.explaining.test_derivations import agrees

rng = np.random.default_rng(0)
S, U = rng.normal(size=(2, 3, 3))
w = rng.normal(size=3)
CUBE = rng.normal(size=(2, 3, 3))
TWICE = np.array([0, 0, 2]), np.array([1, 1, 0])


def shares_of_columns_in_rows(S):
    return ((np.exp(S) / np.exp(S).sum(axis=1)) ** 2).sum()


def shares_of_shifted_columns(S, w):
    """w is constant along the rows, by whose sums nothing is divided."""
    e = np.exp(S - np.expand_dims(w, 1))
    return ((e / e.sum(axis=0)) ** 2).sum()


def shares_of_shifted_rows(S, w):
    e = np.exp(S - w)
    return ((e / e.sum(axis=1, keepdims=True)) ** 2).sum()


def shares_of_all(S):
    return ((np.exp(S) / np.exp(S).sum()) ** 2).sum()


def places_twice(S):
    return -np.log(ac.softmax(S)[TWICE]).sum()


def places_divided(S, U):
    return (S[TWICE] / U[TWICE] * U.sum()).sum()


def other_places(w):
    return (np.concatenate((w[1:], w[:1])) * w).sum() * w[1:].sum()


def diagonal_of_other_places(S):
    return (S[np.arange(3), [1, 2, 0]] * S[np.arange(3), np.arange(3)]).sum()


def squares_by_other_axes(S, w):
    return ((S * w).sum(axis=0) ** 2).sum() + ((S * w).sum(axis=1) ** 3).sum()


def sizes_over_signs(w):
    return (abs(w) / np.sign(w) * w + abs(w) ** 3 * np.sign(w) ** 2).sum()


def sizes_to_powers(w):
    return (abs(w) ** -1.0 + abs(w) ** -2.0 + abs(w) ** 3 * np.sign(w) + abs(w) ** 1.5).sum()


def letters_of_batches(A, B):
    C = np.einsum("bij,bj->bi", A, B[:, 0])
    return (np.einsum("bij,bjk->kbi", A, B) ** 2).sum() + (np.einsum("bij,bij->jb", A, B) ** 2 * C.T).sum()


def letters_that_repeat(A, B):
    return (np.einsum("ii,ij->j", A, B) ** 2).sum()


def transposed_products(A, B):
    return ((A @ B).T @ np.expand_dims(A.T, 0)).sum() ** 2


def masks_below_zero(w):
    return -np.maximum(w, 0).mean()


def masks_of_columns_below_zero(S, w):
    return -(np.where(w > 0, S, 0)).mean()


def roots_below(w):
    return ((w * w + 1) ** -0.5 * (2 * w * w) ** -0.5).sum()


CASES = [
    (shares_of_columns_in_rows, (S,)),
    (shares_of_shifted_columns, (S, w)),
    (shares_of_shifted_rows, (S, w)),
    (shares_of_all, (S,)),
    (places_twice, (S,)),
    (places_divided, (S, U)),
    (other_places, (w,)),
    (diagonal_of_other_places, (S,)),
    (squares_by_other_axes, (S, w)),
    (sizes_over_signs, (w,)),
    (sizes_to_powers, (w,)),
    (letters_of_batches, (CUBE, CUBE[::-1] + 1)),
    (letters_that_repeat, (S, U)),
    (transposed_products, (S, U)),
    (masks_below_zero, (w,)),
    (masks_of_columns_below_zero, (S, w)),
    (roots_below, (w,)),
]


@pytest.mark.parametrize(("f", "xs"), CASES, ids=[f.__name__ for f, _ in CASES])
def test_what_is_no_identity_is_not_used(f, xs):
    agrees(derive(f, *xs), f, xs, rtol=1e-9)
