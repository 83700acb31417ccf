"""Training habits: the loop, its history, metrics, callbacks and run folders."""

from nn.training.callbacks import BestWeights, Callback, CSVLog, EarlyStopping
from nn.training.history import History
from nn.training.metrics import accuracy, confusion_matrix, rmse
from nn.training.trainer import Trainer

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
