"""Trigonometric and hyperbolic rows, their inverses, and sinc."""
