"""Functions with torch's names, signatures and defaults; `nn`'s layers and losses call them."""

# written by tools/stubs.py from the table PLACES of the package

from nn.functional.activations import celu as celu
from nn.functional.activations import elu as elu
from nn.functional.activations import gelu as gelu
from nn.functional.activations import glu as glu
from nn.functional.activations import gumbel_softmax as gumbel_softmax
from nn.functional.activations import hardshrink as hardshrink
from nn.functional.activations import hardsigmoid as hardsigmoid
from nn.functional.activations import hardswish as hardswish
from nn.functional.activations import hardtanh as hardtanh
from nn.functional.activations import leaky_relu as leaky_relu
from nn.functional.activations import log_softmax as log_softmax
from nn.functional.activations import logsigmoid as logsigmoid
from nn.functional.activations import mish as mish
from nn.functional.activations import prelu as prelu
from nn.functional.activations import relu as relu
from nn.functional.activations import relu6 as relu6
from nn.functional.activations import rrelu as rrelu
from nn.functional.activations import selu as selu
from nn.functional.activations import sigmoid as sigmoid
from nn.functional.activations import silu as silu
from nn.functional.activations import softmax as softmax
from nn.functional.activations import softmin as softmin
from nn.functional.activations import softplus as softplus
from nn.functional.activations import softshrink as softshrink
from nn.functional.activations import softsign as softsign
from nn.functional.activations import tanh as tanh
from nn.functional.activations import tanhshrink as tanhshrink
from nn.functional.activations import threshold as threshold
from nn.functional.attention import scaled_dot_product_attention as scaled_dot_product_attention
from nn.functional.binaries import binary_cross_entropy as binary_cross_entropy
from nn.functional.binaries import binary_cross_entropy_with_logits as binary_cross_entropy_with_logits
from nn.functional.binaries import multilabel_soft_margin_loss as multilabel_soft_margin_loss
from nn.functional.comparisons import cosine_embedding_loss as cosine_embedding_loss
from nn.functional.comparisons import hinge_embedding_loss as hinge_embedding_loss
from nn.functional.comparisons import margin_ranking_loss as margin_ranking_loss
from nn.functional.comparisons import triplet_margin_loss as triplet_margin_loss
from nn.functional.comparisons import triplet_margin_with_distance_loss as triplet_margin_with_distance_loss
from nn.functional.convolutions import conv1d as conv1d
from nn.functional.convolutions import conv2d as conv2d
from nn.functional.convolutions import conv3d as conv3d
from nn.functional.convolutions import conv_transpose1d as conv_transpose1d
from nn.functional.convolutions import conv_transpose2d as conv_transpose2d
from nn.functional.convolutions import conv_transpose3d as conv_transpose3d
from nn.functional.cross_entropies import cross_entropy as cross_entropy
from nn.functional.cross_entropies import nll_loss as nll_loss
from nn.functional.deviations import huber_loss as huber_loss
from nn.functional.deviations import l1_loss as l1_loss
from nn.functional.deviations import mse_loss as mse_loss
from nn.functional.deviations import smooth_l1_loss as smooth_l1_loss
from nn.functional.distances import cosine_similarity as cosine_similarity
from nn.functional.distances import pairwise_distance as pairwise_distance
from nn.functional.distances import pdist as pdist
from nn.functional.dropping import alpha_dropout as alpha_dropout
from nn.functional.dropping import dropout as dropout
from nn.functional.dropping import dropout1d as dropout1d
from nn.functional.dropping import dropout2d as dropout2d
from nn.functional.dropping import dropout3d as dropout3d
from nn.functional.dropping import feature_alpha_dropout as feature_alpha_dropout
from nn.functional.embeddings import embedding as embedding
from nn.functional.embeddings import embedding_bag as embedding_bag
from nn.functional.embeddings import one_hot as one_hot
from nn.functional.likelihoods import gaussian_nll_loss as gaussian_nll_loss
from nn.functional.likelihoods import kl_div as kl_div
from nn.functional.likelihoods import poisson_nll_loss as poisson_nll_loss
from nn.functional.margins import multi_margin_loss as multi_margin_loss
from nn.functional.margins import multilabel_margin_loss as multilabel_margin_loss
from nn.functional.margins import soft_margin_loss as soft_margin_loss
from nn.functional.normalizing import batch_norm as batch_norm
from nn.functional.normalizing import group_norm as group_norm
from nn.functional.normalizing import instance_norm as instance_norm
from nn.functional.normalizing import layer_norm as layer_norm
from nn.functional.normalizing import local_response_norm as local_response_norm
from nn.functional.normalizing import normalize as normalize
from nn.functional.normalizing import rms_norm as rms_norm
from nn.functional.pooling import avg_pool1d as avg_pool1d
from nn.functional.pooling import avg_pool2d as avg_pool2d
from nn.functional.pooling import avg_pool3d as avg_pool3d
from nn.functional.pooling import lp_pool1d as lp_pool1d
from nn.functional.pooling import lp_pool2d as lp_pool2d
from nn.functional.pooling import lp_pool3d as lp_pool3d
from nn.functional.pooling import max_pool1d as max_pool1d
from nn.functional.pooling import max_pool2d as max_pool2d
from nn.functional.pooling import max_pool3d as max_pool3d
from nn.functional.projections import affine as affine
from nn.functional.projections import bilinear as bilinear
from nn.functional.projections import linear as linear
from nn.functional.rearranging import channel_shuffle as channel_shuffle
from nn.functional.rearranging import pad as pad
from nn.functional.rearranging import pixel_shuffle as pixel_shuffle
from nn.functional.rearranging import pixel_unshuffle as pixel_unshuffle
from nn.functional.resampling import adaptive_avg_pool1d as adaptive_avg_pool1d
from nn.functional.resampling import adaptive_avg_pool2d as adaptive_avg_pool2d
from nn.functional.resampling import adaptive_avg_pool3d as adaptive_avg_pool3d
from nn.functional.resampling import adaptive_max_pool1d as adaptive_max_pool1d
from nn.functional.resampling import adaptive_max_pool2d as adaptive_max_pool2d
from nn.functional.resampling import adaptive_max_pool3d as adaptive_max_pool3d
from nn.functional.resampling import interpolate as interpolate
from nn.functional.unfolding import fold as fold
from nn.functional.unfolding import unfold as unfold

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "affine",
    "alpha_dropout",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "bilinear",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "channel_shuffle",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cosine_embedding_loss",
    "cosine_similarity",
    "cross_entropy",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "elu",
    "embedding",
    "embedding_bag",
    "feature_alpha_dropout",
    "fold",
    "gaussian_nll_loss",
    "gelu",
    "glu",
    "group_norm",
    "gumbel_softmax",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hinge_embedding_loss",
    "huber_loss",
    "instance_norm",
    "interpolate",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "local_response_norm",
    "log_softmax",
    "logsigmoid",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "margin_ranking_loss",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "mish",
    "mse_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
    "pairwise_distance",
    "pdist",
    "pixel_shuffle",
    "pixel_unshuffle",
    "poisson_nll_loss",
    "prelu",
    "relu",
    "relu6",
    "rms_norm",
    "rrelu",
    "scaled_dot_product_attention",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "soft_margin_loss",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
    "unfold",
]
