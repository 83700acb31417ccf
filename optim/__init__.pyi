"""Optimizers for Tensors of autograd-core; a new one is a class with one method, see `Optimizer`."""

# written by tools/stubs.py from the table PLACES of the package

from nn.utils import clip_grad_norm_ as clip_grad_norm
from nn.utils import clip_grad_value_ as clip_grad_value
from optim import lr_scheduler as lr_scheduler
from optim.adam import Adam as Adam
from optim.adam import AdamW as AdamW
from optim.adaptive import Adadelta as Adadelta
from optim.adaptive import Adagrad as Adagrad
from optim.adaptive import RMSprop as RMSprop
from optim.lbfgs import LBFGS as LBFGS
from optim.moments import Adamax as Adamax
from optim.moments import NAdam as NAdam
from optim.moments import RAdam as RAdam
from optim.optimizer import Optimizer as Optimizer
from optim.penalties import L1 as L1
from optim.penalties import L2 as L2
from optim.sgd import SGD as SGD
from optim.sgd import Momentum as Momentum
from optim.sgd import Nesterov as Nesterov
from optim.swa_utils import EMA as EMA
from optim.swa_utils import SWALR as SWALR
from optim.swa_utils import AveragedModel as AveragedModel
from optim.swa_utils import update_bn as update_bn

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
