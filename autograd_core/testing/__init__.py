"""What proves gradients: checks with a diagnosis, for functions, layers and whole graphs."""

from autograd_core.testing.check import assert_gradients, check_gradients
from autograd_core.testing.diagnosis import Diagnosis, Verdict
from autograd_core.testing.guesses import Guess, guess
from autograd_core.testing.numerical import numerical_gradient

__all__ = [
    "Diagnosis",
    "Guess",
    "Verdict",
    "assert_gradients",
    "check_gradients",
    "guess",
    "numerical_gradient",
]
