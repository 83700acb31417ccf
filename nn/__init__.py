"""Neural networks on autograd-core: modules, layers, losses, initial values and data.

Names that the lecture defines have its conventions (weights are (in, out)), names that only torch has have
torch's.
"""

from nn import data, functional, init, plot, training, utils
from nn.adapters import from_layer
from nn.comparing import conventions
from nn.ensembles import Ensemble
from nn.flows import flow
from nn.layers.activations import (
    CELU,
    ELU,
    GELU,
    GLU,
    SELU,
    Hardshrink,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    RReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softmin,
    Softplus,
    Softshrink,
    Softsign,
    Tanh,
    Tanhshrink,
    Threshold,
)
from nn.layers.attending import MultiheadAttention
from nn.layers.batch_norm import BatchNorm
from nn.layers.cells import GRUCell, LSTMCell, RNNCell
from nn.layers.containers import Identity, ModuleDict, ModuleList, Sequential
from nn.layers.convolutions import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.layers.distances import CosineSimilarity, PairwiseDistance
from nn.layers.dropping import AlphaDropout, Dropout, Dropout1d, Dropout2d, Dropout3d, FeatureAlphaDropout
from nn.layers.embeddings import Embedding, EmbeddingBag
from nn.layers.linear import Affine, Linear
from nn.layers.normalizing import GroupNorm, LayerNorm, LocalResponseNorm, RMSNorm
from nn.layers.pooling import (
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    LPPool1d,
    LPPool2d,
    LPPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
)
from nn.layers.projections import Bilinear
from nn.layers.rearranging import (
    ChannelShuffle,
    Flatten,
    Fold,
    PixelShuffle,
    PixelUnshuffle,
    Unflatten,
    Unfold,
)
from nn.layers.recurrent import GRU, LSTM, RNN
from nn.layers.resampling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AdaptiveMaxPool3d,
    Upsample,
)
from nn.layers.running_norms import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
)
from nn.layers.transformers import (
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)
from nn.losses.binary import BCELoss, BCEWithLogitsLoss, MultiLabelSoftMarginLoss
from nn.losses.comparisons import (
    CosineEmbeddingLoss,
    HingeEmbeddingLoss,
    MarginRankingLoss,
    TripletMarginLoss,
    TripletMarginWithDistanceLoss,
)
from nn.losses.cross_entropy import CrossEntropyLoss, NLLLoss
from nn.losses.likelihoods import GaussianNLLLoss, KLDivLoss, PoissonNLLLoss
from nn.losses.margins import MultiLabelMarginLoss, MultiMarginLoss, SoftMarginLoss
from nn.losses.regression import HalfMSELoss, HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from nn.module import Module
from nn.parameter import Buffer, Parameter
from nn.presets import convention
from nn.saving import load, save
from nn.summaries import summary
from nn.training.callbacks import BestWeights, Callback, CSVLog, EarlyStopping
from nn.training.history import History
from nn.training.metrics import accuracy, confusion_matrix, rmse
from nn.training.trainer import Trainer

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
