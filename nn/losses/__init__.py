"""Losses: modules of a prediction and a target, with a single number as result."""
