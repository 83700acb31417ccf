"""Data sets that come with the package, and mini-batches."""

from nn.data.composing import ConcatDataset, Subset, TensorDataset
from nn.data.dataset import Dataset
from nn.data.embedded import mnist
from nn.data.loader import DataLoader

__all__ = [
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "Subset",
    "TensorDataset",
    "mnist",
]
