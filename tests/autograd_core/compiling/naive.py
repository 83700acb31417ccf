"""Programs run in the simplest way: an operation after the other, every result an array of its own."""

import numpy as np

from autograd_core.compiling.program import effect_row
from autograd_core.node import ancestors
from autograd_core.symbols import Symbol


def naive(program, *arguments, state=None):
    """The results of a program, and the state after it."""
    state = program.state if state is None else state
    values = {s: np.array(a) for s, a in state.items()}
    values.update(zip(program.arguments, arguments, strict=True))
    roots = [*program.effects, *program.writes.values(), *program.results]
    for node in ancestors(x for x in roots if isinstance(x, Symbol)):
        if node.op is None:
            continue
        operands = [values[x] if isinstance(x, Symbol) else x for x in node.operands]
        if node.weak:
            found = node.op(*operands, **node.params)
            values[node] = float(found) if node.dtype.kind == "f" else found
        elif node.op is effect_row:
            values[node] = node.op.forward(*operands, **node.params)
        else:
            values[node] = np.array(node.op.forward(*operands, **node.params))
    get = lambda x: values[x] if isinstance(x, Symbol) else x
    after = {s: np.array(get(program.writes.get(s, s))) for s in program.state}
    return tuple(get(x) for x in program.results), after


class Checked:
    """A ufunc that refuses to convert what it puts into `out`."""

    def __init__(self, ufunc):
        self.ufunc = ufunc

    def __call__(self, *args, out=None):
        n = self.ufunc.nin
        out = args[n] if len(args) > n else out
        z = self.ufunc(*args[:n])
        if out is None:
            return z
        assert np.shape(z) == out.shape, self.ufunc
        assert z.dtype == out.dtype, f"{self.ufunc.__name__} gives {z.dtype}, put into {out.dtype}"
        out[...] = z
        return out

    def reduce(self, x, axis, dtype, out, **words):
        z = self.ufunc.reduce(x, axis, dtype, **words)
        if out is None:
            return z
        assert z.dtype == out.dtype
        out[...] = z
        return out


def checked(names):
    """The names of a source with every ufunc checked."""
    return {k: Checked(v) if isinstance(v, np.ufunc) and v.nin <= 2 else v for k, v in names.items()}
