"""autograd-core check: the derivatives of a function in a file of yours, with a diagnosis."""

import argparse
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd_core.cli.problem import Problem
from autograd_core.testing.checking.check import check_gradients

EXAMPLE = 'autograd-core check layers:affine --x "(4,3)" --w "(3,2)" --b "(2,)"'
OPTIONS = frozenset({"help", "seed", "order", "shape"})
"""What is not the name of an argument of the function."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "check",
        help="check the gradients of a function",
        usage='%(prog)s module:function [--x "(3,4)" ...] [--seed N]',
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Compare the derivatives of a function with differences, and say what is wrong.\n"
        "The module is looked for in the current folder first.",
        epilog="""\
Arguments are drawn at random. --x "(3,4)" is the shape of the argument x; every
argument is given by its own name, or all by --x, one after the other. One
without a shape is a single number. For example:

    autograd-core check layers:affine --x "(4,3)" --w "(3,2)" --b "(2,)"

The exit code is 0 if all is right, 1 if not, 2 if the call is not understood.""",
    )
    parser.add_argument("function", metavar="module:function", help="for example layers:affine")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the random arguments (default 0)"
    )
    parser.add_argument(
        "--order", type=int, default=2, metavar="N", help="up to which order of derivative (default 2)"
    )
    parser.add_argument("--shape", action="append", default=[], help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def gathered(words: list[str]) -> list[str]:
    """The words of the command line with the shapes of arguments under one option.

    >>> gathered(["check", "m:f", "--x", "(3,4)", "--w=5", "--seed", "1"])
    ['check', 'm:f', '--shape=x=(3,4)', '--shape=w=5', '--seed', '1']
    """
    found = []
    rest = iter(words)
    for word in rest:
        name, sign, text = word[2:].partition("=")
        if word.startswith("--") and name.isidentifier() and name not in OPTIONS:
            word = f"--shape={name}={text if sign else next(rest, '')}"
        found.append(word)
    return found


def run(args: argparse.Namespace) -> int:
    if args.order < 1:
        raise Problem(f"--order is a whole number from 1, got {args.order}")
    if args.seed < 0:
        raise Problem(f"--seed is a whole number from 0, got {args.seed}")
    shapes = [(name, _shape(name, text)) for name, _, text in (s.partition("=") for s in args.shape)]
    with _current_folder():
        f = _function(args.function)
        arguments = _drawn(f, args.function, shapes, np.random.default_rng(args.seed))
        lacking = [name for name, x in arguments.items() if not x.ndim and name not in dict(shapes)]
        diagnosis = _checked(f, args.function, arguments, args.order, lacking)
    drawn = ", ".join(f"{name} {x.shape}" if x.shape else name for name, x in arguments.items())
    print(f"{args.function} at random {drawn}, seed {args.seed}\n")
    print(diagnosis)
    return 0 if diagnosis else 1


def _checked(
    f: Callable[..., Any], name: str, arguments: dict[str, Any], order: int, lacking: list[str]
) -> Any:
    try:
        return check_gradients(f, *arguments.values(), order=order)
    except Exception as error:
        words = "\n".join([str(error) or "no message", *getattr(error, "__notes__", [])])
        where = _where(error, name.partition(":")[0])
        if lacking:
            words += f'\n{", ".join(lacking)} had no shape: --{lacking[0]} "(3,4)" gives one'
        raise Problem(f"{name} raised {type(error).__name__}{where}: {words}", code=1) from None


def _where(error: BaseException, module: str) -> str:
    """The last line of the module that an error came through."""
    file = getattr(sys.modules.get(module), "__file__", None)
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return "" if line is None else f" in line {line}"


def _shape(name: str, text: str) -> tuple[int, ...]:
    inner = text.strip()
    if inner[:1] + inner[-1:] in ("()", "[]"):
        inner = inner[1:-1]
    parts = [p.strip() for p in inner.split(",")]
    if parts[-1] == "":
        parts.pop()
    if not all(p.isdecimal() and p.isascii() for p in parts) or (not parts and not text.strip()):
        raise Problem(f'--{name}: a shape is needed, as in --{name} "(3,4)", got {text!r}')
    return tuple(int(p) for p in parts)


@contextmanager
def _current_folder() -> Iterator[None]:
    """Let modules of the current folder be found first."""
    sys.path.insert(0, "")
    try:
        yield
    finally:
        sys.path.remove("")


def _function(text: str) -> Callable[..., Any]:
    module, colon, name = text.partition(":")
    if not (colon and name.isidentifier() and all(part.isidentifier() for part in module.split("."))):
        raise Problem(f"{text!r} is not module:function; for example {EXAMPLE}")
    if module.endswith(".py"):
        raise Problem(f"modules are named without .py: write {module[:-3]}:{name}")
    try:
        loaded = importlib.import_module(module)
    except SystemExit:
        raise Problem(f"{module} ends the program when it is imported") from None
    except ModuleNotFoundError as error:
        if error.name is not None and (module == error.name or module.startswith(f"{error.name}.")):
            raise Problem(f"there is no module {error.name!r} in the current folder or installed") from None
        raise Problem(f"{module} cannot be imported: {error}") from None
    except Exception as error:
        raise Problem(f"{module} cannot be imported: {type(error).__name__}: {error}") from None
    f = getattr(loaded, name, None)
    if f is None:
        functions = [n for n, v in vars(loaded).items() if inspect.isfunction(v) and v.__module__ == module]
        known = f"; it has {', '.join(functions)}" if functions else ""
        raise Problem(f"the module {module} has no function {name!r}{known}")
    if not callable(f):
        raise Problem(f"{text} is no function, but of type {type(f).__name__}")
    return f  # type: ignore[no-any-return]


def _drawn(
    f: Callable[..., Any], text: str, shapes: list[tuple[str, tuple[int, ...]]], rng: np.random.Generator
) -> dict[str, Any]:
    """Random arguments in the order of the parameters."""
    required, names = _parameters(f, text, len(shapes))
    given: dict[str, tuple[int, ...]] = {}
    only = {name for name, _ in shapes}
    in_order = len(only) == 1 and (len(shapes) > 1 or not only & set(names)) and only == {"x"}
    for k, (name, shape) in enumerate(shapes):
        if in_order and k < len(names):
            name = names[k]
        if name not in names or (in_order and k >= len(names)):
            known = ", ".join(names) or "none"
            raise Problem(f"{text} has no argument for --{name} {shape}: its arguments are {known}")
        if name in given:
            raise Problem(f"--{name} is given twice")
        given[name] = shape
    last = max((names.index(name) for name in given), default=-1)
    wanted = [name for k, name in enumerate(names) if k <= last or name in required]
    if not wanted:
        raise Problem(f"{text} has no arguments to differentiate by")
    return {name: _numbers(rng, given.get(name, ())) for name in wanted}


def _numbers(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Normal numbers, none close to 0, where many functions have a kink."""
    x = np.asarray(rng.standard_normal(shape))
    return x + 0.1 * np.sign(x)


def _parameters(f: Callable[..., Any], text: str, count: int) -> tuple[list[str], list[str]]:
    """The positional parameters without a default, and all of them, `count` of those of *args."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        raise Problem(f"the arguments of {text} are not known: wrap it in a function of your own") from None
    missing = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    if missing:
        raise Problem(f"{text} needs the keyword {missing[0]}: wrap it in a function of your own")
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    names = [p.name for p in positional]
    required = [p.name for p in positional if p.default is p.empty]
    for p in parameters:
        if p.kind is p.VAR_POSITIONAL:
            more = [f"{p.name}[{k}]" for k in range(count - len(names))]
            names += more or ([] if names else [f"{p.name}[0]"])
    return required or names[:1], names
