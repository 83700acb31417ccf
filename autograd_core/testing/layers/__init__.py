"""Layers written by hand, beside the engine."""
