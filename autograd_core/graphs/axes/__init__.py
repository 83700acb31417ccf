"""Which axes of the arrays of a graph are the same, and what they are called."""
