"""Random changes of pictures that leave the class as it is.

Each is called as `change(x, rng)` with a batch: (N, C, H, W), (N, H, W), or (N, H·W) for square pictures;
every picture gets its own draw. The result is a new array of the same form and dtype. `DataLoader(...,
transform=change)` calls it so for every batch.

Names and arguments are torchvision's where it has them; its transforms draw once for a whole batch.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import number, positive
from nn.data.composing import plain

Array = np.ndarray[Any, Any]
Rng = int | np.random.Generator | None


class Augmentation(ABC):
    """One random change of a batch; it prints its settings, the attributes."""

    @abstractmethod
    def __call__(self, x: Any, rng: Rng = None) -> Array:
        """The changed batch."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in vars(self).items())})"


class OfPictures(Augmentation):
    """A change of pictures; a subclass says what it does with (N, C, H, W) in `changed`."""

    def __call__(self, x: Any, rng: Rng = None) -> Array:
        """The changed batch.

        Raises:
            ValueError: if x has another number of axes, or two and no square pictures.
        """
        x = plain(x)
        n = x.shape[0] if x.ndim else 0
        side = round(x.shape[1] ** 0.5) if x.ndim == 2 else 0
        if x.ndim not in (2, 3, 4) or (x.ndim == 2 and side * side != x.shape[1]):
            raise ValueError(
                f"{type(self).__name__} takes pictures (N, C, H, W), (N, H, W) or square ones in a row, got "
                f"the shape {x.shape}"
            )
        pictures = x if x.ndim == 4 else x.reshape(n, 1, *((side, side) if x.ndim == 2 else x.shape[1:]))
        result = self.changed(pictures, ac.generator(rng)).astype(x.dtype, copy=False)
        return (result.reshape(n, prod(result.shape[1:])), result[:, 0], result)[x.ndim - 2]

    @abstractmethod
    def changed(self, x: Array, rng: np.random.Generator) -> Array:
        """New pictures (N, C, H, W); x must stay as it is."""


class Compose(Augmentation):
    """Several changes, one after the other; anything that takes (x, rng).

    >>> Compose([RandomHorizontalFlip(), RandomCrop(28, padding=2)])
    Compose([RandomHorizontalFlip(p=0.5), RandomCrop(size=(28, 28), padding=2)])
    """

    def __init__(self, transforms: list[Callable[[Array, np.random.Generator], Array]]) -> None:
        self.transforms = list(transforms)

    def __call__(self, x: Any, rng: Rng = None) -> Array:
        array, rng = plain(x), ac.generator(rng)
        for transform in self.transforms:
            array = transform(array, rng)
        return array

    def __repr__(self) -> str:
        return f"Compose({self.transforms!r})"


class RandomHorizontalFlip(OfPictures):
    """Left and right exchanged, for each picture with the probability p. Digits are no others' mirror images.

    >>> RandomHorizontalFlip(p=1.0)(np.arange(4.0).reshape(1, 2, 2))
    array([[[1., 0.],
            [3., 2.]]])
    """

    def __init__(self, p: float = 0.5) -> None:
        self.p = _between("RandomHorizontalFlip: p", p, 1)

    def changed(self, x: Array, rng: np.random.Generator) -> Array:
        flips = rng.random(len(x)) < self.p
        return np.where(flips[:, None, None, None], x[..., ::-1], x)


class RandomCrop(OfPictures):
    """A part of `size`, a number or (height, width), cut at a random place after padding with zeros.

    RandomCrop(28, padding=2) shifts pictures of 28 × 28 by up to 2 pixels each way.

    K. He et al.: Deep residual learning for image recognition (2015), section 4.2, has size 32, padding 4.

    >>> RandomCrop(3, padding=1)(np.ones((1, 3, 3)), rng=3)
    array([[[0., 1., 1.],
            [0., 1., 1.],
            [0., 0., 0.]]])
    """

    def __init__(self, size: int | tuple[int, int], padding: int = 0) -> None:
        height, width = size if isinstance(size, tuple) else (size, size)
        self.size = positive("RandomCrop: size", height), positive("RandomCrop: size", width)
        self.padding = positive("RandomCrop: padding", padding) if padding != 0 else 0

    def changed(self, x: Array, rng: np.random.Generator) -> Array:
        p = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        if padded.shape[2] < self.size[0] or padded.shape[3] < self.size[1]:
            raise ValueError(f"{self} does not fit into pictures of {x.shape[2:]}")
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.size, axis=(2, 3))
        down, right = (rng.integers(0, places, len(x)) for places in windows.shape[2:4])
        result: Array = windows[np.arange(len(x)), :, down, right]
        return result


class GaussianNoise(Augmentation):
    """x + ε with ε ~ N(mean, sigma²) for every number; with `clip` the result is kept within [0, 1].

    It takes arrays of any shape: tables too, where clip=False is meant.

    C. M. Bishop: Training with noise is equivalent to Tikhonov regularization (1995), for small noise.
    """

    def __init__(self, mean: float = 0.0, sigma: float = 0.1, clip: bool = True) -> None:
        self.mean = number("GaussianNoise: mean", mean)
        self.sigma = _between("GaussianNoise: sigma", sigma, np.inf)
        self.clip = bool(clip)

    def __call__(self, x: Any, rng: Rng = None) -> Array:
        x = plain(x)
        if x.dtype.kind != "f":
            raise TypeError(f"GaussianNoise takes floating numbers, got {x.dtype}: divide pictures by 255")
        dtype = np.float32 if x.dtype.itemsize <= 4 else np.float64
        noise: Any = ac.generator(rng).standard_normal(x.shape, dtype)
        noisy: Array = x + (noise * self.sigma + self.mean).astype(x.dtype)
        return noisy.clip(0, 1) if self.clip else noisy


class Cutout(OfPictures):
    """A square of `size` pixels set to 0, its centre anywhere in the picture, so that parts may lie outside.

    T. DeVries, G. W. Taylor: Improved regularization of convolutional neural networks with cutout (2017).
    """

    def __init__(self, size: int) -> None:
        self.size = positive("Cutout: size", size)

    def changed(self, x: Array, rng: np.random.Generator) -> Array:
        n, _, h, w = x.shape
        inside = []
        for length in (h, w):
            start = rng.integers(0, length, (n, 1)) - self.size // 2
            place = np.arange(length)
            inside.append((place >= start) & (place < start + self.size))
        rows, columns = inside
        return np.where(rows[:, None, :, None] & columns[:, None, None, :], x.dtype.type(0), x)


class RandomRotation(OfPictures):
    """Turned about the centre by an angle from −degrees to degrees, drawn evenly; what comes in is 0.

    Each new pixel is interpolated between the four around its place in the old picture (torchvision takes
    the nearest unless it is told otherwise).
    """

    def __init__(self, degrees: float) -> None:
        self.degrees = _between("RandomRotation: degrees", degrees, 180)

    def changed(self, x: Array, rng: np.random.Generator) -> Array:
        n, _, h, w = x.shape
        angle = np.deg2rad(rng.uniform(-self.degrees, self.degrees, (n, 1, 1)))
        row, column = np.arange(h)[:, None] - (h - 1) / 2, np.arange(w) - (w - 1) / 2
        # counterclockwise as one looks at it, with rows counted downwards; then one for a frame of zeros
        down = np.cos(angle) * row + np.sin(angle) * column + (h - 1) / 2 + 1
        right = np.cos(angle) * column - np.sin(angle) * row + (w - 1) / 2 + 1
        framed = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        result = np.zeros(x.shape, np.result_type(x.dtype, np.float32))
        i, j = np.floor(down).astype(int), np.floor(right).astype(int)
        for k in (0, 1):
            for m in (0, 1):
                share = (1 - np.abs(down - (i + k))) * (1 - np.abs(right - (j + m)))
                pixel = framed[np.arange(n)[:, None, None], :, (i + k).clip(0, h + 1), (j + m).clip(0, w + 1)]
                result += (share[..., None] * pixel).transpose(0, 3, 1, 2).astype(result.dtype)
        return result if x.dtype.kind == "f" else np.rint(result)


def _between(what: str, given: Any, most: float) -> float:
    value = number(what, given)
    if not 0 <= value <= most:
        raise ValueError(f"{what} is from 0 to {most}, got {given!r}")
    return value
