"""Training habits: the loop, its history, metrics, callbacks and run folders."""

# written by tools/stubs.py from the table PLACES of the package

from nn.training.callbacks import BestWeights as BestWeights
from nn.training.callbacks import Callback as Callback
from nn.training.callbacks import CSVLog as CSVLog
from nn.training.callbacks import EarlyStopping as EarlyStopping
from nn.training.history import History as History
from nn.training.metrics import accuracy as accuracy
from nn.training.metrics import confusion_matrix as confusion_matrix
from nn.training.metrics import rmse as rmse
from nn.training.trainer import Trainer as Trainer

__all__ = [
    "BestWeights",
    "CSVLog",
    "Callback",
    "EarlyStopping",
    "History",
    "Trainer",
    "accuracy",
    "confusion_matrix",
    "rmse",
]
