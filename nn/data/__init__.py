"""Data sets that come with the package, and mini-batches."""

from autograd_core.offering import names, on_first_use

PLACES = {
    "nn.data.augmenting": "Compose Cutout GaussianNoise RandomCrop RandomHorizontalFlip RandomRotation",
    "nn.data.composing": "ConcatDataset Subset TensorDataset",
    "nn.data.dataset": "Dataset",
    "nn.data.fashion": "fashion_mnist",
    "nn.data.handwriting": "digits mnist",
    "nn.data.idx": "read_idx",
    "nn.data.labels": "one_hot",
    "nn.data.loader": "DataLoader",
    "nn.data.scaling": "Standardizer",
    "nn.data.songs": "year_prediction",
    "nn.data.splitting": "random_split train_test_split",
    "nn.data.tables": "breast_cancer diamonds iris wine",
    "nn.data.whereabouts": "sources",
}

__all__ = names(PLACES)
__getattr__, __dir__ = on_first_use(__name__, PLACES)
