"""Optimizers for Tensors of autograd-core; a new one is a class with one method, see `Optimizer`."""

from nn.utils import clip_grad_norm_ as clip_grad_norm
from nn.utils import clip_grad_value_ as clip_grad_value
from optim import lr_scheduler
from optim.adam import Adam, AdamW
from optim.adaptive import Adadelta, Adagrad, RMSprop
from optim.lbfgs import LBFGS
from optim.moments import Adamax, NAdam, RAdam
from optim.optimizer import Optimizer
from optim.penalties import L1, L2
from optim.sgd import SGD, Momentum, Nesterov
from optim.swa_utils import EMA, SWALR, AveragedModel, update_bn

__all__ = [
    "EMA",
    "L1",
    "L2",
    "LBFGS",
    "SGD",
    "SWALR",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "AveragedModel",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "clip_grad_norm",
    "clip_grad_value",
    "lr_scheduler",
    "update_bn",
]
