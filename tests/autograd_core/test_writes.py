"""Writing to arrays that a graph may hold: the sweep gives the gradient at the recorded values, or raises."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GradientError, StaleGraphError, Tensor

START = np.array([1.0, 2.0, 3.0])


def leaf(data=START):
    return Tensor(data, requires_grad=True)


def squares(w):
    """A graph whose gradient 2w needs the recorded values."""
    return (w * w).sum()


def swept(z, w):
    """The gradient that backward gives, or None if it refuses."""
    w.zero_grad()
    try:
        z.backward()
    except StaleGraphError:
        return None
    return w.grad.numpy()


def assert_right_or_refused(z, w, wanted):
    found = swept(z, w)
    if found is not None:
        np.testing.assert_array_equal(found, wanted)


# ---- every way to write to a leaf ------------------------------------------------------------------------


def step_in_place(w):
    with ac.no_grad():
        w -= 0.5 * np.ones(3)


def step_multiply(w):
    with ac.no_grad():
        w *= 2.0


def step_divide(w):
    with ac.no_grad():
        w /= 2.0


def step_add(w):
    with ac.no_grad():
        w += 1


def step_power(w):
    with ac.no_grad():
        w **= 2


def step_item(w):
    with ac.no_grad():
        w[0] = 9.0


def data_augmented(w):
    w.data -= 0.5 * np.ones(3)


def data_set(w):
    w.data = np.array([7.0, 8.0, 9.0])


def data_computed(w):
    w.data = w.data - 0.5 * np.ones(3)


def data_item(w):
    w.data[0] = 9.0


def data_slice(w):
    w.data[1:] *= -1


def data_from_tensor(w):
    w.data = Tensor([7.0, 8.0, 9.0])


WRITES = {
    step_in_place: START - 0.5,
    step_multiply: START * 2,
    step_divide: START / 2,
    step_add: START + 1,
    step_power: START**2,
    step_item: [9, 2, 3],
    data_augmented: START - 0.5,
    data_set: [7, 8, 9],
    data_computed: START - 0.5,
    data_item: [9, 2, 3],
    data_slice: [1, -2, -3],
    data_from_tensor: [7, 8, 9],
}
writes = pytest.mark.parametrize("write", WRITES, ids=lambda f: f.__name__)


@writes
def test_a_write_reaches_the_leaf_which_stays_the_same(write):
    w = leaf()
    before = w
    write(w)
    assert w is before
    assert w.requires_grad
    assert w.is_leaf
    np.testing.assert_array_equal(w.data, WRITES[write])
    squares(w).backward()
    np.testing.assert_array_equal(w.grad, 2 * np.array(WRITES[write]))


@writes
def test_a_graph_recorded_before_gives_its_own_gradient(write):
    w = leaf()
    z = squares(w)
    write(w)
    np.testing.assert_array_equal(w.data, WRITES[write])
    assert_right_or_refused(z, w, 2 * START)
    w.zero_grad()
    squares(w).backward()
    np.testing.assert_array_equal(w.grad, 2 * np.array(WRITES[write]))


@writes
def test_a_graph_recorded_while_a_handle_is_alive(write):
    w = leaf()
    handle = w.data
    z = squares(w)
    write(w)
    np.testing.assert_array_equal(handle, WRITES[write])  # the handle is the leaf's own array
    assert_right_or_refused(z, w, 2 * START)


@writes
def test_the_second_graph_and_the_second_write(write):
    w = leaf()
    first = squares(w)
    write(w)
    second = squares(w)
    middle = w.numpy()
    write(w)
    assert_right_or_refused(second, w, 2 * middle)
    assert_right_or_refused(first, w, 2 * START)


@writes
def test_second_order_of_a_graph_recorded_before(write):
    w = leaf()
    z = (w**3).sum()
    (g,) = ac.gradients(z, [w], create_graph=True)
    write(w)
    (h,) = ac.gradients(g.sum(), [w])
    np.testing.assert_array_equal(h, 6 * START)


def test_in_place_while_recording_is_an_error_that_names_no_grad():
    w = Tensor(START, requires_grad=True, name="W")

    def sub():
        nonlocal w
        w -= 1

    def add():
        nonlocal w
        w += 1

    def multiply():
        nonlocal w
        w *= 1

    def divide():
        nonlocal w
        w /= 1

    def power():
        nonlocal w
        w **= 1

    def item():
        w[0] = 1

    for form in (sub, add, multiply, divide, power, item):
        with pytest.raises(GradientError, match=r"'W'.*no_grad\(\)"):
            form()
    np.testing.assert_array_equal(w.data, START)


def test_results_are_read_only_and_cannot_be_set():
    w = leaf()
    y = w * 2
    assert not y.data.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        y.data[0] = 1
    with pytest.raises(GradientError, match=r"cannot set \.data.*multiply"):
        y.data = START
    with pytest.raises(GradientError, match="cannot be written to"):
        y[0] = 1.0


def test_what_the_data_setter_takes_and_refuses():
    w = Tensor(np.float32([1, 2, 3]), requires_grad=True)
    w.data = [4, 5, 6]
    assert w.dtype == np.float32
    w.data = np.arange(3)
    w.data = Tensor([7.0, 8.0, 9.0])
    np.testing.assert_array_equal(w.data, [7, 8, 9])
    scalar = Tensor(1.0, requires_grad=True)
    scalar.data = 5
    assert scalar.item() == 5
    with pytest.raises(GradientError, match="requires grad"):
        w.data = leaf()
    for wrong in (np.zeros(2), 1.0, np.zeros((3, 1))):
        with pytest.raises(ValueError, match=r"shape \(3,\), but the value has"):
            w.data = wrong
    with pytest.raises(TypeError):
        w.data = 1j * np.ones(3)
    np.testing.assert_array_equal(w.data, [7, 8, 9])


def test_a_step_of_another_shape_changes_nothing():
    w = leaf()
    with ac.no_grad(), pytest.raises(ValueError, match=r"shape \(3,\), the result \(2, 3\)"):
        w -= np.ones((2, 3))
    np.testing.assert_array_equal(w.data, START)


def test_the_value_given_to_the_setter_is_copied():
    w, v = leaf(), np.array([4.0, 5.0, 6.0])
    w.data = v
    v[:] = 0
    np.testing.assert_array_equal(w.data, [4, 5, 6])


def test_the_setter_given_a_view_of_its_own_data():
    w = leaf()
    w.data = w.data[::-1]
    np.testing.assert_array_equal(w.data, [3, 2, 1])


def test_item_assignment_keeps_no_gradient_secret():
    w, box = leaf(), ac.zeros(3)
    with pytest.raises(GradientError, match=r"lose the gradient.*ac\.stack"):
        box[0] = w.sum()
    box[0] = w.sum().detach()
    with ac.no_grad():
        box[1] = w.sum()
    box[Tensor([2])] = Tensor([5.0])
    assert box.tolist() == [6, 6, 5]


# ---- every other door ------------------------------------------------------------------------------------
# each opens a door to memory of w, or of an operand, and hands back (result, leaf, gradient, a way to write)


def handle_taken_before():
    w = leaf()
    a = w.data
    return squares(w), w, 2 * START, a


def view_of_a_handle():
    w = leaf()
    a = w.data[1:]
    return squares(w), w, 2 * START, a


def reversed_view_of_a_handle():
    w = leaf()
    a = w.data[::-1].reshape(3, 1).T
    return squares(w), w, 2 * START, a


def handle_of_detached():
    w = leaf()
    d = w.detach()
    a = d.data
    return squares(w), w, 2 * START, a


def detached_after_recording():
    w = leaf()
    z = squares(w)
    return z, w, 2 * START, w.detach().data


def detached_of_an_exposed_leaf():
    w = leaf()
    a = w.data
    d = w.detach()
    x = leaf()
    return (x * d).sum(), x, START, a


def detached_of_a_result():
    w = leaf()
    y = ac.exp(w)
    return y.sum(), w, np.exp(START), y.detach().data


def plain_operand():
    w, a = leaf(), START + 1
    return (w * a).sum(), w, START + 1, a


def plain_operand_on_the_left():
    w, a = leaf(), START + 1
    return (a * w).sum(), w, START + 1, a


def view_as_operand():
    w, a = leaf(), np.arange(6.0)
    return (w * a[::2]).sum(), w, [0, 2, 4], a


def matrix_operand():
    w, a = leaf(), np.arange(6.0).reshape(2, 3)
    return (a @ w).sum(), w, [3, 5, 7], a


def mask_of_where():
    w, a = leaf(), np.array([1.0, 0.0, 1.0])
    return ac.where(a, w, 0).sum(), w, [1, 0, 1], a


def index_array():
    w, a = leaf(), np.array([0, 0, 2])
    return w[a].sum(), w, [2, 0, 1], a


def index_tensor():
    w, t = leaf(), Tensor([0, 0, 2])
    a = t.data
    return w[t].sum(), w, [2, 0, 1], a


def bounds_of_clip():
    w, a = leaf(), np.array([2.0, 2.0, 2.0])
    return ac.clip(w, a, np.full(3, 9.0)).sum(), w, [0, 1, 1], a


def constant_tensor_beside_an_array():
    w, low = leaf(), Tensor([2.0, 2.0, 2.0])
    a = low.data
    return ac.clip(w, low, np.full(3, 9.0)).sum(), w, [0, 1, 1], a


def source_of_a_leaf():
    a = START.copy()
    w = Tensor(a, requires_grad=True)
    return squares(w), w, 2 * START, a


def source_of_a_constant():
    w, a = leaf(), START.copy()
    return (w * Tensor(a)).sum(), w, START, a


def handle_of_a_constant():
    w, c = leaf(), Tensor(START)
    a = c.data
    return (w * c).sum(), w, START, a


def handle_of_a_constant_taken_after():
    w, c = leaf(), Tensor(START)
    z = (w * c).sum()
    return z, w, START, c.data


def computed_without_recording():
    w, v = leaf(), leaf()
    a = v.data
    with ac.no_grad():
        c = v.reshape(3, 1)
    return (w * c[:, 0]).sum(), w, START, a


def view_without_recording_then_exposed():
    w, v = leaf(), leaf()
    with ac.no_grad():
        c = v.reshape(3, 1)
    a = v.data
    return (w * c[:, 0]).sum(), w, START, a


def reshaped_leaf():
    w = leaf()
    v = w.reshape(3, 1)
    return (v * v).sum(), w, 2 * START, w.data


def transposed_leaf():
    w = leaf(np.arange(6.0).reshape(2, 3))
    z = (w.T * w.T).sum()
    return z, w, 2 * np.arange(6.0).reshape(2, 3), w.data


def sliced_leaf():
    w = leaf()
    v = w[1:]
    return (v * v).sum(), w, [0, 4, 6], w.data


def sliced_exposed_leaf():
    w = leaf()
    a = w.data
    v = w[1:]
    return (v * v).sum(), w, [0, 4, 6], a


def gradient_given():
    w, g = leaf(), START.copy()
    y = w * w
    y.backward(g, retain_graph=True)
    w.zero_grad()
    return y.sum(), w, 2 * START, g


def value_of_numpy():
    w = leaf()
    a = w.numpy()
    return squares(w), w, 2 * START, a


def list_and_array_in_stack():
    w, a = leaf(), START.copy()
    s = ac.stack([w, a])
    return (s[0] * s[1]).sum(), w, START, a


def broadcast_operand():
    w, a = leaf(), np.array(2.0)
    return (w * a).sum(), w, [2, 2, 2], a


def power_by_an_array():
    w, a = leaf(), np.array([2.0, 2.0, 2.0])
    return (w**a).sum(), w, 2 * START, a


def large_operands():
    n = 1000
    w, a = leaf(np.ones(n)), np.full(n, 3.0)
    return (w * a).sum(), w, np.full(n, 3.0), a


def large_leaf():
    n = 1000
    w = leaf(np.ones(n))
    return squares(w), w, np.full(n, 2.0), w.data


DOORS = [
    handle_taken_before,
    view_of_a_handle,
    reversed_view_of_a_handle,
    handle_of_detached,
    detached_after_recording,
    detached_of_an_exposed_leaf,
    detached_of_a_result,
    plain_operand,
    plain_operand_on_the_left,
    view_as_operand,
    matrix_operand,
    mask_of_where,
    index_array,
    index_tensor,
    bounds_of_clip,
    constant_tensor_beside_an_array,
    source_of_a_leaf,
    source_of_a_constant,
    handle_of_a_constant,
    handle_of_a_constant_taken_after,
    computed_without_recording,
    view_without_recording_then_exposed,
    reshaped_leaf,
    transposed_leaf,
    sliced_leaf,
    sliced_exposed_leaf,
    gradient_given,
    value_of_numpy,
    list_and_array_in_stack,
    broadcast_operand,
    power_by_an_array,
    large_operands,
    large_leaf,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda f: f.__name__)
def test_no_door_leads_to_a_wrong_gradient(door):
    z, w, wanted, a = door()
    a[...] = 1 if a.dtype.kind == "i" else 77.0
    assert_right_or_refused(z, w, wanted)


@pytest.mark.parametrize("door", DOORS, ids=lambda f: f.__name__)
def test_nor_to_a_wrong_tangent_or_second_derivative(door):
    z, w, wanted, a = door()
    (g,) = ac.gradients(z, [w], create_graph=True)
    a[...] = 1 if a.dtype.kind == "i" else 77.0
    np.testing.assert_array_equal(ac.gradients(z, w), wanted)
    np.testing.assert_array_equal(g.detach(), wanted)


def test_a_read_only_view_keeps_the_old_values():
    c = Tensor(START)
    a = np.asarray(c)
    assert not a.flags.writeable
    c.data[0] = 9
    np.testing.assert_array_equal(a, START)
    np.testing.assert_array_equal(c.data, [9, 2, 3])


def test_detached_and_leaf_never_see_each_others_writes():
    w = leaf()
    d = w.detach()
    d.data[0] = 9
    assert w.tolist() == [1, 2, 3]
    with ac.no_grad():
        w += 1
    assert d.tolist() == [9, 2, 3]
    late = w.detach()
    w.data[:] = 0
    assert late.tolist() == [2, 3, 4]


def test_one_handle_keeps_reaching_the_leaf():
    w = leaf()
    a = w.data
    for k in range(3):
        z = squares(w)
        a += 1
        np.testing.assert_array_equal(w.data, START + k + 1)
        assert w.data is a
        assert_right_or_refused(z, w, 2 * (START + k))
    with ac.no_grad():
        w -= 3
    np.testing.assert_array_equal(a, START)


def test_a_leaf_whose_handle_is_gone_is_shared_again():
    w = leaf(np.ones(1000))
    w.data[0] = 1
    y = w * w
    assert any(value is w._array for value in y.node.args)


# ---- gradients -------------------------------------------------------------------------------------------


def handed_out(w):
    return w.grad.data


def test_gradients_alias_nothing():
    x, y, c = leaf(), leaf(), np.ones(3)
    seed = np.ones(3)
    (x + y).backward(seed)
    arrays = [handed_out(x), handed_out(y), x.data, y.data, seed, c]
    for i, a in enumerate(arrays):
        for b in arrays[:i]:
            assert not np.shares_memory(a, b)
    arrays[0][:] = 5
    np.testing.assert_array_equal(y.grad, [1, 1, 1])


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: x.sum() + y.sum(),
        lambda x, y: ac.concatenate([x, y]).sum(),
        lambda x, y: ac.stack([x, y]).sum(),
        lambda x, y: (x.reshape(3, 1) + y.reshape(3, 1)).sum(),
        lambda x, y: (x * y).sum(),
        lambda x, y: ac.where([True, False, True], x, y).sum(),
        lambda x, y: (x - y).sum(),
        lambda x, y: +x[0] + y[0],
    ],
    ids=["sums", "concatenate", "stack", "reshape", "product", "where", "difference", "items"],
)
def test_a_write_to_one_gradient_reaches_nothing_else(f):
    x, y = leaf(), leaf(START + 1)
    f(x, y).backward()
    other = y.grad.numpy()
    x.grad.data[...] = 99
    np.testing.assert_array_equal(x.grad, [99, 99, 99])
    np.testing.assert_array_equal(y.grad, other)
    np.testing.assert_array_equal(x.data, START)
    x.zero_grad()
    f(x, y).backward()
    assert not (x.grad.numpy() == 99).any()


def test_accumulation_leaves_the_old_gradient_alone():
    x = leaf()
    x.sum().backward()
    first = x.grad
    a = first.data
    x.sum().backward()
    np.testing.assert_array_equal(a, 1)
    np.testing.assert_array_equal(x.grad, 2)


def test_a_gradient_set_by_the_user_is_not_written_to():
    x, g = leaf(), np.ones(3)
    x.grad = g
    x.sum().backward()
    np.testing.assert_array_equal(g, 1)
    np.testing.assert_array_equal(x.grad, 2)


def test_what_a_hook_returns_stays_the_users():
    x, mine = leaf(), Tensor(np.ones(3))
    x.register_hook(lambda g: mine)
    handle = mine.data
    x.sum().backward()
    handle[:] = 5
    np.testing.assert_array_equal(x.grad, [1, 1, 1])


def test_a_gradient_subtracted_from_data_is_numpys_affair():
    """The old habit of torch, `w.data -= lr * w.grad`: nothing is recorded, so out= is allowed."""
    w = Tensor([1.0, 2.0], requires_grad=True)
    (w * w).sum().backward()
    w.data -= 0.1 * w.grad
    assert w.tolist() == [0.8, 1.6]
    assert w.requires_grad
    a = np.ones(2)
    with pytest.raises(TypeError, match="cannot be written into an array"):
        a -= w * 2
    assert a.tolist() == [1, 1]
