"""Pictures of trainings: learning curves, predictions, paths on a surface, contours, histograms, neurons.

Every function draws into `ax`, a matplotlib Axes, or into a new figure, and returns the Axes. Words stand at
the right of the Axes: a figure of several has room for them with `plt.subplots(1, 2, layout="constrained")`.
matplotlib is in the extra "train".

The colours are those of the graphs: blue, amber and green; vermilion means gradient and nothing else. Lines
differ in their strokes too, and carry their names at their ends, so that no picture needs its colours.
"""

from autograd_core.offering import names, on_first_use

PLACES = {
    "nn.plot.graphs": "lines predictions",
    "nn.plot.learning": "by_layer curves",
    "nn.plot.pictures": "confusion images",
    "nn.plot.spreads": "histograms",
    "nn.plot.style": "GRADIENT GRID INK PAPER QUIET SERIES",
    "nn.plot.surfaces": "contours trajectories",
    "nn.plot.wiring": "neurons",
}

__all__ = names(PLACES)
__getattr__, __dir__ = on_first_use(__name__, PLACES)
