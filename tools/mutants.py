"""Break every rule of the op table in every small way, and see that the tests notice.

    python tools/mutants.py [--family NAME ...] [--jobs N] [--list]

A mutant is the table with one thing changed in a rule, or in a function that a rule calls: a sign flipped, a
term or a factor dropped, operands swapped, a comparison or a number altered. Each is made in a child process,
where the rows of its family are checked on their samples, and if they pass, the tests of public functions,
formulas, edges and conventions. A mutant that no test notices is a survivor: it is listed, and it is an error
unless EQUIVALENT says why it computes the same. Exit 1 if there is a survivor without a reason.
"""

import argparse
import ast
import contextlib
import copy
import io
import os
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small, and mutants run side by side

import pytest  # noqa: E402
from equivalents import EQUIVALENT  # noqa: E402

from autograd_core.op import Row  # noqa: E402
from autograd_core.ops import table as ops  # noqa: E402
from tests.autograd_core import test_table as table  # noqa: E402
from tests.autograd_core.samples import SAMPLES  # noqa: E402

BUILDERS = {"elementwise", "linear", "multilinear", "general", "fused", "Row"}
TYPES = {"int", "float", "bool", "tuple"}  # conversions that change no value
SYMMETRIC = {"hypot", "maximum", "minimum", "logaddexp", "logical_and", "logical_or", "max", "min"}
KEPT = Row | FunctionType | type(cache(abs))
"""What the mutant of a module brings along of its own; its other globals are those of the module."""
SECONDS = 120  # after which a mutant counts as noticed: it hangs
FUNCTIONS = "tests/autograd_core/functions/test_"
ELEMENTWISE, MOVING = ("pointwise", "special"), ("shaping", "joining", "selecting", "updating")
MORE_TESTS = {
    **dict.fromkeys(("arithmetic", "exponentials", "trigonometry", "rounding", "activations"), ELEMENTWISE),
    "choices": (*ELEMENTWISE, "reducing", "normalizing"),
    **dict.fromkeys(("shapes", "indexing", "joining", "broadcasting"), MOVING),
    "sorting": ("ordering",),
    "reductions": ("reducing",),
    "scans": ("scanning", "reducing"),
    "softmaxes": ("normalizing",),
    **dict.fromkeys(("products", "contractions"), ("products", "einsum", "polynomials")),
    **dict.fromkeys(
        ("matrices", "determinants", "factorizations", "norms", "triangles"), ("linalg", "norms")
    ),
}
"""The tests of public functions that stand on a family."""


@dataclass
class Mutant:
    """One change: in which file and row or function, at which line, from which text to which."""

    family: str
    where: str
    line: int
    before: str
    after: str
    tree: ast.Module = field(repr=False)
    nth: int = 1  # of equal changes in one rule or function

    @property
    def name(self) -> str:
        nth = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.family}.{self.where}: {self.before}  →  {self.after}{nth}"


# ---- what is changed --------------------------------------------------------------------------------------


class Rules(ast.NodeVisitor):
    """The rules of a family and the functions of the file that they call, each as (name, syntax tree)."""

    def __init__(self, tree: ast.Module) -> None:
        self.functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
        self.found: dict[str, list[ast.AST]] = {}
        for statement in tree.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in BUILDERS:
                    self.row(node, getattr(statement, "name", ""))
        self.close()

    def row(self, call: ast.Call, maker: str) -> None:
        """Rules are what is given to a builder behind name and forward, and `joint` and `meaning`."""
        first = call.args[0]
        name = str(first.value) if isinstance(first, ast.Constant) else maker
        rules = call.args[2:] if call.func.id != "Row" else []  # type: ignore[attr-defined]
        rules = [*rules, *(k.value for k in call.keywords if k.arg in ("joint", "meaning", "rule"))]
        self.found.setdefault(name, []).extend(r for r in rules if not isinstance(r, ast.Constant))

    def close(self) -> None:
        """Add the functions that rules call, and those that these call."""
        waiting = [tree for trees in self.found.values() for tree in trees]
        while waiting:
            for node in ast.walk(waiting.pop()):
                name = getattr(node, "id", None)
                if name in self.functions and name not in self.found:
                    self.found[name] = [self.functions[name]]
                    waiting.append(self.functions[name])


SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
COMPARED = {
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What one piece of a rule is replaced by, a change at a time."""
    if isinstance(node, ast.BinOp):
        yield node.left
        yield node.right
        if type(node.op) in SWAPPED:
            yield ast.BinOp(node.left, SWAPPED[type(node.op)](), node.right)
        if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
            yield ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield node.operand
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
        yield ast.Compare(node.left, [COMPARED[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.Attribute) and node.attr in ("mT", "T"):
        yield node.value
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Call) and len(node.args) >= 2 and isinstance(node.func, ast.Name):
        if node.func.id not in SYMMETRIC:
            yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    elif isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.func, ast.Name):
        if node.func.id not in TYPES:
            yield node.args[0]  # the function is left out
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse


class Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def mutants(family: Any) -> Iterator[Mutant]:
    """Every change of every rule of a family."""
    name = family.__name__.rsplit(".", 1)[1]
    tree = ast.parse(Path(family.__file__).read_text(encoding="utf-8"))
    for where, parts in Rules(tree).found.items():
        seen: Counter[tuple[str, str]] = Counter()
        for part in parts:
            spared = idle(part)
            for node in list(ast.walk(part)):
                if isinstance(node, ast.expr) and id(node) not in spared:
                    for new in changes(node):
                        before, after = ast.unparse(node), ast.unparse(new)
                        if before == after:
                            continue
                        seen[before, after] += 1
                        swapped = copy_with(tree, node, new)
                        yield Mutant(name, where, node.lineno, before, after, swapped, seen[before, after])


def unchanged(family: Any) -> Mutant:
    """The family as it is, which nothing may notice."""
    tree = ast.parse(Path(family.__file__).read_text(encoding="utf-8"))
    return Mutant(family.__name__.rsplit(".", 1)[1], "", 0, "", "", tree)


def idle(part: ast.AST) -> set[int]:
    """The pieces that no test can tell apart: types, docstrings, decorators, messages of errors, and
    `strict`, which only guards."""
    found: list[ast.AST | None] = []
    for node in ast.walk(part):
        if isinstance(node, ast.FunctionDef):
            found += [node.returns, *node.decorator_list, *(node.body[:1] if ast.get_docstring(node) else [])]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            found.append(node.annotation)
        elif isinstance(node, ast.Raise):
            found.append(node.exc)
        elif isinstance(node, ast.keyword) and node.arg == "strict":
            found.append(node.value)
    return {id(node) for tree in found if tree for node in ast.walk(tree)}


def copy_with(tree: ast.Module, old: ast.AST, new: ast.AST) -> ast.Module:
    """The module with one node replaced; the original stays."""
    place = next(i for i, s in enumerate(tree.body) if any(n is old for n in ast.walk(s)))
    index = list(ast.walk(tree.body[place])).index(old)
    statement = copy.deepcopy(tree.body[place])
    target = list(ast.walk(statement))[index]
    changed = Replace(target, ast.copy_location(copy.deepcopy(new), target)).visit(statement)
    module = ast.Module([*tree.body[:place], changed, *tree.body[place + 1 :]], [])
    return ast.fix_missing_locations(module)


# ---- how it is noticed ------------------------------------------------------------------------------------


def install(mutant: Mutant) -> list[str]:
    """Put the mutant in the place of the module, in this process; the rows of the family, likeliest first."""
    module = sys.modules[f"autograd_core.ops.{mutant.family}"]
    old = dict(vars(module))
    code = compile(mutant.tree, module.__file__ or "", "exec")
    namespace: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(code, namespace)
    for name, value in old.items():
        if not name.startswith("__") and not isinstance(value, KEPT | type):
            namespace[name] = value  # HOLE is the one that the samples know
    names = []
    exchanged: dict[int, Any] = {}
    for name, value in old.items():
        new = namespace.get(name)
        if isinstance(value, Row) and isinstance(new, Row) and defined_in(value, mutant):
            names.append(value.name)
            for slot in Row.__slots__:
                setattr(value, slot, getattr(new, slot))
        elif isinstance(value, KEPT) and value.__module__ == module.__name__ and new is not None:
            exchanged[id(value)] = new
    for other in list(sys.modules.values()):
        if other.__name__.startswith("autograd_core"):
            for name, value in list(vars(other).items()):
                if isinstance(value, KEPT) and id(value) in exchanged:
                    setattr(other, name, exchanged[id(value)])
    return sorted(names, key=lambda n: n != mutant.where)


def defined_in(row: Row, mutant: Mutant) -> bool:
    return any(row is r for r in OWN[mutant.family])


def _own_rows() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    seen: set[int] = set()
    for family in ops.FAMILIES:
        name = family.__name__.rsplit(".", 1)[1]
        text = Path(family.__file__ or "").read_text(encoding="utf-8")
        own = [r for r in vars(family).values() if isinstance(r, Row) and f'"{r.name}"' in text]
        found[name] = [r for r in own if id(r) not in seen]
        seen |= {id(r) for r in own}
    return found


OWN = _own_rows()
CHECKS = (
    table.test_first_order_agrees_with_differences,
    table.test_push_and_pull_are_transposes,
    table.test_second_order_both_ways,
    table.test_stacks_equal_loops,
    table.test_forward_equals_numpy,
    table.test_gradients_look_like_inputs_and_inputs_stay,
    table.test_float32_stays_float32_in_every_intermediate,
    table.test_the_gradient_is_linear_in_g,
    table.test_a_recorded_stack_swept_by_a_second_stack,
    table.test_letters_that_are_not_kept_are_not_read,
    table.test_a_kernel_equals_its_meaning,
)
SMOOTH_ONLY = CHECKS[0], CHECKS[2]


def noticed(names: list[str], family: str) -> str:
    """What notices a mutant: a check of the table, or what stands on it; empty if nothing does."""
    for check in CHECKS:
        for name in names:
            row = ops.TABLE[name]
            for sample in SAMPLES[name]:
                if row.kind == "constant" or (check in SMOOTH_ONLY and sample.kink):
                    continue
                if (check is CHECKS[10] and row.meaning is None) or (
                    "stack" in check.__name__ and not row.stacks
                ):
                    continue
                try:
                    check(row, sample)
                except pytest.skip.Exception:
                    continue
                except BaseException:
                    return f"{check.__name__} of {name}"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        files = [f"{FUNCTIONS}{name}.py" for name in MORE_TESTS[family]]
        files = [
            "tests/autograd_core/test_rule_edges.py",
            "tests/autograd_core/test_conventions.py",
            *files,
            "tests/autograd_core/symbols/test_formulas.py",
        ]
        code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--no-header", *files])
    return "the tests of functions and formulas" if code else ""


def try_out(mutant: Mutant, pipe: int) -> None:
    """In a child process: install, check, and write what noticed it."""
    signal.alarm(SECONDS)
    warnings.simplefilter("error")
    try:
        answer = noticed(install(mutant), mutant.family)
    except BaseException as error:
        answer = f"it cannot be imported: {type(error).__name__}"
    os.write(pipe, answer.encode())


def run(found: list[Mutant], jobs: int) -> Iterator[tuple[Mutant, str]]:
    """Try all mutants, some at a time; yields each with what noticed it."""
    waiting, running = list(reversed(found)), {}
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            read, write = os.pipe()
            pid = os.fork()
            if pid == 0:
                try_out(mutant, write)
                os._exit(0)
            os.close(write)
            running[pid] = (mutant, read)
        pid, status = os.wait()
        mutant, read = running.pop(pid)
        answer = os.read(read, 1000).decode()
        os.close(read)
        yield mutant, "it never ends" if status else answer


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--family", nargs="*", help="only these files of autograd_core/ops")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true", help="show the mutants, try none")
    args = parser.parse_args()
    os.chdir(ROOT)
    families = [f for f in ops.FAMILIES if not args.family or f.__name__.rsplit(".", 1)[1] in args.family]
    found = [m for family in families for m in mutants(family)]
    if args.list:
        print("\n".join(f"{m.family}.py:{m.line}  {m.name}" for m in found))
        return 0
    nothing = [unchanged(family) for family in families]
    for mutant, answer in run(nothing, args.jobs):
        if answer:
            print(f"{mutant.family}.py without any change is noticed by {answer}: mend that first")
            return 2
    start = time.monotonic()
    alive: list[Mutant] = []
    for i, (mutant, answer) in enumerate(run(found, args.jobs)):
        if not answer:
            alive.append(mutant)
            print(f"survives  {mutant.family}.py:{mutant.line}  {mutant.name}", flush=True)
        elif i % 100 == 0:
            print(f"{i} of {len(found)}, {time.monotonic() - start:.0f} s", flush=True)
    unexplained = [m for m in alive if m.name not in EQUIVALENT]
    stale = [n for n in EQUIVALENT if n not in {m.name for m in alive}] if not args.family else []
    print(
        f"\n{len(found)} mutants in {time.monotonic() - start:.0f} s: {len(found) - len(alive)} noticed, "
        f"{len(alive) - len(unexplained)} equivalent, {len(unexplained)} survive without a reason"
    )
    for m in alive:
        print(f"  {m.name}\n      {EQUIVALENT.get(m.name, 'SURVIVES WITHOUT A REASON')}")
    for name in stale:
        print(f"  no survivor of this name any more: {name}")
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    sys.exit(main())
