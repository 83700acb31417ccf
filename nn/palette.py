"""The colours of pictures: those of the graphs."""

PAPER, INK, QUIET, GRID = "#FFFFFF", "#15202E", "#4B5768", "#C6D0DB"
GRADIENT = "#C2410C"
SERIES = ("#0072B2", "#C98300", "#00855F", "#15202E", "#5B9BC8", "#A35C89")
"""The colours of lines, in order; the first is blue."""
