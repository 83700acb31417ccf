"""Neural networks on autograd-core: modules, layers, losses, initial values and data.

Names that the lecture defines have its conventions (weights are (in, out)), names that only torch has have
torch's.
"""

from nn import init
from nn.layers.activations import ReLU, Sigmoid, Tanh
from nn.layers.containers import Sequential
from nn.layers.linear import Affine, Linear
from nn.module import Module
from nn.parameter import Buffer, Parameter

__all__ = [
    "Affine",
    "Buffer",
    "Linear",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "init",
]
