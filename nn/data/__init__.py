"""Data sets that come with the package, and mini-batches."""

from nn.data.dataset import Dataset
from nn.data.loader import DataLoader
from nn.data.mnist import mnist

__all__ = ["DataLoader", "Dataset", "mnist"]
