"""The clipping of gradients of `nn.utils`, for those who look for it beside the optimizers."""

from nn.utils import clip_grad_norm_, clip_grad_value_

clip_grad_norm = clip_grad_norm_
clip_grad_value = clip_grad_value_
