"""What goes wrong in a command, in words for the person who typed it."""


class Problem(Exception):
    """Printed as `autograd-core COMMAND: message` on stderr; the process ends with `code`.

    2 is for what was typed (as argparse does), 1 for everything else.
    """

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of the signal."""
