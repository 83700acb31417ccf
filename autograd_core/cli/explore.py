"""autograd-core explore: type a formula, move its inputs, watch values and gradients."""

import argparse
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograd_core.cli.explorer import Question, answer, derivations, shell, values
from autograd_core.cli.problem import Problem
from autograd_core.cli.serving import Explorer
from autograd_core.graphs.lively.page_data import Around
from autograd_core.programs import NoFormError
from autograd_core.texts import FormulaError


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "explore",
        help="type a formula, move its inputs, watch values and gradients",
        description="Serve a page on this machine where a formula is typed and its graph grows; sliders move "
        "the inputs, values and gradients follow. With -o the page of one formula is written to a file, "
        "which needs no server; only the formula cannot be changed there.",
        epilog='Inputs may also be typed with the formula: "a = 2; x = -3:3; z = a*x". '
        "Ctrl-C ends the server.",
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="formula name=value",
        help='a formula, "z = (a*x - y)**2", and its inputs: a=2, x=-3:3 or x=-3:3:1 for a range, W=[1,2]',
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the page to a file of HTML and end")
    parser.add_argument("--port", type=int, default=0, help="by default one that is free")
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    formula, *inputs = args.words or [""]
    try:
        given = values(inputs)
        if args.output is not None:
            return _write(formula, given, Path(args.output))
    except FormulaError as error:
        raise Problem(str(error)) from None
    _serve(formula, given, args.port, not args.no_browser)
    return 0


def _write(formula: str, given: Mapping[str, Any], target: Path) -> int:
    if target.suffix.lower() not in (".html", ".htm"):
        raise Problem(f"a live page is a file of HTML: -o {target.stem}.html")
    if not formula.strip():
        raise Problem("-o writes the page of one formula; which one?")
    question = Question(formula, given)
    try:
        page = question.live()
        html = page.page(Around(lines=derivations(question.text, page)))
    except (NoFormError, ValueError, TypeError) as error:
        raise Problem(str(error)) from None
    try:
        target.write_text(html, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Problem(f"cannot write {str(target)!r}: {error.strerror or error}", code=1) from None
    print(f"wrote {target}")
    return 0


def _serve(formula: str, given: Mapping[str, Any], port: int, browser: bool) -> None:
    """Serve until Ctrl-C."""
    try:
        server = Explorer(port, shell(formula), lambda text, moved: answer(text, given, moved))
    except (OSError, OverflowError) as error:
        raise Problem(
            f"cannot listen on port {port}: {getattr(error, 'strerror', None) or error}", code=1
        ) from None
    try:
        with server:
            print(f"explore at {server.url}\nCtrl-C ends it", flush=True)
            if browser:
                webbrowser.open(server.url)
            server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        print("ended")
