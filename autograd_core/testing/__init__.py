"""What proves gradients: checks with a diagnosis, for functions, layers and whole graphs."""

from autograd_core.testing.check import assert_gradients, check_gradients
from autograd_core.testing.culprit import Blame, blame
from autograd_core.testing.diagnosis import Diagnosis, Verdict
from autograd_core.testing.extras import MissingExtraError
from autograd_core.testing.grading import Grade, UnknownExerciseError, grade
from autograd_core.testing.guesses import Guess, guess
from autograd_core.testing.layers import check_layer
from autograd_core.testing.numerical import numerical_gradient
from autograd_core.testing.optimizers import OptimizerReport, check_optimizer
from autograd_core.testing.program import Program
from autograd_core.testing.property import GradientFailure, gradient_property
from autograd_core.testing.random_programs import programs
from autograd_core.testing.report import GradientReport, LayerReport
from autograd_core.testing.strategies import away_from_kinks, broadcastable, one_hot, spd_matrix, tensors

__all__ = [
    "Blame",
    "Diagnosis",
    "Grade",
    "GradientFailure",
    "GradientReport",
    "Guess",
    "LayerReport",
    "MissingExtraError",
    "OptimizerReport",
    "Program",
    "UnknownExerciseError",
    "Verdict",
    "assert_gradients",
    "away_from_kinks",
    "blame",
    "broadcastable",
    "check_gradients",
    "check_layer",
    "check_optimizer",
    "grade",
    "gradient_property",
    "guess",
    "numerical_gradient",
    "one_hot",
    "programs",
    "spd_matrix",
    "tensors",
]
