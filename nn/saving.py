"""Saving nested dicts and lists in one .npz file, without pickle.

The file is a zip of .npy members, so `np.load(path)` opens it too: an array is called by its place in the
nesting (`0.weight`, `model/0.weight`), or by a number where that would be no plain name. A text member, the
index, is JSON: keys, numbers and strings stand in it, and arrays by the names of their members.
"""

import json
import os
import re
from contextlib import suppress
from math import prod
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from autograd_core import Tensor

Array = np.ndarray[Any, Any]

INDEX = "index.json"


def save(obj: Any, path: str | os.PathLike[str]) -> None:
    """Write nested dicts, lists and tuples of arrays, Tensors, numbers, strings, Booleans and None to exactly
    this path, or to the file that a symbolic link there names.

    The file appears whole or not at all: it is written beside the path and then moved there. Tensors are
    saved as arrays.

    Raises:
        TypeError: for anything else, with the place where it was found.
        ValueError: if the path is there and is no file: a folder, a device; if a list or dict holds itself.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save({"w": np.ones(2), "epoch": 3}, f"{folder}/model.npz")
    ...     load(f"{folder}/model.npz")
    {'w': array([1., 1.]), 'epoch': 3}
    """
    arrays: dict[str, Array] = {}
    try:
        text = json.dumps(_written(obj, "", arrays))
    except RecursionError:
        kind = type(obj).__name__
        raise ValueError(f"save: the {kind} holds itself, or is nested too deeply to be saved") from None
    target = Path(os.path.realpath(path))
    if os.path.lexists(target) and not target.is_file():
        raise ValueError(f"save: {os.fspath(path)!r} is not a file, it would be replaced by one")
    draft = target.with_name(f".{uuid4().hex[:16]}")
    try:
        with open(draft, "xb") as file:
            with ZipFile(file, "w") as archive:
                # the index first: a damaged directory of a zip loses entries at its end
                archive.writestr(ZipInfo(INDEX), text)
                # a ZipInfo made by hand carries no date, so equal content makes equal files
                for name, array in arrays.items():
                    with archive.open(ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                        np.lib.format.write_array(member, array, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException as error:
        with suppress(OSError):
            draft.unlink()
        if isinstance(error, OSError) and error.errno is not None:  # it names the draft
            raise OSError(error.errno, error.strerror, os.fspath(path)) from error
        raise


def load(path: str | os.PathLike[str]) -> Any:
    """What `save` wrote, in the same nesting; of any other .npz file a dict of its arrays. Nothing is
    unpickled.

    Raises:
        ValueError: if it is no .npz file, is damaged, or holds Python objects.
        FileNotFoundError: if there is none.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {os.fspath(path)!r}")
    with open(path, "rb") as file:
        try:
            with ZipFile(file) as archive:
                return _unpacked(archive, os.fstat(file.fileno()).st_size)
        except Exception as error:  # a damaged byte can make zipfile, NumPy and json raise almost anything
            what = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
            raise ValueError(
                f"{os.fspath(path)!r} cannot be loaded, it is not an .npz file or is damaged: {what}"
            ) from error


def _written(value: Any, place: str, arrays: dict[str, Array]) -> Any:
    """The value in JSON: a list whose first entry says what it is, or a number or string."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Tensor):
        value = value.numpy()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int | float):
        return float(value) if isinstance(value, float) else value
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"save: {_at(place)} is a masked array, and its mask would be lost: save it apart")
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError(f"save: {_at(place)} is an array of Python objects")
        # what np.load shows as it is; two places may read the same ({"a/b": ...} and {"a": {"b": ...}})
        plain = re.fullmatch(r"\w[\w./ -]{0,199}", place, re.ASCII) and not place.endswith(".npy")
        name = place if plain and ".." not in place and place not in arrays else f"#{len(arrays)}"
        arrays[name] = np.asarray(value)
        return ["array", name]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"save: {_at(place)} has the key {key!r}; keys are strings")
        inside = {key: _written(v, f"{place}/{key}" if place else key, arrays) for key, v in value.items()}
        return ["dict", inside]
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return [
            kind,
            *(_written(v, f"{place}/{i}" if place else str(i), arrays) for i, v in enumerate(value)),
        ]
    raise TypeError(
        f"save: {_at(place)} is a {type(value).__name__}; dicts, lists, arrays, numbers and strings "
        "can be saved (of a module its state_dict())"
    )


def _at(place: str) -> str:
    return f"the value at {place!r}" if place else "the value"


def _unpacked(archive: ZipFile, size: int) -> Any:
    """The nesting; `size` is that of the file."""
    members = archive.infolist()
    arrays = {
        m.filename.removesuffix(".npy"): _array(archive, m, size) for m in members if m.filename != INDEX
    }
    found = len(members) - len(arrays)
    if found != (INDEX in archive.namelist()):
        raise ValueError("two members have the same name")
    if not found:
        return arrays
    value = _read(json.loads(archive.read(INDEX)), arrays)
    if arrays:
        raise ValueError(f"the index does not name the array {', '.join(arrays)}")
    return value


def _array(archive: ZipFile, info: ZipInfo, size: int) -> Array:
    """One member, after a look at how many bytes its header announces."""
    name = info.filename
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        # version 3 is 2 with other letters in the names of fields
        read = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read(member)
        announced = member.tell() + prod(shape) * dtype.itemsize
    if dtype.hasobject:
        raise ValueError(f"{name} holds Python objects, and nothing is unpickled (allow_pickle=False)")
    # deflate packs 1032 bytes into one at best
    if announced != info.file_size or announced > size * (1 if info.compress_type == ZIP_STORED else 1032):
        raise ValueError(f"{name} announces {dtype} of the shape {shape} and does not hold as much")
    with archive.open(info) as member:
        array: Array = np.lib.format.read_array(member, allow_pickle=False)
        member.read()  # to the end, where the checksum is looked at
    return array


def _read(value: Any, arrays: dict[str, Array]) -> Any:
    """The value of an entry of the index; the arrays that it names are taken out."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case ["array", str(name)]:
            if name not in arrays:
                raise ValueError(f"the array {name} is missing")
            return arrays.pop(name)
        case ["dict", dict(inside)]:
            return {key: _read(v, arrays) for key, v in inside.items()}
        case ["list", *inside]:
            return [_read(v, arrays) for v in inside]
        case ["tuple", *inside]:
            return tuple(_read(v, arrays) for v in inside)
    raise ValueError(f"the index holds {value!r:.80}, which is no kind of value")
