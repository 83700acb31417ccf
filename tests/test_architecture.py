"""The house: arrows point downwards, files are short, names are free, nothing is evaluated or unpickled."""

import ast
import builtins
import importlib
import io
import tokenize
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest

from autograd_core.offering import entries

ROOT = Path(__file__).parent.parent
PACKAGES = ("autograd_core", "nn", "optim")

# a room of autograd_core may import the rooms of the lines above, and itself
FLOORS = [
    {"errors", "state", "op", "callers", "allocating", "offering", "letters"},
    {"node", "traces"},
    {"singles"},
    {"ops", "vectors"},
    {"sweep", "functions", "storage"},
    {"linalg", "messages", "methods", "remains", "symbols", "writing"},
    {"recording"},
    {"tensor", "anomaly"},
    {"trees", "creation", "custom"},
    {"packing"},
    {"transforms", "recomputing"},
    {"programs", "compiling", "kinks", "texts"},
    {"graphs"},
    {"explaining"},
    {""},  # autograd_core itself, the public surface
    {"testing"},
    {"cli"},
    {"__main__"},
]
# the same inside the pictures; "" is the call, the snapshot as users hold it, and what a view sees of it
PICTURES = [
    {"snapshot", "layout"},
    {"folding", "drawing", "axes", "changes", "writing"},
    {"measures", "rendering"},
    {"page"},
    {"quizzing"},
    {""},
    {"lively"},
]
# what imports our own modules by a name made at run time: the helper of the packages that load on first use
ON_FIRST_USE = "autograd_core.offering"
# what imports optional extras, the platform's modules, or (the command line) a module that its user names
BY_NAME = {
    *("autograd_core.cli.check", "autograd_core.cli.extras", "autograd_core.explaining.animation"),
    *("autograd_core.testing.properties.extras", "nn.data.downloading", "nn.extras", "nn.training.progress"),
}
# what runs the source that it has written itself
OWN_SOURCE = {"autograd_core.compiling.executing", "autograd_core.explaining.backward_code"}
FLOOR = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
ENGINE = {
    *("errors", "state", "op", "callers", "anomaly", "node", "sweep", "storage", "messages", "methods"),
    *("writing", "recording"),
    *("tensor", "trees", "creation", "custom", "transforms", "recomputing"),
}


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(p): p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py"))}


@cache
def tree(module):
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


def ours(name):
    return name.split(".")[0] in PACKAGES


def imported(node, module):
    """The modules of ours that one import statement names."""
    if isinstance(node, ast.Import):
        return [a.name for a in node.names if ours(a.name)]
    if not isinstance(node, ast.ImportFrom):
        return []
    assert node.level == 0, f"{module}: relative imports hide the arrow"
    if not ours(node.module):
        return []
    inner = [f"{node.module}.{a.name}" for a in node.names]
    return [name if name in FILES else node.module for name in inner]


def offered(module):
    """The modules that a module loads on first use: arrows like those of its imports."""
    places = (
        getattr(importlib.import_module(module), "PLACES", {}) if ON_FIRST_USE in imported_by(module) else {}
    )
    found = {f"{m}.{there}" if m == module else m for _, m, there in entries(places)}
    return found - {"autograd_core.testing"}  # shown as ac.testing, and a floor above what shows it


def imported_by(module):
    """The modules of ours that the statements of a module import."""
    return {name for node in ast.walk(tree(module)) for name in imported(node, module)}


@cache
def imports(module):
    return frozenset((imported_by(module) | offered(module)) - {module})


def room(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def in_package(name):
    return [m for m in FILES if m.split(".")[0] == name]


modules = pytest.mark.parametrize("module", FILES)


def test_no_import_cycle():
    order = list(TopologicalSorter({m: imports(m) for m in FILES}).static_order())
    assert set(order) >= set(FILES)


@pytest.mark.parametrize("module", in_package("autograd_core"))
def test_arrows_point_downwards(module):
    assert room(module) in FLOOR, f"{module} needs a floor in FLOORS"
    for target in imports(module):
        if target.split(".")[0] != "autograd_core":
            continue  # the next tests look at these
        inside = room(target) == room(module)
        assert inside or FLOOR[room(target)] < FLOOR[room(module)], f"{module} imports {target}"


def test_arrows_point_downwards_among_the_pictures():
    package = "autograd_core.graphs"
    house = FILES[package].parent
    rooms = {m: p.relative_to(house).parts[0] for m, p in FILES.items() if p.is_relative_to(house)}
    rooms = {m: "" if name.endswith(".py") else name for m, name in rooms.items()}
    floor = {name: level for level, names in enumerate(PICTURES) for name in names}
    for module, name in rooms.items():
        for target in imports(module) & set(rooms):
            assert rooms[target] == name or floor[rooms[target]] < floor[name], f"{module} imports {target}"


@pytest.mark.parametrize("module", [*in_package("nn"), *in_package("optim")])
def test_nn_and_optim_use_the_public_surface_only(module):
    package = module.split(".")[0]
    public = importlib.import_module("autograd_core")
    for target in imports(module):
        allowed = {package, "nn"}  # optim stands on nn: parameters say what they are, modules hold them
        if FILES[module].name == "__init__.py" and target == ON_FIRST_USE:
            continue  # the packages share how they load, which is nothing that users call
        assert target == "autograd_core" or target.split(".")[0] in allowed, f"{module} imports {target}"
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module == "autograd_core":
            for name in node.names:
                found = getattr(public, name.name)
                assert not isinstance(found, ModuleType), f"{module} imports the module {name.name}"
                assert not name.name.startswith("_")


@modules
def test_only_the_command_line_imports_nn_and_optim(module):
    if room(module) in ("cli", "__main__") and module.startswith("autograd_core"):
        return
    for target in imports(module):
        package = target.split(".")[0]
        if package in ("nn", "optim"):
            above = {"nn": ("nn", "optim"), "optim": ("optim",)}[package]
            assert module.split(".")[0] in above, f"{module} imports {target}"
        assert room(target) != "cli" or package != "autograd_core", f"{module} imports {target}"


@modules
def test_our_packages_are_imported_at_the_top(module):
    for function in ast.walk(tree(module)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                assert not imported(node, module), f"{module}:{node.lineno} imports inside a function"


@modules
def test_modules_are_imported_by_name_where_it_is_said(module):
    words = {n.id for n in ast.walk(tree(module)) if isinstance(n, ast.Name)}
    words |= {n.attr for n in ast.walk(tree(module)) if isinstance(n, ast.Attribute)}
    words |= {a.name for n in ast.walk(tree(module)) if isinstance(n, ast.ImportFrom) for a in n.names}
    by_name = {"import_module", "__import__", "find_spec", "exec_module"} & words
    assert not by_name or module == ON_FIRST_USE or module in BY_NAME, f"{module} uses {by_name}"


@modules
def test_types_are_not_checked_apart(module):
    names = [n.id for n in ast.walk(tree(module)) if isinstance(n, ast.Name)]
    names += [a.name for n in ast.walk(tree(module)) if isinstance(n, ast.ImportFrom) for a in n.names]
    assert "TYPE_CHECKING" not in names


def code_lines(module):
    """Lines that hold code: docstrings, comments and blank lines do not count."""
    docstrings = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
                docstrings.update(range(first.lineno, first.end_lineno + 1))
    nothing = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    nothing |= {tokenize.ENDMARKER, tokenize.ENCODING}
    lines = set()
    text = FILES[module].read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in nothing:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - docstrings)


@modules
def test_files_are_short(module):
    assert code_lines(module) <= 400


def test_the_engine_is_an_evenings_read():
    engine = [m for m in in_package("autograd_core") if room(m) in ENGINE]
    assert {room(m) for m in engine} == ENGINE
    assert sum(code_lines(m) for m in engine) < 3000


@pytest.mark.parametrize("name", PACKAGES)
def test_no_module_bears_a_public_name(name):
    package = importlib.import_module(name)
    public = {n for n in package.__all__ if not isinstance(getattr(package, n), ModuleType)}
    public |= {n for n in ("abs", "all", "any", "max", "min", "pow", "round", "sum") if hasattr(package, n)}
    children = {m.split(".")[1] for m in in_package(name) if "." in m}
    assert not children & public


@pytest.mark.parametrize("name", PACKAGES)
def test_public_names_exist_and_leave_builtins_alone(name):
    package = importlib.import_module(name)
    assert len(set(package.__all__)) == len(package.__all__)
    for n in package.__all__:
        assert hasattr(package, n), n
        assert not n.startswith("_")
    if name == "autograd_core":
        assert not set(package.__all__) & set(dir(builtins))


@modules
def test_every_name_of_all_exists(module):
    for node in tree(module).body:
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "__all__" for t in node.targets):
            loaded = importlib.import_module(module)
            assert all(hasattr(loaded, name) for name in loaded.__all__)


@modules
def test_nothing_is_evaluated_or_unpickled(module):
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            forbidden = {"pickle", "marshal", "shelve", "dill"}
            assert not forbidden & {(n or "").split(".")[0] for n in names}, f"{module}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            forbidden = {"eval", "exec", "__import__"} - ({"exec"} if module in OWN_SOURCE else set())
            assert node.func.id not in forbidden, f"{module}:{node.lineno}"
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert getattr(node.value, "value", None) is False, f"{module}: allow_pickle"


@modules
def test_every_module_says_what_it_is_for(module):
    assert ast.get_docstring(tree(module)), f"{module} has no docstring"


def test_the_counter_of_lines_counts_code(tmp_path, monkeypatch):
    text = '"""Doc\nstring."""\n\n# comment\nx = """not\na docstring"""\n'
    text += '\ndef f():\n    """Doc."""\n    return x\n'
    path = tmp_path / "m.py"
    path.write_text(text)
    monkeypatch.setitem(FILES, "counted", path)
    assert code_lines("counted") == 4
