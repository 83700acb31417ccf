"""Samples of ops/contractions.py."""

from typing import Any

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, strided


def padded(x, y, before, size):
    """The sliding products, one number after the other."""
    m = y.shape[-1]
    wide = np.zeros(x.shape[-1] + 2 * (size + m), x.dtype)
    start = size + m
    wide[start : start + x.shape[-1]] = x
    return np.array([np.dot(wide[start + i - before :][:m], y) for i in range(size)], np.result_type(x, y))


def with_axes_in_front(x, y, subscripts):
    """The same with NumPy's word for axes that have no letter."""
    first, second = subscripts.split(",")
    second, out = second.split("->")
    return np.einsum(f"...{first},...{second}->...{out}", x, y)


ROWS: dict[str, Any] = {
    "einsum": (
        with_axes_in_front,
        [
            S(normal(2, 3), normal(3, 4), subscripts="ij,jk->ik"),
            S(normal(2, 3), normal(3, 4), subscripts="ij,jk->ki", note="swapped"),
            S(normal(3, 2), normal(3, 4), subscripts="ji,jk->ik", note="first axis"),
            S(normal(3, 2), normal(4, 3), subscripts="ji,kj->ki"),
            S(normal(3), normal(3, key="y"), subscripts="i,i->", note="vector · vector"),
            S(normal(2, 3), normal(2, 3, key="y"), subscripts="ij,ij->", note="all axes"),
            S(normal(2, 3), normal(3, 2, key="y"), subscripts="ij,ji->", note="trace of a product"),
            S(normal(2, 3), normal(2, 3, key="y"), subscripts="ij,ij->i", note="rows"),
            S(normal(3, 2), normal(2, 3, key="y"), subscripts="ji,ij->i", note="columns"),
            S(normal(2, 3), normal(3), subscripts="ij,j->i", note="matrix · vector"),
            S(normal(2), normal(3), subscripts="i,j->ij", note="outer"),
            S(normal(2), normal(3), subscripts="i,j->ji", note="outer, turned"),
            S(normal(2, 3), normal(3, 2, key="y"), subscripts="ij,ji->ji", note="elementwise"),
            S(normal(), normal(2, 3), subscripts=",ij->ij", note="a number"),
            S(normal(), normal(key="y"), subscripts=",->", note="two numbers"),
            S(normal(2, 3, 4), normal(2, 4, 5), subscripts="bij,bjk->bik", note="batch"),
            S(normal(3, 4, 2), normal(4, 2, 5), subscripts="ijb,jbk->kib", note="batch last"),
            S(normal(2, 3, 4), normal(3, 4, 5), subscripts="ijk,jkl->il", note="two inner axes"),
            S(normal(2, 3, 4), normal(4, 5, 3), subscripts="ijk,klj->li"),
            S(normal(2, 3, 2), normal(4, 3, 2), subscripts="abc,dbc->dabc", note="two batch axes"),
            S(normal(2, 0), normal(0, 3), subscripts="ij,jk->ik", note="empty inside"),
            S(normal(0, 3), normal(3, 2), subscripts="ij,jk->ik", note="empty"),
            S(normal(0, 3), normal(0, 3, key="y"), subscripts="ij,ij->i", note="empty batch"),
            S(normal(1, 1), normal(1, 3), subscripts="ij,jk->ik", note="size-1 axes"),
            S(strided(normal(2, 3)), fortran(normal(3, 4)), subscripts="ij,jk->ik", note="not contiguous"),
            S(normal(20, 3), normal(3, 20), subscripts="ij,jk->ik", note="more than a picture keeps"),
            S(normal(5, 2, 3), normal(3, 4), subscripts="ij,jk->ki", note="an axis in front"),
            S(normal(3), normal(5, 3, 4), subscripts="j,jk->k", note="an axis in front of the second"),
            S(normal(1, 2, 3), normal(5, 3, 4), subscripts="ij,jk->ik", note="axes in front broadcast"),
            S(normal(4, 1, 2), normal(5, 3), subscripts="i,j->ji", note="axes in front broadcast, outer"),
            S(normal(4, 1, 3), normal(5, 3), subscripts="j,j->", note="axes in front broadcast, rows"),
        ],
    ),
    "correlate": (
        padded,
        [
            S(normal(5), normal(3), before=0, size=3, note="valid"),
            S(normal(5), normal(3), before=2, size=7, note="full"),
            S(normal(5), normal(3), before=1, size=5, note="same"),
            S(normal(3), normal(5), before=4, size=7, note="the longer one slid"),
            S(normal(4), normal(3), before=-1, size=2, note="begins inside"),
            S(normal(4), normal(2), before=3, size=8, note="beyond both ends"),
            S(normal(1), normal(1, key="y"), before=0, size=1, note="one number"),
            S(strided(normal(6)), strided(normal(2)), before=1, size=7, note="not contiguous"),
            S(normal(200), normal(100), before=99, size=299, note="more than a picture keeps"),
        ],
    ),
}
