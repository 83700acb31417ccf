"""The command line: `autograd-core`, or `python -m autograd_core`. One file a command."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from autograd_core import __version__
from autograd_core.cli import check, draw, explore, info, train
from autograd_core.cli.problem import INTERRUPTED, Problem


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ∂ still gets the rest of the line
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read our output has left; the interpreter shall not complain when it flushes at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return code


def _run(words: list[str]) -> int:
    if words[:1] in (["draw"], ["explore"]):
        words = draw.shielded(words)
    if words[:1] == ["check"]:
        words = check.gathered(words)
    parser = _parser()
    try:
        args = parser.parse_args(words)
    except SystemExit as end:  # --help, --version, or a message of argparse
        return end.code if isinstance(end.code, int) else 0
    if args.command is None:
        parser.print_help()
        return 0
    try:
        return int(args.run(args))
    except Problem as problem:
        print(f"{parser.prog} {args.command}: {problem}", file=sys.stderr)
        return problem.code
    except KeyboardInterrupt:
        print(f"{parser.prog} {args.command}: interrupted", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograd-core", description="Automatic differentiation on NumPy that shows its work."
    )
    parser.add_argument("--version", action="version", version=f"autograd-core {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in (draw, explore, train, check, info):
        command.add(commands)
    return parser
