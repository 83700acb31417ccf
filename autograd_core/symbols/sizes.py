"""Sizes with names, so that a formula says N and not 3."""


class Size(int):
    """An axis length that is written by its name; products of such are named N·K.

    >>> n = Size.of(3, "N")
    >>> n, n + 0, 1 * n, n * Size.of(4, "K")
    (N, 3, N, N·K)
    """

    name: str

    @classmethod
    def of(cls, length: int, name: str) -> "Size":
        size = cls(length)
        size.name = name
        return size

    def __mul__(self, other: object) -> "Size":
        if not isinstance(other, int):
            return NotImplemented
        number = int(self) * int(other)
        if isinstance(other, Size):
            return Size.of(number, f"{self.name}·{other.name}")
        return self if other == 1 else Size.of(number, f"{int(other)}{self.name}")

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return self.name
