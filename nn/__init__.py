"""Neural networks on autograd-core: modules, layers, losses, initial values and data.

Names that the lecture defines have its conventions (weights are (in, out)), names that only torch has have
torch's.
"""

from nn import data, functional, init
from nn.layers.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from nn.layers.batch_norm import BatchNorm
from nn.layers.containers import Sequential
from nn.layers.linear import Affine, Linear
from nn.losses.cross_entropy import CrossEntropyLoss
from nn.losses.regression import HalfMSELoss
from nn.module import Module
from nn.parameter import Buffer, Parameter
from nn.presets import convention
from nn.saving import load, save

__all__ = [
    "Affine",
    "BatchNorm",
    "Buffer",
    "CrossEntropyLoss",
    "HalfMSELoss",
    "LeakyReLU",
    "Linear",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "convention",
    "data",
    "functional",
    "init",
    "load",
    "save",
]
