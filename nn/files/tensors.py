"""Flat dicts of arrays in the safetensors format, which other libraries read too (an extra).

The format has no checksum; ours stands in its metadata, under `autograd_core`.
"""

import json
from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from autograd_core import Tensor
from nn.files.digests import VERSION, check, digest
from nn.files.npz import at, plain_array

KEY = "autograd_core"


def write(file: IO[bytes], obj: Any) -> None:
    """Write a dict of arrays.

    Raises:
        ImportError: without safetensors.
        TypeError: for anything else than a flat dict of numbers in arrays.
    """
    save = _safetensors().save
    arrays = {name: _numbers(name, value) for name, value in _flat(obj).items()}
    note = json.dumps({"version": VERSION, "sha256": digest("", arrays)})
    # one entry only: with several their order would change from run to run
    file.write(save(arrays, metadata={KEY: note}))


def read(path: str) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays; the library looks at sizes and places before it reads.

    Our checksum is compared, if there is one.

    Raises:
        ImportError: without safetensors.
    """
    with _safetensors().safe_open(path, framework="numpy") as file:
        metadata = file.metadata() or {}
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    if KEY in metadata:
        check(json.loads(metadata[KEY]), "", arrays)
    return arrays


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError:
        raise ImportError(
            "safetensors files need the package safetensors: pip install 'autograd-core[safetensors]', or "
            "choose a path that ends with .npz"
        ) from None
    return safetensors.numpy


def _flat(obj: Any) -> Mapping[str, Any]:
    if not isinstance(obj, Mapping):
        raise TypeError(
            f"save: a safetensors file holds a dict of arrays, got a {type(obj).__name__}; an .npz file "
            "holds any nesting (of a module save its state_dict())"
        )
    return obj


def _numbers(name: Any, value: Any) -> np.ndarray[Any, Any]:
    """In C order: the library writes the memory as it lies, and would mix up the numbers of a transpose."""
    if not isinstance(name, str):
        raise TypeError(f"save: {at('')} has the key {name!r}; keys are strings")
    if isinstance(value, Tensor):
        value = value.numpy()
    if not isinstance(value, np.ndarray | np.generic):
        raise TypeError(
            f"save: {at(name)} is a {type(value).__name__}; a safetensors file holds arrays, and an .npz "
            "file any nesting of them with numbers and strings"
        )
    array = plain_array(np.asanyarray(value), name)
    if array.dtype.kind not in "fiubc":
        raise TypeError(f"save: {at(name)} is an array of {array.dtype}; a safetensors file holds numbers")
    return np.asarray(array, array.dtype.newbyteorder("="), order="C")
