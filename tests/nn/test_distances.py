"""Distances and similarities of vectors, against torch's and at their edges."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F
from autograd_core import Tensor
from autograd_core.testing import assert_gradients
from tests.nn.oracle import agrees_with_torch, function_agrees, torch

rng = np.random.default_rng(0)
A, B = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
CUBE = rng.normal(size=(2, 3, 4))


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_cosine_similarity_along_an_axis(dim):
    theirs = torch().nn.functional.cosine_similarity
    function_agrees(F.cosine_similarity, theirs, A, B, dim=dim)
    function_agrees(F.cosine_similarity, theirs, CUBE, CUBE[::-1].copy(), dim=dim)


def test_cosine_similarity_broadcasts():
    theirs = torch().nn.functional.cosine_similarity
    for one, two in ((A, B[:1]), (A[:, :1], B), (CUBE, CUBE[0]), (CUBE[:, :1], CUBE[:1]), (A[0], B)):
        function_agrees(F.cosine_similarity, theirs, one, two, dim=-1)
    function_agrees(F.cosine_similarity, theirs, CUBE, CUBE[0], dim=1)
    # every row against every other
    table = F.cosine_similarity(A[:, None], B[None], dim=-1)
    units = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in (A, B)]
    np.testing.assert_allclose(table, units[0] @ units[1].T)


@pytest.mark.parametrize("p", [0.5, 1.0, 2.0, 3.0, np.inf])
def test_pairwise_distance(p):
    theirs = torch().nn.functional.pairwise_distance
    for one, two in ((A, B), (A[0], B[0]), (A, B[0]), (A[0], B)):
        function_agrees(F.pairwise_distance, theirs, one, two, p=p)
        function_agrees(F.pairwise_distance, theirs, one, two, p=p, eps=0.1, keepdim=True)


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, np.inf])
def test_pdist(p):
    function_agrees(F.pdist, torch().nn.functional.pdist, A, p=p)
    assert F.pdist(A[:1], p).shape == (0,)


def test_layers():
    th = torch().nn
    agrees_with_torch(nn.CosineSimilarity(), th.CosineSimilarity(), A, B)
    agrees_with_torch(nn.CosineSimilarity(dim=0, eps=0.5), th.CosineSimilarity(dim=0, eps=0.5), A, B)
    agrees_with_torch(nn.PairwiseDistance(), th.PairwiseDistance(), A, B)
    agrees_with_torch(nn.PairwiseDistance(1, 0.1, True), th.PairwiseDistance(1, 0.1, True), A, B)
    assert repr(nn.CosineSimilarity()) == "CosineSimilarity(dim=1, eps=1e-08)"
    assert repr(nn.PairwiseDistance(1)) == "PairwiseDistance(p=1, eps=1e-06, keepdim=False)"


def test_second_derivatives_agree_with_differences():
    assert_gradients(F.cosine_similarity, A, B)
    for p in (1.0, 2.0, 3.0):
        assert_gradients(lambda a, b, p=p: F.pairwise_distance(a, b, p), A, B)
        assert_gradients(lambda a, p=p: F.pdist(a, p), A)


def test_the_same_points_have_numbers_as_gradients():
    for f in (lambda a: F.pairwise_distance(a, A).sum(), lambda a: F.pdist(ac.concatenate([a, a])).sum()):
        assert np.isfinite(ac.grad(f)(A)).all()
    zero = Tensor(np.zeros((1, 3)), True)
    F.cosine_similarity(zero, A[:1]).backward()
    assert np.isfinite(zero.grad).all()
    assert F.pairwise_distance(A, A).max() == pytest.approx(1e-6 * 3**0.5)


def test_arrays_compute_and_dtypes_stay():
    for f in (F.cosine_similarity, F.pairwise_distance):
        plain = f(A, B)
        assert isinstance(plain, np.ndarray)
        np.testing.assert_array_equal(plain, f(Tensor(A, True), B).numpy())
        assert f(A.astype("f4"), B.astype("f4")).dtype == np.float32
        assert f(Tensor(A.astype("f4")), B.astype("f4")).dtype == np.float32
        assert f(A.tolist(), B.tolist()).shape == (4,)
        np.testing.assert_array_equal(f(A[::-2], B[::-2]), plain[::-2])


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"cosine_similarity: .*\(4, 3\) and \(4,\)"):
        F.cosine_similarity(A, A[:, 0])
    with pytest.raises(ValueError, match=r"cosine_similarity: dim=2 .*\(4, 3\)"):
        F.cosine_similarity(A, B, dim=2)
    for one, two in ((A[:, :1], A[:, 0]), (A, A[:2]), (1.0, A), (A, A[:, :1])):
        with pytest.raises(ValueError, match=r"pairwise_distance: .*same shape, or one of them"):
            F.pairwise_distance(one, two)
    with pytest.raises(ValueError, match=r"pdist: input is \(N, D\), got the shape \(3,\)"):
        F.pdist(A[0])
    with pytest.raises(TypeError, match="pairwise_distance: p is a number"):
        F.pairwise_distance(A, B, p="2")
    with pytest.raises(ValueError, match="CosineSimilarity: eps is at least 0"):
        nn.CosineSimilarity(eps=-1)
