"""Symbols: the reading of rules as formulas, exact Python and programs."""

from autograd_core.symbols.formulas import latex, slides
from autograd_core.symbols.python import NAMESPACE, python
from autograd_core.symbols.rules import gradient, local, without_factor
from autograd_core.symbols.sizes import Size
from autograd_core.symbols.symbol import Symbol, fresh, lift, symbolic, traced

__all__ = [
    "NAMESPACE",
    "Size",
    "Symbol",
    "fresh",
    "gradient",
    "latex",
    "lift",
    "local",
    "python",
    "slides",
    "symbolic",
    "traced",
    "without_factor",
]
