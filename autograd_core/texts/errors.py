"""What is raised for text that is no formula, and how pieces of it are quoted."""

from collections.abc import Sequence


class FormulaError(ValueError):
    """Text that is no formula, or one that cannot be computed; the message says what is allowed."""


class MissingValueError(FormulaError):
    """Some names have a value and others have none.

    names       those without
    known       those with one
    products    those of them that look like a product of names that have one: {"ax": "a*x"}
    """

    def __init__(self, names: Sequence[str], known: Sequence[str], example: str = "1") -> None:
        self.names, self.known = tuple(names), tuple(known)
        only = f", only {', '.join(known)}" if known else ""
        advice = f"add {', '.join(f'{name}={example}' for name in names)}, for example"
        factors = {name: _factors(name, frozenset(known)) for name in names}
        self.products = {name: "*".join(found) for name, found in factors.items() if found}
        if self.products:
            advice = f"a product is written {', '.join(self.products.values())}; else {advice}"
        super().__init__(f"{', '.join(names)} {_are(names)} not given{only}: {advice}")


class IdleValueError(FormulaError):
    """A value was given for names that do not occur in the formula.

    names    these
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            f"{', '.join(names)} {_are(names)} given but {_does(names)} not occur in the formula"
        )


def _factors(name: str, known: frozenset[str]) -> list[str]:
    """Known names that one after the other make this one, the first as long as possible; none if none do."""
    for i in range(len(name), 0, -1):
        if name[:i] in known:
            rest = _factors(name[i:], known)
            if rest or i == len(name):
                return [name[:i], *rest]
    return []


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _does(names: Sequence[str]) -> str:
    return "does" if len(names) == 1 else "do"


def short(text: str) -> str:
    """A piece of the text on one line, quoted and not too long."""
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else text[:57] + "...")
