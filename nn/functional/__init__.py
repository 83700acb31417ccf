"""Functions with torch's names, signatures and defaults; `nn`'s layers and losses call them.

`dim` is an axis, `input` comes first, and the weight of `linear` is (out, in); `affine` has the lecture's
layout.
"""

from nn.functional.projections import affine, linear

__all__ = [
    "affine",
    "linear",
]
