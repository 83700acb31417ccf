"""Data sets that come with the package, and mini-batches."""

# written by tools/stubs.py from the table PLACES of the package

from nn.data.augmenting import Compose as Compose
from nn.data.augmenting import Cutout as Cutout
from nn.data.augmenting import GaussianNoise as GaussianNoise
from nn.data.augmenting import RandomCrop as RandomCrop
from nn.data.augmenting import RandomHorizontalFlip as RandomHorizontalFlip
from nn.data.augmenting import RandomRotation as RandomRotation
from nn.data.composing import ConcatDataset as ConcatDataset
from nn.data.composing import Subset as Subset
from nn.data.composing import TensorDataset as TensorDataset
from nn.data.dataset import Dataset as Dataset
from nn.data.fashion import fashion_mnist as fashion_mnist
from nn.data.handwriting import digits as digits
from nn.data.handwriting import mnist as mnist
from nn.data.idx import read_idx as read_idx
from nn.data.labels import one_hot as one_hot
from nn.data.loader import DataLoader as DataLoader
from nn.data.scaling import Standardizer as Standardizer
from nn.data.songs import year_prediction as year_prediction
from nn.data.splitting import random_split as random_split
from nn.data.splitting import train_test_split as train_test_split
from nn.data.tables import breast_cancer as breast_cancer
from nn.data.tables import diamonds as diamonds
from nn.data.tables import iris as iris
from nn.data.tables import wine as wine
from nn.data.whereabouts import sources as sources

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
