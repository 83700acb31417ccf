"""Saving and loading: nested dicts and lists in one .npz file, or weights in a safetensors file."""

import os
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from nn.files import npz, tensors
from nn.files.whole import whole_file


def save(obj: Any, path: str | os.PathLike[str]) -> None:
    """Write nested dicts, lists and tuples of arrays, Tensors, numbers, strings, Booleans and None to exactly
    this path, or to the file that a symbolic link there names.

    The format is .npz, whatever the path ends with; only one that ends with .safetensors is a safetensors
    file (Hugging Face), which holds a flat dict of arrays, such as a `state_dict()`, and needs the extra
    `safetensors`. Both have a version and a SHA-256 checksum inside, and equal content makes equal files.

    The file appears whole or not at all: it is written beside the path, brought to the disk and then moved
    there. Tensors are saved as arrays.

    Raises:
        TypeError: for anything else, with the place where it was found.
        ValueError: if the path is there and is no file: a folder, a device; if a list or dict holds itself.
        ImportError: for a safetensors file without the package.
        OSError: if the disk is full, the folder is missing or may not be written.

    >>> import numpy as np
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save({"w": np.ones(2), "epoch": 3}, f"{folder}/model.npz")
    ...     load(f"{folder}/model.npz")
    {'w': array([1., 1.]), 'epoch': 3}
    """
    if _is_safetensors(path):
        with whole_file("save", path) as file:
            tensors.write(file, obj)
        return
    value, arrays = npz.taken_apart(obj)
    with whole_file("save", path) as file:
        npz.write(file, value, arrays)


def load(path: str | os.PathLike[str]) -> Any:
    """What `save` wrote, in the same nesting; of a file that others wrote a dict of its arrays.

    Nothing is unpickled, the sizes that a file announces are compared with its own before memory is asked
    for, and the checksum with the content.

    Raises:
        ValueError: if it is no such file, is damaged, was written by a newer version, or holds Python
            objects.
        FileNotFoundError: if there is none.
        ImportError: for a safetensors file without the package.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {os.fspath(path)!r}")
    kind = "a safetensors" if _is_safetensors(path) else "an .npz"
    try:
        if _is_safetensors(path):
            return tensors.read(os.fspath(path))
        with open(path, "rb") as file:
            return npz.read(file, os.fstat(file.fileno()).st_size)
    except (ImportError, PermissionError):
        raise
    except Exception as error:  # a damaged byte can make zipfile, NumPy and json raise almost anything
        if _is_of_torch(path):
            raise ValueError(
                f"{os.fspath(path)!r} was written by torch.save, as a pickle, which is never opened here: "
                "save by safetensors.torch.save_file(model.state_dict(), 'weights.safetensors'), load by "
                "load_state_dict(nn.load('weights.safetensors'), layout='torch')"
            ) from error
        what = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
        raise ValueError(
            f"{os.fspath(path)!r} cannot be loaded, it is not {kind} file or is damaged: {what}"
        ) from error


def _is_of_torch(path: str | os.PathLike[str]) -> bool:
    try:
        with ZipFile(path) as file:
            return any(name.endswith("/data.pkl") for name in file.namelist())
    except Exception:  # no zip file, or a damaged one
        return False


def _is_safetensors(path: str | os.PathLike[str]) -> bool:
    return os.fspath(path).endswith(".safetensors")
