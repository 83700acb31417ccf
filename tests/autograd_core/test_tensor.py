"""The manners of a Tensor: how it is made, printed, named, copied, and how it leaves for plain Python."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GradientError, Tensor


def leaf(data, **words):
    return Tensor(data, requires_grad=True, **words)


# ---- how it is made ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "dtype", "shape"),
    [
        (2, np.int64, ()),
        (2.0, np.float64, ()),
        (True, np.bool_, ()),
        ([1, 2], np.int64, (2,)),
        ([[1.0, 2.0], [3.0, 4.0]], np.float64, (2, 2)),
        ((1.0, 2.0), np.float64, (2,)),
        ([], np.float64, (0,)),
        (np.float32(2), np.float32, ()),
        (np.zeros((2, 0), np.float16), np.float16, (2, 0)),
        (np.arange(3, dtype=np.uint8), np.uint8, (3,)),
        (range(3), np.int64, (3,)),
    ],
)
def test_numpy_decides_on_dtype_and_shape(data, dtype, shape):
    t = Tensor(data)
    assert t.dtype == dtype
    assert t.shape == shape
    assert t.ndim == len(shape)
    assert t.size == int(np.prod(shape))
    assert not t.requires_grad
    assert t.is_leaf
    assert t.grad is None
    assert t.name is None


def test_data_are_copied():
    a = np.array([1.0, 2.0])
    t = Tensor(a, requires_grad=True)
    u = Tensor(t)
    a[0] = 9
    t.data[1] = 7
    assert t.tolist() == [1, 7]
    assert u.tolist() == [1, 2]
    assert not u.requires_grad


def test_dtype_is_that_of_the_copy():
    assert Tensor([1, 2], dtype=np.float32).dtype == np.float32
    assert leaf(2, dtype=float).dtype == np.float64


@pytest.mark.parametrize("data", [2, [1, 2], np.arange(3), True, np.array([True, False]), 1j])
def test_only_floats_train(data):
    with pytest.raises(TypeError, match="only floating numbers can require a gradient"):
        leaf(data)
    t = Tensor(data)
    with pytest.raises(TypeError, match="only floating numbers"):
        t.requires_grad = True
    assert not t.requires_grad


def test_integers_are_told_what_to_write():
    with pytest.raises(TypeError, match=r"write 2\. instead of 2"):
        leaf(2)
    with pytest.raises(TypeError, match=r"write 7\. instead of 7"):
        leaf(7)
    with pytest.raises(TypeError, match=r"write 2\. instead of 2, or pass dtype=float"):
        leaf([1, 2])


def test_named_leaves_train_and_integers_become_floats():
    a, x, y = ac.leaves(a=2, x=[1, 2], y=np.float32(4))
    assert [t.name for t in (a, x, y)] == ["a", "x", "y"]
    assert [t.dtype for t in (a, x, y)] == [np.float64, np.float64, np.float32]
    assert all(t.requires_grad and t.is_leaf for t in (a, x, y))
    (b,) = ac.leaves(b=a)
    assert b is not a
    assert b.item() == 2
    with pytest.raises(TypeError, match="only floating"):
        ac.leaves(flag=True)


CREATED = [
    (lambda **w: ac.zeros((2, 3), **w), np.zeros((2, 3))),
    (lambda **w: ac.zeros(3, **w), np.zeros(3)),
    (lambda **w: ac.ones((2, 3), **w), np.ones((2, 3))),
    (lambda **w: ac.full((2,), 2.5, **w), np.full(2, 2.5)),
    (lambda **w: ac.arange(4.0, **w), np.arange(4.0)),
    (lambda **w: ac.arange(1.0, 9.0, 2.0, **w), np.arange(1.0, 9.0, 2.0)),
    (lambda **w: ac.linspace(0, 1, 5, **w), np.linspace(0, 1, 5)),
    (lambda **w: ac.linspace(0, 1, 5, endpoint=False, **w), np.linspace(0, 1, 5, endpoint=False)),
    (lambda **w: ac.eye(2, **w), np.eye(2)),
    (lambda **w: ac.eye(2, 3, **w), np.eye(2, 3)),
    (lambda **w: ac.zeros_like(np.ones((2, 2)), **w), np.zeros((2, 2))),
    (lambda **w: ac.ones_like(Tensor([1.0, 2.0]), **w), np.ones(2)),
    (lambda **w: ac.zeros_like([1.0, 2.0], **w), np.zeros(2)),
]


@pytest.mark.parametrize(("make", "wanted"), CREATED)
def test_creation_functions(make, wanted):
    t = make()
    np.testing.assert_array_equal(t, wanted)
    assert t.dtype == wanted.dtype
    assert not t.requires_grad
    t = make(requires_grad=True, name="w", dtype=np.float32)
    assert t.requires_grad
    assert t.name == "w"
    assert t.dtype == np.float32


def test_creation_keeps_numpys_dtypes():
    assert ac.arange(3).dtype == np.arange(3).dtype
    assert ac.full(2, 1).dtype == np.full(2, 1).dtype
    assert ac.zeros_like(np.ones(2, np.float32)).dtype == np.float32


def test_random_numbers_follow_the_seed():
    ac.manual_seed(3)
    a, b = ac.randn(2, 3), ac.rand(4)
    ac.manual_seed(3)
    np.testing.assert_array_equal(ac.randn((2, 3)), a)
    np.testing.assert_array_equal(ac.rand([4]), b)
    np.testing.assert_array_equal(ac.randn(2, rng=5), ac.randn(2, rng=np.random.default_rng(5)))
    assert ac.randn().shape == ()
    assert ac.randn(2, dtype=np.float32, requires_grad=True, name="w").dtype == np.float32
    assert 0 <= ac.rand(rng=1).item() < 1


@pytest.mark.parametrize("rng", ["0", 1.0, np.random.RandomState(0)])
def test_other_sources_of_randomness_are_refused(rng):
    with pytest.raises(TypeError, match="rng is None, an int or a"):
        ac.randn(2, rng=rng)


def test_the_dtype_of_layers():
    assert ac.layer_dtype() == np.float32
    with ac.default_dtype(np.float64):
        assert ac.layer_dtype() == np.float64
        assert ac.layer_dtype(np.float16) == np.float16
        with ac.default_dtype("float32"):
            assert ac.layer_dtype() == np.float32
    assert ac.layer_dtype() == np.float32


def test_a_thread_has_its_own_generator():
    ac.manual_seed(0)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ac.generator).result() is not ac.generator()
    assert ac.generator() is ac.generator()


# ---- how it prints ----------------------------------------------------------------


def test_repr():
    x = leaf(3.0, name="x")
    z = (x**2).named("z")
    assert repr(x) == "Tensor(3.0, name='x', requires_grad=True)"
    assert repr(z) == "Tensor(9.0, name='z', op='power')"
    assert repr(Tensor(4.0)) == "Tensor(4.0)"
    assert repr(Tensor(2)) == "Tensor(2, dtype=int64)"
    assert repr(Tensor(np.float32(0.5))) == "Tensor(0.5, dtype=float32)"
    assert repr(leaf(np.float32([1, 2]))) == "Tensor([1., 2.], dtype=float32, requires_grad=True)"
    assert repr(Tensor([True])) == "Tensor([ True], dtype=bool)"
    assert repr(Tensor([])) == "Tensor([])"
    assert repr(x + 1) == "Tensor(4.0, op='add')"


def test_arrays_are_printed_as_numpy_prints_them():
    a = np.array([[1.0, -2.5], [3.0, 4.0]])
    assert repr(Tensor(a)) == repr(a).replace("array(", "Tensor(").replace("\n ", "\n  ")
    assert "..." in repr(Tensor(np.zeros(2000)))
    with np.printoptions(precision=2):
        assert repr(Tensor([1 / 3])) == "Tensor([0.33])"
    assert str(Tensor(3.0)) == repr(Tensor(3.0))


def test_format():
    x = leaf(3.14159)
    assert f"{x:.3f}" == "3.142"
    assert f"{x:>6.1f}" == "   3.1"
    assert f"{x}" == repr(x)
    assert f"{Tensor([[2.0]]):.1f}" == "2.0"
    with pytest.raises(TypeError, match=r"single number.*\(2,\)"):
        f"{Tensor([1.0, 2.0]):.1f}"


# ---- how it leaves ----------------------------------------------------------------


def test_single_numbers_become_python_numbers():
    x = leaf([[2.5]])
    assert x.item() == float(x) == 2.5
    assert type(x.item()) is float
    assert int(x) == 2
    assert bool(x) is True
    assert bool(Tensor(0.0)) is False
    assert list(range(5))[Tensor(2)] == 2


@pytest.mark.parametrize("convert", [float, int, bool, lambda t: t.item()])
def test_several_numbers_do_not(convert):
    for data in ([1.0, 2.0], []):
        with pytest.raises((TypeError, ValueError), match="shape"):
            convert(leaf(data))


def test_only_single_integers_are_an_index():
    for t in (Tensor(2.0), Tensor([1]), Tensor(True)):
        with pytest.raises(TypeError, match="only a single integer can be an index"):
            [1, 2, 3][t]


def test_len_and_iteration():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    assert len(x) == 2
    rows = list(x)
    assert [r.tolist() for r in rows] == [[1, 2], [3, 4]]
    assert all(r.requires_grad for r in rows)
    (rows[0].sum() + 2 * rows[1].sum()).backward()
    np.testing.assert_array_equal(x.grad, [[1, 1], [2, 2]])
    with pytest.raises(TypeError, match=r"len\(\) of a single number"):
        len(Tensor(1.0))
    with pytest.raises(TypeError, match="cannot iterate over a single number"):
        iter(Tensor(1.0))


def test_membership():
    assert 2.0 in leaf([1.0, 2.0])
    assert 3 not in Tensor([1, 2])
    assert Tensor(2.0) in Tensor([1.0, 2.0])


def test_numpy_is_a_copy():
    x = leaf([1.0, 2.0])
    a = x.numpy()
    a[0] = 9
    assert x.tolist() == [1, 2]
    assert type(a) is np.ndarray
    assert type(leaf(1.0).numpy()) is np.ndarray


def test_asarray_of_what_trains_is_refused():
    x = leaf([1.0])
    for convert in (np.asarray, np.array, lambda t: np.asarray(t + 1)):
        with pytest.raises(TypeError, match=r"use \.numpy\(\) or \.detach\(\)"):
            convert(x)


def test_asarray_of_the_rest_is_a_read_only_view():
    x = Tensor([1.0, 2.0])
    a = np.asarray(x)
    assert np.shares_memory(a, x._array)
    assert not a.flags.writeable
    assert np.asarray(x, dtype=np.float32).dtype == np.float32
    b = np.array(x)
    b[0] = 5
    assert x.tolist() == [1, 2]
    with pytest.raises(ValueError, match="without a copy"):
        np.asarray(x, dtype=np.float32, copy=False)
    assert np.asarray(x, copy=False) is not None


def test_gradients_meet_numpys_assertions():
    w = leaf([1.0, 2.0])
    (w * w).sum().backward()
    np.testing.assert_allclose(w.grad, [2, 4])
    np.testing.assert_array_equal(w.grad, np.array([2.0, 4.0]))


# ---- names and flags ----------------------------------------------------------------


def test_names():
    x = leaf(1.0, name="x")
    assert x.named("y") is x
    assert x.name == "y"
    x.name = None
    assert x.name is None
    z = x * 2
    z.name = "z"
    assert z.name == "z"
    plain = Tensor(1.0)
    plain.name = "t"
    assert plain.name == "t"
    for wrong in (3, b"x"):
        with pytest.raises(TypeError, match="a name is a string"):
            x.name = wrong


def test_requires_grad_can_be_set_on_leaves():
    x = Tensor([1.0])
    x.requires_grad = True
    y = x * 2
    assert y.requires_grad
    assert not y.is_leaf
    with pytest.raises(GradientError, match=r"set on leaves only.*multiply.*detach"):
        y.requires_grad = False
    x.requires_grad = False
    assert not x.requires_grad
    assert not (x * 2).requires_grad


def test_detach_and_astype():
    x = leaf(np.float32([1.0, 2.0]))
    d = x.detach()
    assert not d.requires_grad
    assert d.dtype == np.float32
    y = x.astype(np.float64)
    assert y.dtype == np.float64
    (y * 3).sum().backward()
    assert x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad, [3, 3])
    assert not x.astype(int).requires_grad
    assert x.astype(bool).dtype == bool


def test_zero_grad():
    x = leaf(2.0)
    (x * x).backward()
    assert x.grad.item() == 4
    x.zero_grad()
    assert x.grad is None


def test_grad_can_be_set():
    x = leaf(np.float32([1, 2]))
    x.grad = [1.0, 2.0]
    assert isinstance(x.grad, Tensor)
    assert x.grad.dtype == np.float32
    x.grad = Tensor(np.float32([3, 4]))
    assert x.grad.tolist() == [3, 4]
    x.grad = np.ones(2)
    x.sum().backward()
    assert x.grad.tolist() == [2, 2]
    x.grad = None
    assert x.grad is None
    with pytest.raises(ValueError, match=r"has its shape \(2,\), got \(3,\)"):
        x.grad = np.ones(3)


def test_why_no_grad():
    x = leaf(1.0, name="x")
    assert "no backward() has reached it" in x.why_no_grad()
    z = x * x
    assert "result of multiply" in z.why_no_grad()
    assert "retain_grad()" in z.why_no_grad()
    z.backward()
    assert "'x' has a gradient" in x.why_no_grad()
    assert "made without requires_grad=True" in Tensor(1.0).why_no_grad()
    cut = z.detach()
    assert "was cut off by detach() at test_tensor.py:" in cut.why_no_grad()
    assert cut.why_no_grad().endswith(": cut = z.detach()")
    with pytest.raises(ac.GradientError, match=r"cut = z\.detach"):
        cut.backward()
    assert "made without" in (cut * 2).why_no_grad()
    assert "int64" in Tensor(1).why_no_grad()


# ---- hooks ----------------------------------------------------------------


def test_hooks_see_and_replace_gradients():
    x = leaf([1.0, 2.0])
    y = x * 3
    seen = []
    handle = y.register_hook(lambda g: seen.append(g.tolist()))
    y.register_hook(lambda g: g * 2)
    x.register_hook(lambda g: np.clip(g, 0, 5))
    y.sum().backward()
    assert seen == [[1, 1]]
    np.testing.assert_array_equal(x.grad, [5, 5])
    handle.remove()
    handle.remove()
    x.zero_grad()
    z = x * 3
    z.register_hook(lambda g: np.zeros(2))
    z.sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 0])


def test_a_hook_runs_once_on_the_whole_gradient():
    x = leaf(1.0)
    y = x * 1
    calls = []
    y.register_hook(lambda g: calls.append(g.item()))
    (y * 2 + y * 3).backward()
    assert calls == [5]


def test_hooks_are_recorded_with_create_graph():
    x = leaf(2.0)
    handle = x.register_hook(lambda g: g * g)
    (x**3).backward(create_graph=True)
    assert x.grad.item() == 144  # (3x²)²
    handle.remove()
    (slope,) = ac.gradients(x.grad, [x])
    assert slope.item() == 36 * 2**3


def test_a_hook_that_raises_leaves_everything_usable():
    x = leaf(2.0)
    handle = x.register_hook(lambda g: 1 / 0)
    z = x * x
    with pytest.raises(ZeroDivisionError):
        z.backward(retain_graph=True)
    assert x.grad is None
    handle.remove()
    z.backward()
    assert x.grad.item() == 4


def test_hooks_and_retain_grad_need_a_gradient():
    for call in (lambda: Tensor(1.0).register_hook(print), Tensor(1.0).retain_grad):
        with pytest.raises(GradientError, match="requires no gradient"):
            call()


def test_retain_grad():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    y.retain_grad()
    (3 * y).backward()
    assert y.grad.item() == 3
    x.retain_grad()
    assert x.grad.item() == 12
    y = x * x
    y.retain_grad()
    z = 3 * y
    del y  # nobody is left to be given the gradient
    z.backward()
    assert x.grad.item() == 24


# ---- comparisons and choices ---------------------------------------------------------------------------


def test_comparisons_give_plain_arrays():
    x = leaf([1.0, 2.0, 3.0])
    for compared, wanted in [
        (x > 2, [False, False, True]),
        (x >= 2, [False, True, True]),
        (x < 2, [True, False, False]),
        (x <= 2, [True, True, False]),
        (x == 2, [False, True, False]),
        (x != x, [False, False, False]),
        (np.float64(2) < x, [False, False, True]),
        (np.array([1.0, 0.0, 0.0]) == x, [True, False, False]),
    ]:
        assert type(compared) is np.ndarray
        assert compared.tolist() == wanted
    assert x.argmax() == 2
    assert x.argmin() == 0
    assert not (x > 2).all()
    assert x.all()
    assert x.any()
    assert leaf([[1.0, 5.0], [2.0, 0.0]]).argmax(axis=1).tolist() == [1, 0]


def test_identity_decides_on_hashing():
    x, y = leaf(1.0), leaf(1.0)
    assert len({x, y, x}) == 2
    assert {x: 1}[x] == 1


def test_unary_operators():
    x = leaf(-2.0)
    assert (-x).item() == 2
    assert +x is x
    assert abs(x).item() == 2


def test_augmented_assignment_rebinds_results():
    x = leaf(2.0)
    y = first = x * 1
    y += 1
    y -= 4
    y *= 3
    y /= 2
    y **= 2
    assert first.item() == 2
    y.backward()
    assert x.grad.item() == 2 * 1.5 * (2 + 1 - 4) * 1.5
    plain = before = Tensor(1.0)
    plain += x
    assert before.item() == 1
    assert plain.requires_grad


# ---- copies ----------------------------------------------------------------


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
def test_leaves_are_copied_with_name_and_flag(duplicate):
    x = leaf(np.float32([1, 2]), name="x")
    y = duplicate(x)
    assert y is not x
    assert (y.name, y.dtype, y.requires_grad) == ("x", np.float32, True)
    y.data[0] = 9
    assert x.tolist() == [1, 2]
    plain = duplicate(Tensor([1, 2]))
    assert plain.tolist() == [1, 2]
    assert not plain.requires_grad


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
def test_recorded_results_are_not(duplicate):
    y = leaf(1.0) * 2
    with pytest.raises(TypeError, match=r"recorded and cannot be copied or pickled.*detach"):
        duplicate(y)
    assert duplicate(y.detach()) is not None


def test_subclasses_are_recorded_and_copied_as_such():
    class Weight(Tensor):
        pass

    w = Weight([1.0, 2.0], requires_grad=True)
    z = (w * 2 + np.ones(2) * w).sum()
    assert type(z) is Tensor
    z.backward()
    np.testing.assert_array_equal(w.grad, [3, 3])


def test_methods_are_numpys():
    a = np.arange(6.0).reshape(2, 3)
    x = leaf(a)
    for found, wanted in [
        (x.sum(), a.sum()),
        (x.sum(0), a.sum(0)),
        (x.mean(axis=1, keepdims=True), a.mean(axis=1, keepdims=True)),
        (x.var(ddof=1), a.var(ddof=1)),
        (x.std(0), a.std(0)),
        (x.max(1), a.max(1)),
        (x.min(), a.min()),
        (x.reshape(3, 2), a.reshape(3, 2)),
        (x.reshape((3, -1)), a.reshape(3, -1)),
        (x.ravel(), a.ravel()),
        (x.flatten(), a.flatten()),
        (x.T, a.T),
        (x.mT, a.T),
        (x.transpose(1, 0), a.transpose(1, 0)),
        (x.transpose((1, 0)), a.T),
        (x.transpose(), a.T),
        (x.swapaxes(0, 1), a.swapaxes(0, 1)),
        (x.reshape(1, 6).squeeze(0), a.ravel()),
        (x.dot(np.ones(3)), a.dot(np.ones(3))),
        (x.sum(dtype=np.float32), a.sum(dtype=np.float32)),
    ]:
        assert isinstance(found, Tensor)
        assert found.requires_grad
        np.testing.assert_array_equal(found.detach(), wanted)
        assert found.dtype == wanted.dtype


# ---- casting in place, and what is no number -----------------------------------------------------------


def test_cast_in_place_keeps_object_hooks_and_graphs():
    w = Tensor([1.0, 2.0], requires_grad=True, name="w")
    seen = []
    w.register_hook(lambda g: seen.append(g.dtype))
    z = (w * w).sum()
    (w * 3).sum().backward()
    assert w.cast_(np.float32) is w
    assert w.dtype == w.grad.dtype == np.float32
    assert (w.name, w.requires_grad) == ("w", True)
    z.backward()
    assert w.grad.dtype == np.float32
    assert w.grad.tolist() == [5.0, 7.0]
    assert len(seen) == 2
    with pytest.raises(GradientError, match="is the result of multiply"):
        (w * 2).cast_(float)
    with pytest.raises(TypeError, match="floating dtype"):
        w.cast_(int)


@pytest.mark.parametrize("data", [None, "3", [None, 1.0], b"1"], ids=repr)
def test_what_is_no_number_is_refused_whatever_the_dtype(data):
    with pytest.raises(TypeError, match="holds numbers"):
        Tensor(data, dtype=float)


def test_comparison_with_text_is_python():
    x = Tensor([1.0, 2.0])
    assert (x == "a") is False
    assert (x != "a") is True


def test_clip_and_float16():
    assert Tensor([1.0, 5.0]).clip(2, 4).tolist() == [2.0, 4.0]
    many = np.ones(70000, np.float16)
    assert Tensor(many).mean().item() == many.mean() == 1
    half = (np.arange(1000) / 7).astype(np.float16)
    for name in ("mean", "var", "std"):
        mine = getattr(Tensor(half), name)()
        assert mine.dtype == np.float16
        # NumPy's own var and std of float16 overflow in their sums
        assert mine.item() == np.float16(getattr(half.astype(np.float32), name)())


def test_matmul_in_place_keeps_the_leaf():
    w = Tensor(np.eye(2), requires_grad=True)
    before = w
    with ac.no_grad():
        w @= np.array([[0.0, 1.0], [1.0, 0.0]])
    assert w is before
    assert w.requires_grad
    assert w.tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_imaginary_parts_are_not_dropped():
    with pytest.raises(TypeError, match="imaginary"):
        Tensor(1j, dtype=float)


# ---- what a second hostile reading found ---------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_std_of_close_numbers_is_differentiated_right(dtype):
    """Numbers that differ by little are not equal numbers."""
    x = Tensor(np.array([100, 100.25, 100.5], dtype), requires_grad=True)
    x.std().backward()
    np.testing.assert_allclose(x.grad, [-0.408, 0, 0.408], atol=1e-3)
    for equal in (np.full(3, 0.1, dtype), np.full(3, 0.5, dtype)):
        y = Tensor(equal, requires_grad=True)
        y.std().backward()
        np.testing.assert_allclose(y.grad, 0, atol=1e-3)


def test_the_mean_of_many_float16_has_a_gradient():
    x = Tensor(np.ones(80000, np.float16), requires_grad=True)
    x.mean().backward()
    assert x.grad.data[0] == np.float16(1 / 80000)


def test_out_is_a_plain_array():
    with pytest.raises(TypeError, match="a Tensor is not written into"):
        np.add(np.ones(2), 1.0, out=Tensor([0.0, 0.0]))
    a, w = np.ones(2), Tensor([1.0, 2.0], requires_grad=True)
    with ac.no_grad():
        a += w
    assert a.tolist() == [2.0, 3.0]


def test_creation_takes_numpys_arguments():
    np.testing.assert_array_equal(ac.eye(2, 4, 1), np.eye(2, 4, 1))
    np.testing.assert_array_equal(ac.eye(N=3, M=2, k=-1), np.eye(N=3, M=2, k=-1))
    np.testing.assert_array_equal(ac.zeros_like(a=np.ones(2)), [0, 0])
    np.testing.assert_array_equal(ac.linspace(0, 1, 4, False), np.linspace(0, 1, 4, False))
    ends = np.array([1.0, 2.0])
    for stop in (ends, Tensor(ends)):
        np.testing.assert_array_equal(ac.linspace(0, stop, 3, axis=1), np.linspace(0, ends, 3, axis=1))
