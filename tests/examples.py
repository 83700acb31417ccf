"""How many examples a property is tried on: 200, or what AUTOGRAD_EXAMPLES says (AUTOGRAD_EXAMPLES=2000)."""

import os

from hypothesis import settings

EXAMPLES = int(os.environ.get("AUTOGRAD_EXAMPLES", "200"))


def examples(share: float = 1.0) -> settings:
    """The settings of a property that is tried on this share of the examples."""
    return settings(max_examples=max(1, round(EXAMPLES * share)))
