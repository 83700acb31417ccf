"""Neural networks on autograd-core: modules, layers, losses, initial values and data.

Names that the lecture defines have its conventions (weights are (in, out)), names that only torch has have
torch's.
"""

from autograd_core.offering import names, on_first_use

PLACES = {
    "nn": "data functional init plot training utils",
    "nn.adapters": "from_layer",
    "nn.comparing": "conventions",
    "nn.ensembles": "Ensemble",
    "nn.flows": "flow",
    "nn.layers.activations": (
        "CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax Mish "
        "PReLU RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmin Softplus Softshrink Softsign Tanh "
        "Tanhshrink Threshold"
    ),
    "nn.layers.attending": "MultiheadAttention",
    "nn.layers.batch_norm": "BatchNorm",
    "nn.layers.cells": "GRUCell LSTMCell RNNCell",
    "nn.layers.containers": "Identity ModuleDict ModuleList Sequential",
    "nn.layers.convolutions": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    "nn.layers.distances": "CosineSimilarity PairwiseDistance",
    "nn.layers.dropping": "AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout",
    "nn.layers.embeddings": "Embedding EmbeddingBag",
    "nn.layers.linear": "Affine Linear",
    "nn.layers.normalizing": "GroupNorm LayerNorm LocalResponseNorm RMSNorm",
    "nn.layers.padding": (
        "CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d "
        "ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d "
        "ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d"
    ),
    "nn.layers.pooling": (
        "AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d MaxPool1d MaxPool2d MaxPool3d"
    ),
    "nn.layers.projections": "Bilinear",
    "nn.layers.rearranging": "ChannelShuffle Flatten Fold PixelShuffle PixelUnshuffle Unflatten Unfold",
    "nn.layers.recurrent": "GRU LSTM RNN",
    "nn.layers.resampling": (
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d "
        "AdaptiveMaxPool3d Upsample"
    ),
    "nn.layers.running_norms": (
        "BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d InstanceNorm2d InstanceNorm3d"
    ),
    "nn.layers.transformers": (
        "Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer"
    ),
    "nn.losses.binary": "BCELoss BCEWithLogitsLoss MultiLabelSoftMarginLoss",
    "nn.losses.comparisons": (
        "CosineEmbeddingLoss HingeEmbeddingLoss MarginRankingLoss TripletMarginLoss "
        "TripletMarginWithDistanceLoss"
    ),
    "nn.losses.cross_entropy": "CrossEntropyLoss NLLLoss",
    "nn.losses.likelihoods": "GaussianNLLLoss KLDivLoss PoissonNLLLoss",
    "nn.losses.margins": "MultiLabelMarginLoss MultiMarginLoss SoftMarginLoss",
    "nn.losses.regression": "HalfMSELoss HuberLoss L1Loss MSELoss SmoothL1Loss",
    "nn.module": "Module",
    "nn.parameter": "Buffer Parameter",
    "nn.presets": "convention",
    "nn.saving": "load save",
    "nn.summaries": "summary",
    "nn.training.callbacks": "BestWeights CSVLog Callback EarlyStopping",
    "nn.training.history": "History",
    "nn.training.metrics": "accuracy confusion_matrix rmse",
    "nn.training.trainer": "Trainer",
}

__all__ = names(PLACES)
__getattr__, __dir__ = on_first_use(__name__, PLACES)
