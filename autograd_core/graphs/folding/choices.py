"""What is folded: what lies between names, modules by path or depth, operations by name or predicate."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from autograd_core.graphs.folding.joining import Group, Uses, in_order
from autograd_core.graphs.folding.repeating import Block, chains, span, total
from autograd_core.graphs.snapshot.records import Module, Node

UNNAMED = "unnamed"
WEIGHTS = ("param", "frozen", "const")
"""The kinds of leaves that disappear into a module that is folded."""


@dataclass(frozen=True)
class Choice:
    """What is asked for.

    unnamed   whether only named values are cards
    words     paths of modules, with * and ?, and names of operations
    tests     predicates of operations
    expand    paths of modules that stay open
    depth     the level of modules that are folded, 0 for the whole; None for no limit
    keep      operations that stay
    """

    unnamed: bool = False
    words: tuple[str, ...] = ()
    tests: tuple[Callable[[Node], Any], ...] = ()
    expand: tuple[str, ...] = ()
    depth: int | None = None
    keep: frozenset[Node] = frozenset()

    def __bool__(self) -> bool:
        return self.unnamed or bool(self.words or self.tests) or self.depth is not None


def choice(fold: Sequence[Any], expand: Sequence[str], depth: int | None) -> Choice:
    """The choice that `fold=`, `expand=` and `depth=` make."""
    words = tuple(f for f in fold if isinstance(f, str) and f != UNNAMED)
    tests = tuple(f for f in fold if not isinstance(f, str))
    return Choice(UNNAMED in fold, words, tests, tuple(expand), depth)


def known_paths(operations: Iterable[Node], known: Mapping[str, Module]) -> dict[str, None]:
    """The paths of all modules in which something happens, and of those that the model knows."""
    found: dict[str, None] = {}
    for path in [*dict.fromkeys(op.module for op in operations), *known]:
        found.update(dict.fromkeys(prefixes(path)))
    return found


def prefixes(path: str) -> list[str]:
    """A path and those of the modules around it, outermost first.

    >>> prefixes("layers.0.norm")
    ['layers', 'layers.0', 'layers.0.norm']
    """
    parts = path.split(".") if path else []
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def check_words(choice: Choice, operations: Sequence[Node], known: Mapping[str, Module]) -> None:
    """Refuse words that nothing in the graph is called.

    Raises:
        ValueError: with those that are close.
    """
    paths = known_paths(operations, known)
    names = dict.fromkeys(op.op or "" for op in operations)
    for setting, words in (("fold", choice.words), ("expand", choice.expand)):
        for word in words:
            if any(fnmatchcase(path, word) for path in paths) or (setting == "fold" and word in names):
                continue
            possible = [*paths, *names] if setting == "fold" else list(paths)
            close = get_close_matches(word, [*possible, UNNAMED] if setting == "fold" else possible, 3)
            what = "module or operation" if setting == "fold" else "module"
            if close:
                hint = f"; did you mean {' or '.join(map(repr, close))}?"
            else:
                listed = ", ".join(possible[:20]) + (", …" if len(possible) > 20 else "")
                hint = f"; there are: {listed}" if possible else "; nothing here happens in a module"
            raise ValueError(f"{setting}: no {what} is called {word!r}{hint}")


def groups(uses: Uses, asked: Choice, known: Mapping[str, Module]) -> list[Group]:
    """The groups of a choice; what is chosen twice belongs to the module."""
    found = _modules(uses, asked, known)
    taken = {op for group in found for op in group.members}
    found += _chosen(uses, asked, taken)
    taken = {op for group in found for op in group.members}
    if asked.unnamed:
        found += _between_names(uses, asked.keep, taken)
    _absorb(uses, found)
    found = [g for g in found if len(g.members) > 1 or g.leaves]
    return _repeats(uses, found, asked)


# ---- modules -----------------------------------------------------------------------------------------------


def _modules(uses: Uses, asked: Choice, known: Mapping[str, Module]) -> list[Group]:
    if not asked.words and asked.depth is None:
        return []
    paths = known_paths(uses.operations, known)
    around = opened_paths(asked, uses.operations, known)
    if asked.depth == 0 and not around and not asked.keep:
        return _everything(uses, known)
    closing: dict[str, str] = {"": ""}
    for path in paths:
        closing[path] = next((p for p in prefixes(path) if p not in around and _closes(p, asked)), "")
    found = []
    for path, members in runs(uses.operations, lambda op: closing[op.module]):
        module = known.get(path)
        title, count = (module.title, module.parameters) if module else ("", None)
        found.append(Group(members, path, title, count, path.rpartition(".")[0]))
    return found


def _everything(uses: Uses, known: Mapping[str, Module]) -> list[Group]:
    model = known.get("")
    return [Group(uses.operations, "", model.title, model.parameters)] if model else [Group(uses.operations)]


def opened_paths(asked: Choice, operations: Iterable[Node], known: Mapping[str, Module]) -> set[str]:
    """The paths of modules that stay open, with all around them."""
    paths = known_paths(operations, known)
    opened = [p for p in paths if any(fnmatchcase(p, word) for word in asked.expand)]
    opened += [op.module for op in asked.keep]
    return {outer for path in opened for outer in prefixes(path)}


def _closes(path: str, asked: Choice) -> bool:
    too_deep = asked.depth is not None and path.count(".") + 1 >= asked.depth
    return too_deep or any(fnmatchcase(path, word) for word in asked.words)


def runs(operations: Iterable[Node], key: Callable[[Node], str]) -> Iterator[tuple[str, list[Node]]]:
    """Runs of operations with the same key that is not "", in creation order."""
    return ((of, list(run)) for of, run in groupby(operations, key) if of)


# ---- operations --------------------------------------------------------------------------------------------


def _chosen(uses: Uses, asked: Choice, taken: Collection[Node]) -> list[Group]:
    """Runs of operations that a name or a predicate chooses, each in its connected parts."""
    if not asked.words and not asked.tests:
        return []
    names = set(asked.words)

    def key(op: Node) -> str:
        if op in taken or op in asked.keep:
            return ""
        if op.op in names:
            return f"op {op.op} {op.module}"
        return f"test {op.module}" if any(test(op) for test in asked.tests) else ""

    found = []
    for _, run in runs(uses.operations, key):
        for part in _connected(uses, run):
            found.append(Group(part, module=part[0].module))
    return found


def _connected(uses: Uses, run: Sequence[Node]) -> list[list[Node]]:
    """The parts of a run between which no value goes."""
    inside = set(run)
    part: dict[Node, list[Node]] = {}
    for op in run:
        joined = [op]
        for v in op.inputs:
            before = uses.maker.get(v)
            if before in inside and part[before] is not joined:
                old = part[before]
                if len(old) > len(joined):  # the smaller goes into the larger
                    old, joined = joined, old
                joined.extend(old)
                part.update(dict.fromkeys(old, joined))
        part[op] = joined
    return [in_order(p) for p in {id(p): p for p in part.values()}.values()]


def _between_names(uses: Uses, keep: Collection[Node], taken: Collection[Node]) -> list[Group]:
    """What lies between named values, each with the operations that only it needs. An unnamed value that
    several need is not computed twice: it stays."""
    head: dict[Node, Node] = {}
    members: dict[Node, list[Node]] = {}
    for op in reversed(uses.operations):
        if op in taken:
            continue
        (value,) = uses.made[op]
        users = uses.users.get(value, [])
        heads = {head.get(user) for user in users}
        alone = len(heads) == 1 and None not in heads
        if value.name or value.kind == "output" or op in keep or not alone or users[0] in keep:
            head[op] = op
        else:
            head[op] = head[users[0]]
        members.setdefault(head[op], []).append(op)
    return [Group(in_order(found), module=op.module, unnamed=True) for op, found in members.items()]


# ---- leaves and repeats ------------------------------------------------------------------------------------


def _absorb(uses: Uses, found: Sequence[Group]) -> None:
    """Let weights and constants disappear into the groups that alone use them."""
    owner = {op: group for group in found for op in group.members}
    for n in uses.nodes:
        if n.kind not in WEIGHTS or n not in uses.users:
            continue
        into = list(dict.fromkeys(owner.get(op) for op in uses.users[n]))
        group = into[0]
        # what a module is called with again and again is still its own
        if group is None or any(g is None or not g.path or g.path != group.path for g in into[1:]):
            continue
        # data that are given are no part of what is done with them, buffers of modules are
        data = n.kind == "const" and n.name and not group.path and (group.unnamed or "." not in n.name)
        if not data and (not group.unnamed or n.kind == "const"):
            for g in into:
                if g is not None:
                    g.leaves.add(n)


def _repeats(uses: Uses, found: list[Group], asked: Choice) -> list[Group]:
    """Equal modules one after the other become one."""
    blocks = [
        Block(g.path, g.title, g.members, frozenset(g.leaves)) for g in found if g.path and "." in g.path
    ]
    merged: dict[int, Group] = {}
    by_members = {id(g.members): g for g in found}
    gone: set[int] = set()
    for chain in chains(uses, blocks):
        parts = [by_members[id(block.members)] for block in chain]
        first = parts[0]
        merged[id(first)] = Group(
            [op for g in parts for op in g.members],
            span([g.path for g in parts]),
            first.title,
            total([g.parameters for g in parts]),
            first.module,
            set().union(*(g.leaves for g in parts)),
            len(parts),
        )
        gone.update(id(g) for g in parts[1:])
    return [merged.get(id(g), g) for g in found if id(g) not in gone]
