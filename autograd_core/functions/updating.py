"""Functional updates: `x.at[index].set(v)` and its relatives."""

__all__: list[str] = []
