"""The routes from a result back to one of its values: counted always, listed where they are few."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd_core.explaining.chain import LONG, Chain, Step
from autograd_core.explaining.expressions import factor_text, size
from autograd_core.graphs.snapshot.records import Node
from autograd_core.symbols import slides

LISTED = 12
"""More routes than this are counted and not listed."""
LISTED_STEPS = 600
"""So are routes that have more steps than this together."""
WORDS = 40
"""So many steps on all routes together are written as one sum of products."""


@dataclass(frozen=True, eq=False)
class Route:
    """One way from the result to a value; iterate for its nodes.

    nodes    from the result to the value
    steps    the arrows between them
    product  the product of their derivatives as text: `2t · 1 · a`; of arrays what flows through
    value    what the route adds to the gradient: a number, an array, or None where values are not known
    """

    nodes: tuple[Node, ...]
    steps: tuple[Step, ...]
    product: str
    value: Any

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __str__(self) -> str:
        words = [s.chain.letter(n) for s, n in zip(self.steps, self.nodes, strict=False)]
        words += [s.chain.letter(s.source) for s in self.steps[-1:]]
        return " ← ".join(words if len(words) <= WORDS else [*words[:3], "…", *words[-3:]])

    def __repr__(self) -> str:
        return f"<route {self}: {self.product}>"


class Count(NamedTuple):
    """How many routes there are.

    routes     the number of them
    factors    local derivatives on all routes together: the cost of going through them one by one
    steps      local derivatives of the reverse sweep, which passes every arrow once
    """

    routes: int
    factors: int
    steps: int


def counted(chain: Chain) -> Count:
    """Count the routes without walking them: oldest value first, each knows its routes from the start."""
    assert chain.start is not None  # there is something to go to
    routes: dict[Node, int] = {chain.start: 1}
    lengths: dict[Node, int] = {chain.start: 0}
    for node, steps in chain.steps.items():
        routes[node] = sum(routes.get(s.source, 0) for s in steps)
        lengths[node] = sum(lengths.get(s.source, 0) + routes.get(s.source, 0) for s in steps)
    passed = sum(len(steps) for steps in chain.steps.values())
    return Count(routes.get(chain.root, 0), lengths.get(chain.root, 0), passed)


def listed(chain: Chain) -> list[tuple[Step, ...]]:
    """Every route as its steps from the result on, in the order of the operands."""
    found: list[tuple[Step, ...]] = []
    todo: list[tuple[Node, tuple[Step, ...]]] = [(chain.root, ())]
    while todo:
        node, steps = todo.pop()
        if node is chain.start:
            found.append(steps)
            continue
        todo += [(s.source, (*steps, s)) for s in reversed(chain.steps.get(node, []))]
    return found


def contribution_of(steps: tuple[Step, ...], values: Mapping[Node, Any], seed: Any) -> Any:
    """What one route adds to the gradient, with numbers."""
    g = seed
    for s in steps:
        g = s.passed(g, values)
    return g


def product_text(steps: tuple[Step, ...], single: bool) -> str:
    """The derivatives along a route: of numbers as factors, of arrays what flows through all of them."""
    if len(steps) > WORDS:
        ends = [s.label for s in (*steps[:3], *steps[-3:])]
        return " · ".join([*ends[:3], "…", *ends[3:]])
    if single:
        return chained([slides(s.factor) for s in steps])
    g: Any = np.float64(1.0)
    for s in steps:
        g = s.pulled(g)
        if size(g) > LONG:
            return chained([s.label for s in steps])
    return slides(g)


def chained(factors: Sequence[str], first: bool = True) -> str:
    """Written factors with dots between them."""
    if len(factors) == 1 and first:
        return factors[0]
    return " · ".join(factor_text(f, leading=first and not i) for i, f in enumerate(factors))
