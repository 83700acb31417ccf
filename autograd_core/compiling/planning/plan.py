"""What a plan is: operations in order, and where each result lies."""

from typing import Any, NamedTuple

from autograd_core.compiling.planning.regions import Region
from autograd_core.compiling.planning.viewing import Layouts
from autograd_core.compiling.program import Program
from autograd_core.symbols import Symbol

Array = Any


class Buffer(NamedTuple):
    """A place in the memory of the program: the numbers `start` to `stop` of a slot."""

    slot: int
    start: int
    stop: int


class Into(NamedTuple):
    """A place in the array of a state."""

    state: Symbol


class Fresh(NamedTuple):
    """A new array at every call, that nobody else can see if `own` is set."""

    own: bool


class Scratch(NamedTuple):
    """A place in the memory of one block; None for a new array of the block."""

    number: int | None


Place = Buffer | Into | Fresh | Scratch


class Slot(NamedTuple):
    """A piece of memory: how many numbers of which dtype."""

    size: int
    dtype: Any


class Plan(NamedTuple):
    """
    program   what is to be done, simplified
    order     the operations that compute, oldest first
    regions   which of them are done together, block after block
    scratch   for every region the dtypes of its scratch
    early     how many of them come before any state may be changed
    places    where their results lie
    slots     the memory of the program
    layouts   how arrays lie
    """

    program: Program
    order: list[Symbol]
    regions: list[Region]
    scratch: list[list[Any]]
    early: int
    places: dict[Symbol, Place]
    slots: list[Slot]
    layouts: Layouts
