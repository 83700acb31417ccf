"""Optimizers for Tensors of autograd-core; a new one is a class with one method, see `Optimizer`."""

from autograd_core.offering import names, on_first_use

PLACES = {
    "nn.utils": "clip_grad_norm_=clip_grad_norm clip_grad_value_=clip_grad_value",
    "optim": "lr_scheduler",
    "optim.adam": "Adam AdamW",
    "optim.adaptive": "Adadelta Adagrad RMSprop",
    "optim.lbfgs": "LBFGS",
    "optim.moments": "Adamax NAdam RAdam",
    "optim.optimizer": "Optimizer",
    "optim.penalties": "L1 L2",
    "optim.sgd": "Momentum Nesterov SGD",
    "optim.swa_utils": "AveragedModel EMA SWALR update_bn",
}

__all__ = names(PLACES)
__getattr__, __dir__ = on_first_use(__name__, PLACES)
