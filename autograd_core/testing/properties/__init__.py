"""Random arguments and random programs, drawn by Hypothesis, for gradients that are right at all of them."""
