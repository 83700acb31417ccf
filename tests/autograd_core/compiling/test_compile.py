"""compile: a program does what the function does, and says so where it cannot."""

import copy
import gc
import pickle
import threading
import weakref
from collections import namedtuple

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor


def checked(f, *calls, rtol=1e-12):
    """f compiled, after it has agreed with f on every call; the same program serves them all."""
    program = ac.compile(f)
    for args in calls:
        np.testing.assert_allclose(plain(program(*args)), plain(f(*args)), rtol=rtol, atol=1e-14)
        assert program.reason is None
    return program


def plain(x):
    return x.numpy() if isinstance(x, Tensor) else x


# ---- what goes in and comes out ----------------------------------------------------------------------------


def test_arrays_give_arrays():
    f = checked(lambda x: np.exp(x) * x, (np.arange(3.0),), (np.array([5.0, -1.0, 0.5]),))
    assert type(f(np.ones(3))) is np.ndarray


def test_floats_give_floats():
    f = checked(lambda x, y: x * y + 1, (3.0, 4.0), (0.5, 2.0))
    assert type(f(1.0, 2.0)) is float


def test_a_single_number_of_arrays_is_numpys():
    assert type(ac.compile(lambda x: np.sum(x))(np.ones(3))) is np.float64


def test_whole_numbers_and_words_are_settings():
    f = ac.compile(lambda x, n, how: x**n if how == "power" else x * n)
    x = np.array([1.0, 2.0, 3.0])
    assert f(x, 2, "power").tolist() == [1, 4, 9]
    assert f(x, 3, "power").tolist() == [1, 8, 27]
    assert f(x, 3, how="times").tolist() == [3, 6, 9]


def test_nests_are_mirrored():
    f = ac.compile(lambda d: {"sum": d["a"] + d["b"][0], "both": (d["a"], [d["b"][1] * 2])})
    out = f({"a": np.ones(2), "b": [np.ones(2), np.arange(2.0)]})
    assert out["sum"].tolist() == [2, 2]
    assert out["both"][1][0].tolist() == [0, 2]
    assert isinstance(out["both"], tuple)


def test_float32_stays_and_a_new_dtype_is_a_new_program():
    f = ac.compile(lambda x: np.tanh(x) * 0.5)
    assert f(np.ones(3, np.float32)).dtype == np.float32
    assert f(np.ones(3)).dtype == np.float64
    assert f(np.ones((2, 2))).shape == (2, 2)


def test_it_is_traced_once_per_kind_of_call():
    calls = []

    def f(x):
        calls.append(x.shape)
        return x * 2

    program = ac.compile(f)
    for n in (3, 3, 4, 3, 4):
        program(np.ones(n))
    assert calls == [(3,), (4,)]


def test_results_belong_to_the_caller():
    f = ac.compile(lambda x: (x * 2, x.T, x + 0.0))
    x = np.arange(6.0).reshape(2, 3)
    first = f(x)
    copies = [a.copy() for a in first]
    second = f(x + 100)
    for a, b, c in zip(first, copies, second, strict=True):
        assert np.array_equal(a, b)
        a[...] = -1
        assert not np.shares_memory(a, c)
        assert not np.shares_memory(a, x)
    assert x[0, 0] == 0


def test_it_is_a_decorator():
    @ac.compile
    def f(x):
        """Twice x."""
        return x * 2

    @ac.compile(threads=1)
    def g(x):
        return x * 3

    assert f.__name__ == "f"
    assert f.__doc__ == "Twice x."
    assert f(2.0) + g(1.0) == 7


def test_the_source_can_be_read_after_a_call():
    f = ac.compile(lambda x: np.exp(x))
    assert f.source == ""
    f(np.ones((50, 3)))
    assert "exp(x" in f.source
    assert "#" in f.source


# ---- gradients ---------------------------------------------------------------------------------------------


def test_a_recorded_result_is_one_node_whose_backward_reaches_arguments_and_closed_over_leaves():
    W = Tensor([[1.0, 2.0], [3.0, 4.0]], True, name="W")
    x = Tensor([1.0, -1.0], True)
    f = ac.compile(lambda x: np.tanh(x @ W).sum())
    y = f(x)
    assert y.requires_grad
    assert [p for p in y.node.parents if p is not None] == [x.node, W.node]
    y.backward()
    grads = x.grad.numpy(), W.grad.numpy()
    x.zero_grad(), W.zero_grad()
    np.tanh(x @ W).sum().backward()
    np.testing.assert_allclose(grads[0], x.grad)
    np.testing.assert_allclose(grads[1], W.grad)


def test_the_values_of_closed_over_leaves_are_read_at_each_call():
    W = Tensor([1.0, 2.0], True)
    f = ac.compile(lambda x: (x * W).sum())
    x = np.ones(2)
    assert f(x).item() == 3
    with ac.no_grad():
        W -= 1
    assert f(x).item() == 1
    W.data = [5.0, 5.0]
    assert f(x).item() == 10
    W.data[0] = 7
    assert f(x).item() == 12


def test_a_leaf_that_is_frozen_is_a_new_program():
    W = Tensor([1.0, 2.0], True)
    f = ac.compile(lambda x: (x * W).sum())
    assert f(np.ones(2)).requires_grad
    W.requires_grad = False
    assert not f(np.ones(2)).requires_grad
    with ac.no_grad():
        W.requires_grad = True
        assert not f(np.ones(2)).requires_grad


def test_second_order():
    f = ac.compile(lambda x: (np.sin(x) * x**2).sum())
    g = lambda x: (np.sin(x) * x**2).sum()
    x = np.array([0.3, -1.2])
    np.testing.assert_allclose(ac.hessian(f)(x), ac.hessian(g)(x))
    np.testing.assert_allclose(ac.hvp(f, x, np.ones(2)), ac.hvp(g, x, np.ones(2)))
    np.testing.assert_allclose(ac.jvp(f, x, np.ones(2))[1], ac.jvp(g, x, np.ones(2))[1])
    np.testing.assert_allclose(ac.jacobian(ac.compile(np.tanh))(x), np.diag(1 - np.tanh(x) ** 2))
    t = Tensor(x, True)
    (g1,) = [ac.gradients(f(t), t, create_graph=True)]
    (g2,) = [ac.gradients(g(t), t, create_graph=True)]
    np.testing.assert_allclose(ac.gradients(g1.sum(), t), ac.gradients(g2.sum(), t))


@pytest.mark.parametrize(
    "transform",
    [ac.grad, ac.value_and_grad, ac.jacobian, ac.hessian, lambda f: lambda x: ac.hvp(f, x, x)],
    ids=["grad", "value_and_grad", "jacobian", "hessian", "hvp"],
)
def test_transforms_compile(transform):
    g = transform(lambda x: (x[1:] * np.exp(-(x[:-1] ** 2))).sum())
    f = ac.compile(g)
    for x in (np.array([1.0, 2.0, 3.0]), np.array([0.1, -2.0, 0.7])):
        for a, b in zip(_flat(f(x)), _flat(g(x)), strict=True):
            assert type(a) is type(b)
            np.testing.assert_allclose(a, b, rtol=1e-12)
    assert f.reason is None


def _flat(x):
    return [y for part in x for y in _flat(part)] if isinstance(x, tuple) else [x]


def test_a_graph_keeps_the_numbers_of_its_call():
    W = Tensor([2.0], True)
    f = ac.compile(lambda x: (x * W * W).sum())
    x = np.array([3.0])
    y = f(x)
    x[0] = 100
    W.data = [50.0]
    f(np.array([1.0]))
    y.backward()
    assert W.grad.item() == 2 * 2 * 3


# ---- what a call does beside -------------------------------------------------------------------------------


def test_writes_to_leaves():
    def descend(W):
        def step(x):
            W.zero_grad()
            loss = ((x * W).sum() - 1) ** 2
            loss.backward()
            with ac.no_grad():
                W.data -= 0.1 * W.grad
            return loss

        return step

    a, b = Tensor([1.0, 2.0], True), Tensor([1.0, 2.0], True)
    f, g = descend(a), ac.compile(descend(b))
    for x in np.random.default_rng(0).standard_normal((5, 2)):
        assert f(x).item() == pytest.approx(g(x).item(), rel=1e-13)
        np.testing.assert_allclose(a.grad, b.grad, rtol=1e-13)
    np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-13)
    assert g.reason is None


def test_gradients_add_up_where_nobody_forgets_them():
    W = Tensor([1.0], True)
    f = ac.compile(lambda x: (x * W).sum().backward())
    for _ in range(3):
        f(np.array([2.0]))
    assert W.grad.item() == 6
    W.zero_grad()
    f(np.array([2.0]))
    assert W.grad.item() == 2


def test_a_gradient_that_is_kept_is_left_alone():
    W = Tensor([1.0, 1.0], True)

    def f(x):
        W.zero_grad()
        (x * W * W).sum().backward()

    g = ac.compile(f)
    kept, views = [], []
    for k in range(1, 7):
        g(np.full(2, float(k)))
        kept.append(W.grad)
        views.append(np.asarray(W.grad)[1:])
    assert [t.tolist() for t in kept] == [[2.0 * k] * 2 for k in range(1, 7)]
    assert [v.item() for v in views] == [2.0 * k for k in range(1, 7)]


def test_a_swept_result_says_so():
    W = Tensor([1.0], True)

    def f(x):
        loss = (x * W).sum()
        loss.backward()
        return loss

    loss = ac.compile(f)(np.ones(1))
    with pytest.raises(ac.ReleasedGraphError):
        loss.backward()


def test_numbers_are_drawn_again_at_every_call():
    f = ac.compile(lambda x: x + ac.generator().random(x.shape))
    ac.manual_seed(3)
    first, second = f(np.zeros(4)), f(np.zeros(4))
    rng = ac.manual_seed(3)
    assert first.tolist() == rng.random(4).tolist()
    assert second.tolist() == rng.random(4).tolist()


def test_a_generator_that_the_tracer_cannot_see_is_no_constant():
    rng = np.random.default_rng(0)
    f = ac.compile(lambda x: x * rng.random(x.shape))
    assert not np.array_equal(f(np.ones(3)), f(np.ones(3)))
    assert "differ from call to call" in f.reason


def test_arrays_that_are_closed_over_are_read_at_every_call():
    mask = np.array([1.0, 0.0])
    f = ac.compile(lambda x: x * mask)
    assert f(np.ones(2)).tolist() == [1, 0]
    mask[1] = 5
    assert f(np.ones(2)).tolist() == [1, 5]


def test_masks_and_indices_come_from_the_numbers_of_the_call():
    checked(
        lambda x, i: np.where(x > 0.5, x, 0.0).sum() + x[i].sum() + np.take(x, i[:1]).sum(),
        (np.array([0.0, 1.0, 2.0]), np.array([0, 1])),
        (np.array([3.0, 0.2, 5.0]), np.array([2, 2])),
    )


# ---- what it refuses, and what it leaves to eager code -----------------------------------------------------


def branch(x):
    return x if x.sum() > 0 else -x


@pytest.mark.parametrize(
    "f",
    [
        branch,
        lambda x: float(x.sum()),
        lambda x: int(x.sum()),
        lambda x: x.sum().item(),
        lambda x: x.tolist(),
        lambda x: [1, 2, 3][x.astype(int).sum()],
        lambda x: (x * 2).data,
    ],
    ids=["if", "float", "int", "item", "tolist", "index", "data"],
)
def test_questions_for_numbers_are_refused(f):
    for x in (Tensor([1.0, 2.0], True), Tensor([1.0, 2.0])):
        with pytest.raises(ac.CompileError) as error:
            ac.compile(f)(x)
        assert "traced" in str(error.value)
        assert "test_compile.py" in str(error.value)


def test_a_refused_call_leaves_everything_as_it_was():
    W = Tensor([1.0], True)
    W.grad = [7.0]

    def f(x):
        W.zero_grad()
        (x * W).sum().backward()
        with ac.no_grad():
            W.data -= W.grad
        return branch(x)

    with pytest.raises(ac.CompileError):
        ac.compile(f)(np.ones(1))
    assert W.item() == 1
    assert W.grad.item() == 7
    (W * 2).sum().backward()
    assert W.grad.item() == 9


def test_hooks_run_eagerly_and_the_reason_says_so():
    W = Tensor([1.0], True, name="W")
    seen = []
    W.register_hook(lambda g: seen.append(g.item()))
    f = ac.compile(lambda x: (x * W).sum())
    for k in (1.0, 2.0):
        f(np.array([k])).backward()
    assert seen == [1, 2]
    assert f.reason is not None
    assert "'W' has hooks" in f.reason


def test_a_shape_that_depends_on_the_numbers_is_left_to_eager_code():
    f = ac.compile(lambda x: x[x > 0])
    assert f(np.array([1.0, -1.0, 2.0])).tolist() == [1, 2]
    assert f(np.array([-1.0, -1.0, 2.0])).tolist() == [2]
    assert "whose shape depends on the numbers" in f.reason


def test_a_plain_array_of_an_argument_is_left_to_eager_code():
    f = ac.compile(lambda x: np.asarray(x) * 2)
    assert f(np.ones(2)).tolist() == [2, 2]
    assert "test_compile.py needs the numbers of a traced value (np.asarray())" in f.reason


def test_copies_write_programs_of_their_own():
    model = nn.Linear(2, 1, rng=0)
    f = ac.compile(model)
    x = np.ones((5, 2), np.float32)
    before = f(x).numpy()
    other = copy.deepcopy(f)
    other.weight.data, other.bias.data = np.zeros((2, 1)), np.zeros(1)
    assert not other(x).numpy().any()
    assert np.array_equal(f(x).numpy(), before)
    again = pickle.loads(pickle.dumps(ac.compile(np.exp)))
    assert again(0.0) == 1


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "2"])
def test_threads_is_a_positive_integer(wrong):
    with pytest.raises(ValueError, match="threads is a positive integer"):
        ac.compile(np.exp, threads=wrong)


def test_only_functions_compile():
    with pytest.raises(TypeError, match="a function or a module is needed, got int"):
        ac.compile(3)


def test_errors_of_the_call_are_those_of_eager_code():
    f = ac.compile(lambda x, y: x @ y)
    with pytest.raises(ValueError, match="matmul"):
        f(np.ones((2, 3)), np.ones((2, 3)))
    assert f(np.ones((2, 3)), np.ones((3, 2))).shape == (2, 2)


# ---- memory and threads ------------------------------------------------------------------------------------


def test_nothing_is_held_by_a_program_that_is_dropped():
    class Held(Tensor):
        __slots__ = ()

    def made():
        W = Held([1.0], True)
        f = ac.compile(lambda x: (x * W).sum())
        f(np.ones(1)).backward()
        return f, weakref.ref(W)

    f, gone = made()
    assert gone() is not None
    del f
    gc.collect()
    assert gone() is None


def test_threads_may_call_one_program_at_once():
    W = Tensor(np.arange(5.0), True)
    f = ac.compile(lambda x: np.tanh(x * W).sum(axis=1))
    expected = {k: np.tanh(np.full((50, 5), k) * W.numpy()).sum(axis=1) for k in range(8)}
    wrong = []

    def work(k):
        for _ in range(50):
            if not np.allclose(f(np.full((50, 5), float(k))).numpy(), expected[k]):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_compiled_function_inside_of_another_is_a_part_of_it():
    inner = ac.compile(lambda x: x * 2)
    outer = ac.compile(lambda x: inner(x) + 1)
    assert outer(3.0) == 7
    assert inner.source == ""


# ---- what a program was made for ---------------------------------------------------------------------------


def test_variables_that_are_closed_over_are_what_they_are_at_the_call():
    scale = 2.0
    f = ac.compile(lambda x: x * scale)
    assert f(3.0) == 6
    scale = 5.0
    assert f(3.0) == 15


def test_side_effects_happen_while_tracing():
    calls = 0

    @ac.compile
    def f(x):
        nonlocal calls
        calls += 1
        return x * 2

    for _ in range(3):
        f(1.0)
    assert calls == 1
    assert f.reason is None


class Counted:
    def __init__(self):
        self.factor, self.n = 2.0, 0

    def steady(self, x):
        return x * self.factor

    def counting(self, x):
        self.n += 1
        return x * self.n


def test_attributes_of_the_object_whose_method_is_compiled():
    counted = Counted()
    f = ac.compile(counted.steady)
    assert f(3.0) == 6
    counted.factor = 4.0
    assert f(3.0) == 12
    g = ac.compile(Counted.steady)
    assert g(counted, 1.0) == 4
    counted.factor = 7.0
    assert g(counted, 1.0) == 7


def test_attributes_that_every_call_changes_are_left_to_eager_code():
    counted = Counted()
    f = ac.compile(counted.counting)
    assert [f(1.0) for _ in range(3)] == [1, 2, 3]
    assert "changes the attribute n" in f.reason


def test_a_named_tuple_is_a_nest():
    Pair = namedtuple("Pair", "a b")
    f = ac.compile(lambda p: Pair(p.a + p.b, p.a))
    assert f(Pair(np.ones(2), np.ones(2))).a.tolist() == [2, 2]
    assert f(Pair(np.zeros(2), np.ones(2))).a.tolist() == [1, 1]


def test_a_hook_that_comes_later_is_seen():
    W = Tensor([1.0], True)
    f = ac.compile(lambda x: (x * W).sum())
    f(np.ones(1)).backward()
    seen = []
    W.register_hook(lambda g: seen.append(g.item()))
    f(np.ones(1)).backward()
    assert seen == [1]
