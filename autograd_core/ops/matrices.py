"""Inverses of matrices and solutions of linear systems; leading axes are a batch."""

from typing import Any

import numpy as np

from autograd_core.op import Row, general


def _regular(name: str, error: np.linalg.LinAlgError, x: Any) -> np.linalg.LinAlgError:
    """The error of a kernel that met a singular matrix, in words."""
    return np.linalg.LinAlgError(
        f"{name}: {str(error).lower()}, among matrices of shape {x.shape}: "
        "for a generalised inverse use pinv or lstsq"
    )


def _inv(x: Any) -> Any:
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError as error:
        raise _regular("inv", error, x) from None


def _solve(x: Any, y: Any) -> Any:
    try:
        return np.linalg.solve(x, y)
    except np.linalg.LinAlgError as error:
        raise _regular("solve", error, x) from None


inv = general("inv", _inv, lambda g, z, x: -(z.mT @ g @ z.mT), keeps="z")


def _of_system(g: Any, z: Any, x: Any) -> list[Any]:
    """Both gradients of a system x @ z = y need the one solution of the transposed system."""
    w = solve(x.mT, g)
    return [-(w @ z.mT), w]


# the right side is a matrix: of a vector, a column
solve: Row = general("solve", _solve, joint=lambda g, z, x, y: _of_system(g, z, x), keeps="zx")


def _of_pinv(g: Any, z: Any, x: Any) -> Any:
    """The transpose of dP = −P dX P + P Pᵀ dXᵀ (1 − X P) + (1 − P X) dXᵀ Pᵀ P, where P is the
    pseudoinverse.

    Golub and Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems whose
    variables separate, SIAM Journal on Numerical Analysis 10 (1973), equation 4.12.
    """
    y, w = g.mT @ z @ z.mT, z.mT @ z @ g.mT
    return y - x @ (z @ y) + (w - (w @ z) @ x) - z.mT @ g @ z.mT


pinv = general(
    "pinv",
    lambda x, *, rcond: np.linalg.pinv(x, rcond),
    lambda g, z, x, *, rcond: _of_pinv(g, z, x),
    keeps="zx",
)
