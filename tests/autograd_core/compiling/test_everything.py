"""Every public function as a program: on arrays, Tensors and leaves, by the house's name and by NumPy's."""

import numpy as np
import pytest
from hypothesis import given, settings

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.testing import programs
from tests.autograd_core.compiling.twins import agree, alike
from tests.autograd_core.functions.test_every_function import (
    ALL,
    OF_INTEGERS,
    OF_ONE_INTEGER,
    PLAIN_OF_TWO,
    REFUSED,
    X,
    Y,
    call_of,
    numpys,
)

INTEGERS = np.array([[5, 3], [2, 7]]), np.array([[1, 2], [3, 1]])
# what runs eagerly, and a part of the reason
EAGER = {
    "digitize": "digitize needs the numbers",
    "einsum_path": "einsum_path needs the numbers",
    "geomspace": "geomspace needs the numbers",
    "interp": "interp needs the numbers",
    "linalg.lstsq": "cannot be traced",
    "linalg.matrix_rank": "matrix_rank needs the numbers",
    "nanargmax": "nanargmax needs the numbers",
    "nanargmin": "nanargmin needs the numbers",
    "nanmedian": "needs the numbers",
    "nanpercentile": "needs the numbers",
    "nanquantile": "needs the numbers",
    "polydiv": "polydiv needs the numbers",
    "polymul": "needs the numbers",
    "trim_zeros": "trim_zeros needs the numbers",
}
# a single number that NumPy gives as an array of no axes
OF_NO_AXES = {"logsumexp", "tensordot", "linalg.tensordot"}


# what NumPy itself does with their arguments is not seen
BY_OUR_NAME = {None, np.full_like, np.ascontiguousarray, np.asfortranarray}
if tuple(map(int, np.__version__.split(".")[:2])) >= (2, 5):
    BY_OUR_NAME.add(np.fix)  # which warns of itself


@pytest.mark.parametrize("kind", ["array", "tensor", "leaf"])
@pytest.mark.parametrize("name", sorted(set(ALL) - set(REFUSED)))
def test_functions(name, kind):
    call, xs = call_of(name)
    if name in OF_INTEGERS or name in PLAIN_OF_TWO:
        call, xs = (lambda f, x, y: f(x, y)), INTEGERS if name in OF_INTEGERS else (X, Y)
    elif name in OF_ONE_INTEGER:
        xs = INTEGERS[:1]
    calls = [[_as(x * (1 if x.dtype.kind == "i" else scale), kind) for x in xs] for scale in (1.0, 0.9)]
    for function in dict.fromkeys((ALL[name], numpys(name))):
        if function in BY_OUR_NAME:
            continue
        if name == "count_nonzero" and type(np.count_nonzero(np.ones(1))) is int:
            pytest.skip("older versions of NumPy give one of Python's numbers")
        plain = name in OF_NO_AXES and kind == "array"
        made = (lambda *a, f=function: call(f, *a)[()]) if plain else (lambda *a, f=function: call(f, *a))
        alike(lambda f=made: (f, None), calls, compiles=EAGER.get(name, True), sweep=kind == "leaf")


def _as(x, kind):
    return x if kind == "array" or x.dtype.kind != "f" else Tensor(x, kind == "leaf")


FUNCTIONS_OF_SHAPES = {
    "shape": np.shape,
    "ndim": np.ndim,
    "size": np.size,
    "len": len,
    "zeros_like": np.zeros_like,
    "ones_like": lambda x: np.ones_like(x, dtype=np.float32),
    "full_like": lambda x: np.full_like(x, 3.0),
    "another shape": lambda x: np.zeros_like(x, shape=(2,)),
    "result_type": lambda x: np.result_type(x, np.float32),
}
OF_NUMBERS = {
    "allclose": lambda x: np.allclose(x, 1.0),
    "isclose": lambda x: np.isclose(x, 1.0),
    "array_equal": lambda x: np.array_equal(x, x),
    "isin": lambda x: np.isin(x, [1.0]),
    "nonzero": np.nonzero,
    "argwhere": np.argwhere,
    "isneginf": np.isneginf,
    "vectorize": lambda x: np.vectorize(lambda v: v * 2)(np.cos(x)),
}


@pytest.mark.parametrize("kind", [np.asarray, Tensor])
@pytest.mark.parametrize("name", FUNCTIONS_OF_SHAPES)
def test_functions_of_shapes(name, kind):
    calls = [[kind(np.arange(6.0).reshape(2, 3))], [kind(np.ones((2, 3)))]]
    alike(lambda: (FUNCTIONS_OF_SHAPES[name], None), calls)


@pytest.mark.parametrize("kind", [np.asarray, Tensor])
@pytest.mark.parametrize("name", OF_NUMBERS)
def test_functions_of_numbers_run_eagerly(name, kind):
    calls = [[kind(np.arange(6.0).reshape(2, 3))], [kind(np.ones((2, 3)))]]
    alike(lambda: (OF_NUMBERS[name], None), calls, compiles="needs the numbers of a traced value")


@settings(max_examples=80, deadline=None)
@given(programs(depth=(1, 25), scalar=True))
def test_random_programs(program):
    calls = [[Tensor(np.asarray(x) * scale, True) for x in program.inputs] for scale in (1.0, 0.9)]
    with np.errstate(all="ignore"):
        alike(lambda: (lambda *xs: program.run(*xs), None), calls, sweep=True, tolerance=1e-7)


@pytest.mark.parametrize("transform", [ac.grad, ac.jacobian, ac.hessian], ids=lambda f: f.__name__)
def test_derivatives_of_programs_and_programs_of_derivatives(transform):
    def f(x):
        return (ac.sin(x) * x[::-1] ** 2).sum() * ac.exp(-x[0])

    xs = [[np.array([0.3, -1.2, 0.7]) * scale] for scale in (1.0, 0.5)]
    alike(lambda: (transform(f), None), xs)
    compiled = transform(ac.compile(f))
    for (x,) in xs:
        agree(compiled(x), transform(f)(x))
