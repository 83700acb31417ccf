"""autograd-core: automatic differentiation on NumPy that one can read, see and trust.

>>> import autograd_core as ac
>>> a, x, y = ac.leaves(a=2, x=3, y=4)
>>> z = (a * x - y) ** 2
>>> z.backward()
>>> a.grad, x.grad, y.grad
(Tensor(12.0), Tensor(8.0), Tensor(-4.0))
"""

from autograd_core.functions.elsewhere import FUNCTIONS as _NAMES_ELSEWHERE
from autograd_core.offering import names, on_first_use
from autograd_core.tensor import Tensor as Tensor  # what expressions need; all else loads on first use

__version__ = "0.1.0"

# a new public name is one word here; then `python tools/stubs.py` writes it into the stub for editors
PLACES = {
    "autograd_core": "linalg testing traces",
    "autograd_core.allocating": "keep_memory",
    "autograd_core.anomaly": "detect_anomaly",
    "autograd_core.compiling.compiled": "compile",
    "autograd_core.creation": (
        "arange default_dtype eye full full_like generator layer_dtype leaves linspace manual_seed ones "
        "ones_like rand randn zeros zeros_like"
    ),
    "autograd_core.custom": "elementwise fused general linear multilinear",
    "autograd_core.errors": (
        "AnomalyError CompileError GradientError NoRuleError ReleasedGraphError StaleGraphError"
    ),
    "autograd_core.explaining.derivations": "Derivation derive",
    "autograd_core.explaining.dimension_card": "Dimensions dimensions",
    "autograd_core.explaining.explanation": "Explanation explain",
    "autograd_core.explaining.provenance_table": "Provenance provenance",
    "autograd_core.explaining.stepping": "BackwardSteps backward_steps",
    "autograd_core.functions.activations": (
        "elu erf erfc gelu i0 leaky_relu logsigmoid mish relu selu sigmoid silu softplus softsign xlogy"
    ),
    "autograd_core.functions.contracting": "einsum einsum_path tensordot",
    "autograd_core.functions.diagonals": "trace",
    "autograd_core.functions.exponential": (
        "cbrt exp exp2 expm1 float_power frexp ldexp log log10 log1p log2 logaddexp logaddexp2 pow power "
        "sqrt square"
    ),
    "autograd_core.functions.joining": (
        "append array_split block column_stack concat concatenate delete dsplit dstack hsplit hstack "
        "insert pad resize roll split stack unstack vsplit vstack"
    ),
    "autograd_core.functions.missing": (
        "nancumprod nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanprod nanquantile nanstd "
        "nansum nanvar"
    ),
    "autograd_core.functions.normalizing": "log_softmax logsumexp softmax",
    "autograd_core.functions.ordering": (
        "argmax argmin argpartition argsort digitize histogram median nanargmax nanargmin partition "
        "percentile quantile searchsorted sort unique"
    ),
    "autograd_core.functions.pointwise": (
        "abs absolute add clip conj conjugate copysign divide equal fabs fmax fmin greater greater_equal "
        "heaviside imag isfinite isinf isnan less less_equal logical_and logical_not logical_or "
        "logical_xor maximum minimum multiply nan_to_num negative not_equal positive real real_if_close "
        "reciprocal sign signbit subtract true_divide where"
    ),
    "autograd_core.functions.polynomials": (
        "convolve corrcoef correlate cov interp poly polyadd polyder polydiv polyfit polyint polymul "
        "polysub polyval vander"
    ),
    "autograd_core.functions.products": "cross dot inner kron matmul matvec outer vdot vecdot vecmat",
    "autograd_core.functions.ranges": "geomspace logspace sliding_window_view",
    "autograd_core.functions.reducing": (
        "all amax amin any average count_nonzero max mean min prod ptp std sum var"
    ),
    "autograd_core.functions.rounding": (
        "around bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or "
        "bitwise_right_shift bitwise_xor ceil divmod fix floor floor_divide fmod gcd invert lcm "
        "left_shift mod modf remainder right_shift rint round trunc"
    ),
    "autograd_core.functions.scanning": (
        "cumprod cumsum cumulative_prod cumulative_sum diff ediff1d gradient trapezoid"
    ),
    "autograd_core.functions.selecting": (
        "choose compress diag diagflat diagonal extract piecewise select take take_along_axis tril "
        "trim_zeros triu"
    ),
    "autograd_core.functions.shaping": (
        "ascontiguousarray asfortranarray astype atleast_1d atleast_2d atleast_3d broadcast_arrays "
        "broadcast_to copy expand_dims flip fliplr flipud matrix_transpose meshgrid moveaxis permute_dims "
        "ravel repeat reshape rollaxis rot90 squeeze swapaxes tile transpose"
    ),
    "autograd_core.functions.trigonometry": (
        "acos acosh angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 "
        "atanh cos cosh deg2rad degrees hypot rad2deg radians sin sinc sinh tan tanh unwrap"
    ),
    "autograd_core.graphs": "Graph GraphRenderError graph",
    "autograd_core.graphs.lively": "Live live",
    "autograd_core.kinks": "conventions",
    "autograd_core.packing": "packed",
    "autograd_core.recomputing": "checkpoint",
    "autograd_core.state": "enable_grad no_grad scope",
    "autograd_core.tensor": "Tensor",
    "autograd_core.transforms": "grad gradients hessian hvp jacobian jvp value_and_grad vjp",
    "autograd_core.vectors": "Vector",
}

# these are there, as in ac.sum, but `import *` does not put them before Python's own
_APART = {
    "abs",
    "all",
    "any",
    "compile",
    "divmod",
    "linalg",
    "max",
    "min",
    "pow",
    "round",
    "sum",
    "testing",
    "traces",
}

__all__ = [name for name in names(PLACES) if name not in _APART]
__getattr__, __dir__ = on_first_use(__name__, PLACES, _NAMES_ELSEWHERE)
