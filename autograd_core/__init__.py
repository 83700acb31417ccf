"""autograd-core: automatic differentiation on NumPy that one can read, see and trust.

>>> import autograd_core as ac
>>> a, x, y = ac.leaves(a=2, x=3, y=4)
>>> z = (a * x - y) ** 2
>>> z.backward()
>>> a.grad, x.grad, y.grad
(Tensor(12.0), Tensor(8.0), Tensor(-4.0))
"""

from autograd_core import linalg as linalg
from autograd_core.anomaly import detect_anomaly
from autograd_core.creation import (
    arange,
    default_dtype,
    eye,
    full,
    generator,
    layer_dtype,
    leaves,
    linspace,
    manual_seed,
    ones,
    ones_like,
    rand,
    randn,
    zeros,
    zeros_like,
)
from autograd_core.custom import elementwise, fused, general, linear, multilinear
from autograd_core.errors import (
    AnomalyError,
    GradientError,
    NoRuleError,
    ReleasedGraphError,
    StaleGraphError,
)

# --- functions: what a family offers is said once, in the family ---
from autograd_core.functions.activations import *
from autograd_core.functions.contracting import *
from autograd_core.functions.exponential import *
from autograd_core.functions.joining import *
from autograd_core.functions.missing import *
from autograd_core.functions.normalizing import *
from autograd_core.functions.ordering import *
from autograd_core.functions.pointwise import *
from autograd_core.functions.pointwise import abs as abs
from autograd_core.functions.polynomials import *
from autograd_core.functions.products import *
from autograd_core.functions.reducing import *
from autograd_core.functions.reducing import max as max
from autograd_core.functions.reducing import min as min
from autograd_core.functions.reducing import sum as sum
from autograd_core.functions.rounding import *
from autograd_core.functions.scanning import *
from autograd_core.functions.selecting import *
from autograd_core.functions.shaping import *
from autograd_core.functions.trigonometry import *

# --- end of functions
from autograd_core.graphs import Graph, GraphRenderError, graph
from autograd_core.recomputing import checkpoint
from autograd_core.state import enable_grad, no_grad, scope
from autograd_core.tensor import Tensor
from autograd_core.transforms import grad, gradients, hessian, hvp, jacobian, jvp, value_and_grad, vjp

__version__ = "0.1.0"

# the names of Python's builtins (abs, max, min, sum) are there as ac.sum but not taken by `import *`
__all__ = [
    "AnomalyError",
    "GradientError",
    "Graph",
    "GraphRenderError",
    "NoRuleError",
    "ReleasedGraphError",
    "StaleGraphError",
    "Tensor",
    "absolute",
    "add",
    "amax",
    "amin",
    "arange",
    "broadcast_to",
    "checkpoint",
    "clip",
    "concatenate",
    "cos",
    "default_dtype",
    "detect_anomaly",
    "divide",
    "dot",
    "elementwise",
    "enable_grad",
    "exp",
    "expand_dims",
    "eye",
    "full",
    "fused",
    "general",
    "generator",
    "grad",
    "gradients",
    "graph",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "layer_dtype",
    "leaves",
    "linear",
    "linspace",
    "log",
    "manual_seed",
    "matmul",
    "maximum",
    "mean",
    "minimum",
    "multilinear",
    "multiply",
    "negative",
    "no_grad",
    "ones",
    "ones_like",
    "power",
    "rand",
    "randn",
    "ravel",
    "relu",
    "reshape",
    "scope",
    "sigmoid",
    "sign",
    "sin",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "subtract",
    "swapaxes",
    "tanh",
    "transpose",
    "value_and_grad",
    "var",
    "vjp",
    "where",
    "zeros",
    "zeros_like",
]
