"""Losses of classes, one of which is the right one."""

from typing import Any

from nn.checks import number
from nn.functional.cross_entropies import cross_entropy, nll_loss
from nn.losses.loss import Loss, kept_weight, recorded


class CrossEntropyLoss(Loss):
    """E = −(1/N) Σₙ Σₖ tₙₖ log yₙₖ with y = softmax(a): the lecture's softmax with loss.

    `loss(a, t)`: a are the numbers before the softmax (logits), (N, K), or (N, K, d1, ...), where N counts
    all but the classes, or (K,). t are either integers of that shape without the axis of the classes, their
    indices; or numbers of the same shape, one-hot or probabilities. The gradient is ∂E/∂a = (y − t) / N.
    Nothing overflows, however large a is, for the largest number of each datum is taken off before the
    exponential.

    Args:
        weight: per class (K,), a factor wₖ of its terms; the mean of indices is then Σ w_t l / Σ w_t.
        ignore_index: the index of data to be left out, also by the mean.
        reduction: "mean", "sum", or "none": one loss per datum.
        label_smoothing: ε of 0 to 1: t becomes (1 − ε) t + ε/K.

    Raises:
        ValueError: for any other shape of t, an index that is no class, a setting out of range, or the mean
            of an empty batch.

    Sections 2.3 and 5.1 of the lecture, whose (N, K) has one answer for the axis of the classes: 1, as in
    torch and Chainer, or the last, as in Keras. So data (N, T, K) must be given as np.moveaxis(a, -1, 1).
    Chainer leaves out the index −1; Keras takes probabilities unless `from_logits=True`.

    >>> loss = CrossEntropyLoss()
    >>> import autograd_core as ac
    >>> a = ac.Tensor([[3.0, 3.0]], requires_grad=True)
    >>> loss(a, [0]).backward()
    >>> a.grad
    Tensor([[-0.5,  0.5]])
    """

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction)
        self.weight = kept_weight("CrossEntropyLoss: weight", weight)
        self.ignore_index = int(ignore_index)
        self.label_smoothing = number("CrossEntropyLoss: label_smoothing", label_smoothing, low=0, high=1)

    def forward(self, prediction: Any, target: Any) -> Any:
        a = recorded(prediction)
        return cross_entropy(a, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing)


class NLLLoss(Loss):
    """E = −(1/N) Σₙ l_nt of logarithms l of probabilities, t being the index of the right class.

    `loss(l, t)`: l are (N, K), (N, K, d1, ...) or (K,), t integers of that shape without the axis of the
    classes. `NLLLoss()(log_softmax(a), t)` is `CrossEntropyLoss()(a, t)`; it takes logarithms, and not
    probabilities.

    Args:
        weight, ignore_index, reduction: as in `CrossEntropyLoss`.

    Raises:
        ValueError: as `CrossEntropyLoss`, and for targets that are no indices.

    >>> NLLLoss()([[-1.0, -2.0], [-3.0, -4.0]], [0, 1])
    Tensor(2.5)
    """

    def __init__(self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = kept_weight("NLLLoss: weight", weight)
        self.ignore_index = int(ignore_index)

    def forward(self, prediction: Any, target: Any) -> Any:
        return nll_loss(recorded(prediction), target, self.weight, self.ignore_index, self.reduction)
