"""Printed programs run in a page, and what the engine says to the same numbers."""

from typing import Any

import numpy as np

from autograd_core.op import Row
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, lift
from tests.autograd_core.harness import trained

RUN = """([sources, inputs]) => sources.map((source, i) => {
  const plain = (x) => ArrayBuffer.isView(x) ? Array.from(x)
    : x && typeof x === 'object' && !Array.isArray(x)
      ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)])) : x;
  try { return plain((0, eval)(source)(inputs[i])); } catch (error) { return String(error); }
})"""


def run(page: Any, sources: list[str], inputs: list[dict[str, Any]]) -> list[Any]:
    """What each program gives for its inputs: objects of numbers and lists, or the text of an error."""
    plain = [{name: flat(x) for name, x in given.items()} for given in inputs]
    result: list[Any] = page.evaluate(RUN, [sources, plain])
    return result


def flat(x: Any) -> Any:
    """A number, or a flat list of numbers, as a page takes it."""
    array = np.asarray(x, float)
    return array.reshape(-1).tolist() if np.ndim(x) else float(array)


def swept(
    row: Row, args: tuple[Any, ...], params: dict[str, Any], live: set[int]
) -> tuple[Any, list[Symbol]]:
    """The value and the gradients of a row as expressions, and their inputs.

    `live` says which arguments are inputs besides those that a gradient flows to.
    """
    which = trained(row, args)
    call = list(args)
    inputs = []
    for i, x in enumerate(args):
        if isinstance(x, np.ndarray) and (i in which or i in live):
            call[i] = Symbol.input(f"x{i}", x.shape, x.dtype)
            inputs.append(call[i])
    z = row(*call, **params)
    if not isinstance(z, Symbol):
        return {"z": z}, inputs
    outputs: dict[str, Any] = {"z": z}
    if z.dtype.kind == "f":
        g = Symbol.input("g", z.shape, z.dtype)
        inputs.append(g)
        wanted = {call[i]: i for i in which}
        found = pull({z: g}, wanted=set(wanted), lift=lift)
        outputs |= {f"g{i}": found.get(x) for x, i in wanted.items()}
    return outputs, inputs
