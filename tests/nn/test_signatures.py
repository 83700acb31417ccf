"""Arguments are torch's: the same names in the same order, the same defaults, but for what is listed here."""

import inspect

import pytest

import nn
import optim

torch = pytest.importorskip("torch", reason="torch is an optional oracle")

LEFT_OUT = {
    *("device", "dtype", "inplace", "size_average", "reduce", "out", "generator"),
    *("foreach", "fused", "capturable", "differentiable", "_stacklevel"),
}
"""What no function or layer here takes by position: memory, places and what torch has given up itself."""

ON_PURPOSE = {
    "nn.Buffer": "its array is needed",
    "nn.Parameter": "its array is needed",
    "nn.Module": "nothing is registered, so nothing is to be called",
    "nn.Dropout": "the lecture's, with its scale",
    "nn.LeakyReLU": "the slope is that of the convention",
    "nn.Sequential": "takes a dict too",
    "nn.Softmax": "without dim torch only warns",
    "nn.LogSoftmax": "without dim torch only warns",
    "nn.Softmin": "without dim torch only warns",
    "nn.ModuleDict": "an empty one for None",
    "nn.ModuleList": "an empty one for None",
    "nn.Hardtanh": "torch has two names for its limits",
    "nn.Transformer": "an activation by its name",
    "nn.TransformerEncoderLayer": "an activation by its name",
    "nn.TransformerDecoderLayer": "an activation by its name",
    "nn.functional.interpolate": "without antialias",
    "optim.Optimizer": "its settings are those of update",
    "optim.RMSprop": "maximize by name, as everywhere",
}


def arguments(f):
    """Names and defaults of what can be given by position, or None where torch does not tell."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [(p.name, p.default) for p in parameters if p.kind in kinds and p.name not in LEFT_OUT]


def shared():
    """(name, ours, torch's) of everything that both have, where torch tells its arguments."""
    places = {
        "nn": (nn, nn.__all__, torch.nn),
        "nn.functional": (nn.functional, nn.functional.__all__, torch.nn.functional),
        "nn.init": (nn.init, [n for n in vars(nn.init) if n.endswith("_")], torch.nn.init),
        "nn.utils": (nn.utils, [n for n in vars(nn.utils) if not n.startswith("_")], torch.nn.utils),
        "optim": (optim, optim.__all__, torch.optim),
        "optim.lr_scheduler": (optim.lr_scheduler, optim.lr_scheduler.__all__, torch.optim.lr_scheduler),
    }
    for place, (ours, names, theirs) in places.items():
        for name in names:
            mine, hers = getattr(ours, name), getattr(theirs, name, None)
            if callable(mine) and callable(hers) and arguments(hers):
                yield pytest.param(f"{place}.{name}", mine, hers, id=f"{place}.{name}")


@pytest.mark.parametrize(("name", "ours", "theirs"), list(shared()))
def test_arguments_are_those_of_torch(name, ours, theirs):
    mine, right = arguments(ours), arguments(theirs)
    if name in ON_PURPOSE:
        assert mine != right, "no exception any more"
    else:
        assert mine == right


def test_there_is_enough_to_compare():
    assert len(list(shared())) > 190
