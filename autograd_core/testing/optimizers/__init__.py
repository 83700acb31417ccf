"""Optimizers written by hand, beside the lecture's formulas."""
