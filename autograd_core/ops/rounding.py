"""Rounding, remainders and signs: flat almost everywhere, or straight between the steps."""
