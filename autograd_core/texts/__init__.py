"""Formulas as text: `s = a*x; t = s - y; z = t**2`, read without evaluating anything."""

from autograd_core.texts.errors import FormulaError, IdleValueError, MissingValueError
from autograd_core.texts.reading import compute
from autograd_core.texts.unknown import AbstractRow
from autograd_core.texts.values import inputs
from autograd_core.texts.words import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "AbstractRow",
    "FormulaError",
    "IdleValueError",
    "MissingValueError",
    "compute",
    "inputs",
]
