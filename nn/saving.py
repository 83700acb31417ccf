"""Saving nested dicts and lists in one .npz file, without pickle.

The file is a zip of .npy members, so `np.load(path)` opens it too. A member of its own, `__structure__`, is
JSON: numbers and strings stand in it, and arrays by the name of their member.
"""

import json
import os
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile, ZipInfo, is_zipfile

import numpy as np

from autograd_core import Tensor

Array = np.ndarray[Any, Any]

STRUCTURE = "__structure__"


def save(obj: Any, path: str | os.PathLike[str]) -> None:
    """Write nested dicts, lists and tuples of arrays, Tensors, numbers, strings, Booleans and None to exactly
    this path.

    The file appears whole or not at all: it is written beside the path and then moved there. Tensors are
    saved as arrays.

    Raises:
        TypeError: for anything else, with the place where it was found.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save({"w": np.ones(2), "epoch": 3}, f"{folder}/model.npz")
    ...     load(f"{folder}/model.npz")
    {'w': array([1., 1.]), 'epoch': 3}
    """
    members: dict[str, Array] = {}
    structure = _written(obj, "", members)
    text = json.dumps(structure).encode()
    target = Path(path)
    draft = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        with open(draft, "xb") as file:
            with ZipFile(file, "w") as archive:
                # a ZipInfo made by hand carries no date, so equal content makes equal files
                for name, array in members.items():
                    with archive.open(ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                        np.lib.format.write_array(member, array, allow_pickle=False)
                with archive.open(ZipInfo(f"{STRUCTURE}.npy"), "w") as member:
                    np.lib.format.write_array(member, np.frombuffer(text, np.uint8), allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def load(path: str | os.PathLike[str]) -> Any:
    """What `save` wrote, in the same nesting; of any other .npz file a dict of its arrays. Nothing is
    unpickled.

    Raises:
        ValueError: if it is no .npz file, or holds Python objects.
        FileNotFoundError: if there is none.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {os.fspath(path)!r}")
    if not is_zipfile(path):
        raise ValueError(f"{os.fspath(path)!r} is not an .npz file")
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    if STRUCTURE not in arrays:
        return arrays
    return _read(json.loads(arrays.pop(STRUCTURE).tobytes()), arrays)


def _written(value: Any, place: str, members: dict[str, Array]) -> Any:
    """The value in JSON: a list whose first entry says what it is, or a number or string."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Tensor):
        value = value.numpy()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int | float):
        return float(value) if isinstance(value, float) else value
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError(f"save: {_at(place)} is an array of Python objects")
        name = place or "array"
        while name in members or name == STRUCTURE:
            name += "~"
        members[name] = np.asarray(value)
        return ["array", name]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"save: {_at(place)} has the key {key!r}; keys are strings")
        inside = {key: _written(v, f"{place}/{key}" if place else key, members) for key, v in value.items()}
        return ["dict", inside]
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return [
            kind,
            *(_written(v, f"{place}/{i}" if place else str(i), members) for i, v in enumerate(value)),
        ]
    raise TypeError(
        f"save: {_at(place)} is a {type(value).__name__}; dicts, lists, arrays, numbers and strings "
        "can be saved (of a module its state_dict())"
    )


def _at(place: str) -> str:
    return f"the value at {place!r}" if place else "the value"


def _read(value: Any, arrays: dict[str, Array]) -> Any:
    if not isinstance(value, list):
        return value
    kind, *rest = value
    if kind == "array":
        return arrays[rest[0]]
    if kind == "dict":
        return {key: _read(v, arrays) for key, v in rest[0].items()}
    inside = [_read(v, arrays) for v in rest]
    return inside if kind == "list" else tuple(inside)
