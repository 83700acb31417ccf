"""The same program as Python and as LaTeX."""
