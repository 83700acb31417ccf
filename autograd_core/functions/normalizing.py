"""Softmax and its relatives: exponentials in relation to their sum."""

__all__: list[str] = []
