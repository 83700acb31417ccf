"""Optimizers for Tensors of autograd-core; a new one is a class with one method, see `Optimizer`."""

from optim.adam import Adam, AdamW
from optim.optimizer import Optimizer
from optim.sgd import SGD, Momentum, Nesterov

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "Momentum",
    "Nesterov",
    "Optimizer",
]
