"""Tables of other libraries, which have axes but not NumPy's dtypes, are taken as arrays."""

import numpy as np
import pytest

import nn.functional as F

X = np.random.default_rng(0).normal(size=(3, 4))


class Table:
    """What a data frame, or an array of another library, has in common with ours."""

    ndim, shape, dtype, dtypes = 2, X.shape, "float64", {}

    def __array__(self, dtype=None, copy=None):
        return X if dtype is None else X.astype(dtype)


FUNCTIONS = {
    "softmax": lambda x: F.softmax(x, dim=1),
    "glu": F.glu,
    "hardtanh": F.hardtanh,
    "normalize": F.normalize,
    "layer_norm": lambda x: F.layer_norm(x, (4,)),
    "avg_pool1d": lambda x: F.avg_pool1d(x, 2),
    "linear": lambda x: F.linear(x, np.ones((2, 4))),
    "conv1d": lambda x: F.conv1d(x, np.ones((2, 3, 2))),
    "dropout": lambda x: F.dropout(x, rng=0),
    "scaled_dot_product_attention": lambda x: F.scaled_dot_product_attention(x, x, x),
    "cosine_similarity": lambda x: F.cosine_similarity(x, np.ones((3, 4))),
    "mse_loss": lambda x: F.mse_loss(x, np.ones((3, 4))),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_table_is_an_array(name):
    found, wanted = (FUNCTIONS[name](x) for x in (Table(), X))
    assert isinstance(found, np.ndarray | np.generic)
    np.testing.assert_array_equal(found, wanted)
