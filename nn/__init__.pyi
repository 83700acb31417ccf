"""Neural networks on autograd-core: modules, layers, losses, initial values and data."""

# written by tools/stubs.py from the table PLACES of the package

from nn import data as data
from nn import functional as functional
from nn import init as init
from nn import plot as plot
from nn import training as training
from nn import utils as utils
from nn.adapters import from_layer as from_layer
from nn.comparing import conventions as conventions
from nn.ensembles import Ensemble as Ensemble
from nn.flows import flow as flow
from nn.layers.activations import CELU as CELU
from nn.layers.activations import ELU as ELU
from nn.layers.activations import GELU as GELU
from nn.layers.activations import GLU as GLU
from nn.layers.activations import SELU as SELU
from nn.layers.activations import Hardshrink as Hardshrink
from nn.layers.activations import Hardsigmoid as Hardsigmoid
from nn.layers.activations import Hardswish as Hardswish
from nn.layers.activations import Hardtanh as Hardtanh
from nn.layers.activations import LeakyReLU as LeakyReLU
from nn.layers.activations import LogSigmoid as LogSigmoid
from nn.layers.activations import LogSoftmax as LogSoftmax
from nn.layers.activations import Mish as Mish
from nn.layers.activations import PReLU as PReLU
from nn.layers.activations import ReLU as ReLU
from nn.layers.activations import ReLU6 as ReLU6
from nn.layers.activations import RReLU as RReLU
from nn.layers.activations import Sigmoid as Sigmoid
from nn.layers.activations import SiLU as SiLU
from nn.layers.activations import Softmax as Softmax
from nn.layers.activations import Softmin as Softmin
from nn.layers.activations import Softplus as Softplus
from nn.layers.activations import Softshrink as Softshrink
from nn.layers.activations import Softsign as Softsign
from nn.layers.activations import Tanh as Tanh
from nn.layers.activations import Tanhshrink as Tanhshrink
from nn.layers.activations import Threshold as Threshold
from nn.layers.attending import MultiheadAttention as MultiheadAttention
from nn.layers.batch_norm import BatchNorm as BatchNorm
from nn.layers.cells import GRUCell as GRUCell
from nn.layers.cells import LSTMCell as LSTMCell
from nn.layers.cells import RNNCell as RNNCell
from nn.layers.containers import Identity as Identity
from nn.layers.containers import ModuleDict as ModuleDict
from nn.layers.containers import ModuleList as ModuleList
from nn.layers.containers import Sequential as Sequential
from nn.layers.convolutions import Conv1d as Conv1d
from nn.layers.convolutions import Conv2d as Conv2d
from nn.layers.convolutions import Conv3d as Conv3d
from nn.layers.convolutions import ConvTranspose1d as ConvTranspose1d
from nn.layers.convolutions import ConvTranspose2d as ConvTranspose2d
from nn.layers.convolutions import ConvTranspose3d as ConvTranspose3d
from nn.layers.distances import CosineSimilarity as CosineSimilarity
from nn.layers.distances import PairwiseDistance as PairwiseDistance
from nn.layers.dropping import AlphaDropout as AlphaDropout
from nn.layers.dropping import Dropout as Dropout
from nn.layers.dropping import Dropout1d as Dropout1d
from nn.layers.dropping import Dropout2d as Dropout2d
from nn.layers.dropping import Dropout3d as Dropout3d
from nn.layers.dropping import FeatureAlphaDropout as FeatureAlphaDropout
from nn.layers.embeddings import Embedding as Embedding
from nn.layers.embeddings import EmbeddingBag as EmbeddingBag
from nn.layers.linear import Affine as Affine
from nn.layers.linear import Linear as Linear
from nn.layers.normalizing import GroupNorm as GroupNorm
from nn.layers.normalizing import LayerNorm as LayerNorm
from nn.layers.normalizing import LocalResponseNorm as LocalResponseNorm
from nn.layers.normalizing import RMSNorm as RMSNorm
from nn.layers.padding import CircularPad1d as CircularPad1d
from nn.layers.padding import CircularPad2d as CircularPad2d
from nn.layers.padding import CircularPad3d as CircularPad3d
from nn.layers.padding import ConstantPad1d as ConstantPad1d
from nn.layers.padding import ConstantPad2d as ConstantPad2d
from nn.layers.padding import ConstantPad3d as ConstantPad3d
from nn.layers.padding import ReflectionPad1d as ReflectionPad1d
from nn.layers.padding import ReflectionPad2d as ReflectionPad2d
from nn.layers.padding import ReflectionPad3d as ReflectionPad3d
from nn.layers.padding import ReplicationPad1d as ReplicationPad1d
from nn.layers.padding import ReplicationPad2d as ReplicationPad2d
from nn.layers.padding import ReplicationPad3d as ReplicationPad3d
from nn.layers.padding import ZeroPad1d as ZeroPad1d
from nn.layers.padding import ZeroPad2d as ZeroPad2d
from nn.layers.padding import ZeroPad3d as ZeroPad3d
from nn.layers.pooling import AvgPool1d as AvgPool1d
from nn.layers.pooling import AvgPool2d as AvgPool2d
from nn.layers.pooling import AvgPool3d as AvgPool3d
from nn.layers.pooling import LPPool1d as LPPool1d
from nn.layers.pooling import LPPool2d as LPPool2d
from nn.layers.pooling import LPPool3d as LPPool3d
from nn.layers.pooling import MaxPool1d as MaxPool1d
from nn.layers.pooling import MaxPool2d as MaxPool2d
from nn.layers.pooling import MaxPool3d as MaxPool3d
from nn.layers.projections import Bilinear as Bilinear
from nn.layers.rearranging import ChannelShuffle as ChannelShuffle
from nn.layers.rearranging import Flatten as Flatten
from nn.layers.rearranging import Fold as Fold
from nn.layers.rearranging import PixelShuffle as PixelShuffle
from nn.layers.rearranging import PixelUnshuffle as PixelUnshuffle
from nn.layers.rearranging import Unflatten as Unflatten
from nn.layers.rearranging import Unfold as Unfold
from nn.layers.recurrent import GRU as GRU
from nn.layers.recurrent import LSTM as LSTM
from nn.layers.recurrent import RNN as RNN
from nn.layers.resampling import AdaptiveAvgPool1d as AdaptiveAvgPool1d
from nn.layers.resampling import AdaptiveAvgPool2d as AdaptiveAvgPool2d
from nn.layers.resampling import AdaptiveAvgPool3d as AdaptiveAvgPool3d
from nn.layers.resampling import AdaptiveMaxPool1d as AdaptiveMaxPool1d
from nn.layers.resampling import AdaptiveMaxPool2d as AdaptiveMaxPool2d
from nn.layers.resampling import AdaptiveMaxPool3d as AdaptiveMaxPool3d
from nn.layers.resampling import Upsample as Upsample
from nn.layers.running_norms import BatchNorm1d as BatchNorm1d
from nn.layers.running_norms import BatchNorm2d as BatchNorm2d
from nn.layers.running_norms import BatchNorm3d as BatchNorm3d
from nn.layers.running_norms import InstanceNorm1d as InstanceNorm1d
from nn.layers.running_norms import InstanceNorm2d as InstanceNorm2d
from nn.layers.running_norms import InstanceNorm3d as InstanceNorm3d
from nn.layers.transformers import Transformer as Transformer
from nn.layers.transformers import TransformerDecoder as TransformerDecoder
from nn.layers.transformers import TransformerDecoderLayer as TransformerDecoderLayer
from nn.layers.transformers import TransformerEncoder as TransformerEncoder
from nn.layers.transformers import TransformerEncoderLayer as TransformerEncoderLayer
from nn.losses.binary import BCELoss as BCELoss
from nn.losses.binary import BCEWithLogitsLoss as BCEWithLogitsLoss
from nn.losses.binary import MultiLabelSoftMarginLoss as MultiLabelSoftMarginLoss
from nn.losses.comparisons import CosineEmbeddingLoss as CosineEmbeddingLoss
from nn.losses.comparisons import HingeEmbeddingLoss as HingeEmbeddingLoss
from nn.losses.comparisons import MarginRankingLoss as MarginRankingLoss
from nn.losses.comparisons import TripletMarginLoss as TripletMarginLoss
from nn.losses.comparisons import TripletMarginWithDistanceLoss as TripletMarginWithDistanceLoss
from nn.losses.cross_entropy import CrossEntropyLoss as CrossEntropyLoss
from nn.losses.cross_entropy import NLLLoss as NLLLoss
from nn.losses.likelihoods import GaussianNLLLoss as GaussianNLLLoss
from nn.losses.likelihoods import KLDivLoss as KLDivLoss
from nn.losses.likelihoods import PoissonNLLLoss as PoissonNLLLoss
from nn.losses.margins import MultiLabelMarginLoss as MultiLabelMarginLoss
from nn.losses.margins import MultiMarginLoss as MultiMarginLoss
from nn.losses.margins import SoftMarginLoss as SoftMarginLoss
from nn.losses.regression import HalfMSELoss as HalfMSELoss
from nn.losses.regression import HuberLoss as HuberLoss
from nn.losses.regression import L1Loss as L1Loss
from nn.losses.regression import MSELoss as MSELoss
from nn.losses.regression import SmoothL1Loss as SmoothL1Loss
from nn.module import Module as Module
from nn.parameter import Buffer as Buffer
from nn.parameter import Parameter as Parameter
from nn.presets import convention as convention
from nn.saving import load as load
from nn.saving import save as save
from nn.summaries import summary as summary
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
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "Affine",
    "AlphaDropout",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "BestWeights",
    "Bilinear",
    "Buffer",
    "CSVLog",
    "Callback",
    "ChannelShuffle",
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "CosineEmbeddingLoss",
    "CosineSimilarity",
    "CrossEntropyLoss",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "EarlyStopping",
    "Embedding",
    "EmbeddingBag",
    "Ensemble",
    "FeatureAlphaDropout",
    "Flatten",
    "Fold",
    "GRUCell",
    "GaussianNLLLoss",
    "GroupNorm",
    "HalfMSELoss",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "HingeEmbeddingLoss",
    "History",
    "HuberLoss",
    "Identity",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "KLDivLoss",
    "L1Loss",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MarginRankingLoss",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "MultiheadAttention",
    "NLLLoss",
    "PReLU",
    "PairwiseDistance",
    "Parameter",
    "PixelShuffle",
    "PixelUnshuffle",
    "PoissonNLLLoss",
    "RMSNorm",
    "RNNCell",
    "RReLU",
    "ReLU",
    "ReLU6",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "Softmax",
    "Softmin",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
    "Threshold",
    "Trainer",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
    "Unflatten",
    "Unfold",
    "Upsample",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
    "accuracy",
    "confusion_matrix",
    "convention",
    "conventions",
    "data",
    "flow",
    "from_layer",
    "functional",
    "init",
    "load",
    "plot",
    "rmse",
    "save",
    "summary",
    "training",
    "utils",
]
