"""What importing costs, and that everything is there all the same: names, dispatch, help, stubs, threads."""

import ast
import pydoc
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.functions.answers import FAMILIES, public
from autograd_core.offering import entries

ROOT = Path(__file__).parent.parent
LAZY = ("autograd_core", "nn", "nn.data", "nn.functional", "nn.plot", "nn.training", "optim")
NAMES = [(package, *entry) for package in LAZY for entry in entries(import_module(package).PLACES)]

# what a first expression does not need; of the standard library and of NumPy, what NumPy does not load itself
ROOMS = ("anomaly", "cli", "explaining", "graphs", "kinks", "linalg", "programs", "recomputing", "symbols")
ROOMS += ("testing", "texts", "transforms", "trees", "creation", "custom")
RARE = ("answers", "linalg", "missing", "norms", "polynomials", "ranges", "trigonometry")
HEAVY = {
    *("asyncio", "dataclasses", "decimal", "difflib", "email", "fractions", "graphviz", "hashlib", "html"),
    *("http", "importlib.metadata", "importlib.resources", "json", "logging", "numpy.random", "pathlib"),
    *("random", "shutil", "socket", "statistics", "string", "subprocess", "tempfile", "threading", "urllib"),
    *("urllib.parse", "uuid", "zipfile"),
}


def fresh(code):
    """What a new process prints, line by line."""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def loaded_by(statement, after="numpy"):
    """The modules that a statement loads in a new process which has imported another one before."""
    code = f"import sys, {after}; known = set(sys.modules); {statement}; print(*set(sys.modules) - known)"
    (line,) = fresh(code)
    return set(line.split())


def ours(modules):
    return {m for m in modules if m.partition(".")[0] in ("autograd_core", "nn", "optim")}


# ---- what is loaded ----------------------------------------------------------------------------------------


def test_importing_loads_the_engine_and_no_more():
    modules = loaded_by("import autograd_core")
    assert len(ours(modules)) <= 52, sorted(ours(modules))
    rooms = {f"autograd_core.{room}" for room in ROOMS}
    assert not {".".join(m.split(".")[:2]) for m in modules} & rooms
    families = {f"autograd_core.functions.{name}" for name in RARE}
    rows = {f"autograd_core.ops.{name}" for name in ("table", "factorizations", "determinants", "triangles")}
    assert not modules & (families | rows)
    assert not modules & HEAVY


def test_a_first_expression_loads_nothing_but_what_makes_its_leaves():
    use = "a, b = ac.leaves(a=2, b=3); z = (a * b - a.sum()) ** 2; z.backward(); a.grad.item()"
    modules = loaded_by(use, after="autograd_core as ac")
    made_of = ("creation", "functions.exponential", "functions.ranges")
    assert ours(modules) == {f"autograd_core.{name}" for name in made_of}
    assert "numpy.random" not in modules


def test_importing_nn_and_optim_loads_none_of_their_layers():
    modules = ours(loaded_by("import nn, optim", after="autograd_core"))
    assert modules == {"nn", "optim"}


def test_a_layer_loads_neither_data_nor_pictures_nor_training():
    use = "nn.Sequential(nn.Linear(2, 1), nn.ReLU()); nn.MSELoss(); optim.SGD"
    modules = ours(loaded_by(f"import nn, optim; {use}", after="autograd_core"))
    rooms = {".".join(m.split(".")[:2]) for m in modules}
    assert not rooms & {
        "nn.plot",
        "nn.training",
        "nn.saving",
        "nn.flows",
        "nn.comparing",
        "autograd_core.graphs",
    }
    assert not modules & {"nn.data.tables", "nn.data.loader", "nn.layers.transformers", "optim.lbfgs"}


# ---- the names are there -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("package", "name", "module", "there"), NAMES)
def test_every_name_is_what_its_module_holds(package, name, module, there):
    value = getattr(import_module(package), name)
    held = import_module(f"{package}.{there}") if module == package else getattr(import_module(module), there)
    assert value is held
    assert name in dir(import_module(package))


@pytest.mark.parametrize("package", LAZY)
def test_no_name_stands_twice_in_a_table(package):
    names = [name for p, name, _, _ in NAMES if p == package]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__.rpartition(".")[2])
def test_what_a_family_offers_stands_in_the_table(family):
    names = {name for p, name, module, _ in NAMES if p == "autograd_core" and module == family.__name__}
    if family.__name__.endswith((".linalg", ".norms")):  # these are offered as ac.linalg
        assert set(public(family)) <= set(ac.linalg.__all__)
    else:
        assert set(family.__all__) <= names


@pytest.mark.parametrize("package", LAZY)
def test_the_stub_says_the_same_as_the_table(package):
    path = ROOT.joinpath(*package.split("."), "__init__.pyi")
    found, offered = set(), []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            found |= {(package, a.asname, node.module, a.name) for a in node.names}
        elif isinstance(node, ast.Assign):
            offered = ast.literal_eval(node.value)
    assert found == {entry for entry in NAMES if entry[0] == package}, "run tools/stubs.py"
    assert sorted(offered) == sorted(import_module(package).__all__), "run tools/stubs.py"


@pytest.mark.parametrize("package", LAZY)
def test_a_name_that_is_not_there_is_an_attribute_error(package):
    module = import_module(package)
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'nonsense'") as caught:
        module.nonsense  # noqa: B018
    assert (caught.value.name, caught.value.obj) == ("nonsense", module)


def test_modules_of_the_package_are_attributes_in_a_fresh_process():
    code = "import autograd_core as ac, nn, optim\n"
    code += (
        "print(ac.linalg.inv.__name__, ac.testing.check_gradients.__name__, nn.functional.relu.__name__)\n"
    )
    code += "print(optim.lr_scheduler.StepLR.__name__, nn.init.zeros_.__name__)"
    assert fresh(code) == ["inv check_gradients relu", "StepLR zeros_"]


@pytest.mark.parametrize("package", LAZY)
def test_modules_of_the_table_are_found_as_where_a_package_imports_them(package):
    inner = sorted(
        {
            m.split(".")[package.count(".") + 1]
            for p, _, m, _ in NAMES
            if p == package != m and m.startswith(f"{p}.")
        }
    )
    code = f"import {package} as package\nprint(*(getattr(package, name).__name__ for name in {inner}))"
    assert fresh(code) == [" ".join(f"{package}.{name}" for name in inner)]


def test_star_import_takes_all_public_names_and_leaves_builtins():
    code = "from autograd_core import *\nimport autograd_core as ac, builtins\n"
    code += "print(set(ac.__all__) <= set(globals()), sum is builtins.sum, explain is ac.explain)"
    assert fresh(code) == ["True True True"]


def test_names_that_load_late_are_pickled_by_name():
    code = "import pickle, autograd_core as ac, nn\n"
    code += "things = [ac.explain, ac.GradientError, nn.Linear, nn.functional.relu]\n"
    code += "print(pickle.dumps(things).hex())"
    (text,) = fresh(code)
    read = f"import pickle; things = pickle.loads(bytes.fromhex('{text}'))\nimport autograd_core as ac, nn\n"
    read += "print(things == [ac.explain, ac.GradientError, nn.Linear, nn.functional.relu])"
    assert fresh(read) == ["True"]


@pytest.mark.parametrize("package", [ac, nn], ids=["autograd_core", "nn"])
def test_help_shows_every_public_name(package):
    text = pydoc.plain(pydoc.render_doc(package))
    missing = [name for name in package.__all__ if name not in text]
    assert not missing


def test_threads_may_ask_for_the_same_name_at_once():
    code = """
import threading
import autograd_core as ac, nn
start = threading.Barrier(8)
found = []
def ask(k):
    start.wait()
    names = ["graph", "explain", "jacobian", "live", "conventions", "checkpoint", "detect_anomaly"]
    mine = {name: getattr(ac, name) for name in names[k % 7:] + names[:k % 7]}
    mine |= {name: getattr(nn, name) for name in ("Transformer", "Trainer", "conventions", "plot")}
    found.append(mine)
threads = [threading.Thread(target=ask, args=(k,)) for k in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(found), all(mine == found[0] for mine in found))
"""
    assert fresh(code) == ["8 True"]


# ---- NumPy's functions find their answers ------------------------------------------------------------------

CALLS = {
    "np.linalg.inv(x)": lambda x: np.linalg.inv(x),
    "np.linalg.norm(x, 'nuc')": lambda x: np.linalg.norm(x, "nuc"),
    "np.polyval([1.0, 2.0], x)": lambda x: np.polyval([1.0, 2.0], x),
    "np.nanmedian(x)": lambda x: np.nanmedian(x),
    "np.einsum('ij->i', x)": lambda x: np.einsum("ij->i", x),
    "np.arctan2(x, 2.0)": lambda x: np.arctan2(x, 2.0),
    "np.add.reduce(x)": lambda x: np.add.reduce(x),
    "np.logspace(x, 2.0, 3)": lambda x: np.logspace(x, 2.0, 3),
    "np.trace(x)": lambda x: np.trace(x),
    "np.pad(x, 1)": lambda x: np.pad(x, 1),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_numpy_function_is_answered_where_nothing_else_was_imported(call):
    code = "import numpy as np\nfrom autograd_core import Tensor\n"
    code += "x = Tensor([[2.0, 1.0], [0.5, 3.0]], requires_grad=True)\n"
    code += f"y = {call}\ny.backward(np.ones(y.shape))\n"
    code += "print(type(y).__name__, x.grad is not None)\nprint(y.tolist())"
    kind, numbers = fresh(code)
    assert kind == "Tensor True"
    np.testing.assert_allclose(ast.literal_eval(numbers), CALLS[call](np.array([[2.0, 1.0], [0.5, 3.0]])))


def test_a_function_without_a_rule_says_so_where_nothing_else_was_imported():
    code = (
        "import numpy as np\nfrom autograd_core import Tensor\nx = Tensor([1.0, 2.0], requires_grad=True)\n"
    )
    code += "try: np.fft.fft(x)\nexcept TypeError as error: print(type(error).__name__, str(error)[:36])"
    assert fresh(code) == ["NoRuleError no derivative rule for numpy.fft.fft"]
