"""What a compiled program asks before it runs: has anything happened that it was not made for?"""

from itertools import count


class Changes:
    """How often something happened to a Tensor that a program was not made for: its array was exchanged, it
    began or ceased to require a gradient, it got a hook. While `n` is the same, nothing has. `grads` is the
    same of all `.grad`; `compared` counts how often Tensors were compared."""

    __slots__ = ("compared", "grads", "n", "next")

    def __init__(self) -> None:
        self.n, self.grads, self.compared, self.next = 0, 0, 0, count(1).__next__

    def one(self) -> None:
        """Something has happened now."""
        self.n = self.next()


CHANGES = Changes()
