"""Functions with torch's names, signatures and defaults; `nn`'s layers and losses call them.

`dim` is an axis, `input` comes first, and the weight of `linear` is (out, in); `affine` has the lecture's
layout.
"""

from autograd_core.offering import names, on_first_use

PLACES = {
    "nn.functional.activations": (
        "celu elu gelu glu gumbel_softmax hardshrink hardsigmoid hardswish hardtanh leaky_relu "
        "log_softmax logsigmoid mish prelu relu relu6 rrelu selu sigmoid silu softmax softmin softplus "
        "softshrink softsign tanh tanhshrink threshold"
    ),
    "nn.functional.attention": "scaled_dot_product_attention",
    "nn.functional.binaries": (
        "binary_cross_entropy binary_cross_entropy_with_logits multilabel_soft_margin_loss"
    ),
    "nn.functional.comparisons": (
        "cosine_embedding_loss hinge_embedding_loss margin_ranking_loss triplet_margin_loss "
        "triplet_margin_with_distance_loss"
    ),
    "nn.functional.convolutions": "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d",
    "nn.functional.cross_entropies": "cross_entropy nll_loss",
    "nn.functional.deviations": "huber_loss l1_loss mse_loss smooth_l1_loss",
    "nn.functional.distances": "cosine_similarity pairwise_distance pdist",
    "nn.functional.dropping": "alpha_dropout dropout dropout1d dropout2d dropout3d feature_alpha_dropout",
    "nn.functional.embeddings": "embedding embedding_bag one_hot",
    "nn.functional.likelihoods": "gaussian_nll_loss kl_div poisson_nll_loss",
    "nn.functional.margins": "multi_margin_loss multilabel_margin_loss soft_margin_loss",
    "nn.functional.normalizing": (
        "batch_norm group_norm instance_norm layer_norm local_response_norm normalize rms_norm"
    ),
    "nn.functional.pooling": (
        "avg_pool1d avg_pool2d avg_pool3d lp_pool1d lp_pool2d lp_pool3d max_pool1d max_pool2d max_pool3d"
    ),
    "nn.functional.projections": "affine bilinear linear",
    "nn.functional.rearranging": "channel_shuffle pad pixel_shuffle pixel_unshuffle",
    "nn.functional.resampling": (
        "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d "
        "adaptive_max_pool2d adaptive_max_pool3d interpolate"
    ),
    "nn.functional.unfolding": "fold unfold",
}

__all__ = names(PLACES)
__getattr__, __dir__ = on_first_use(__name__, PLACES)
