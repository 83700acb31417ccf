"""Write the stubs of the packages that load their names on first use, for editors and type checkers.

    python tools/stubs.py

The table `PLACES` of a package says which module holds which name; `__init__.pyi` beside it says the same as
imports. Run it after a change of a table: a test compares the two.
"""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # this folder's packages, wherever the script is called from
PACKAGES = ("autograd_core", "nn", "nn.data", "nn.functional", "nn.plot", "nn.training", "optim")

from autograd_core.offering import entries  # noqa: E402


def path_of(package: str) -> Path:
    """Where the stub of a package is."""
    return ROOT.joinpath(*package.split("."), "__init__.pyi")


def written(package: str) -> str:
    """The stub of a package as text; formatting is left to ruff."""
    loaded = import_module(package)
    doc = ast.get_docstring(ast.parse(path_of(package).with_suffix(".py").read_text(encoding="utf-8")))
    title = (doc or "").splitlines()[0].replace("\\", "\\\\")
    lines = [f'"""{title}"""', "", "# written by tools/stubs.py from the table PLACES of the package", ""]
    for name, module, there in sorted(entries(loaded.PLACES), key=lambda entry: (entry[1], entry[0])):
        # always with `as`: without it editors that complete with jedi take the name for private
        lines.append(f"from {module} import {there} as {name}")
    lines += ["", "__all__ = ["]
    lines += [f'    "{name}",' for name in loaded.__all__]
    lines += ["]"]
    if hasattr(loaded, "__version__"):
        lines += ["__version__: str"]
    return "\n".join(lines) + "\n"


def main() -> None:
    paths = [path_of(package) for package in PACKAGES]
    for package, path in zip(PACKAGES, paths, strict=True):
        path.write_text(written(package), encoding="utf-8")
    names = [str(path) for path in paths]
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "--quiet", "--fix", "--select", "I,RUF022", *names], cwd=ROOT, check=True)
    subprocess.run([*ruff, "format", "--quiet", *names], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
