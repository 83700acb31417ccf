"""Large elementwise operations that are done together, block after block, so that their results stay in the
cache: with the sums over what they give.

An operation joins others of the same size if nothing that it needs comes from them by way of something else.
"""

from heapq import heappop, heappush
from math import prod
from typing import Any, NamedTuple

import numpy as np

from autograd_core.compiling.forms import form_of
from autograd_core.compiling.planning.making import shape_of
from autograd_core.compiling.planning.ordering import reads
from autograd_core.compiling.planning.viewing import is_effect, seen_in
from autograd_core.ops import products, reductions, shapes
from autograd_core.symbols import Symbol

LARGE = 2**17
"""So many numbers are worth it."""
CACHE = 2**22
"""All that a block touches should fit into this many bytes: more than the second cache has, because starting
the threads for smaller blocks costs more than that cache saves."""
LEAST, MOST = 2**13, 2**16
"""How many numbers a block holds: few make calls, many leave the cache."""
NARROW = 256
"""So many columns a tall matrix may have whose rows are multiplied in blocks."""
LINE = 16
"""Numbers in a line of the cache, with which a block begins."""


class Region(NamedTuple):
    """
    start, stop   which operations of the order
    rows          how many rows of `columns` numbers; columns is None where every array is one line
    step          how many rows (or numbers) a block has
    partial       the sums, of which a block gives a part
    """

    start: int
    stop: int
    rows: int
    columns: int | None
    step: int
    partial: frozenset[Symbol]


class _Group:
    """A region that grows."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.columns: int | None = None
        self.members: list[Symbol] = []
        self.partial: set[Symbol] = set()


def regions_of(order: list[Symbol], threads: int) -> tuple[list[Symbol], list[Region]]:
    """The operations in an order in which those of a region stand together, and the regions."""
    groups: list[_Group] = []
    groups_open: list[_Group] = []
    home: dict[Symbol, _Group] = {}
    for x in order:
        for group in reversed(groups_open):
            if _joins(x, group, home):
                home[x] = group
                group.members.append(x)
                break
        else:
            if not is_pass(x) and _is_large(x):
                groups_open.clear()  # what is done together with things long before lives long
            group = _Group(x.size)
            if is_large_pass(x) and _joins(x, group, home):
                group.members.append(x)
                home[x] = group
                groups.append(group)
                groups_open.append(group)
    for group in groups:
        if not _pays(group, threads):
            for x in group.members:
                del home[x]
    return _together(order, home)


def _pays(group: _Group, threads: int) -> bool:
    passes = len(group.members) - len(group.partial)
    return passes >= 2 or (threads > 1 and group.size >= 2 * LARGE)


def is_large_pass(x: Symbol) -> bool:
    """Whether a region could begin with x."""
    return not x.weak and not is_effect(x) and x.size >= LARGE and (is_pass(x) or is_row_product(x))


def _is_large(x: Symbol) -> bool:
    return x.size >= LARGE or any(prod(shape_of(y)) >= LARGE for y in x.operands)


def is_pass(x: Symbol) -> bool:
    """Whether x is one number after the other, each from the numbers in the same place."""
    if is_effect(x) or x.weak or x.op is None:
        return False
    form = form_of(x)
    return form.inplace or x.op.elementwise


def _joins(x: Symbol, group: _Group, home: dict[Symbol, _Group]) -> bool:
    if x.weak or is_effect(x):
        return False
    columns = group.columns
    if is_row_product(x):
        if x.size != group.size or columns is not None or any(_among(y, group) for y in reads(x)):
            return False
        part = False
    elif is_pass(x):
        if x.size != group.size:
            return False
        found = _across(x, group, columns)
        if found is None:
            return False
        columns = found or None
        part = False
    else:
        found = _part_of(x, group, columns)
        if found is None:
            return False
        columns, part = found, True
        if columns == 0:
            columns = group.columns
    if columns is not None and (group.size // columns < 2 or columns > MOST):
        return False
    if _comes_behind(x, group, home):
        return False
    group.columns = columns
    if part:
        group.partial.add(x)
    return True


def _across(x: Symbol, group: _Group, columns: int | None) -> int | None:
    """The columns that the operands of a pass need, 0 if they need none; None if it cannot join."""
    for y in x.operands:
        shape = shape_of(y)
        inside = isinstance(y, Symbol) and _among(seen_in(y), group)
        if shape == x.shape:
            if inside and not _in_line(y):
                return None
            continue
        if inside:
            return None
        if prod(shape) == 1:
            continue
        wanted = x.shape[-1] if x.ndim else 1
        fits = prod(shape) == shape[-1] == wanted or shape == (*x.shape[:-1], 1)
        if not fits or (columns is not None and columns != wanted):
            return None
        columns = wanted
    return columns or 0


def is_row_product(x: Symbol) -> bool:
    """Whether x is the product of a tall matrix, which has few columns, and a vector: row after row."""
    if x.op is not products.matmul or x.ndim not in (1, 2) or not form_of(x).out:
        return False
    a, b = x.operands
    return bool(a.ndim == 2 and x.size == a.shape[0] and a.shape[1] <= NARROW and b.size == a.shape[1])


def is_column_sum(x: Symbol) -> bool:
    """Whether x is the product of a tall matrix, transposed, and a vector: a sum over rows."""
    if x.op is not products.matmul or x.ndim not in (1, 2) or not form_of(x).out:
        return False
    a, b = x.operands
    if not isinstance(a, Symbol) or a.op is not shapes.transpose or a.ndim != 2 or not isinstance(b, Symbol):
        return False
    return bool(x.size == a.shape[0] <= NARROW and b.size == a.shape[1] and _in_line(b))


def _part_of(x: Symbol, group: _Group, columns: int | None) -> int | None:
    """Of a sum over a member of the group the columns that it needs, 0 for any; None if it is no such sum."""
    if is_column_sum(x):
        a, b = x.operands
        fits = b.size == group.size and columns is None and _among(seen_in(b), group)
        return 0 if fits and not _among(seen_in(a), group) else None
    if x.op is products.matmul and x.shape == ():
        ok = all(isinstance(y, Symbol) and y.size == group.size and _in_line(y) for y in x.operands)
        ok = ok and any(_among(seen_in(y), group) for y in x.operands)
        return 0 if ok else None
    if x.op is not reductions.sum or x.params["keepdims"] or x.operands[0].size != group.size:
        return None
    (y,) = x.operands
    if (
        not isinstance(y, Symbol)
        or y.dtype not in (np.float32, np.float64)
        or not _in_line(y)
        or not _among(seen_in(y), group)
    ):
        return None
    axes = x.params["axis"]
    if len(axes) == y.ndim:
        return 0
    if y.ndim == 2 and axes == (-2,) and columns in (None, y.shape[1]):
        return int(y.shape[1])
    return None


def _among(y: Any, group: _Group) -> bool:
    return any(y is member for member in group.members)


def _in_line(y: Symbol) -> bool:
    """Whether y is a result as it lies, in any shape."""
    while y.op is shapes.reshape:
        y = y.operands[0]
    return seen_in(y) is y


def _comes_behind(x: Symbol, group: _Group, home: dict[Symbol, _Group]) -> bool:
    """Whether something that x needs, and that is not in the group, needs something of the group."""
    seen: set[int] = set()
    first = [y for y in reads(x) if home.get(y) is not group]
    todo = first
    while todo:
        y = todo.pop()
        unit = home.get(y)
        if unit is group:
            return True
        key = id(unit) if unit is not None else id(y)
        if key in seen:
            continue
        seen.add(key)
        for member in unit.members if unit is not None else (y,):
            for z in reads(member):
                if z.op is not None and (unit is None or home.get(z) is not unit):
                    todo.append(z)
    return False


def _together(order: list[Symbol], home: dict[Symbol, _Group]) -> tuple[list[Symbol], list[Region]]:
    """Sort units by what they need, as early as the last of their operations stood."""
    at = {x: i for i, x in enumerate(order)}
    units: dict[int, list[Symbol]] = {}
    unit_of: dict[Symbol, int] = {}
    for x in order:
        group = home.get(x)
        key = at[group.members[-1]] if group is not None else at[x]
        unit_of[x] = key
        units.setdefault(key, []).append(x)
    needs = {
        key: {unit_of[y] for x in members for y in reads(x) if y in unit_of} - {key}
        for key, members in units.items()
    }
    waiting: dict[int, list[int]] = {}
    missing = {key: len(found) for key, found in needs.items()}
    for key, found in needs.items():
        for other in found:
            waiting.setdefault(other, []).append(key)
    ready: list[int] = []
    for key, n in missing.items():
        if not n:
            heappush(ready, key)
    result: list[Symbol] = []
    regions = []
    while ready:
        key = heappop(ready)
        members = units[key]
        group = home.get(members[0])
        if group is not None:
            regions.append(_region(group, len(result)))
        result += members
        for other in waiting.get(key, ()):
            missing[other] -= 1
            if not missing[other]:
                heappush(ready, other)
    assert len(result) == len(order)  # groups need each other in no circle
    return result, regions


def _region(group: _Group, start: int) -> Region:
    columns = group.columns
    rows = group.size if columns is None else group.size // columns
    return Region(start, start + len(group.members), rows, columns, 1, frozenset(group.partial))


def with_step(region: Region, members: list[Symbol], scratch: list[Any]) -> Region:
    """The region with blocks of a size for the cache."""
    inside = set(members)
    read = {(y, y.dtype.itemsize) for x in members for y in reads(x) - inside if y.size == members[0].size}
    bytes_each = sum(n for _, n in read) + sum(dtype.itemsize for dtype in scratch)
    bytes_each += members[0].dtype.itemsize
    matrices = [seen_in(x.operands[0]) for x in members if is_row_product(x) or is_column_sum(x)]
    tall = {id(a): a for a in matrices}
    bytes_each += sum(a.size // region.rows * a.dtype.itemsize for a in tall.values())
    numbers = LEAST // 4 if tall else LEAST
    while 2 * numbers <= MOST and 2 * numbers * bytes_each <= CACHE:
        numbers *= 2
    blocks = -(-region.rows // max(1, numbers // (region.columns or 1)))
    step = -(-region.rows // blocks)  # of equal size
    return region._replace(step=step if region.columns else -(-step // LINE) * LINE)
