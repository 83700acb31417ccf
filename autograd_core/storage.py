"""What a Tensor holds: its array, who may write to it, and how its numbers leave for plain Python and NumPy.

Writing. The array of a leaf is copied when it would be shared with somebody who may write to it, and not
before. An array is *held* by its Tensor, by graphs that keep it, by other Tensors of the same values, and
by a user's variable; CPython's reference count tells whether anybody but the Tensor holds it. Three rules
follow:

* Reading `.data` of a leaf hands out its array. If anybody else holds it, the leaf first takes a copy of
  its own; from then on the leaf is *exposed*: somebody outside may write to its array.
* A graph that records an operation on an exposed leaf keeps a copy, as long as the handle is alive.
* A plain array used as an operand may be written to by anybody, so a graph that keeps it keeps a copy.

A Tensor is in one of four states, told by its slots `node` and `_leaf` (`seat` makes the leaf on demand):

    data, or a result that was not recorded    node None, _leaf None
    the same with a name or a handle out       node None, _leaf a Leaf; kept EXPOSED while the handle may live
    a leaf that requires a gradient            node is _leaf, a Leaf; kept EXPOSED likewise
    a recorded result                          node a Node with an op, _leaf None; `.data` is read-only

So a sweep always gives the gradient at the recorded values, and writes through a leaf's `.data` reach the
leaf.
"""

from sys import getrefcount
from typing import Any, Self

import numpy as np
from numpy import asarray, ndarray

from autograd_core.callers import asked
from autograd_core.errors import GradientError
from autograd_core.node import ALONE, CHANGES, EXPOSED, FLOATS, UNPACK, Leaf, Node, small, varies
from autograd_core.op import LIVE
from autograd_core.singles import noded
from autograd_core.state import current
from autograd_core.vectors import Vector

Array = ndarray[Any, Any]


class Stored:
    """The part of a Tensor that has to do with its array. Only Tensor is ever made."""

    __slots__ = ("__weakref__", "_grad", "_held", "_leaf", "_node")

    plain = False
    """Whether it stands for a plain array or number in a program that is traced."""

    _held: Any
    """The array; of the result of a row that gave a single number of NumPy's, that number."""
    _node: Any
    """The node, or an operation on single numbers whose node nobody has asked for."""
    _leaf: Leaf | None
    _grad: Any
    grad: Any

    def _numbers(self) -> Any:
        """The array, to be looked at; while a program is traced its Symbol, which refuses that."""
        tracer = current().tracer
        return self._array if tracer is None else tracer.symbol(self)

    def _touch_grad(self, adds: bool = False) -> None:
        """Say that `.grad` is about to change; a program that is traced has to do the same to it."""
        CHANGES.grads = CHANGES.next()
        tracer = current().tracer
        if tracer is not None:
            tracer.touch_grad(self, adds=adds)

    @property
    def node(self) -> Node | None:
        """How it was computed; None if it takes part in no gradient."""
        node = self._node
        if node.__class__ is list:
            self._node = node = noded(node)
        elif node is not None and node.op is not None and node.op.packed:
            UNPACK[0](node)
        return node  # type: ignore[no-any-return]

    @node.setter
    def node(self, node: Node | None) -> None:
        self._node = node

    @property
    def _array(self) -> Any:
        """The array, made now if a single number is held: from now on that array is."""
        held = self._held
        if held.__class__ in FLOATS:
            self._held = held = asarray(held)
            if self._leaf is not None:
                self._leaf.result = held
        return held

    @_array.setter
    def _array(self, array: Any) -> None:
        self._held = array

    def _hold(self, held: Any) -> None:
        """Hold another array or number, which the leaf then remembers too."""
        self._held = held
        CHANGES.one()
        if self._leaf is not None:
            self._leaf.result = small(held)

    @property
    def data(self) -> Array:
        """The array itself; of a recorded result a read-only view."""
        tracer = current().tracer
        if tracer is not None:
            return tracer.data_of(self)  # type: ignore[no-any-return]
        if not self.is_leaf:
            view = self._array.view()
            view.flags.writeable = False
            return view  # type: ignore[no-any-return]
        leaf = seat(self)
        if leaf.kept is not EXPOSED:
            self._own()
            leaf.kept = EXPOSED
        return self._array  # type: ignore[no-any-return]

    @data.setter
    def data(self, value: Any) -> None:
        if not self.is_leaf:
            raise GradientError(f"cannot set .data of {self._called()}: it is the result of {self._op()}")
        if isinstance(value, Stored):
            if value._node is not None:
                raise GradientError(
                    "cannot set .data from a Tensor that requires grad; use its .detach() or .data"
                )
            value = value._array
        tracer = current().tracer
        if tracer is not None:
            tracer.write(self, value, f"cannot set .data of {self._called()}")
            return
        value = asarray(value)
        if value is self._array:
            return
        if value.shape != self._array.shape:
            raise ValueError(
                f"cannot set .data of {self._called()}: shape {self.shape}, but the value has {value.shape}"
            )
        if not np.can_cast(value.dtype, self.dtype, "same_kind"):
            raise TypeError(
                f"cannot set .data of {self._called()}: {value.dtype} cannot be cast to {self.dtype}"
            )
        np.copyto(self._own(), value, casting="same_kind")

    def _overwrite(self, change: Array, form: str) -> None:
        """Write the numbers that `W -= v` gave."""
        tracer = current().tracer
        if tracer is not None:
            tracer.write(self, change, form)
            return
        if change.shape != self.shape:
            raise ValueError(f"{form}: {self._called()} has shape {self.shape}, the result {change.shape}")
        if not np.can_cast(change.dtype, self.dtype, "same_kind"):
            raise TypeError(f"{form}: {change.dtype} numbers do not fit {self._called()} of {self.dtype}")
        if change.__class__ in FLOATS and self._held.__class__ in FLOATS:
            self._hold(self.dtype.type(change))
        else:
            np.copyto(self._own(), change, casting="same_kind")

    def _write_at(self, index: Any, value: Any) -> None:
        tracer = current().tracer
        if tracer is not None:
            tracer.write_at(self, index, value)
            return
        try:
            self._own()[index] = value
        except (IndexError, TypeError, ValueError) as error:
            raise type(error)(f"x[i] = v, of {self._called()} of shape {self.shape}: {error}") from None

    def _own(self) -> Array:
        """The leaf's array, safe to write to: a copy first if a graph or another Tensor holds it."""
        leaf, array = self._leaf, self._array
        del array  # made of a single number now, and counted below
        if leaf is not None and leaf.kept is EXPOSED:
            return self._array  # type: ignore[no-any-return] # graphs keep copies of it
        alone = ALONE + (leaf is not None and leaf.result is self._array)
        base = self._array.base
        if (
            getrefcount(self._array) > alone
            or (base is not None and base.__class__ is not Vector)
            or not self._array.flags.writeable
        ):
            self._hold(self._array.copy())
        return self._array  # type: ignore[no-any-return]

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes."""
        return self._held.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's dtype of the numbers."""
        return self._held.dtype  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._held.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self._held.size  # type: ignore[no-any-return]

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        node = self._node
        return node is None or (node.__class__ is not list and node.op is None)

    @property
    def name(self) -> str | None:
        """How pictures, formulas and error messages call it; settable."""
        node = self.node or self._leaf
        return None if node is None else node.name

    @name.setter
    def name(self, name: str | None) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(f"a name is a string, got {name!r}")
        (self.node or seat(self)).note("name", name)

    def named(self, name: str) -> Self:
        """Set the name and return the Tensor itself.

        >>> from autograd_core import Tensor
        >>> (Tensor(1.0) + 1).named("s").name
        's'
        """
        self.name = name
        return self

    def why_no_grad(self) -> str:
        """Say in a sentence why `.grad` is None, or that it is not."""
        if getattr(self, "_grad", None) is not None:
            return f"{self._called()} has a gradient"
        if self.node is not None and self.node.op is not None:
            return (
                f"{self._called()} is the result of {self._op()}; "
                "only leaves keep .grad: call retain_grad() first"
            )
        if self.node is not None:
            return (
                f"{self._called()} requires a gradient, but no backward() has reached it: "
                "either none was called, or the result does not depend on it"
            )
        if self._array.dtype.kind != "f":
            return f"{self._called()} holds {self.dtype} numbers; only floating numbers have gradients"
        cut = None if self._leaf is None else (self._leaf.extra or {}).get("cut")
        if cut is not None:
            return f"{self._called()} was cut off by detach() at {cut}"
        return (
            f"{self._called()} requires no gradient: it was made without requires_grad=True, computed inside "
            "no_grad(), cut off by detach(), or none of its inputs requires a gradient"
        )

    def _called(self) -> str:
        return f"Tensor {self.name!r}" if self.name else "this Tensor"

    def _op(self) -> str:
        return self.node.op.name if self.node is not None and self.node.op is not None else "no operation"

    def cast_(self, dtype: Any) -> Self:
        """Give this leaf another floating dtype in place: the same object, the same hooks, the same graphs.

        Raises:
            GradientError: if it is a result.
            TypeError: if the dtype is not a floating one.
        """
        kind = dtype_of(dtype, "cast_")
        tracer = current().tracer
        if tracer is not None:
            tracer.refuse("cast_()")
        if not self.is_leaf:
            raise GradientError(f"cast_(): {self._called()} is the result of {self._op()}; use .astype()")
        if kind.kind != "f":
            raise TypeError(f"cast_(): a floating dtype is needed, got {kind}")
        self._array = self._array.astype(kind)
        CHANGES.one()
        leaf = self._leaf
        if leaf is not None:
            leaf.kept, leaf.result = None, small(self._array)
        grad: Any = self.grad
        if grad is not None:
            self._grad = grad.detach().astype(kind)
        return self

    def numpy(self) -> Array:
        """A plain array of its own."""
        tracer = current().tracer
        if tracer is not None:
            return tracer.plain(self)  # type: ignore[no-any-return]
        return self._array.copy()  # type: ignore[no-any-return]

    def item(self, *index: Any) -> Any:
        """The number, if there is exactly one; with an index the number there, as a plain one."""
        if not index and self.size != 1:
            raise ValueError(
                f"only a Tensor with one number has an item(); {self._called()} has shape {self.shape}: "
                "name one with item(i, j), or use tolist()"
            )
        return self._numbers().item(*index)

    def tolist(self) -> Any:
        """Nested lists of Python numbers."""
        return self._numbers().tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if current().tracer is not None:
            current().tracer.refuse("np.asarray()")
        if self._node is not None:
            raise TypeError(
                f"{self._called()} requires a gradient, and a plain array would lose it: "
                "use .numpy() or .detach() to leave the graph, ac.stack or ac.concatenate to put Tensors "
                "together"
            )
        if copy or (dtype is not None and np.dtype(dtype) != self.dtype):
            if copy is False:
                raise ValueError(
                    f"a {np.dtype(dtype)} array of {self.dtype} numbers cannot be had without a copy"
                )
            return self._array.astype(dtype or self.dtype)  # type: ignore[no-any-return]
        leaf = self._leaf
        view = (guarded(self) if leaf is not None and leaf.kept is EXPOSED else self._array).view()
        view.flags.writeable = False
        return view

    def __float__(self) -> float:
        self._refuse_in_transform("float")
        return float(self._single("float"))

    def __int__(self) -> int:
        self._refuse_in_transform("int")
        return int(self._single("int"))

    def _refuse_in_transform(self, what: str) -> None:
        """`math.exp(x)` and `array[0] = x` call float(x): in a function being differentiated that loses x."""
        if varies(x.node for x in (self,) if x.node is not None):
            raise TypeError(
                f"{what}() of {self._called()} would lose its gradient in the function that is being "
                "differentiated: write np.exp instead of math.exp, ac.stack instead of filling an array, "
                "and .item() to look at the number only"
            )

    def __index__(self) -> int:
        if self.ndim or self.dtype.kind not in "iu":
            raise TypeError(
                f"only a single integer can be an index; {self._called()} is {self.dtype}{self.shape}"
            )
        return int(self._numbers())

    def __bool__(self) -> bool:
        return bool(self._single("bool"))

    def _single(self, what: str) -> Any:
        if self.size != 1:
            raise TypeError(f"{what}() needs a single number; {self._called()} has shape {self.shape}")
        if current().tracer is not None:
            current().tracer.refuse(f"{what}()" if what != "bool" else "bool(), as in an if,")
        return self._held.item()

    def __format__(self, spec: str) -> str:
        return format(self._single("format"), spec) if spec else str(self)

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError(f"len() of a single number; {self._called()} has no axes")
        return len(self._array)

    def __contains__(self, value: Any) -> bool:
        if current().tracer is not None:
            current().tracer.refuse("the question what is in")
        return bool((self._array == plain(value)).any())

    def __repr__(self) -> str:
        if self._held.__class__ in LIVE:
            return f"Tensor({self.dtype}{self.shape}, traced)"
        numbers = (
            str(self._array[()])
            if not self.ndim
            else np.array2string(self._array, separator=", ", prefix="Tensor(")
        )
        words = [numbers]
        if self.dtype != np.float64:
            words.append(f"dtype={self.dtype}")
        if self.name:
            words.append(f"name={self.name!r}")
        if self.node is not None:
            words.append("requires_grad=True" if self.node.op is None else f"op={self.node.op.name!r}")
        return f"Tensor({', '.join(words)})"


class Lent:
    """In place of a gradient: a number of the results of a program's last call, copied when somebody asks."""

    __slots__ = ("_place", "_results")

    def __init__(self, results: list[Any], place: int) -> None:
        """`results` holds one thing, the results."""
        self._results, self._place = results, place

    def array(self) -> Array:
        """The numbers, in an array of one's own."""
        return np.array(self._results[0][self._place])


def seat(tensor: Stored) -> Leaf:
    """The leaf node of a Tensor that no recorded operation made."""
    if tensor._leaf is None:
        tensor._leaf = Leaf(tensor, small(tensor._held))
    return tensor._leaf


def guarded(tensor: Stored) -> Array:
    """The array of an exposed leaf for a graph to keep: a copy while somebody outside holds a handle to
    it."""
    leaf = seat(tensor)
    if getrefcount(tensor._array) > ALONE + (leaf.result is tensor._array):
        return tensor._array.copy()  # type: ignore[no-any-return]
    leaf.kept = None
    if not tensor.ndim and tensor._array.base is None:
        tensor._hold(as_number(tensor._array))
    return tensor._held  # type: ignore[no-any-return]


def as_number(array: Any) -> Any:
    """The number of a floating array of no axes, which is quicker to compute with; any other array itself."""
    return array[()] if array.__class__ is ndarray and not array.ndim and array.dtype.kind == "f" else array


def plain(x: Any) -> Any:
    """x with Tensors replaced by their arrays, also inside a tuple (an index)."""
    if isinstance(x, Stored):
        return x._numbers()
    if isinstance(x, tuple):
        return tuple(plain(part) for part in x)
    return x


def dtype_of(dtype: Any, what: str) -> np.dtype[Any]:
    """NumPy's dtype of that name; an error says who was given another."""
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except TypeError as error:
        raise TypeError(f"{asked(what)[0]}: dtype is a name of NumPy's or a type, {error}") from None
    return found


def foreign_operand(arg: Any, name: str) -> Any:
    """An operand that is no Tensor, as NumPy would take it."""
    if arg.__class__ is ndarray or isinstance(arg, np.generic | bool | complex):
        return arg
    if isinstance(arg, np.ma.MaskedArray):
        raise TypeError(f"{name}: a masked array would lose its mask: use ac.where(mask, ..., x)")
    try:
        return asarray(arg)
    except ValueError:
        raise ValueError(
            f"{asked(name)[0]}: an operand is a number, an array or nested lists whose rows have equal "
            f"lengths, got {arg!r:.60}"
        ) from None


def copied(data: Any, dtype: Any) -> Array:
    if isinstance(data, Stored):
        data = data._numbers()
    kind: Any = data.__class__
    if kind in LIVE:  # of a program that is traced: nobody can write to it
        return data if dtype is None else data.astype(dtype)  # type: ignore[no-any-return]
    if isinstance(data, list | tuple) and _holds_tensor(data):
        raise TypeError("a list of Tensors would lose their gradients: use ac.stack or ac.concatenate")
    if kind is not ndarray and isinstance(data, np.ma.MaskedArray):
        raise TypeError("a masked array would lose its mask: fill it first, for example with .filled(0)")
    try:
        array = data.copy("K") if kind is ndarray else np.array(data)
        if dtype is not None and array.dtype is not dtype and array.dtype.kind in "fiubc":
            kind = dtype_of(dtype, "Tensor")
            if array.dtype.kind == "c" and kind.kind != "c":
                raise TypeError(f"{array.dtype} numbers as {kind} would lose their imaginary parts")
            array = array.astype(kind, copy=False)
    except ValueError as error:
        error.add_note("Tensor(data) takes a number, an array or a nested list whose rows have equal lengths")
        raise
    if array.dtype.kind not in "fiubc":
        raise TypeError(f"a Tensor holds numbers, got {type(data).__name__} of dtype {array.dtype}")
    tracer = current().tracer
    return array if tracer is None else tracer.made(array)


def _holds_tensor(data: Any) -> bool:
    return any(isinstance(d, Stored) or (isinstance(d, list | tuple) and _holds_tensor(d)) for d in data)
