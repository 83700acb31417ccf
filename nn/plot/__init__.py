"""Pictures of trainings: learning curves, predictions, paths on a surface, contours, histograms, neurons.

Every function draws into `ax`, a matplotlib Axes, or into a new figure, and returns the Axes. Words stand at
the right of the Axes: a figure of several has room for them with `plt.subplots(1, 2, layout="constrained")`.
matplotlib is in the extra "train".

The colours are those of the graphs: blue, amber and green; vermilion means gradient and nothing else. Lines
differ in their strokes too, and carry their names at their ends, so that no picture needs its colours.
"""

from nn.plot.graphs import lines, predictions
from nn.plot.learning import by_layer, curves
from nn.plot.pictures import confusion, images
from nn.plot.spreads import histograms
from nn.plot.style import GRADIENT, GRID, INK, PAPER, QUIET, SERIES
from nn.plot.surfaces import contours, trajectories
from nn.plot.wiring import neurons

__all__ = [
    "GRADIENT",
    "GRID",
    "INK",
    "PAPER",
    "QUIET",
    "SERIES",
    "by_layer",
    "confusion",
    "contours",
    "curves",
    "histograms",
    "images",
    "lines",
    "neurons",
    "predictions",
    "trajectories",
]
