"""A process that lays out one graph with pygraphviz: DOT text comes in, the picture goes out.

Started by its path as `worker.py -Tsvg` or `worker.py -Tpng -Gdpi=144`; it imports nothing of the library.
"""

import sys


def main(arguments: list[str]) -> None:
    """Read DOT from the standard input and write the picture to the standard output."""
    import pygraphviz

    graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
    form = "svg"
    for argument in arguments:
        if argument.startswith("-T"):
            form = argument[2:]
        elif argument.startswith("-G"):
            key, _, value = argument[2:].partition("=")
            graph.graph_attr[key] = value
    sys.stdout.buffer.write(graph.draw(format=form, prog="dot"))


if __name__ == "__main__":
    main(sys.argv[1:])
