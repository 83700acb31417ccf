"""Training habits: the loop, its history, metrics, callbacks and run folders."""

from autograd_core.offering import names, on_first_use

PLACES = {
    "nn.training.callbacks": "BestWeights CSVLog Callback EarlyStopping",
    "nn.training.history": "History",
    "nn.training.metrics": "accuracy confusion_matrix rmse",
    "nn.training.trainer": "Trainer",
}

__all__ = names(PLACES)
__getattr__, __dir__ = on_first_use(__name__, PLACES)
