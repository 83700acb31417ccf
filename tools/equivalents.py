"""Mutants of the op table that no test can notice, each with the reason why it computes the same."""

EQUIVALENT: dict[str, str] = {}
