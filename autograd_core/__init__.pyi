"""autograd-core: automatic differentiation on NumPy that one can read, see and trust."""

# written by tools/stubs.py from the table PLACES of the package

from autograd_core import linalg as linalg
from autograd_core import testing as testing
from autograd_core import traces as traces
from autograd_core.allocating import keep_memory as keep_memory
from autograd_core.anomaly import detect_anomaly as detect_anomaly
from autograd_core.compiling.compiled import compile as compile
from autograd_core.creation import arange as arange
from autograd_core.creation import default_dtype as default_dtype
from autograd_core.creation import eye as eye
from autograd_core.creation import full as full
from autograd_core.creation import full_like as full_like
from autograd_core.creation import generator as generator
from autograd_core.creation import layer_dtype as layer_dtype
from autograd_core.creation import leaves as leaves
from autograd_core.creation import linspace as linspace
from autograd_core.creation import manual_seed as manual_seed
from autograd_core.creation import ones as ones
from autograd_core.creation import ones_like as ones_like
from autograd_core.creation import rand as rand
from autograd_core.creation import randn as randn
from autograd_core.creation import zeros as zeros
from autograd_core.creation import zeros_like as zeros_like
from autograd_core.custom import elementwise as elementwise
from autograd_core.custom import fused as fused
from autograd_core.custom import general as general
from autograd_core.custom import linear as linear
from autograd_core.custom import multilinear as multilinear
from autograd_core.errors import AnomalyError as AnomalyError
from autograd_core.errors import CompileError as CompileError
from autograd_core.errors import GradientError as GradientError
from autograd_core.errors import NoRuleError as NoRuleError
from autograd_core.errors import ReleasedGraphError as ReleasedGraphError
from autograd_core.errors import StaleGraphError as StaleGraphError
from autograd_core.explaining.derivations import Derivation as Derivation
from autograd_core.explaining.derivations import derive as derive
from autograd_core.explaining.dimension_card import Dimensions as Dimensions
from autograd_core.explaining.dimension_card import dimensions as dimensions
from autograd_core.explaining.explanation import Explanation as Explanation
from autograd_core.explaining.explanation import explain as explain
from autograd_core.explaining.provenance_table import Provenance as Provenance
from autograd_core.explaining.provenance_table import provenance as provenance
from autograd_core.explaining.stepping import BackwardSteps as BackwardSteps
from autograd_core.explaining.stepping import backward_steps as backward_steps
from autograd_core.functions.activations import elu as elu
from autograd_core.functions.activations import erf as erf
from autograd_core.functions.activations import erfc as erfc
from autograd_core.functions.activations import gelu as gelu
from autograd_core.functions.activations import i0 as i0
from autograd_core.functions.activations import leaky_relu as leaky_relu
from autograd_core.functions.activations import logsigmoid as logsigmoid
from autograd_core.functions.activations import mish as mish
from autograd_core.functions.activations import relu as relu
from autograd_core.functions.activations import selu as selu
from autograd_core.functions.activations import sigmoid as sigmoid
from autograd_core.functions.activations import silu as silu
from autograd_core.functions.activations import softplus as softplus
from autograd_core.functions.activations import softsign as softsign
from autograd_core.functions.activations import xlogy as xlogy
from autograd_core.functions.contracting import einsum as einsum
from autograd_core.functions.contracting import einsum_path as einsum_path
from autograd_core.functions.contracting import tensordot as tensordot
from autograd_core.functions.diagonals import trace as trace
from autograd_core.functions.exponential import cbrt as cbrt
from autograd_core.functions.exponential import exp as exp
from autograd_core.functions.exponential import exp2 as exp2
from autograd_core.functions.exponential import expm1 as expm1
from autograd_core.functions.exponential import float_power as float_power
from autograd_core.functions.exponential import frexp as frexp
from autograd_core.functions.exponential import ldexp as ldexp
from autograd_core.functions.exponential import log as log
from autograd_core.functions.exponential import log1p as log1p
from autograd_core.functions.exponential import log2 as log2
from autograd_core.functions.exponential import log10 as log10
from autograd_core.functions.exponential import logaddexp as logaddexp
from autograd_core.functions.exponential import logaddexp2 as logaddexp2
from autograd_core.functions.exponential import pow as pow
from autograd_core.functions.exponential import power as power
from autograd_core.functions.exponential import sqrt as sqrt
from autograd_core.functions.exponential import square as square
from autograd_core.functions.joining import append as append
from autograd_core.functions.joining import array_split as array_split
from autograd_core.functions.joining import block as block
from autograd_core.functions.joining import column_stack as column_stack
from autograd_core.functions.joining import concat as concat
from autograd_core.functions.joining import concatenate as concatenate
from autograd_core.functions.joining import delete as delete
from autograd_core.functions.joining import dsplit as dsplit
from autograd_core.functions.joining import dstack as dstack
from autograd_core.functions.joining import hsplit as hsplit
from autograd_core.functions.joining import hstack as hstack
from autograd_core.functions.joining import insert as insert
from autograd_core.functions.joining import pad as pad
from autograd_core.functions.joining import resize as resize
from autograd_core.functions.joining import roll as roll
from autograd_core.functions.joining import split as split
from autograd_core.functions.joining import stack as stack
from autograd_core.functions.joining import unstack as unstack
from autograd_core.functions.joining import vsplit as vsplit
from autograd_core.functions.joining import vstack as vstack
from autograd_core.functions.missing import nancumprod as nancumprod
from autograd_core.functions.missing import nancumsum as nancumsum
from autograd_core.functions.missing import nanmax as nanmax
from autograd_core.functions.missing import nanmean as nanmean
from autograd_core.functions.missing import nanmedian as nanmedian
from autograd_core.functions.missing import nanmin as nanmin
from autograd_core.functions.missing import nanpercentile as nanpercentile
from autograd_core.functions.missing import nanprod as nanprod
from autograd_core.functions.missing import nanquantile as nanquantile
from autograd_core.functions.missing import nanstd as nanstd
from autograd_core.functions.missing import nansum as nansum
from autograd_core.functions.missing import nanvar as nanvar
from autograd_core.functions.normalizing import log_softmax as log_softmax
from autograd_core.functions.normalizing import logsumexp as logsumexp
from autograd_core.functions.normalizing import softmax as softmax
from autograd_core.functions.ordering import argmax as argmax
from autograd_core.functions.ordering import argmin as argmin
from autograd_core.functions.ordering import argpartition as argpartition
from autograd_core.functions.ordering import argsort as argsort
from autograd_core.functions.ordering import digitize as digitize
from autograd_core.functions.ordering import histogram as histogram
from autograd_core.functions.ordering import median as median
from autograd_core.functions.ordering import nanargmax as nanargmax
from autograd_core.functions.ordering import nanargmin as nanargmin
from autograd_core.functions.ordering import partition as partition
from autograd_core.functions.ordering import percentile as percentile
from autograd_core.functions.ordering import quantile as quantile
from autograd_core.functions.ordering import searchsorted as searchsorted
from autograd_core.functions.ordering import sort as sort
from autograd_core.functions.ordering import unique as unique
from autograd_core.functions.pointwise import abs as abs
from autograd_core.functions.pointwise import absolute as absolute
from autograd_core.functions.pointwise import add as add
from autograd_core.functions.pointwise import clip as clip
from autograd_core.functions.pointwise import conj as conj
from autograd_core.functions.pointwise import conjugate as conjugate
from autograd_core.functions.pointwise import copysign as copysign
from autograd_core.functions.pointwise import divide as divide
from autograd_core.functions.pointwise import equal as equal
from autograd_core.functions.pointwise import fabs as fabs
from autograd_core.functions.pointwise import fmax as fmax
from autograd_core.functions.pointwise import fmin as fmin
from autograd_core.functions.pointwise import greater as greater
from autograd_core.functions.pointwise import greater_equal as greater_equal
from autograd_core.functions.pointwise import heaviside as heaviside
from autograd_core.functions.pointwise import imag as imag
from autograd_core.functions.pointwise import isfinite as isfinite
from autograd_core.functions.pointwise import isinf as isinf
from autograd_core.functions.pointwise import isnan as isnan
from autograd_core.functions.pointwise import less as less
from autograd_core.functions.pointwise import less_equal as less_equal
from autograd_core.functions.pointwise import logical_and as logical_and
from autograd_core.functions.pointwise import logical_not as logical_not
from autograd_core.functions.pointwise import logical_or as logical_or
from autograd_core.functions.pointwise import logical_xor as logical_xor
from autograd_core.functions.pointwise import maximum as maximum
from autograd_core.functions.pointwise import minimum as minimum
from autograd_core.functions.pointwise import multiply as multiply
from autograd_core.functions.pointwise import nan_to_num as nan_to_num
from autograd_core.functions.pointwise import negative as negative
from autograd_core.functions.pointwise import not_equal as not_equal
from autograd_core.functions.pointwise import positive as positive
from autograd_core.functions.pointwise import real as real
from autograd_core.functions.pointwise import real_if_close as real_if_close
from autograd_core.functions.pointwise import reciprocal as reciprocal
from autograd_core.functions.pointwise import sign as sign
from autograd_core.functions.pointwise import signbit as signbit
from autograd_core.functions.pointwise import subtract as subtract
from autograd_core.functions.pointwise import true_divide as true_divide
from autograd_core.functions.pointwise import where as where
from autograd_core.functions.polynomials import convolve as convolve
from autograd_core.functions.polynomials import corrcoef as corrcoef
from autograd_core.functions.polynomials import correlate as correlate
from autograd_core.functions.polynomials import cov as cov
from autograd_core.functions.polynomials import interp as interp
from autograd_core.functions.polynomials import poly as poly
from autograd_core.functions.polynomials import polyadd as polyadd
from autograd_core.functions.polynomials import polyder as polyder
from autograd_core.functions.polynomials import polydiv as polydiv
from autograd_core.functions.polynomials import polyfit as polyfit
from autograd_core.functions.polynomials import polyint as polyint
from autograd_core.functions.polynomials import polymul as polymul
from autograd_core.functions.polynomials import polysub as polysub
from autograd_core.functions.polynomials import polyval as polyval
from autograd_core.functions.polynomials import vander as vander
from autograd_core.functions.products import cross as cross
from autograd_core.functions.products import dot as dot
from autograd_core.functions.products import inner as inner
from autograd_core.functions.products import kron as kron
from autograd_core.functions.products import matmul as matmul
from autograd_core.functions.products import matvec as matvec
from autograd_core.functions.products import outer as outer
from autograd_core.functions.products import vdot as vdot
from autograd_core.functions.products import vecdot as vecdot
from autograd_core.functions.products import vecmat as vecmat
from autograd_core.functions.ranges import geomspace as geomspace
from autograd_core.functions.ranges import logspace as logspace
from autograd_core.functions.ranges import sliding_window_view as sliding_window_view
from autograd_core.functions.reducing import all as all
from autograd_core.functions.reducing import amax as amax
from autograd_core.functions.reducing import amin as amin
from autograd_core.functions.reducing import any as any
from autograd_core.functions.reducing import average as average
from autograd_core.functions.reducing import count_nonzero as count_nonzero
from autograd_core.functions.reducing import max as max
from autograd_core.functions.reducing import mean as mean
from autograd_core.functions.reducing import min as min
from autograd_core.functions.reducing import prod as prod
from autograd_core.functions.reducing import ptp as ptp
from autograd_core.functions.reducing import std as std
from autograd_core.functions.reducing import sum as sum
from autograd_core.functions.reducing import var as var
from autograd_core.functions.rounding import around as around
from autograd_core.functions.rounding import bitwise_and as bitwise_and
from autograd_core.functions.rounding import bitwise_count as bitwise_count
from autograd_core.functions.rounding import bitwise_invert as bitwise_invert
from autograd_core.functions.rounding import bitwise_left_shift as bitwise_left_shift
from autograd_core.functions.rounding import bitwise_not as bitwise_not
from autograd_core.functions.rounding import bitwise_or as bitwise_or
from autograd_core.functions.rounding import bitwise_right_shift as bitwise_right_shift
from autograd_core.functions.rounding import bitwise_xor as bitwise_xor
from autograd_core.functions.rounding import ceil as ceil
from autograd_core.functions.rounding import divmod as divmod
from autograd_core.functions.rounding import fix as fix
from autograd_core.functions.rounding import floor as floor
from autograd_core.functions.rounding import floor_divide as floor_divide
from autograd_core.functions.rounding import fmod as fmod
from autograd_core.functions.rounding import gcd as gcd
from autograd_core.functions.rounding import invert as invert
from autograd_core.functions.rounding import lcm as lcm
from autograd_core.functions.rounding import left_shift as left_shift
from autograd_core.functions.rounding import mod as mod
from autograd_core.functions.rounding import modf as modf
from autograd_core.functions.rounding import remainder as remainder
from autograd_core.functions.rounding import right_shift as right_shift
from autograd_core.functions.rounding import rint as rint
from autograd_core.functions.rounding import round as round
from autograd_core.functions.rounding import trunc as trunc
from autograd_core.functions.scanning import cumprod as cumprod
from autograd_core.functions.scanning import cumsum as cumsum
from autograd_core.functions.scanning import cumulative_prod as cumulative_prod
from autograd_core.functions.scanning import cumulative_sum as cumulative_sum
from autograd_core.functions.scanning import diff as diff
from autograd_core.functions.scanning import ediff1d as ediff1d
from autograd_core.functions.scanning import gradient as gradient
from autograd_core.functions.scanning import trapezoid as trapezoid
from autograd_core.functions.selecting import choose as choose
from autograd_core.functions.selecting import compress as compress
from autograd_core.functions.selecting import diag as diag
from autograd_core.functions.selecting import diagflat as diagflat
from autograd_core.functions.selecting import diagonal as diagonal
from autograd_core.functions.selecting import extract as extract
from autograd_core.functions.selecting import piecewise as piecewise
from autograd_core.functions.selecting import select as select
from autograd_core.functions.selecting import take as take
from autograd_core.functions.selecting import take_along_axis as take_along_axis
from autograd_core.functions.selecting import tril as tril
from autograd_core.functions.selecting import trim_zeros as trim_zeros
from autograd_core.functions.selecting import triu as triu
from autograd_core.functions.shaping import ascontiguousarray as ascontiguousarray
from autograd_core.functions.shaping import asfortranarray as asfortranarray
from autograd_core.functions.shaping import astype as astype
from autograd_core.functions.shaping import atleast_1d as atleast_1d
from autograd_core.functions.shaping import atleast_2d as atleast_2d
from autograd_core.functions.shaping import atleast_3d as atleast_3d
from autograd_core.functions.shaping import broadcast_arrays as broadcast_arrays
from autograd_core.functions.shaping import broadcast_to as broadcast_to
from autograd_core.functions.shaping import copy as copy
from autograd_core.functions.shaping import expand_dims as expand_dims
from autograd_core.functions.shaping import flip as flip
from autograd_core.functions.shaping import fliplr as fliplr
from autograd_core.functions.shaping import flipud as flipud
from autograd_core.functions.shaping import matrix_transpose as matrix_transpose
from autograd_core.functions.shaping import meshgrid as meshgrid
from autograd_core.functions.shaping import moveaxis as moveaxis
from autograd_core.functions.shaping import permute_dims as permute_dims
from autograd_core.functions.shaping import ravel as ravel
from autograd_core.functions.shaping import repeat as repeat
from autograd_core.functions.shaping import reshape as reshape
from autograd_core.functions.shaping import rollaxis as rollaxis
from autograd_core.functions.shaping import rot90 as rot90
from autograd_core.functions.shaping import squeeze as squeeze
from autograd_core.functions.shaping import swapaxes as swapaxes
from autograd_core.functions.shaping import tile as tile
from autograd_core.functions.shaping import transpose as transpose
from autograd_core.functions.trigonometry import acos as acos
from autograd_core.functions.trigonometry import acosh as acosh
from autograd_core.functions.trigonometry import angle as angle
from autograd_core.functions.trigonometry import arccos as arccos
from autograd_core.functions.trigonometry import arccosh as arccosh
from autograd_core.functions.trigonometry import arcsin as arcsin
from autograd_core.functions.trigonometry import arcsinh as arcsinh
from autograd_core.functions.trigonometry import arctan as arctan
from autograd_core.functions.trigonometry import arctan2 as arctan2
from autograd_core.functions.trigonometry import arctanh as arctanh
from autograd_core.functions.trigonometry import asin as asin
from autograd_core.functions.trigonometry import asinh as asinh
from autograd_core.functions.trigonometry import atan as atan
from autograd_core.functions.trigonometry import atan2 as atan2
from autograd_core.functions.trigonometry import atanh as atanh
from autograd_core.functions.trigonometry import cos as cos
from autograd_core.functions.trigonometry import cosh as cosh
from autograd_core.functions.trigonometry import deg2rad as deg2rad
from autograd_core.functions.trigonometry import degrees as degrees
from autograd_core.functions.trigonometry import hypot as hypot
from autograd_core.functions.trigonometry import rad2deg as rad2deg
from autograd_core.functions.trigonometry import radians as radians
from autograd_core.functions.trigonometry import sin as sin
from autograd_core.functions.trigonometry import sinc as sinc
from autograd_core.functions.trigonometry import sinh as sinh
from autograd_core.functions.trigonometry import tan as tan
from autograd_core.functions.trigonometry import tanh as tanh
from autograd_core.functions.trigonometry import unwrap as unwrap
from autograd_core.graphs import Graph as Graph
from autograd_core.graphs import GraphRenderError as GraphRenderError
from autograd_core.graphs import graph as graph
from autograd_core.graphs.lively import Live as Live
from autograd_core.graphs.lively import live as live
from autograd_core.kinks import conventions as conventions
from autograd_core.packing import packed as packed
from autograd_core.recomputing import checkpoint as checkpoint
from autograd_core.state import enable_grad as enable_grad
from autograd_core.state import no_grad as no_grad
from autograd_core.state import scope as scope
from autograd_core.tensor import Tensor as Tensor
from autograd_core.transforms import grad as grad
from autograd_core.transforms import gradients as gradients
from autograd_core.transforms import hessian as hessian
from autograd_core.transforms import hvp as hvp
from autograd_core.transforms import jacobian as jacobian
from autograd_core.transforms import jvp as jvp
from autograd_core.transforms import value_and_grad as value_and_grad
from autograd_core.transforms import vjp as vjp
from autograd_core.vectors import Vector as Vector

__all__ = [
    "AnomalyError",
    "BackwardSteps",
    "CompileError",
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
    "Vector",
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
    "keep_memory",
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
    "packed",
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
__version__: str
