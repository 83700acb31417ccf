"""Schedules along half a cosine: from λ₀ down to a floor, and from there up again or back by a jump."""

from optim.lr_scheduler.base import LRScheduler
from optim.lr_scheduler.interpolation import between, eased
from optim.optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """λ_t = η + (λ₀ − η) (1 + cos(π t / T)) / 2: from λ₀ down to η at the step T, then up again.

    Args:
        T_max: T, at least 1.
        eta_min: η ≥ 0.

    I. Loshchilov, F. Hutter: SGDR: stochastic gradient descent with warm restarts (2017), equation 5 without
    the restarts. Usually training ends at T.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, step: int, lr: float, group: int) -> float:
        return between(lr, self.eta_min, eased(step / self.T_max))


class CosineAnnealingWarmRestarts(LRScheduler):
    """λ_t = η + (λ₀ − η) (1 + cos(π t_i / T_i)) / 2, with the t_i steps since the last restart.

    The run from restart to restart has T_i steps, T_0 at first and T_mult times as many each time; at a
    restart λ jumps back to λ₀.

    Args:
        T_0: at least 1.
        T_mult: an integer of at least 1.
        eta_min: η ≥ 0.

    I. Loshchilov, F. Hutter: SGDR: stochastic gradient descent with warm restarts (2017), equation 5.
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, step: int, lr: float, group: int) -> float:
        length = self.T_0
        if self.T_mult == 1:
            step %= length
        while step >= length:  # some twenty rounds for a million steps
            step -= length
            length *= self.T_mult
        return between(lr, self.eta_min, eased(step / length))
