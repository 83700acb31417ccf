"""State dicts: the numbers of a module as plain arrays under torch's names."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd_core import Tensor
from nn.parameter import Buffer, Parameter

Array = np.ndarray[Any, Any]


class Loaded(NamedTuple):
    """Which names a state lacked, and which it had that the module has not."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def _entries(module: Any, layout: str | None) -> dict[str, tuple[Tensor, bool]]:
    """Per name the Parameter or Buffer and whether the dict holds it transposed."""
    if layout not in (None, "torch"):
        raise ValueError(f"layout is None or 'torch', got {layout!r}")
    entries: dict[str, tuple[Tensor, bool]] = {}
    for name, owner, tensor in module.walk():
        if not isinstance(tensor, Parameter | Buffer):
            continue
        if name in entries and entries[name][0] is not tensor:
            raise ValueError(
                f"{type(module).__name__}: two parameters have the path {name!r}, a state dict can hold one: "
                "use other keys"
            )
        entries[name] = tensor, layout == "torch" and name.rpartition(".")[2] in owner.transposed
    return entries


def state_of(module: Any, layout: str | None) -> dict[str, Array]:
    """Copies of all parameters and buffers; of those shared under several names, one per name (as torch)."""
    return {
        name: np.ascontiguousarray(tensor.numpy().T) if turned else tensor.numpy()
        for name, (tensor, turned) in _entries(module, layout).items()
    }


def load_state(module: Any, state: Mapping[str, Any], layout: str | None, strict: bool) -> Loaded:
    """Check everything, cast everything, and only then write."""
    if not isinstance(state, Mapping):
        raise TypeError(
            f"load_state_dict of {type(module).__name__} takes the dict that state_dict() gave, got {state!r}"
        )
    entries = _entries(module, layout)
    problems = []
    missing = [name for name in entries if name not in state]
    unexpected = [name for name in state if name not in entries]
    if missing and strict:
        problems.append(f"missing: {', '.join(missing)}")
    if unexpected and strict:
        problems.append(f"unexpected: {', '.join(map(str, unexpected))}")
    ready: list[tuple[Tensor, Array]] = []
    for name, (tensor, turned) in entries.items():
        if name not in state:
            continue
        value = state[name]
        array = value.numpy() if isinstance(value, Tensor) else np.asarray(value)
        wanted = tensor.shape[::-1] if turned else tensor.shape
        if array.shape != wanted:
            hint = ""
            if array.shape == wanted[::-1] and _entries(module, "torch")[name][1]:
                hint = "; states of torch need layout='torch'" if layout is None else "; leave out the layout"
            problems.append(f"{name}: shape {array.shape}, but here it is {wanted}{hint}")
        elif array.dtype.kind not in "fiub" or (
            tensor.dtype.kind != "f" and (array != array.astype(tensor.dtype)).any()
        ):
            problems.append(f"{name}: {array.dtype} numbers do not fit into {tensor.dtype}")
        else:
            with np.errstate(over="ignore"):
                cast = (array.T if turned else array).astype(tensor.dtype)
            if array.dtype != tensor.dtype and np.isinf(cast).sum() > np.isinf(array).sum():
                problems.append(
                    f"{name}: numbers up to {np.abs(array).max():.3g} do not fit into {tensor.dtype}"
                )
            else:
                ready.append((tensor, cast))
    if problems:
        text = "\n  ".join(problems)
        raise ValueError(f"load_state_dict of {type(module).__name__}: nothing was changed\n  {text}")
    for tensor, array in ready:
        tensor.data = array
    return Loaded(missing, [str(name) for name in unexpected])
