"""The table of rows, a family a file. `TABLE` holds every row by name and is frozen after import."""

from types import MappingProxyType

from autograd_core.op import Row
from autograd_core.ops import (
    activations,
    arithmetic,
    broadcasting,
    choices,
    contractions,
    determinants,
    exponentials,
    factorizations,
    indexing,
    joining,
    matrices,
    norms,
    products,
    reductions,
    rounding,
    scans,
    shapes,
    softmaxes,
    sorting,
    triangles,
    trigonometry,
)

FAMILIES = (
    arithmetic,
    exponentials,
    trigonometry,
    rounding,
    choices,
    activations,
    shapes,
    indexing,
    sorting,
    joining,
    broadcasting,
    reductions,
    scans,
    softmaxes,
    products,
    contractions,
    matrices,
    determinants,
    triangles,
    factorizations,
    norms,
)


def _table() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for family in FAMILIES:
        for row in vars(family).values():
            if isinstance(row, Row) and rows.setdefault(row.name, row) is not row:
                raise ValueError(f"two rows are named {row.name!r}")
    return rows


TABLE = MappingProxyType(_table())
