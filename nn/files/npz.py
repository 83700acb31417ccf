"""Nested dicts and lists in one .npz file, without pickle.

The file is a zip of .npy members, so `np.load(path)` opens it too: an array is called by its place in the
nesting (`0.weight`, `model/0.weight`), or by a number where that would be no plain name. A text member, the
index, is JSON: the version of the format, the checksum, and the nesting, in which keys, numbers and strings
stand as they are, and arrays by the names of their members.
"""

import json
import re
from math import prod
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from autograd_core import Tensor
from nn.files.digests import VERSION, check, digest

Array = np.ndarray[Any, Any]

INDEX = "index.json"


# ---- writing ---------------------------------------------------------------------------------------------


def taken_apart(obj: Any) -> tuple[Any, dict[str, Array]]:
    """The nesting in JSON's terms, and the arrays by name.

    Raises:
        TypeError: for something that cannot be saved, with the place where it was found.
        ValueError: if a list or dict holds itself.
    """
    arrays: dict[str, Array] = {}
    try:
        value = _written(obj, "", arrays)
        json.dumps(value)
    except RecursionError:
        kind = type(obj).__name__
        raise ValueError(f"save: the {kind} holds itself, or is nested too deeply to be saved") from None
    return value, arrays


def write(file: IO[bytes], value: Any, arrays: dict[str, Array]) -> None:
    """Write what was taken apart."""
    text = json.dumps(value)
    index = {"version": VERSION, "sha256": digest(text, arrays), "value": value}
    with ZipFile(file, "w") as archive:
        # the index first: a damaged directory of a zip loses entries at its end
        archive.writestr(ZipInfo(INDEX), json.dumps(index))
        # a ZipInfo made by hand carries no date, so equal content makes equal files
        for name, array in arrays.items():
            with archive.open(ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


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
    if isinstance(value, np.ndarray):
        # what np.load shows as it is; two places may read the same ({"a/b": ...} and {"a": {"b": ...}})
        plain = re.fullmatch(r"\w[\w./ -]{0,199}", place, re.ASCII) and not place.endswith(".npy")
        name = place if plain and ".." not in place and place not in arrays else f"#{len(arrays)}"
        arrays[name] = plain_array(value, place)
        return ["array", name]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"save: {at(place)} has the key {key!r}; keys are strings")
        inside = {key: _written(v, f"{place}/{key}" if place else key, arrays) for key, v in value.items()}
        return ["dict", inside]
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return [
            kind,
            *(_written(v, f"{place}/{i}" if place else str(i), arrays) for i, v in enumerate(value)),
        ]
    raise TypeError(
        f"save: {at(place)} is a {type(value).__name__}; dicts, lists, arrays, numbers and strings "
        "can be saved (of a module its state_dict())"
    )


def plain_array(value: Any, place: str) -> Array:
    """An array of numbers or text, as an ndarray itself.

    Raises:
        TypeError: for a masked array, or one of Python objects.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"save: {at(place)} is a masked array, and its mask would be lost: save it apart")
    if value.dtype.hasobject:
        raise TypeError(f"save: {at(place)} is an array of Python objects")
    return np.asarray(value)


def at(place: str) -> str:
    """The place in words."""
    return f"the value at {place!r}" if place else "the value"


# ---- reading ---------------------------------------------------------------------------------------------


def read(file: IO[bytes], size: int) -> Any:
    """The nesting of a file of that size; of an .npz file that others wrote a dict of its arrays."""
    with ZipFile(file) as archive:
        members = archive.infolist()
        if sum(m.compress_size for m in members) > size:
            raise ValueError("its members overlap")
        arrays = {
            m.filename.removesuffix(".npy"): _array(archive, m, size) for m in members if m.filename != INDEX
        }
        found = len(members) - len(arrays)
        if found != (INDEX in archive.namelist()):
            raise ValueError("two members have the same name")
        if not found:
            return arrays
        index = json.loads(archive.read(INDEX))
    if not isinstance(index, dict) or "value" not in index:
        raise ValueError(f"the index is {index!r:.80}, which is no nesting with its version and checksum")
    check(index, json.dumps(index["value"]), arrays)
    value = _put_together(index["value"], arrays)
    if arrays:
        raise ValueError(f"the index does not name the array {', '.join(arrays)}")
    return value


def _array(archive: ZipFile, info: ZipInfo, size: int) -> Array:
    """One member, after a look at how many bytes its header announces."""
    name = info.filename
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        # version 3 is 2 with other letters in the names of fields
        header = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = header(member)
        announced = member.tell() + prod(shape) * dtype.itemsize
    if dtype.hasobject:
        raise ValueError(f"{name} holds Python objects, and nothing is unpickled (allow_pickle=False)")
    # deflate packs 1032 bytes into one at best
    if announced != info.file_size or announced > size * (1 if info.compress_type == ZIP_STORED else 1032):
        raise ValueError(f"{name} announces {dtype} of the shape {shape} and does not hold as much")
    with archive.open(info) as member:
        array: Array = np.lib.format.read_array(member, allow_pickle=False)
        member.read()  # to the end, where zip's own checksum is looked at
    return array


def _put_together(value: Any, arrays: dict[str, Array]) -> Any:
    """The value of an entry of the index; the arrays that it names are taken out."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case ["array", str(name)]:
            if name not in arrays:
                raise ValueError(f"the array {name} is missing")
            return arrays.pop(name)
        case ["dict", dict(inside)]:
            return {key: _put_together(v, arrays) for key, v in inside.items()}
        case ["list", *inside]:
            return [_put_together(v, arrays) for v in inside]
        case ["tuple", *inside]:
            return tuple(_put_together(v, arrays) for v in inside)
    raise ValueError(f"the index holds {value!r:.80}, which is no kind of value")
