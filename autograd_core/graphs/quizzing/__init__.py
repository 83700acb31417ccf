"""Quizzes on a picture: local derivatives, gradients or shapes are left out, typed in, and judged."""

from autograd_core.graphs.quizzing.quizzes import Quiz, posed

__all__ = ["Quiz", "posed"]
