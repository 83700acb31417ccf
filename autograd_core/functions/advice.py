"""What to write instead of NumPy's functions for which there can be no rule."""

from types import MappingProxyType

_WRITES = "it writes into its argument, which no recorded operation does; {instead} gives a new Tensor"
_PIECES = "it hands plain pieces to a Python function; {instead}"

ADVICE = MappingProxyType(
    {
        "numpy.put": _WRITES.format(instead="y = x.ravel().at[ind].set(v).reshape(x.shape)"),
        "numpy.place": _WRITES.format(instead="y = x.at[mask].set(v)"),
        "numpy.putmask": _WRITES.format(instead="y = ac.where(mask, v, x)"),
        "numpy.put_along_axis": _WRITES.format(
            instead="i = np.arange(n)[:, None]; y = x.at[i, indices].set(v)"
        ),
        "numpy.fill_diagonal": _WRITES.format(instead="i = np.arange(n); y = x.at[i, i].set(v)"),
        "numpy.copyto": _WRITES.format(instead="y = x.at[...].set(v), or ac.where(mask, v, x)"),
        "numpy.apply_along_axis": _PIECES.format(
            instead="give the functions inside an axis=, or write ac.stack([f(row) for row in x])"
        ),
        "numpy.apply_over_axes": _PIECES.format(
            instead="give the function several axes, as in ac.sum(x, axis=(0, 2), keepdims=True)"
        ),
    }
)
"""From the name of a NumPy function to a sentence."""
