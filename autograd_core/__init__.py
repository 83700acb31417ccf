"""autograd-core: automatic differentiation on NumPy that one can read, see and trust.

>>> import autograd_core as ac
>>> a, x, y = ac.leaves(a=2, x=3, y=4)
>>> z = (a * x - y) ** 2
>>> z.backward()
>>> a.grad, x.grad, y.grad
(Tensor(12.0), Tensor(8.0), Tensor(-4.0))
"""

from importlib import import_module
from typing import Any

from autograd_core import linalg as linalg
from autograd_core.anomaly import detect_anomaly
from autograd_core.creation import (
    arange,
    default_dtype,
    eye,
    full,
    full_like,
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
from autograd_core.explaining.derivations import Derivation, derive
from autograd_core.explaining.dimension_card import Dimensions, dimensions
from autograd_core.explaining.explanation import Explanation, explain
from autograd_core.explaining.provenance_table import Provenance, provenance
from autograd_core.explaining.stepping import BackwardSteps, backward_steps

# --- functions: what a family offers is said once, in the family ---
from autograd_core.functions.activations import *
from autograd_core.functions.contracting import *
from autograd_core.functions.diagonals import *
from autograd_core.functions.elsewhere import FUNCTIONS as _NAMES_ELSEWHERE
from autograd_core.functions.exponential import *
from autograd_core.functions.exponential import pow as pow
from autograd_core.functions.joining import *
from autograd_core.functions.missing import *
from autograd_core.functions.normalizing import *
from autograd_core.functions.ordering import *
from autograd_core.functions.pointwise import *
from autograd_core.functions.pointwise import abs as abs
from autograd_core.functions.polynomials import *
from autograd_core.functions.products import *
from autograd_core.functions.ranges import *
from autograd_core.functions.reducing import *
from autograd_core.functions.reducing import all as all
from autograd_core.functions.reducing import any as any
from autograd_core.functions.reducing import max as max
from autograd_core.functions.reducing import min as min
from autograd_core.functions.reducing import sum as sum
from autograd_core.functions.rounding import *
from autograd_core.functions.rounding import divmod as divmod
from autograd_core.functions.rounding import round as round
from autograd_core.functions.scanning import *
from autograd_core.functions.selecting import *
from autograd_core.functions.shaping import *
from autograd_core.functions.trigonometry import *

# --- end of functions
from autograd_core.graphs import Graph, GraphRenderError, graph
from autograd_core.graphs.lively import Live, live
from autograd_core.kinks import conventions
from autograd_core.recomputing import checkpoint
from autograd_core.state import enable_grad, no_grad, scope
from autograd_core.tensor import Tensor
from autograd_core.transforms import grad, gradients, hessian, hvp, jacobian, jvp, value_and_grad, vjp

__version__ = "0.1.0"

# the names of Python's builtins (abs, max, min, sum) are there as ac.sum but not taken by `import *`
__all__ = [
    "AnomalyError",
    "BackwardSteps",
    "Derivation",
    "Dimensions",
    "Explanation",
    "GradientError",
    "Graph",
    "GraphRenderError",
    "Live",
    "NoRuleError",
    "Provenance",
    "ReleasedGraphError",
    "StaleGraphError",
    "Tensor",
    "absolute",
    "acos",
    "acosh",
    "add",
    "amax",
    "amin",
    "angle",
    "append",
    "arange",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "argmax",
    "argmin",
    "argpartition",
    "argsort",
    "around",
    "array_split",
    "ascontiguousarray",
    "asfortranarray",
    "asin",
    "asinh",
    "astype",
    "atan",
    "atan2",
    "atanh",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "average",
    "backward_steps",
    "bitwise_and",
    "bitwise_count",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "block",
    "broadcast_arrays",
    "broadcast_to",
    "cbrt",
    "ceil",
    "checkpoint",
    "choose",
    "clip",
    "column_stack",
    "compress",
    "concat",
    "concatenate",
    "conj",
    "conjugate",
    "conventions",
    "convolve",
    "copy",
    "copysign",
    "corrcoef",
    "correlate",
    "cos",
    "cosh",
    "count_nonzero",
    "cov",
    "cross",
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "default_dtype",
    "deg2rad",
    "degrees",
    "delete",
    "derive",
    "detect_anomaly",
    "diag",
    "diagflat",
    "diagonal",
    "diff",
    "digitize",
    "dimensions",
    "divide",
    "dot",
    "dsplit",
    "dstack",
    "ediff1d",
    "einsum",
    "einsum_path",
    "elementwise",
    "elu",
    "enable_grad",
    "equal",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expand_dims",
    "explain",
    "expm1",
    "extract",
    "eye",
    "fabs",
    "fix",
    "flip",
    "fliplr",
    "flipud",
    "float_power",
    "floor",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "frexp",
    "full",
    "full_like",
    "fused",
    "gcd",
    "gelu",
    "general",
    "generator",
    "geomspace",
    "grad",
    "gradient",
    "gradients",
    "graph",
    "greater",
    "greater_equal",
    "heaviside",
    "hessian",
    "histogram",
    "hsplit",
    "hstack",
    "hvp",
    "hypot",
    "i0",
    "imag",
    "inner",
    "insert",
    "interp",
    "invert",
    "isfinite",
    "isinf",
    "isnan",
    "jacobian",
    "jvp",
    "kron",
    "layer_dtype",
    "lcm",
    "ldexp",
    "leaky_relu",
    "leaves",
    "left_shift",
    "less",
    "less_equal",
    "linear",
    "linspace",
    "live",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logaddexp",
    "logaddexp2",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "logsigmoid",
    "logspace",
    "logsumexp",
    "manual_seed",
    "matmul",
    "matrix_transpose",
    "matvec",
    "maximum",
    "mean",
    "median",
    "meshgrid",
    "minimum",
    "mish",
    "mod",
    "modf",
    "moveaxis",
    "multilinear",
    "multiply",
    "nan_to_num",
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
    "negative",
    "no_grad",
    "not_equal",
    "ones",
    "ones_like",
    "outer",
    "pad",
    "partition",
    "percentile",
    "permute_dims",
    "piecewise",
    "poly",
    "polyadd",
    "polyder",
    "polydiv",
    "polyfit",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "positive",
    "power",
    "prod",
    "provenance",
    "ptp",
    "quantile",
    "rad2deg",
    "radians",
    "rand",
    "randn",
    "ravel",
    "real",
    "real_if_close",
    "reciprocal",
    "relu",
    "remainder",
    "repeat",
    "reshape",
    "resize",
    "right_shift",
    "rint",
    "roll",
    "rollaxis",
    "rot90",
    "scope",
    "searchsorted",
    "select",
    "selu",
    "sigmoid",
    "sign",
    "signbit",
    "silu",
    "sin",
    "sinc",
    "sinh",
    "sliding_window_view",
    "softmax",
    "softplus",
    "softsign",
    "sort",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "subtract",
    "swapaxes",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tensordot",
    "tile",
    "trace",
    "transpose",
    "trapezoid",
    "tril",
    "trim_zeros",
    "triu",
    "true_divide",
    "trunc",
    "unique",
    "unstack",
    "unwrap",
    "value_and_grad",
    "vander",
    "var",
    "vdot",
    "vecdot",
    "vecmat",
    "vjp",
    "vsplit",
    "vstack",
    "where",
    "xlogy",
    "zeros",
    "zeros_like",
]


def _elsewhere(name: str) -> Any:
    """`testing`, which stands on all of this, and is read when it is asked for; what a name of PyTorch's is
    called here."""
    if name == "testing":
        return import_module(f"{__name__}.testing")
    instead = _NAMES_ELSEWHERE.get(name)
    advice = f"; here it is: {instead}" if instead else ""
    text = f"module {__name__!r} has no attribute {name!r}{advice}"
    raise AttributeError(text, name=name, obj=import_module(__name__))


# put there by its name, since a definition would tell type checkers that every name is there
globals()["__getattr__"] = _elsewhere


def __dir__() -> list[str]:
    """What is public, and not the rooms behind it."""
    others = "abs all any divmod linalg max min round sum testing __version__"
    return sorted([*__all__, *others.split()])
