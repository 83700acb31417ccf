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
from nn.data.fashion import fashion_mnist
from nn.data.handwriting import digits, mnist
from nn.data.idx import read_idx
from nn.data.labels import one_hot
from nn.data.loader import DataLoader
from nn.data.scaling import Standardizer
from nn.data.songs import year_prediction
from nn.data.splitting import random_split, train_test_split
from nn.data.tables import breast_cancer, diamonds, iris, wine
from nn.data.whereabouts import sources

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
    "breast_cancer",
    "diamonds",
    "digits",
    "fashion_mnist",
    "iris",
    "mnist",
    "one_hot",
    "random_split",
    "read_idx",
    "sources",
    "train_test_split",
    "wine",
    "year_prediction",
]
