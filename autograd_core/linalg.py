"""Linear algebra with the names and signatures of numpy.linalg: `ac.linalg.inv`, `np.linalg.inv(tensor)`."""

from autograd_core.functions.linalg import *

__all__: list[str] = []
