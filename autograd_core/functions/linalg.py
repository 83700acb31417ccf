"""Linear algebra with the names and signatures of numpy.linalg."""

__all__: list[str] = []
