"""Schedulers: the learning rate λ as a function of the number of steps; torch's names.

A λ that is too large diverges, one that is too small stalls; so λ is large at first, to come near quickly,
and is then made smaller, to come nearer still (the lecture's sections 6 and 9.4). Near a minimum the noise of
mini-batches keeps SGD at a distance that grows with λ: shrinking λ midway lets the loss fall again at once.

>>> import numpy as np
>>> from autograd_core import Tensor
>>> from optim.sgd import SGD
>>> opt = SGD([Tensor(np.ones(2), requires_grad=True)], lr=0.5)
>>> schedule = StepLR(opt, step_size=2, gamma=0.5)
>>> for epoch in range(5):
...     opt.step()                                   # the steps of an epoch
...     print(opt.lr, end=" ")
...     schedule.step()
0.5 0.5 0.25 0.25 0.125

A new one is a class with one method, see `LRScheduler`.
"""

from optim.lr_scheduler.base import LRScheduler
from optim.lr_scheduler.combined import ChainedScheduler, SequentialLR, warm_up
from optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from optim.lr_scheduler.cycles import CyclicLR, OneCycleLR
from optim.lr_scheduler.multipliers import (
    ConstantLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from optim.lr_scheduler.plateau import ReduceLROnPlateau

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
    "warm_up",
]
