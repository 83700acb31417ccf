"""What a workload is made of: contenders that do the same thing, and the answer that all of them must give.

A contender is a library used in one way. It lives in a process of its own (`worker.py`), is checked against
the workload's reference, plain NumPy in float64, and is then timed in turn with the others (`run.py`).
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))
"""So many threads a contender may use; `run.py` says how many."""

LIBRARIES = {
    "ours": "autograd_core",
    "torch": "torch",
    "jax": "jax",
    "autograd": "autograd",
    "mygrad": "mygrad",
    "micrograd": "micrograd",
    "numpy": "numpy",
}
"""The first word of a contender's name, and what is imported for it."""


class Missing(Exception):
    """A contender that cannot take part here, and why."""


@dataclass
class Contender:
    """One way to do the work.

    step: does it once and returns the value, as something that `float` reads; this is what is timed.
    read: the arrays of the step before, in the order of the reference; None where this way shows none.
    note: what a reader of the table should know.
    """

    step: Callable[[], Any]
    read: Callable[[], Sequence[Any]] = tuple
    note: str = ""


@dataclass
class Workload:
    """What is done, by whom, and what comes out.

    reference: yields, for every step from the first on, the value and the arrays that must come out; None
        where rounding decides. Without one nothing is checked (bare matrix products).
    rtol: the largest ‖found − wanted‖ / ‖wanted‖ of an array; the value must agree to a tenth of it.
    per: a step is so many operations; times are given for one of them.
    checked: contenders for the check, where they differ from those that are timed (dropout).
    weigh: the memory is of interest too.
    agree: how far the first losses of a contender may be from those of torch, or of the first that is there,
        as a part of them, where there is no reference.
    plausible: raises AssertionError if the first values of a timed contender with randomness cannot be.
    """

    title: str
    contenders: dict[str, Callable[[], Contender]]
    reference: Callable[[], Iterator[Sequence[Any]]] | None = None
    rtol: float = 1e-8
    atol: float = 1e-9
    threads: int = 1
    per: int = 1
    unchecked: Sequence[str] = ()
    checked: dict[str, Callable[[], Contender]] = field(default_factory=dict)
    plausible: Callable[[list[float]], None] | None = None
    agree: float = 0.0
    weigh: bool = False


def check(contender: Contender, workload: Workload, steps: int = 3) -> None:
    """Compare the first steps with the reference.

    Raises:
        AssertionError: that says which array of which step is how far away.
    """
    assert workload.reference is not None
    for number, (_, wanted) in enumerate(zip(range(steps), workload.reference(), strict=False), start=1):
        value = float(contender.step())
        near(f"step {number}: the value", value, wanted[0], workload.rtol / 10, workload.atol)
        for i, (found, want) in enumerate(zip(contender.read(), wanted[1:], strict=False)):
            if found is not None and want is not None:
                near(f"step {number}: array {i}", found, want, workload.rtol, workload.atol)


def near(what: str, found: Any, want: Any, rtol: float, atol: float) -> None:
    found, want = np.asarray(found, np.float64), np.asarray(want, np.float64)
    assert found.shape == want.shape, f"{what} has the shape {found.shape}, not {want.shape}"
    distance, size = np.linalg.norm(found - want), np.linalg.norm(want)
    assert distance <= rtol * size + atol, f"{what} is {distance:.2g} away from one of the size {size:.2g}"


def compiled(step: Callable[..., Any]) -> Callable[..., Any]:
    """`ac.compile(step)`, if this version has it."""
    import autograd_core as ac

    if not hasattr(ac, "compile"):
        raise Missing("ac.compile is not there")
    return ac.compile(step, threads=THREADS)


def kept(make: Callable[[], Contender]) -> Callable[[], Contender]:
    """The same contender after `ac.keep_memory()`."""

    def made() -> Contender:
        import autograd_core as ac

        ac.keep_memory()
        return make()

    return made


def needs_compiler() -> None:
    """torch.compile writes C++."""
    if not (shutil.which("g++") or shutil.which("clang++")):
        raise Missing("torch.compile needs a C++ compiler, none found")


def remark(program: Callable[..., Any]) -> str:
    """What a compiled function says of itself: why it is not compiled, if it is not."""
    reason = getattr(program, "reason", None)
    return f"runs eagerly: {reason}" if reason else ""
