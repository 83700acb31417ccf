"""What proves gradients: checks with a diagnosis, for functions, layers and whole graphs."""

from autograd_core.testing.blaming.culprit import Blame, blame
from autograd_core.testing.checking.check import assert_gradients, check_gradients
from autograd_core.testing.checking.diagnosis import Diagnosis, Verdict
from autograd_core.testing.checking.guesses import Guess, guess
from autograd_core.testing.checking.numerical import numerical_gradient
from autograd_core.testing.exercises.grading import Grade, UnknownExerciseError, grade
from autograd_core.testing.layers.comparison import check_layer
from autograd_core.testing.layers.report import GradientReport, LayerReport
from autograd_core.testing.optimizers.comparison import OptimizerReport, check_optimizer
from autograd_core.testing.properties.extras import MissingExtraError
from autograd_core.testing.properties.program import Program
from autograd_core.testing.properties.property import GradientFailure, gradient_property
from autograd_core.testing.properties.random_programs import programs
from autograd_core.testing.properties.strategies import (
    away_from_kinks,
    broadcastable,
    one_hot,
    spd_matrix,
    tensors,
)

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
