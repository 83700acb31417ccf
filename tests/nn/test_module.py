"""Modules: what they find, how they are called, what they save."""

import copy

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import Tensor
from nn import module


class Net(nn.Module):
    """Layers in a list and in a dict, and a parameter of its own."""

    def __init__(self):
        self.layers = [nn.Linear(4, 8, rng=0), nn.ReLU()]
        self.heads = {"a": nn.Linear(8, 2, rng=1)}
        self.scale = nn.Parameter(2.0)
        self.history = [1.0, "text", None]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.heads["a"](x) * self.scale


def test_parameters_are_found_through_attributes_lists_and_dicts():
    names = [name for name, _ in Net().named_parameters()]
    assert names == ["layers.0.weight", "layers.0.bias", "heads.a.weight", "heads.a.bias", "scale"]


def test_named_modules_start_with_the_module_itself():
    net = Net()
    assert [name for name, _ in net.named_modules()] == ["", "layers.0", "layers.1", "heads.a"]
    assert net.named_modules()[0][1] is net


def test_shared_parameters_count_once_but_are_saved_under_every_name():
    a, b = nn.Linear(3, 3, rng=0), nn.Linear(3, 3, rng=1)
    b.weight = a.weight
    model = nn.Sequential(a, b)
    assert len(model.parameters()) == 3
    assert model.num_parameters() == 9 + 3 + 3
    assert list(model.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_a_shared_module_counts_once():
    layer = nn.Linear(3, 3)
    assert len(nn.Sequential(layer, nn.ReLU(), layer).parameters()) == 2


def test_a_child_may_point_to_its_parent():
    parent = nn.Module()
    parent.child = nn.Linear(2, 2)
    parent.child.parent = parent
    assert [name for name, _ in parent.named_parameters()] == ["child.weight", "child.bias"]
    assert list(parent.state_dict()) == ["child.weight", "child.bias"]


def test_nodes_carry_the_path_of_their_module():
    y = Net()(np.ones((5, 4)))
    product = y.node.parents[0]
    assert y.node.state.scope == ""
    assert product.state.scope == "heads.a"
    relu = product.parents[0].parents[0]
    assert (relu.op.name, relu.state.scope) == ("relu", "layers.1")


def test_scopes_of_nested_modules_join_to_the_path():
    class Outer(nn.Module):
        def __init__(self):
            self.body = nn.Sequential(nn.Sequential(nn.Linear(2, 2)), nn.Tanh())

        def forward(self, x):
            return self.body(x)

    outer = Outer()
    y = outer(np.ones((1, 2)))
    scopes = [y.node.state.scope, y.node.parents[0].state.scope]
    assert scopes == ["body.1", "body.0.0"]
    modules = dict(outer.named_modules())
    assert [modules[s].title() for s in scopes] == ["Tanh", "Linear(2 → 2)"]


def test_a_grandchild_that_is_called_directly_has_its_whole_path():
    class Outer(nn.Module):
        def __init__(self):
            self.body = nn.Sequential(nn.Linear(2, 2))

        def forward(self, x):
            return self.body[0](x)

    assert Outer()(np.ones((1, 2))).node.state.scope == "body.0"


def test_a_module_from_elsewhere_opens_no_scope():
    relu = nn.ReLU()

    class Outer(nn.Module):
        def __init__(self):
            self.fc = nn.Linear(2, 2)

        def forward(self, x):
            return relu(self.fc(x))

    assert Outer()(np.ones((1, 2))).node.state.scope == ""


def test_parameters_are_named_by_their_path_at_the_first_call():
    net = Net()
    net.heads["a"](np.ones((1, 8)))
    assert net.heads["a"].weight.name == "weight"
    net.scale.name = "γ"
    net(np.ones((1, 4)))
    assert [p.name for p in net.parameters()] == [
        "layers.0.weight",
        "layers.0.bias",
        "heads.a.weight",
        "heads.a.bias",
        "γ",
    ]


def test_a_parameter_that_is_added_later_is_named_too():
    layer = nn.Linear(2, 2)
    layer(np.ones((1, 2)))
    layer.late = nn.Parameter(1.0)
    layer(np.ones((1, 2)))
    assert layer.late.name == "late"


def test_parameters_in_deep_modules_have_their_whole_path():
    model = nn.Sequential(nn.Sequential(nn.Sequential(nn.Linear(2, 2))))
    model(np.ones((1, 2)))
    assert model[0][0][0].weight.name == "0.0.0.weight"


def test_the_second_input_of_a_module_without_a_dtype_is_left_alone():
    class Half(nn.Module):
        def forward(self, y, t):
            return nn.HalfMSELoss()(y, t)

    y = Tensor(np.ones((2, 1), np.float32), True)
    assert Half()(y, np.zeros((2, 1))).dtype == np.float32


def test_the_scope_is_left_when_forward_fails():
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(3, 2))
    with pytest.raises(ValueError, match=r"x \(4, 2\) @ weight \(3, 2\) needs 3 numbers") as caught:
        model(np.ones((4, 3)))
    assert "in the module '1'" in "".join(caught.value.__notes__)
    y = nn.Linear(3, 2)(np.ones((4, 3)))
    assert y.node.state.scope == ""


def test_a_plain_floating_array_takes_the_dtype_of_the_module_and_the_name_x():
    seen = []
    model = nn.Sequential(nn.Linear(3, 2))
    model[0].register_forward_hook(lambda module, inputs, output: seen.append(inputs[0]))
    y = model(np.ones((4, 3)))
    assert y.dtype == seen[0].dtype == np.float32
    assert seen[0].name == "x"


def test_the_array_given_is_copied():
    model, x = nn.Linear(2, 1, rng=0), np.ones((1, 2), np.float32)
    y = model(x)
    x[:] = 7
    y.sum().backward()
    np.testing.assert_array_equal(model.weight.grad, [[1], [1]])


def test_tensors_pass_as_they_are():
    x = Tensor(np.ones((4, 3)), name="mine")
    seen = []
    model = nn.Linear(3, 2)
    model.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0]))
    assert model(x).dtype == np.float64
    assert seen[0] is x
    assert x.name == "mine"


def test_a_module_without_floating_numbers_leaves_the_dtype_alone():
    assert nn.ReLU()(np.ones(3)).dtype == np.float64


def test_the_dtype_comes_from_the_buffers_if_there_are_no_parameters():
    class Shift(nn.Module):
        def __init__(self):
            self.count = nn.Buffer(0)
            self.by = nn.Buffer([1.0])

        def forward(self, x):
            return x + self.by

    assert Shift()(np.ones(3)).dtype == np.float32
    assert Shift().count.dtype == np.int64


def test_forward_hooks_see_and_replace_the_output():
    model = nn.ReLU()
    handle = model.register_forward_hook(lambda module, inputs, output: output * 2)
    silent = model.register_forward_hook(lambda module, inputs, output: None)
    assert float(model(np.array(3.0))) == 6
    handle.remove()
    handle.remove()
    silent.remove()
    assert float(model(np.array(3.0))) == 3


def test_train_and_eval_change_in_place_and_return_the_module():
    net = Net()
    assert net.eval() is net
    assert not net.layers[0].training
    assert net.train() is net
    assert net.layers[1].training


def test_requires_grad_freezes_and_thaws():
    net = Net()
    assert net.requires_grad_(False) is net
    assert not any(p.requires_grad for p in net.parameters())
    assert not net(np.ones((1, 4))).requires_grad
    net.requires_grad_()
    assert all(p.requires_grad for p in net.parameters())


def test_zero_grad_forgets():
    net = Net()
    net(np.ones((1, 4))).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_gradients_are_forgotten_or_set_to_zero():
    net = nn.Linear(2, 3)
    for owner in (net, optim.SGD(net.parameters())):
        ac.sum(net(np.ones((1, 2)))).backward()
        owner.zero_grad(set_to_none=False)
        assert (net.weight.grad.numpy() == 0).all()
        assert net.weight.grad.dtype == np.float32
        owner.zero_grad()
        assert net.weight.grad is None
        owner.zero_grad(set_to_none=False)
        assert net.weight.grad is None


def test_astype_keeps_the_parameters_their_names_and_their_gradients():
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm(2))
    before = model.parameters()
    model(np.ones((4, 3))).sum().backward()
    assert model.astype(np.float64) is model
    assert all(p is q for p, q in zip(before, model.parameters(), strict=True))
    assert {a.dtype for n, a in model.state_dict().items() if n != "1.num_batches_tracked"} == {
        np.dtype(float)
    }
    assert model[1].num_batches_tracked.dtype == np.int64
    assert model[0].weight.name == "0.weight"
    assert model[0].weight.grad.dtype == np.float64
    assert model(np.ones((4, 3))).dtype == np.float64


def test_a_graph_recorded_before_astype_still_reaches_the_parameter():
    model = nn.Linear(3, 2)
    y = model(np.ones((1, 3))).sum()
    model.astype(np.float64)
    y.backward()
    assert model.weight.grad.dtype == np.float64


def test_astype_keeps_hooks_and_the_graphs_recorded_before():
    layer = nn.Linear(3, 2, rng=0)
    seen = []
    layer.weight.register_hook(lambda g: seen.append(g.dtype))
    y = layer(np.ones((1, 3)))
    z, part = (y * y).sum(), layer.weight[0].sum()
    old = layer.weight.numpy()
    layer.bias.grad = np.ones(2)
    layer.astype(np.float64)
    np.testing.assert_array_equal(layer.weight.numpy(), old)
    z.backward()
    part.backward()
    expected = np.tile(2 * y.numpy(), (3, 1))
    expected[0] += 1
    np.testing.assert_allclose(layer.weight.grad.numpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(layer.bias.grad.numpy(), 1 + 2 * y.numpy()[0], rtol=1e-6)
    assert layer.weight.grad.dtype == layer.bias.grad.dtype == np.float64
    assert len(seen) == 2
    layer(np.ones((1, 3))).sum().backward()
    assert len(seen) == 3
    assert layer.weight.requires_grad


def test_astype_takes_floating_dtypes_only():
    with pytest.raises(TypeError, match="int64"):
        Net().astype(int)


def test_float32_stays_float32_in_parameters_activations_and_gradients():
    model = nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm(4), nn.ReLU(), nn.Linear(4, 4), nn.Sigmoid(), nn.Linear(4, 2), nn.Tanh()
    )
    dtypes = set()
    for layer in model:
        layer.register_forward_hook(lambda module, inputs, output: dtypes.add(output.dtype))
    for loss, t in ((nn.CrossEntropyLoss(), [0, 1, 1]), (nn.HalfMSELoss(), np.ones((3, 2)))):
        for mode in (True, False):
            model.train(mode)
            error = loss(model(np.eye(3)), t)
            error.backward()
            dtypes |= {error.dtype} | {p.grad.dtype for p in model.parameters()}
    assert dtypes == {np.dtype(np.float32)}


def test_an_input_by_keyword_is_cast_and_named_as_one_by_position():
    class Two(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(2, 2)

        def forward(self, x, *, y):
            return x, y

    layer, x = nn.Linear(2, 2), np.ones((1, 2))
    assert layer(x=x).dtype == layer(x).dtype == np.float32
    assert nn.Tanh()(x=x).dtype == np.float64
    a, b = Two()(x, y=x)
    assert (a.dtype, b.dtype, a.name, b.name) == (np.float32, np.float32, "x", None)
    b, a = reversed(Two()(y=x, x=x))
    assert (a.dtype, b.dtype) == (np.float32, np.float32)
    tensor = Tensor(x)
    assert Two()(tensor, y=tensor)[1] is tensor
    assert nn.HalfMSELoss()(prediction=x, target=x).dtype == np.float64


def test_default_dtype_concerns_layers_and_parameters():
    with ac.default_dtype(np.float64):
        assert nn.Linear(2, 2).weight.dtype == nn.Parameter([1, 2]).dtype == np.float64
    assert nn.Parameter([1, 2]).dtype == np.float32
    assert nn.Parameter(np.ones(2)).dtype == np.float64
    assert nn.Parameter(np.ones(2, np.float16)).dtype == np.float16


def test_a_parameter_of_integers_is_refused():
    with pytest.raises(TypeError, match="floating"):
        nn.Parameter(np.array([1, 2]))


# ---- state dicts -------------------------------------------------------------------------------


def test_the_state_makes_another_model_the_same():
    a, b = (nn.Sequential(nn.Linear(3, 4, rng=i), nn.BatchNorm(4), nn.Linear(4, 2, rng=i)) for i in (0, 1))
    a(np.random.default_rng(0).normal(size=(8, 3)))
    x = np.ones((5, 3))
    assert not np.allclose(a.eval()(x).numpy(), b.eval()(x).numpy())
    b.load_state_dict(a.state_dict())
    np.testing.assert_array_equal(a(x).numpy(), b(x).numpy())
    assert list(a.state_dict())[2:7] == [
        "1.weight",
        "1.bias",
        "1.running_mean",
        "1.running_var",
        "1.num_batches_tracked",
    ]


def test_a_state_is_a_copy():
    layer = nn.Linear(2, 2)
    layer.state_dict()["bias"][:] = 99
    assert not (layer.bias.numpy() == 99).any()


def test_images_in_place_of_rows_are_told_to_be_flattened():
    layer = nn.Linear(20, 2)
    with pytest.raises(
        ValueError, match=r"there are 5, but 20 in each x\[n\]: put nn\.Flatten\(\) before it"
    ):
        layer(np.ones((3, 4, 5)))
    assert nn.Sequential(nn.Flatten(), layer)(np.ones((3, 4, 5))).shape == (3, 2)


def test_the_torch_layout_transposes_linear_weights():
    a, b = nn.Linear(3, 2, rng=0), nn.Linear(3, 2, rng=1)
    state = a.state_dict(layout="torch")
    assert state["weight"].shape == (2, 3)
    assert state["weight"].flags.c_contiguous
    b.load_state_dict(state, layout="torch")
    np.testing.assert_array_equal(a.weight.numpy(), b.weight.numpy())
    with pytest.raises(ValueError, match="keras"):
        a.state_dict(layout="keras")


def test_loading_casts_to_the_dtype_here_and_takes_tensors_and_lists():
    layer = nn.Linear(1, 2)
    layer.load_state_dict({"weight": [[1, 2]], "bias": Tensor([3.0, 4.0])})
    assert layer.weight.dtype == layer.bias.dtype == np.float32
    np.testing.assert_array_equal(layer.bias.numpy(), [3, 4])


def test_a_transposed_weight_is_told_from_a_wrong_one():
    layer = nn.Linear(3, 4)
    with pytest.raises(ValueError, match=r"weight: shape \(4, 3\).*\(3, 4\); .* need layout='torch'"):
        layer.load_state_dict(layer.state_dict(layout="torch"))
    with pytest.raises(ValueError, match=r"weight: shape \(3, 4\).*\(4, 3\); leave out the layout"):
        layer.load_state_dict(layer.state_dict(), layout="torch")
    table = nn.Embedding(3, 4)
    for layout in (None, "torch"):
        with pytest.raises(ValueError, match=r"weight: shape \(4, 3\), but here it is \(3, 4\)$"):
            table.load_state_dict({"weight": np.zeros((4, 3))}, layout)


def test_a_failed_load_changes_nothing_and_says_everything():
    layer = nn.BatchNorm(2)
    before = layer.state_dict()
    wrong = {"weight": np.zeros(2), "bias": np.zeros(3), "running_mean": ["a", "b"], "extra": 1}
    wrong["num_batches_tracked"] = 0.5
    with pytest.raises(ValueError, match="nothing was changed") as caught:
        layer.load_state_dict(wrong)
    text = str(caught.value)
    assert "missing: running_var" in text
    assert "unexpected: extra" in text
    assert "bias: shape (3,), but here it is (2,)" in text
    assert "running_mean: <U1 numbers" in text
    assert "num_batches_tracked: float64 numbers do not fit into int64" in text
    for name, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(
    ("held", "path"),
    [
        ({1: nn.Parameter([1.0]), "1": nn.Parameter([2.0])}, "parts.1"),
        ({"b.c": nn.Parameter([1.0]), "b": {"c": nn.Parameter([2.0])}}, "parts.b.c"),
        ({"b.bias": nn.Buffer([1.0]), "b": nn.Linear(1, 1)}, "parts.b.bias"),
    ],
)
def test_two_parameters_under_one_path_are_refused(held, path):
    module = nn.Module()
    module.parts = held
    with pytest.raises(ValueError, match=f"'{path}'"):
        module.state_dict()
    with pytest.raises(ValueError, match=f"'{path}'"):
        module.load_state_dict({path: [3.0]})


def test_a_parameter_may_be_held_twice_even_under_one_path():
    module, p = nn.Module(), nn.Parameter([1.0])
    module.parts, module.again = {1: p, "1": p}, p
    assert list(module.state_dict()) == ["parts.1", "again"]


@pytest.mark.parametrize("state", [None, "weights.npz", [1.0], nn.Linear(1, 1)])
def test_a_state_is_a_dict(state):
    with pytest.raises(TypeError, match=r"load_state_dict of Linear takes the dict that state_dict\(\) gave"):
        nn.Linear(1, 1).load_state_dict(state)


@pytest.mark.parametrize("data", [None, "3", ["3"], [None]])
@pytest.mark.parametrize("make", [nn.Parameter, nn.Buffer])
def test_what_is_no_number_is_no_parameter(make, data):
    with pytest.raises(TypeError, match="numbers"):
        make(data)


def test_a_model_can_be_copied():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm(2))
    twin = copy.deepcopy(model)
    twin[0].weight.data[:] = 0
    assert isinstance(twin[0].weight, nn.Parameter)
    assert isinstance(twin[1].running_var, nn.Buffer)
    assert (model[0].weight.numpy() != 0).all()


# ---- words -------------------------------------------------------------------------------------


def test_a_model_prints_as_in_torch():
    model = nn.Sequential(nn.Linear(784, 100), nn.Sequential(nn.ReLU(), nn.Linear(100, 10, bias=False)))
    assert repr(model) == (
        "Sequential(\n"
        "  (0): Linear(in_features=784, out_features=100, bias=True)\n"
        "  (1): Sequential(\n"
        "    (0): ReLU()\n"
        "    (1): Linear(in_features=100, out_features=10, bias=False)\n"
        "  )\n"
        ")"
    )
    assert repr(nn.Sequential()) == "Sequential()"
    assert repr(Net()).splitlines()[1] == "  (layers.0): Linear(in_features=4, out_features=8, bias=True)"


def test_a_child_may_hold_its_parent_and_prints_without_it():
    net = nn.Sequential(nn.Linear(1, 2), nn.Sequential(nn.ReLU()))
    net[1].parent, net[1][0].above = net, [net[1], net]
    assert repr(net) == (
        "Sequential(\n"
        "  (0): Linear(in_features=1, out_features=2, bias=True)\n"
        "  (1): Sequential(\n"
        "    (0): ReLU()\n"
        "  )\n"
        ")"
    )
    assert repr(net[1][0]).count("ReLU") == 1
    shared = nn.ReLU()
    assert repr(nn.Sequential(shared, shared)).count("ReLU") == 2


def test_a_list_that_contains_itself_is_walked_once():
    module, p = nn.Linear(1, 1), nn.Parameter([1.0])
    parts = [p]
    parts.append({"again": parts})
    module.parts, module.twice = parts, [parts, parts]
    assert len(module.parameters()) == 3
    assert [name for name in module.state_dict() if "parts" in name] == ["parts.0"]
    assert [name for name in module.state_dict() if "twice" in name] == ["twice.0.0", "twice.1.0"]
    assert module(np.ones((1, 1))).shape == (1, 1)
    assert repr(module).startswith("Linear(")


def test_a_model_prints_letter_for_letter_as_torch_does():
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    ours = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Sequential(nn.Sigmoid(), nn.Tanh()))
    parts = torch.nn
    theirs = parts.Sequential(
        parts.Linear(4, 3), parts.ReLU(), parts.Sequential(parts.Sigmoid(), parts.Tanh())
    )
    assert repr(ours) == repr(theirs)


def test_a_module_without_forward_says_so():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match="Empty has no forward"):
        Empty()(1.0)


def test_sequential_takes_modules_only():
    with pytest.raises(TypeError, match="number 1 is a function"):
        nn.Sequential(nn.ReLU(), lambda x: x)
    with pytest.raises(TypeError, match="number 0 is a list"):
        nn.Sequential([nn.ReLU()])


def test_a_subclass_of_sequential_may_own_more():
    class More(nn.Sequential):
        def __init__(self):
            super().__init__(nn.Linear(1, 1))
            self.extra = nn.Parameter(1.0)

    assert [name for name, _ in More().named_parameters()] == ["0.weight", "0.bias", "extra"]


def test_sequential_is_a_sequence():
    model = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Tanh())
    assert len(model) == 3
    assert model[-1] is list(model)[2]
    assert [type(m).__name__ for m in model[1:]] == ["ReLU", "Tanh"]


def test_a_parameter_is_not_lost_by_assignment():
    layer = nn.Linear(2, 1)
    with pytest.raises(TypeError, match=r"Linear\.weight is a Parameter.*module\.weight\.data = \.\.\."):
        layer.weight = np.zeros((2, 1))
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
    layer.bias = None
    layer.weight = nn.Parameter(np.ones((2, 1)))
    assert [name for name, _ in layer.named_parameters()] == ["weight"]


def test_an_error_says_in_which_module():
    model = nn.Sequential(nn.Linear(3, 2), nn.Sequential(nn.Linear(3, 2)))
    with pytest.raises(ValueError, match="needs 3 numbers") as caught:
        model(np.ones((4, 3)))
    assert caught.value.__notes__ == ["in the module '1.0': Linear(3 → 2)"]


def test_a_frozen_parameter_and_a_buffer_are_written_in_place():
    layer = nn.BatchNorm(2).requires_grad_(False)
    weight = layer.weight
    with ac.no_grad():
        layer.weight -= 1.0
    layer.running_mean += 1
    assert layer.weight is weight
    assert weight.tolist() == [0.0, 0.0]
    assert layer.running_mean.tolist() == [1.0, 1.0]
    assert isinstance(layer.running_mean, nn.Buffer)


@pytest.mark.parametrize("x", [5.0, None, "x"], ids=repr)
def test_what_no_layer_takes(x):
    with pytest.raises((TypeError, ValueError), match=r"takes numbers|needs 3 numbers"):
        nn.Linear(3, 2)(x)


def test_a_loader_takes_numbers():
    for dataset in ([{"x": 1.0}, {"x": 2.0}], ["ab", "cd"]):
        with pytest.raises(TypeError, match="arrays of numbers"):
            nn.data.DataLoader(dataset, 1)


def test_a_masked_array_is_not_saved_without_its_mask(tmp_path):
    with pytest.raises(TypeError, match="masked array"):
        nn.save({"a": np.ma.array([1.0, 2.0], mask=[0, 1])}, tmp_path / "a.npz")


# ---- names that torch's users type -------------------------------------------------------------------------


def test_what_a_module_holds_by_name():
    net = Net()
    assert [name for name, _ in net.named_children()] == [
        n for n, m in net.members() if isinstance(m, nn.Module)
    ]
    assert net.modules()[0] is net
    assert all(m in net.modules() for m in net.children())
    assert net.get_submodule("layers.0") is net.layers[0]
    assert net.get_submodule("") is net
    assert net.get_parameter("layers.0.weight") is net.layers[0].weight
    norm = nn.Sequential(nn.BatchNorm(3))
    assert norm.get_buffer("0.running_var") is norm[0].running_var
    assert norm.buffers()[0] is norm[0].running_mean
    with pytest.raises(KeyError, match=r"no Parameter '0.slope'; there are: 0.weight, 0.bias"):
        norm.get_parameter("0.slope")


def test_apply_visits_children_first():
    net = nn.Sequential(nn.Sequential(nn.ReLU()), nn.Tanh())
    seen = []
    assert net.apply(seen.append) is net
    assert seen == [net[0][0], net[0], net[1], net]


def test_members_are_registered_under_computed_names():
    module = nn.Module()
    module.register_parameter("gain", nn.Parameter([1.0]))
    module.register_parameter("bias", None)
    module.register_buffer("seen", np.zeros(2))
    module.add_module("inner", nn.ReLU())
    assert isinstance(module.seen, nn.Buffer)
    assert [name for name, _ in module.members()] == ["gain", "seen", "inner"]
    module.register_buffer("seen", np.ones(2))
    assert module.seen.data.tolist() == [1, 1]
    with pytest.raises(TypeError, match="'x' is a Parameter or None, got 3"):
        module.register_parameter("x", 3)
    for name in ("", "a.b"):
        with pytest.raises(ValueError, match="text without dots"):
            module.register_buffer(name, [1.0])
    for name in ("forward", "gain"):
        with pytest.raises(ValueError, match=f"{name!r} is taken"):
            module.add_module(name, nn.ReLU())


def test_float_double_and_half_cast():
    net = nn.Linear(2, 2)
    assert net.double() is net
    assert net.weight.dtype == np.float64
    assert net.half().weight.dtype == np.float16
    assert net.float().weight.dtype == np.float32


def test_a_state_may_be_loaded_as_far_as_it_goes():
    net = nn.Linear(2, 3)
    bias = net.bias.numpy()
    found = net.load_state_dict({"weight": np.ones((2, 3)), "other": 1}, strict=False)
    assert found.missing_keys == ["bias"]
    assert found.unexpected_keys == ["other"]
    assert (net.weight.data == 1).all()
    np.testing.assert_array_equal(net.bias.data, bias)
    with pytest.raises(ValueError, match=r"weight: shape \(3, 2\)"):
        net.load_state_dict({"weight": np.zeros((3, 2))}, strict=False)
    assert (net.weight.data == 1).all()


# ---- hooks -------------------------------------------------------------------------------------------------


def test_pre_hooks_see_and_replace_the_inputs():
    model = nn.ReLU()
    first = model.register_forward_pre_hook(lambda module, inputs: -inputs[0])
    second = model.register_forward_pre_hook(lambda module, inputs: (inputs[0] * 3,))
    assert float(model(np.array(-2.0))) == 6
    first.remove()
    assert float(model(np.array(2.0))) == 6
    second.remove()
    assert float(model(np.array(2.0))) == 2
    with pytest.raises(TypeError, match="register_forward_pre_hook: a function is needed, got 3"):
        model.register_forward_pre_hook(3)


def test_backward_hooks_see_the_gradients_that_torch_shows():
    th = pytest.importorskip("torch", reason="torch is an optional oracle")
    x, y = np.random.default_rng(0).normal(size=(2, 4, 3))

    class Ours(nn.Module):
        def forward(self, x, y):
            return x * y + x

    class Theirs(th.nn.Module):
        forward = Ours.forward

    ours, theirs = Ours(), Theirs()
    seen, right = [], []
    handle = ours.register_full_backward_hook(lambda m, i, o: seen.extend([*i, *o]))
    theirs.register_full_backward_hook(lambda m, i, o: right.extend([*i, *o]))
    for _ in range(2):
        ac.sum(ours(ac.Tensor(x, True), ac.Tensor(y, True)) ** 2).backward()
        (theirs(th.tensor(x, requires_grad=True), th.tensor(y, requires_grad=True)) ** 2).sum().backward()
    assert len(seen) == len(right) == 6
    for mine, hers in zip(seen, right, strict=True):
        np.testing.assert_allclose(np.asarray(mine), hers.numpy())
    handle.remove()
    ac.sum(ours(ac.Tensor(x, True), ac.Tensor(y, True))).backward()
    assert len(seen) == 6


def test_a_backward_hook_without_gradients_of_inputs_sees_those_of_outputs():
    model, seen = nn.Linear(2, 1), []
    model.register_full_backward_hook(lambda m, i, o: seen.append((i, [g.tolist() for g in o])))
    ac.sum(model(np.ones((3, 2)))).backward()
    assert seen == [((None,), [[[1.0], [1.0], [1.0]]])]


def test_backward_hooks_do_not_change_gradients():
    model = nn.ReLU()
    model.register_full_backward_hook(lambda m, i, o: i)
    with pytest.raises(TypeError, match="backward hook of ReLU returned something"):
        model(ac.Tensor(1.0, True)).backward()


def test_numbers_that_are_too_large_for_the_dtype_are_refused():
    layer = nn.Linear(2, 2, rng=0)
    before = layer.state_dict()
    with pytest.raises(ValueError, match=r"weight: numbers up to 1e\+300 do not fit into float32"):
        layer.load_state_dict({"weight": np.full((2, 2), 1e300), "bias": np.ones(2)})
    np.testing.assert_array_equal(layer.weight.numpy(), before["weight"])
    np.testing.assert_array_equal(layer.bias.numpy(), before["bias"])
    # what is infinite already is taken as it is
    layer.load_state_dict({"weight": np.full((2, 2), np.inf), "bias": np.full(2, np.nan)})
    assert np.isinf(layer.weight.numpy()).all()


def test_a_backward_hook_never_mixes_two_sweeps():
    class Product(nn.Module):
        def forward(self, a, b):
            return a * b

    model, seen = Product(), []
    model.register_full_backward_hook(lambda m, i, o: seen.append([float(g) for g in (*i, *o)]))
    a, b = ac.Tensor(3.0, True), ac.Tensor(5.0, True)
    y = model(a, b)
    ac.gradients(y, [a], 1.0)  # b is not reached
    ac.gradients(y, [b], 10.0)
    ac.gradients(y, [a, b], 100.0)
    assert seen == [[500.0, 300.0, 100.0]]


def test_a_class_may_say_itself_what_its_members_are():
    """A teacher that is held, and is none of what is trained and saved."""

    class Taught(nn.Module):
        def __init__(self):
            self.student, self.teacher = nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1)

        def members(self):
            return ((name, m) for name, m in super().members() if name != "teacher")

    class Row(nn.Sequential):
        def members(self):
            yield from (pair for pair in super().members() if pair[0] != "1")

    for model in (Taught(), nn.Sequential(Taught()), Row(nn.Linear(2, 2), nn.Linear(2, 2))):
        named = [p for _, p in model.named_parameters()]
        assert len(named) == len(model.state_dict()) == 2
        assert all(p is q for p, q in zip(model.parameters(), named, strict=True))


def test_few_classes_of_members_are_remembered():
    for i in range(2 * module.MOST_KINDS):
        holder = nn.Module()
        holder.thing, holder.p = type(f"Kind{i}", (), {})(), nn.Parameter(np.ones(1))
        assert holder.parameters() == [holder.p]
    assert len(module._may_hold.__self__) <= module.MOST_KINDS


def test_members_of_a_dict_that_is_walked_once():
    class Once(dict):
        def values(self):
            yield from super().values()

    holder = nn.Module()
    holder.parts = Once(a=nn.Linear(2, 2), b=nn.Linear(2, 2), n=3, c=nn.Linear(2, 1))
    assert holder.parameters() == [p for _, p in holder.named_parameters()]
    assert len(holder.parameters()) == 6
