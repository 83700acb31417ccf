"""Programs: expressions in the words of another language, JavaScript, for pages whose numbers are alive."""

from autograd_core.programs.errors import NoFormError
from autograd_core.programs.gradient_program import (
    apart,
    fixed_choices,
    gradients_of,
    live_program,
    local_derivatives,
)
from autograd_core.programs.javascript import javascript

__all__ = [
    "NoFormError",
    "apart",
    "fixed_choices",
    "gradients_of",
    "javascript",
    "live_program",
    "local_derivatives",
]
