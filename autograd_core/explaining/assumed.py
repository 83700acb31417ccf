"""What is taken for granted of letters, typed as text: {"t": "1 − s"}."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_core.explaining.chain import Chain
from autograd_core.explaining.expressions import inputs, substituted
from autograd_core.graphs import Graph, graph
from autograd_core.graphs.snapshot.records import Node
from autograd_core.symbols import Symbol, slides

SIGNS = str.maketrans({"−": "-", "·": "*"})
CLOSE = 1e-6


class Assumption:
    """letter = formula of other letters, all of them inputs of one chain."""

    def __init__(self, chain: Chain, name: str, text: str) -> None:
        known = {str(s.label): s for n, s in chain.letters.items() if n not in chain.formulas}
        self.letter = _one(known, name, name, text)
        written = graph(f"{_free(known)} = {text.translate(SIGNS)}")
        self.formula = _formula(written, known, name, text)
        if not isinstance(self.formula, Symbol) or any(s is self.letter for s in inputs(self.formula)):
            raise ValueError(f"explain: assume {name} = {text} does not say what {name} is by other letters")

    def __str__(self) -> str:
        return f"{self.letter.label} = {slides(self.formula)}"

    def ways(self) -> list[dict[Symbol, Any]]:
        """t = 1 − s, and the same the other way round: s = 1 − t."""
        ways: list[dict[Symbol, Any]] = [{self.letter: self.formula}]
        row = self.formula.op
        if row is not None and row.name == "subtract":
            whole, part = self.formula.operands
            if not isinstance(whole, Symbol) and isinstance(part, Symbol) and part.op is None:
                ways.append({part: whole - self.letter})
        return ways

    def check(self, chain: Chain, values: Mapping[Node, Any]) -> None:
        """Refuse what is not so at the values that are known.

        Raises:
            ValueError: if it is not.
        """
        held = {s: values.get(chain.nodes_of[s]) for s in (self.letter, *inputs(self.formula))}
        if any(v is None for v in held.values()):
            return
        other = substituted(self.formula, {s: np.float64(v) for s, v in held.items() if v is not None})
        ours: Any = held[self.letter]
        if not np.allclose(ours, other, rtol=CLOSE, atol=CLOSE):
            raise ValueError(f"explain: assume {self} is not so here: {ours} is not {other}")


def assumptions(chain: Chain, assume: Mapping[str, str] | None) -> list[Assumption]:
    """What was assumed; the chain knows it afterwards.

    Raises:
        ValueError: if a letter is none of the inputs.
    """
    made = [Assumption(chain, name, text) for name, text in (assume or {}).items()]
    ways: list[dict[Symbol, Any]] = [{}]
    for one in made:
        ways = [{**before, **way} for before in ways for way in one.ways()]
    chain.facts = ways
    return made


def _formula(written: Graph, known: Mapping[str, Symbol], name: str, text: str) -> Any:
    (root,) = (n for n in written if n.kind == "output")
    own = Chain(written, root)
    whole: dict[Symbol, Any] = {}
    for node, letter in own.letters.items():
        if node in own.formulas:
            whole[letter] = substituted(own.formulas[node], whole)
        else:
            whole[letter] = _one(known, str(letter.label), name, text)
    return whole[own.letters[root]]


def _one(known: Mapping[str, Symbol], letter: str, name: str, text: str) -> Symbol:
    if letter not in known:
        raise ValueError(
            f"explain: assume {name} = {text}: {letter} is no input here; these are: {', '.join(known)}"
        )
    if known[letter].shape != ():
        raise ValueError(f"explain: assume {name} = {text}: {letter} is no single number")
    return known[letter]


def _free(known: Mapping[str, Symbol]) -> str:
    name = "assumed"
    while name in known:
        name += "_"
    return name
