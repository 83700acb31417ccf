"""autograd-core draw: a formula as a picture."""

import argparse
import re
from pathlib import Path
from typing import Any

import autograd_core as ac
from autograd_core.cli.problem import Problem
from autograd_core.graphs.drawing.settings import MODES
from autograd_core.texts import FUNCTIONS, FormulaError, MissingValueError, inputs

FORMATS = (".svg", ".png", ".pdf", ".html", ".dot", ".py", ".tex")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "draw",
        help="draw the graph of a formula",
        description="Draw the computation graph of a formula with the values of every step; "
        "without any values the formula alone.",
        epilog="functions: "
        + ", ".join(FUNCTIONS)
        + '. Any other, as in "z = z(u, v)", is drawn with its derivatives as letters. '
        'A formula that starts with -o goes behind "--", after all options.',
    )
    parser.add_argument("formula", help='for example "(a*x - y)**2", or "s = a*x; z = (s - y)**2"')
    parser.add_argument(
        "inputs", nargs="*", default=[], metavar="name=value", help="a=2, or W=[[1,2],[3,4]] for an array"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="svg, png, pdf, html or dot; py or tex for the program and the formulas; "
        "without it the graph is drawn as text",
    )
    parser.add_argument(
        "--mode",
        choices=MODES,
        default="forward",
        help="backward for the gradients and the local derivatives, both, or panels for four pictures",
    )
    parser.add_argument(
        "--grads",
        action="store_true",
        help="compute the gradient of every value; where values are given, all modes but forward do so",
    )
    parser.set_defaults(run=run)


def shielded(words: list[str]) -> list[str]:
    """The words of the command line, a formula that starts with a sign kept from looking like an option.

    >>> shielded(["-x**2", "x=1", "-o", "z.svg"])
    [' -x**2', 'x=1', '-o', 'z.svg']
    >>> shielded(["-hypot(x, y)", "-h"])
    [' -hypot(x, y)', '-h']
    """
    return [f" {word}" if re.match(r"-(?:[^-oh]|h.)", word) else word for word in words]


def run(args: argparse.Namespace) -> int:
    target = None if args.output is None else Path(args.output)
    if target is not None and target.suffix.lower() not in FORMATS:
        raise Problem(f"the ending of {args.output!r} says the format: {', '.join(FORMATS)}")
    try:
        values = inputs(args.inputs)
        if args.grads and not values:
            raise Problem("--grads needs values: a=2, for example")
        grads = "compute" if args.grads or (values and args.mode != "forward") else "recorded"
        graph = ac.graph(args.formula, values, mode=args.mode, grads=grads)
    except MissingValueError as error:
        raise Problem(f"{error}; or leave out all values, to draw the formula alone") from None
    except FormulaError as error:
        raise Problem(str(error)) from None
    if target is None:
        print(graph)
    else:
        save(graph, target)
    return 0


def save(graph: Any, target: Path) -> None:
    """Write the picture and say so."""
    try:
        graph.save(target)
    except (ac.GraphRenderError, ValueError) as error:
        raise Problem(str(error), code=1) from None
    except OSError as error:
        raise Problem(f"cannot write {str(target)!r}: {error.strerror or error}", code=1) from None
    print(f"wrote {target}")
