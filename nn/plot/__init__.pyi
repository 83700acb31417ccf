"""Pictures of trainings: learning curves, predictions, paths on a surface, contours, histograms, neurons."""

# written by tools/stubs.py from the table PLACES of the package

from nn.plot.graphs import lines as lines
from nn.plot.graphs import predictions as predictions
from nn.plot.learning import by_layer as by_layer
from nn.plot.learning import curves as curves
from nn.plot.pictures import confusion as confusion
from nn.plot.pictures import images as images
from nn.plot.spreads import histograms as histograms
from nn.plot.style import GRADIENT as GRADIENT
from nn.plot.style import GRID as GRID
from nn.plot.style import INK as INK
from nn.plot.style import PAPER as PAPER
from nn.plot.style import QUIET as QUIET
from nn.plot.style import SERIES as SERIES
from nn.plot.surfaces import contours as contours
from nn.plot.surfaces import trajectories as trajectories
from nn.plot.wiring import neurons as neurons

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
