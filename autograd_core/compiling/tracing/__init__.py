"""From ordinary code to a program: what a function does with Tensors whose numbers are not there yet."""
