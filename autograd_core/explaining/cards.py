"""The cards of `dimensions` as data: what is asked, what is answered, and how both are printed."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """How one gradient gets its shape.

    name      of the value whose gradient it is
    equation  the shapes: `(N, K) = (N, L) × (L, K)`
    reason    what follows from them: `the right factor must be Wᵀ`
    rule      the formula: `∂E/∂X = ∂E/∂Y · Wᵀ`
    question  equation and formula with the answer left out
    latex     the formula with the shapes below
    """

    name: str
    equation: str
    reason: str
    rule: str
    question: str
    latex: str

    @property
    def answer(self) -> str:
        """What is left out of the question."""
        return f"{self.rule}, for {self.equation}"

    def __str__(self) -> str:
        left = self.rule.partition(" = ")[0]
        return f"{left} has the shape of {self.name}: {self.equation}, so {self.reason}\n    {self.rule}"


@dataclass(frozen=True)
class Card:
    """One result: its formula, the same with shapes, and a part for every value it is made of.

    note  what letters of the parts are; or why there are no parts, where the gradients could not be written
    """

    name: str
    formula: str
    shapes: str
    latex: str
    parts: tuple[Part, ...]
    note: str = ""

    @property
    def question(self) -> str:
        """The card with the formulas left out."""
        return "\n".join([self.shapes, *(f"    {p.question}" for p in self.parts)])

    @property
    def answer(self) -> str:
        """The formulas that the question leaves out."""
        return "\n".join(p.answer for p in self.parts)

    def __str__(self) -> str:
        return "\n".join(
            [self.formula, f"    {self.shapes}", *map(str, self.parts), *([self.note] if self.note else [])]
        )


@dataclass(frozen=True)
class Dimensions:
    """The shapes of a computation in letters. Made by `ac.dimensions`.

    cards    one per named result, or per operation where no result has a name
    shapes   from every name to the letters of its axes
    sizes    from every letter to its length
    """

    cards: tuple[Card, ...]
    shapes: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, int]

    def __getitem__(self, name: str) -> tuple[str, ...]:
        if name not in self.shapes:
            raise KeyError(f"no value is called {name!r}; the names are: {', '.join(self.shapes)}")
        return self.shapes[name]

    @property
    def question(self) -> str:
        """The cards with the formulas left out: what must stand for the question marks?"""
        return "\n\n".join(card.question for card in self.cards) + self._sizes()

    @property
    def answer(self) -> str:
        """What the question leaves out."""
        return "\n".join(card.answer for card in self.cards if card.parts)

    @property
    def latex(self) -> str:
        """The formulas with the shapes below, aligned."""
        lines = [line for card in self.cards for line in (card.latex, *(p.latex for p in card.parts))]
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def _sizes(self) -> str:
        return "\n" + ", ".join(f"{name} = {n}" for name, n in self.sizes.items()) if self.sizes else ""

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.cards)) + self._sizes()

    def __repr__(self) -> str:
        return f"<Dimensions {', '.join(c.shapes for c in self.cards[:2])}>"

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"
