"""One call of a row, and helpers to make arguments of every layout."""

from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np


@dataclass(frozen=True)
class Sample:
    """Arguments and parameters in the row's own words.

    kink: some number sits where the function has no derivative, so that differences say nothing.
    """

    args: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)
    kink: bool = False
    note: str = ""

    @property
    def text(self) -> str:
        shapes = ",".join(_short(a) for a in self.args)
        words = ",".join(f"{k}={v}" for k, v in self.params.items())
        return " ".join(t for t in (shapes, words, self.note, "kink" if self.kink else "") if t)


def _short(a: Any) -> str:
    return "x".join(map(str, a.shape)) or "0-d" if isinstance(a, np.ndarray) else repr(a)


def S(*args: Any, kink: bool = False, note: str = "", **params: Any) -> Sample:
    """A Sample in one line."""
    return Sample(args, params, kink, note)


def rng(*key: Any) -> np.random.Generator:
    return np.random.default_rng(crc32(repr(key).encode()))


def normal(*shape: int, key: Any = 0) -> np.ndarray:
    """Numbers of both signs, at least 0.1 away from 0 and from each other's ties."""
    x = rng("normal", shape, key).standard_normal(shape)
    return np.asarray(x + 0.1 * np.sign(x))


def positive(*shape: int, key: Any = 0) -> np.ndarray:
    """Numbers between ½ and 2."""
    return np.asarray(rng("positive", shape, key).uniform(0.5, 2, shape))


def strided(x: np.ndarray) -> np.ndarray:
    """The same numbers as every second column, rows backwards, of a bigger array: not contiguous."""
    big = np.full([2 * n for n in x.shape], 7.25)
    view = big[tuple(slice(None, None, -2) for _ in x.shape)]
    view[...] = x
    assert x.size < 2 or not view.flags.c_contiguous
    return view


def fortran(x: np.ndarray) -> np.ndarray:
    """The same numbers in Fortran order."""
    return np.asfortranarray(x)
