"""Symbols: the reading of rules as formulas, exact Python and programs."""

from autograd_core.symbols.counted import weight
from autograd_core.symbols.formulas import latex, slides
from autograd_core.symbols.python import NAMESPACE, python
from autograd_core.symbols.rules import gradient, local, without_factor
from autograd_core.symbols.simplifying import simplified
from autograd_core.symbols.sizes import Size
from autograd_core.symbols.symbol import Symbol, fresh, frozen, lift, same, symbolic, traced

__all__ = [
    "NAMESPACE",
    "Size",
    "Symbol",
    "fresh",
    "frozen",
    "gradient",
    "latex",
    "lift",
    "local",
    "python",
    "same",
    "simplified",
    "slides",
    "symbolic",
    "traced",
    "weight",
    "without_factor",
]
