"""Normalisations with torch's conventions: batch, instance, layer, group, root mean square, responses."""

import copy

import numpy as np
import pytest

import autograd_core as ac
import autograd_core.testing as act
import nn
import nn.functional as F
from autograd_core import Tensor
from autograd_core.symbols import Symbol, gradient, slides
from nn.functional import standardizing as rows
from tests.nn.oracle import agrees_with_torch, function_agrees, torch

RUNNING = [
    (nn.BatchNorm1d, (4, 3)),
    (nn.BatchNorm1d, (4, 3, 5)),
    (nn.BatchNorm2d, (4, 3, 5, 2)),
    (nn.BatchNorm2d, (2, 3, 4, 4)),
    (nn.BatchNorm3d, (4, 3, 2, 2, 3)),
    (nn.InstanceNorm1d, (4, 3, 5)),
    (nn.InstanceNorm1d, (3, 9)),
    (nn.InstanceNorm2d, (4, 3, 5, 2)),
    (nn.InstanceNorm2d, (3, 9, 9)),
    (nn.InstanceNorm3d, (4, 3, 2, 2, 3)),
    (nn.InstanceNorm3d, (3, 2, 2, 3)),
]
SETTINGS = [
    {},
    {"affine": False},
    {"affine": True, "bias": False},
    {"momentum": None},
    {"momentum": None, "affine": True, "track_running_stats": True},
    {"track_running_stats": False},
    {"affine": True, "track_running_stats": True, "momentum": 0.3, "eps": 0.1},
]
PLAIN = [
    (nn.LayerNorm, (5,), {}, (4, 5)),
    (nn.LayerNorm, (9,), {"eps": 0.1}, (2, 3, 9)),
    (nn.LayerNorm, ((3, 5),), {}, (2, 3, 5)),
    (nn.LayerNorm, (5,), {"bias": False}, (4, 5)),
    (nn.LayerNorm, (5,), {"elementwise_affine": False}, (5,)),
    (nn.LayerNorm, (5,), {}, (0, 5)),
    (nn.RMSNorm, (5,), {}, (4, 5)),
    (nn.RMSNorm, ((3, 9),), {"eps": 0.1}, (2, 3, 9)),
    (nn.RMSNorm, (5,), {"elementwise_affine": False}, (2, 3, 5)),
    (nn.GroupNorm, (2, 6), {}, (4, 6)),
    (nn.GroupNorm, (3, 6), {"eps": 0.1}, (2, 6, 5)),
    (nn.GroupNorm, (1, 6), {"bias": False}, (2, 6, 3, 4)),
    (nn.GroupNorm, (6, 6), {"affine": False}, (2, 6, 3, 2, 2)),
    (nn.LocalResponseNorm, (2,), {}, (2, 6, 4)),
    (nn.LocalResponseNorm, (3, 0.5, 0.6, 2.0), {}, (2, 6, 3, 4)),
    (nn.LocalResponseNorm, (9,), {"alpha": 1.0}, (2, 6, 2, 2, 3)),
]


def numbers(shape, seed=0):
    return np.random.default_rng(seed).normal(1.0, 2.0, shape)


def pair(make, *args, **settings):
    """Ours and torch's, with parameters that are not 1 and 0."""
    th = torch()
    theirs = getattr(th.nn, make.__name__)(*args, **settings)
    with th.no_grad():
        for k, p in enumerate(theirs.parameters()):
            p.copy_(th.tensor(numbers(tuple(p.shape), k)))
    return make(*args, **settings), theirs


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize(("make", "shape"), RUNNING)
def test_running_norms_agree_with_torch(make, shape, settings):
    ours, theirs = pair(make, 3, **settings)
    assert repr(ours) == repr(theirs)
    agrees_with_torch(ours, theirs, numbers(shape), calls=3)


@pytest.mark.parametrize(("make", "args", "settings", "shape"), PLAIN)
def test_norms_of_single_data_agree_with_torch(make, args, settings, shape):
    ours, theirs = pair(make, *args, **settings)
    assert repr(ours) == repr(theirs)
    agrees_with_torch(ours, theirs, numbers(shape), calls=1)


@pytest.mark.parametrize(("make", "shape"), RUNNING[:6])
def test_inputs_that_are_not_contiguous(make, shape):
    x = numbers((*shape[:-1], 2 * shape[-1]))[..., ::2]
    ours, theirs = pair(make, 3)
    agrees_with_torch(ours, theirs, x)
    turned = np.moveaxis(numbers(shape[::-1]), range(len(shape)), range(len(shape))[::-1])
    ours, theirs = pair(make, 3)
    agrees_with_torch(ours, theirs, turned)


def test_functions_agree_with_torch():
    th = torch().nn.functional
    x, w, b = numbers((4, 6, 5)), numbers(6, 1), numbers(6, 2)
    m, v = numbers(6, 3), numbers(6, 4) ** 2
    function_agrees(
        lambda x, w, b: F.batch_norm(x, m, v, w, b),
        lambda x, w, b: th.batch_norm(x, *tensors(m, v), w, b),
        x,
        w,
        b,
    )
    function_agrees(
        lambda x, w, b: F.batch_norm(x, None, None, w, b, True),
        lambda x, w, b: th.batch_norm(x, None, None, w, b, True),
        *(x, w, b),
    )
    function_agrees(F.instance_norm, th.instance_norm, x)
    function_agrees(
        lambda x, w, b: F.instance_norm(x, m, v, w, b, False),
        lambda x, w, b: th.instance_norm(x, *tensors(m, v), w, b, False),
        *(x, w, b),
    )
    function_agrees(lambda x: F.layer_norm(x, (6, 5)), lambda x: th.layer_norm(x, (6, 5)), x)
    function_agrees(lambda x, w: F.rms_norm(x, (5,), w), lambda x, w: th.rms_norm(x, (5,), w), x, numbers(5))
    function_agrees(lambda x, w: F.group_norm(x, 3, w), lambda x, w: th.group_norm(x, 3, w), x, w)
    for words in ({}, {"p": 1.0, "dim": -1}, {"p": 3, "dim": (1, 2)}, {"eps": 100.0}):
        function_agrees(F.normalize, th.normalize, x, **words)
    zeros = F.normalize(np.zeros((2, 3)))
    np.testing.assert_array_equal(zeros, 0)


def tensors(*arrays):
    return [torch().tensor(a) for a in arrays]


def test_running_statistics_of_the_function_are_moved_in_place():
    th = torch()
    x = numbers((4, 3))
    for f, theirs in (
        (F.batch_norm, th.nn.functional.batch_norm),
        (F.instance_norm, th.nn.functional.instance_norm),
    ):
        x = numbers((4, 3, 5))
        mean, var = np.zeros(3), nn.Buffer(np.ones(3))
        m, v = th.zeros(3).double(), th.ones(3).double()
        f(x, mean, var, None, None, True, 0.3)
        theirs(th.tensor(x), m, v, None, None, True, 0.3)
        np.testing.assert_allclose(mean, m.numpy(), rtol=1e-12)
        np.testing.assert_allclose(var.numpy(), v.numpy(), rtol=1e-12)


ROWS = [
    (rows.batch_norm, (5, 3), (3,), (-2,)),
    (rows.batch_norm, (4, 3, 10), (3, 1), (-3, -1)),
    (rows.batch_norm, (2, 3, 4), (3, 1), (-1,)),
    (rows.layer_norm, (4, 10), (10,), (-1,)),
    (rows.layer_norm, (2, 3, 4), (3, 4), (-2, -1)),
    (rows.layer_norm, (2, 3, 4), (4, 1)[::-1], (-1,)),
]


@pytest.mark.parametrize(("row", "shape", "sizes", "axes"), ROWS)
@pytest.mark.parametrize("bare", [False, True])
def test_derivatives_of_both_orders_and_jacobians(row, shape, sizes, axes, bare):
    x, w, b = numbers(shape), numbers(sizes, 1), numbers(sizes, 2)
    if bare:
        act.assert_gradients(lambda x: row(x, 1.0, 0.0, axes=axes, eps=0.1) ** 3, x)
        return
    act.assert_gradients(lambda x, w, b: row(x, w, b, axes=axes, eps=0.1) ** 3, x, w, b)
    f = lambda x, w, b: row(x, w, b, axes=axes, eps=0.1)
    meant = lambda x, w, b: row.meaning(x, w, b, axes=axes, eps=0.1)[0]
    for k in range(3):
        np.testing.assert_allclose(ac.jacobian(f, k)(x, w, b), ac.jacobian(meant, k)(x, w, b), atol=1e-12)
    cubes = lambda x: ac.sum(f(x, w, b) ** 3)
    wanted = ac.hessian(lambda x: ac.sum(meant(x, w, b) ** 3))(x)
    np.testing.assert_allclose(ac.hessian(cubes)(x), wanted, atol=1e-9)


def test_derivatives_of_the_root_mean_square():
    x, w = numbers((3, 4)), numbers(4, 1)
    act.assert_gradients(lambda x, w: rows.rms_norm(x, w, axes=(-1,), eps=0.1) ** 3, x, w)
    act.assert_gradients(lambda x: rows.rms_norm(x, 1.0, axes=(-1,), eps=0.1) ** 3, x)
    act.assert_gradients(lambda x: F.local_response_norm(x, 3, alpha=0.5), numbers((2, 4, 2)))
    act.assert_gradients(lambda x: F.group_norm(x, 2) ** 2, numbers((2, 4, 3)))
    act.assert_gradients(F.normalize, numbers((3, 4)))


@pytest.mark.parametrize("centred", [True, False])
def test_the_projection_has_derivatives_of_its_own(centred):
    g, n, s = numbers((3, 9)), numbers((3, 9), 1), numbers((3, 1), 2)
    act.assert_gradients(
        lambda g, n, s: rows.projected(g, n, s, 0.0, 0.0, axes=(-1,), centred=centred) ** 2, g, n, s
    )
    act.assert_gradients(lambda g, n: rows.paired(g, n, axes=(-2,)) ** 2, g, n)
    act.assert_gradients(lambda g: rows.summed(g, axes=(-2, -1)) ** 2, g)


def test_the_rules_print():
    x, w, b = Symbol.input("x", (5, 3)), Symbol.input("γ", (3,)), Symbol.input("β", (3,))
    words = {"axes": (-1,), "eps": 1e-5}
    printed = [slides(gradient(rows.layer_norm, i, [x, w, b], words, letters={"n": "x̂"})) for i in range(3)]
    assert printed == [
        "s ⊙ (ḡ ⊙ γ − mean(ḡ ⊙ γ, axis 1) − x̂ ⊙ mean(ḡ ⊙ γ ⊙ x̂, axis 1))",
        "sum(ḡ ⊙ x̂, axis 0)",
        "sum(ḡ, axis 0)",
    ]
    printed = [slides(gradient(rows.rms_norm, i, [x, w], words, letters={"n": "x̂"})) for i in range(2)]
    assert printed == ["s ⊙ (ḡ ⊙ γ − x̂ ⊙ mean(ḡ ⊙ γ ⊙ x̂, axis 1))", "sum(ḡ ⊙ x̂, axis 0)"]


@pytest.mark.parametrize(
    "shape", [(3,), (12, 3), (3, 12), (4, 3, 2), (4, 3, 20), (2, 3, 4, 5), (0, 3), (3, 0)]
)
def test_sums_along_any_axes_are_numpys(shape):
    x, y = numbers(shape), numbers(shape, 1)
    n = len(shape)
    for k in range(2**n):
        axes = tuple(a for a in range(-n, 0) if k >> (a + n) & 1)
        for a, b in ((x, y), (np.asfortranarray(x), y), (x[..., ::-1], y)):
            wanted = (a * b).sum(axis=axes, keepdims=True)
            np.testing.assert_allclose(rows.dots(a, b, axes), wanted, atol=1e-12)
            np.testing.assert_allclose(rows.total(a, axes), a.sum(axis=axes, keepdims=True), atol=1e-12)
            assert rows.dots(a, b, axes).shape == wanted.shape


LAYERS = [
    (lambda **k: nn.BatchNorm(3, **k), (6, 3)),
    (lambda **k: nn.BatchNorm2d(3, **k), (2, 3, 4, 4)),
    (lambda **k: nn.InstanceNorm1d(3, affine=True, track_running_stats=True, **k), (2, 3, 4)),
    (lambda **k: nn.LayerNorm(4, **k), (2, 3, 4)),
    (lambda **k: nn.RMSNorm(4, **k), (2, 3, 4)),
    (lambda **k: nn.GroupNorm(3, 6, **k), (2, 6, 4)),
    (lambda **k: nn.LocalResponseNorm(3), (2, 6, 4)),
]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(("make", "shape"), LAYERS)
def test_the_dtype_stays(make, shape, train, dtype):
    layer = make(dtype=dtype).train(train)
    x = Tensor(numbers(shape).astype(dtype), True)
    y = layer(x)
    assert y.dtype == dtype
    (y * y).sum().backward()
    assert x.grad.dtype == dtype
    assert all(p.grad.dtype == dtype for p in layer.parameters())
    assert all(b.dtype in (dtype, np.int64) for _, b in layer.named_buffers())
    double = layer.astype(np.float64)(Tensor(x.numpy().astype(float)))
    np.testing.assert_allclose(
        y.detach().numpy(), double.detach().numpy(), atol=0.05 if dtype == np.float16 else 1e-4
    )


def test_squares_that_half_precision_cannot_hold():
    x = np.array([[100.0], [-120.0]] * 5 + [[20.0]], np.float16)  # Σ x² is 122 400
    y = nn.BatchNorm(1, dtype=np.float16)(Tensor(x)).numpy()
    np.testing.assert_allclose(y, (x - x.mean()) / x.astype(float).std(), rtol=2e-3)


@pytest.mark.parametrize(("make", "shape"), LAYERS)
def test_arrays_compute_like_tensors_and_copies_are_apart(make, shape):
    layer = make()
    twin = copy.deepcopy(layer)
    x = numbers(shape).astype(np.float32)
    np.testing.assert_array_equal(layer(x).numpy(), twin(Tensor(x)).numpy())
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, twin.state_dict()[name])
    twin(5 * x)
    assert len(layer.state_dict()) < 3 or not np.array_equal(
        layer.state_dict()["running_mean"], twin.state_dict()["running_mean"]
    )


def test_functions_take_lists_and_give_arrays():
    assert isinstance(F.layer_norm([[1, 3]], [2]), np.ndarray)
    assert isinstance(F.batch_norm([[1, 3], [2, 2]], [0.0, 0.0], [1.0, 1.0], [1.0, 1.0]), np.ndarray)


def test_without_momentum_all_batches_count_alike():
    layer = nn.BatchNorm(3, momentum=None, dtype=float)
    batches = [numbers((5, 3), k) for k in range(4)]
    for x in batches:
        layer(x)
    np.testing.assert_allclose(layer.running_mean.numpy(), np.mean(batches, axis=(0, 1)), rtol=1e-12)
    np.testing.assert_allclose(
        layer.running_var.numpy(), np.mean([x.var(axis=0) for x in batches], axis=0), rtol=1e-12
    )
    assert repr(layer) == "BatchNorm(3, eps=1e-08, momentum=None)"


def test_the_convention_of_torch():
    """Row E17: the running statistics are those of torch, with the variance that one asks for."""
    with nn.convention("torch"):
        layer, given = nn.BatchNorm(3), nn.BatchNorm(3, eps=0.1, unbiased=False)
    assert (layer.eps, layer.unbiased) == (1e-5, True)
    assert (given.eps, given.unbiased) == (0.1, False)
    assert repr(layer) == "BatchNorm(3, eps=1e-05, momentum=0.1, unbiased=True)"
    th = torch().nn.BatchNorm1d(3)
    agrees_with_torch(layer, th, numbers((6, 3)), calls=3)
    lecture = nn.BatchNorm(3, dtype=float)
    x = numbers((6, 3))
    lecture(x)
    np.testing.assert_allclose(lecture.running_var.numpy(), 0.9 + 0.1 * x.var(axis=0), rtol=1e-12)


def test_one_datum():
    """Row 8.2-3: of one datum the lecture's layer gives β; torch's refuse it."""
    layer = nn.BatchNorm(2)
    layer.bias.data = [3.0, 4.0]
    np.testing.assert_array_equal(layer(np.array([[7.0, 8.0]])).numpy(), [[3, 4]])
    before = copy.deepcopy(nn.BatchNorm1d(2)).state_dict()
    theirs = nn.BatchNorm1d(2)
    for f in (theirs, nn.BatchNorm1d(2, track_running_stats=False).eval()):
        with pytest.raises(ValueError, match=r"more than one number per feature .* got the shape \(1, 2\)"):
            f(np.ones((1, 2)))
    for name, value in theirs.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert nn.BatchNorm1d(2).eval()(np.ones((1, 2))).shape == (1, 2)
    with pytest.raises(ValueError, match="more than one number per channel and datum"):
        nn.InstanceNorm1d(2)(np.ones((3, 2, 1)))


def test_roles_keep_scales_and_biases_from_penalties():
    for make, _ in LAYERS:
        assert not any(p.is_weight for p in make().parameters())


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: nn.BatchNorm1d(0), ValueError, "BatchNorm1d: num_features"),
        (lambda: nn.BatchNorm2d(2, eps=-1), ValueError, "BatchNorm2d: eps"),
        (
            lambda: nn.BatchNorm2d(2, momentum=2),
            ValueError,
            "BatchNorm2d: momentum is between 0 and 1, or None",
        ),
        (lambda: nn.BatchNorm1d(2, eps="1"), TypeError, "BatchNorm1d: eps is a number"),
        (lambda: nn.BatchNorm2d(2)(np.ones((3, 2))), ValueError, r"\(N, C, H, W\) with C = 2, got \(3, 2\)"),
        (lambda: nn.BatchNorm1d(2)(np.ones((3, 4))), ValueError, r"\(N, C\) or \(N, C, L\) with C = 2"),
        (lambda: nn.BatchNorm1d(2)(np.ones((0, 2))), ValueError, "more than one"),
        (lambda: nn.InstanceNorm2d(2)(np.ones((3, 4, 2, 2))), ValueError, "with C = 2"),
        (lambda: nn.LayerNorm(0), ValueError, "LayerNorm: normalized_shape"),
        (lambda: nn.LayerNorm(()), ValueError, "at least one size"),
        (lambda: nn.LayerNorm(3, eps=-1), ValueError, "LayerNorm: eps"),
        (lambda: nn.LayerNorm((2, 3))(np.ones((2, 2))), ValueError, r"\(\*, 2, 3\), got \(2, 2\)"),
        (lambda: nn.RMSNorm(3)(np.ones((2, 2))), ValueError, r"rms_norm: input has the shape \(\*, 3\)"),
        (lambda: nn.GroupNorm(4, 6), ValueError, "6 channels do not make 4 groups"),
        (lambda: nn.GroupNorm(3, 6)(np.ones((2, 5))), ValueError, r"\(N, 6, ...\), got the shape \(2, 5\)"),
        (lambda: F.group_norm(np.ones((2, 5)), 2), ValueError, "5 channels do not make 2 groups"),
        (lambda: F.group_norm(np.ones((1, 1)), 1), ValueError, "more than one number per group"),
        (lambda: nn.LocalResponseNorm(0), ValueError, "size"),
        (
            lambda: nn.LocalResponseNorm(2)(np.ones((2, 3))),
            ValueError,
            r"with places, got the shape \(2, 3\)",
        ),
        (lambda: F.batch_norm(np.ones((2, 3)), None, None), ValueError, "needed unless training=True"),
        (lambda: F.batch_norm(np.ones(3), None, None, training=True), ValueError, r"\(N, C, ...\)"),
        (
            lambda: F.batch_norm(np.ones((2, 3)), np.zeros(2), np.ones(3)),
            ValueError,
            r"batch_norm: running_mean has the shape \(3,\), got \(2,\)",
        ),
        (
            lambda: F.batch_norm(np.ones((2, 3)), None, None, np.ones(2), training=True),
            ValueError,
            r"batch_norm: weight has the shape \(3,\), got \(2,\)",
        ),
        (lambda: F.instance_norm(np.ones((2, 3))), ValueError, "with places"),
        (lambda: F.instance_norm(np.ones((2, 3, 4)), use_input_stats=False), ValueError, "needed unless"),
        (lambda: F.layer_norm(np.ones((2, 3)), (3,), np.ones(2)), ValueError, "layer_norm: weight"),
    ],
)
def test_wrong_settings_and_shapes_are_refused(make, error, text):
    with pytest.raises(error, match=text):
        make()


@pytest.mark.parametrize("norm", [F.batch_norm, F.instance_norm])
@pytest.mark.parametrize(
    ("mean", "var", "error", "words"),
    [
        (np.zeros(1), np.ones(3), ValueError, r"running_mean has the shape \(3,\), got \(1,\)"),
        (np.zeros(3), np.ones((2, 3)), ValueError, r"running_var has the shape \(3,\), got \(2, 3\)"),
        (np.zeros(3), [1.0, 1.0, 1.0], TypeError, "running_var is moved in place.*got a list"),
        (np.zeros(3), np.ones(3, int), TypeError, "running_var is moved in place.*got int64"),
    ],
)
def test_running_statistics_are_looked_at_before_one_is_moved(norm, mean, var, error, words):
    x, before = np.arange(12.0).reshape(2, 3, 2), np.array(mean)
    with pytest.raises(error, match=f"{norm.__name__}: {words}"):
        norm(x, mean, var, **{"training" if norm is F.batch_norm else "use_input_stats": True})
    np.testing.assert_array_equal(mean, before)


def test_single_precision_stays_beside_scales_of_half():
    x = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    w, b = (Tensor(np.full(4, c, np.float16), requires_grad=True) for c in (2.0, 0.5))
    y = F.layer_norm(Tensor(x), (4,), w, b)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y.detach().numpy(), F.layer_norm(x, (4,)) * 2.0 + 0.5, rtol=1e-6)
    y.sum().backward()
    assert w.grad.dtype == b.grad.dtype == np.float16
