"""Data sets that come with the package, and mini-batches."""

from nn.data.augmenting import (
    Compose,
    Cutout,
    GaussianNoise,
    RandomCrop,
    RandomHorizontalFlip,
    RandomRotation,
)
from nn.data.composing import ConcatDataset, Subset, TensorDataset
from nn.data.dataset import Dataset
from nn.data.embedded import mnist
from nn.data.labels import one_hot
from nn.data.loader import DataLoader
from nn.data.scaling import Standardizer
from nn.data.splitting import random_split, train_test_split

__all__ = [
    "Compose",
    "ConcatDataset",
    "Cutout",
    "DataLoader",
    "Dataset",
    "GaussianNoise",
    "RandomCrop",
    "RandomHorizontalFlip",
    "RandomRotation",
    "Standardizer",
    "Subset",
    "TensorDataset",
    "mnist",
    "one_hot",
    "random_split",
    "train_test_split",
]
