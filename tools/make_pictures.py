"""Make the pictures of the README: `python tools/make_pictures.py` writes docs/pictures/*.svg.

They are drawn by the library from computations that run here, so they show what a user gets.
"""

from pathlib import Path

import numpy as np

import autograd_core as ac
import nn

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


def formula() -> ac.Graph:
    """z = (a·x − y)², the first example of the lecture, after backward()."""
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = a * x
    t = s - y
    z = t**2
    z.backward()
    return ac.graph(z)


def network() -> ac.Graph:
    """A batch-normalised network with its loss, after backward()."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(784, 256, bias=False, init="he", rng=rng),
        nn.BatchNorm(256),
        nn.ReLU(),
        nn.Linear(256, 10, rng=rng),
    )
    train, _ = nn.data.mnist()
    x, t = train[:100]
    loss = nn.CrossEntropyLoss()(model(x), t)
    loss.backward()
    return ac.graph(loss)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in (formula, network):
        print("wrote", picture().save(FOLDER / f"{picture.__name__}.svg").relative_to(FOLDER.parents[1]))
