"""Shapes: axes that do not exist, sizes that do not fit, pieces and frames."""

import numpy as np
import pytest

import autograd_core as ac
from tests.autograd_core.errors.runner import run

AxisError = np.exceptions.AxisError

BAD = {
    "reshape": (lambda s: s.w.reshape(5, 2), ValueError, ["reshape", "12 numbers", "(5, 2)", "W (3, 4)"]),
    "numpy's reshape": (lambda s: np.reshape(s.w, (5, 2)), ValueError, ["reshape", "(5, 2)", "W (3, 4)"]),
    "a size that does not divide": (lambda s: s.w.reshape(-1, 5), ValueError, ["reshape", "(-1, 5)"]),
    "two unknown sizes": (lambda s: s.w.reshape(-1, -1), ValueError, ["(-1, -1)", "only one size may be -1"]),
    "a size of fractions": (lambda s: s.w.reshape(2.0, 6), TypeError, ["reshape", "integer", "(2.0, 6)"]),
    "a shape of words": (lambda s: s.w.reshape("a"), TypeError, ["reshape", "integer", "'a'"]),
    "an order of counting": (
        lambda s: s.w.reshape((4, 3), order="Z"),
        ValueError,
        ["reshape", "'Z'", "C, F, A"],
    ),
    "a permutation too short": (lambda s: s.w.transpose(0), ValueError, ["transpose", "2 axes"]),
    "a permutation with a repetition": (
        lambda s: s.w.transpose(0, 0),
        ValueError,
        ["transpose of W (3, 4)", "(0, 0)"],
    ),
    "a permutation of others": (
        lambda s: np.transpose(s.w, (0, 2)),
        AxisError,
        ["transpose of W (3, 4)", "axis 2"],
    ),
    "swapaxes": (lambda s: s.w.swapaxes(0, 2), AxisError, ["swapaxes of W (3, 4)", "axis 2"]),
    "moveaxis": (
        lambda s: ac.moveaxis(s.w, 0, 2),
        AxisError,
        ["moveaxis of W (3, 4)", "destination", "axis 2"],
    ),
    "moveaxis of two to one": (
        lambda s: ac.moveaxis(s.w, (0, 1), 0),
        ValueError,
        ["moveaxis", "2 axes", "1 places"],
    ),
    "rollaxis": (lambda s: ac.rollaxis(s.w, 3), AxisError, ["rollaxis of W (3, 4)", "axis 3"]),
    "squeeze of a size": (lambda s: s.w.squeeze(0), ValueError, ["squeeze", "(3, 4)", "size 3"]),
    "squeeze": (lambda s: ac.squeeze(s.w, 5), AxisError, ["squeeze of W (3, 4)", "axis 5"]),
    "expand_dims": (lambda s: ac.expand_dims(s.w, 5), AxisError, ["expand_dims of W (3, 4)", "axis 5"]),
    "expand_dims twice": (
        lambda s: ac.expand_dims(s.w, (0, 0)),
        ValueError,
        ["expand_dims", "repeated", "(0, 0)"],
    ),
    "a broadcast to fewer axes": (
        lambda s: ac.broadcast_to(s.w, (4,)),
        ValueError,
        ["broadcast_to", "(3, 4)", "(4,)"],
    ),
    "a broadcast to other sizes": (
        lambda s: ac.broadcast_to(s.w, (5, 4)),
        ValueError,
        ["broadcast_to of W (3, 4)", "(5,4)"],
    ),
    "broadcast_arrays": (
        lambda s: ac.broadcast_arrays(s.w, s.v),
        ValueError,
        ["broadcast_arrays of", "(3, 4)", "(5, 6)"],
    ),
    "flip": (lambda s: ac.flip(s.w, axis=2), AxisError, ["flip of W (3, 4)", "axis 2"]),
    "fliplr of a number": (lambda s: ac.fliplr(s.x), ValueError, ["fliplr", "2 axes", "()"]),
    "a rotation in one axis": (
        lambda s: ac.rot90(s.w, axes=(0, 0)),
        ValueError,
        ["rot90", "different", "(0, 0)"],
    ),
    "a rotation in three": (lambda s: ac.rot90(s.w, axes=(0, 1, 2)), ValueError, ["rot90", "(0, 1, 2)"]),
    "a rotation of a number": (lambda s: ac.rot90(s.x), AxisError, ["rot90 of x ()", "axis 0"]),
    "roll": (lambda s: ac.roll(s.w, 1, axis=2), AxisError, ["roll of W (3, 4)", "axis 2"]),
    "roll by words": (lambda s: ac.roll(s.w, "a"), TypeError, ["roll", "integer", "'a'"]),
    "tile by words": (lambda s: ac.tile(s.w, "a"), TypeError, ["tile", "'a'"]),
    "tile by less than nothing": (lambda s: ac.tile(s.w, -1), ValueError, ["tile", "-1"]),
    "repeat by less than nothing": (lambda s: s.w.repeat(-1), ValueError, ["repeat", "-1"]),
    "repeat of too few": (
        lambda s: ac.repeat(s.w, [1, 2], axis=0),
        ValueError,
        ["repeat", "3 places", "(3, 4)", "(2,)"],
    ),
    "repeat by fractions": (lambda s: ac.repeat(s.w, 1.5), TypeError, ["repeat", "1.5"]),
    "repeat": (lambda s: s.w.repeat(2, axis=2), AxisError, ["repeat of W (3, 4)", "axis 2"]),
    "concatenate": (
        lambda s: ac.concatenate([s.w, s.v]),
        ValueError,
        ["concatenate", "axis 0", "(3, 4)", "(5, 6)"],
    ),
    "concatenate a number": (
        lambda s: ac.concatenate([s.w, s.x]),
        ValueError,
        ["concatenate", "argument 1", "single number", "stack"],
    ),
    "concatenate along no axis": (
        lambda s: ac.concatenate([s.w, s.w], axis=2),
        AxisError,
        ["concatenate of W (3, 4) and W (3, 4)", "axis 2"],
    ),
    "concatenate without a list": (lambda s: ac.concatenate(s.x), TypeError, ["concatenate", "sequence"]),
    "concatenate nothing": (lambda s: ac.concatenate([]), ValueError, ["concatenate", "at least one"]),
    "concatenate ranks": (
        lambda s: np.concatenate([s.w, s.r]),
        ValueError,
        ["concatenate", "same number of axes", "(3,)"],
    ),
    "hstack": (lambda s: ac.hstack([s.w, s.v]), ValueError, ["hstack", "axis 1", "(3, 4)", "(5, 6)"]),
    "vstack": (lambda s: np.vstack([s.w, s.v]), ValueError, ["vstack", "axis 0", "(3, 4)", "(5, 6)"]),
    "dstack": (lambda s: ac.dstack([s.w, s.v]), ValueError, ["dstack", "axis 2"]),
    "column_stack": (lambda s: ac.column_stack([s.w, s.v]), ValueError, ["column_stack", "(3, 4)", "(5, 6)"]),
    "block": (lambda s: ac.block([[s.w, s.v]]), ValueError, ["block", "(3, 4)", "(5, 6)"]),
    "append": (lambda s: ac.append(s.w, np.ones(3), axis=0), ValueError, ["append", "(3, 4)", "(3,)"]),
    "stack": (lambda s: ac.stack([s.w, s.v]), ValueError, ["stack", "(3, 4)", "(5, 6)"]),
    "stack along no axis": (
        lambda s: ac.stack([s.w, s.w], axis=5),
        AxisError,
        ["stack of W (3, 4) and W (3, 4)", "axis 5"],
    ),
    "stack nothing": (lambda s: ac.stack([]), ValueError, ["stack", "at least one"]),
    "stack without a list": (lambda s: ac.stack(s.x), TypeError, ["stack", "sequence"]),
    "split": (lambda s: ac.split(s.w, 2), ValueError, ["split", "size 3", "(3, 4)", "array_split"]),
    "split along no axis": (lambda s: ac.split(s.w, 2, axis=2), AxisError, ["split of W (3, 4)", "axis 2"]),
    "split of a number": (lambda s: ac.split(s.x, 2), ValueError, ["split", "single number"]),
    "split into nothing": (lambda s: ac.split(s.w, 0), ValueError, ["split", "positive", "got 0"]),
    "vsplit of a row": (lambda s: ac.vsplit(s.r, 2), ValueError, ["vsplit", "2 axes", "(3,)"]),
    "dsplit of a matrix": (lambda s: ac.dsplit(s.w, 2), ValueError, ["dsplit", "3 axes", "(3, 4)"]),
    "unstack of a number": (lambda s: ac.unstack(s.x), ValueError, ["unstack", "single number"]),
    "a negative frame": (lambda s: ac.pad(s.w, -1), ValueError, ["pad", "-1"]),
    "a frame of three": (
        lambda s: ac.pad(s.w, (1, 2, 3)),
        ValueError,
        ["pad", "pad_width", "2 axes", "(3,)"],
    ),
    "an unknown mode of frames": (
        lambda s: ac.pad(s.w, 1, mode="mirror"),
        ValueError,
        ["pad", "'mirror'", "reflect"],
    ),
    "an argument of another mode": (
        lambda s: ac.pad(s.w, 1, mode="edge", constant_values=3),
        ValueError,
        ["pad", "'edge'", "constant_values="],
    ),
    "a frame of fractions": (lambda s: ac.pad(s.w, 1.5), TypeError, ["pad", "1.5"]),
    "meshgrid": (lambda s: ac.meshgrid(s.r, indexing="yx"), ValueError, ["meshgrid", "'xy'", "'yx'"]),
    "a window too wide": (
        lambda s: ac.sliding_window_view(s.w, (9, 9)),
        ValueError,
        ["sliding_window_view", "9", "(3, 4)"],
    ),
    "resize": (lambda s: ac.resize(s.w, (-1, 2)), ValueError, ["resize", "(-1, 2)"]),
    "diag of a cube": (lambda s: ac.diag(s.cube), ValueError, ["diag", "(2, 2, 2)"]),
    "a diagonal of one axis": (
        lambda s: s.w.diagonal(axis1=0, axis2=0),
        ValueError,
        ["diagonal", "same axis", "(3, 4)"],
    ),
    "a diagonal of no axis": (
        lambda s: ac.diagonal(s.w, axis1=0, axis2=4),
        AxisError,
        ["diagonal of W (3, 4)", "axis 4"],
    ),
    "the trace of a row": (lambda s: ac.trace(s.r), ValueError, ["trace", "two axes", "(3,)"]),
    "a triangle of a number": (lambda s: ac.tril(s.x), ValueError, ["tril", "single number"]),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
