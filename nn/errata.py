"""Errors and loose ends in the text of the lecture, and what this library does about each."""

from typing import NamedTuple


class Erratum(NamedTuple):
    """One error: its number, the section, what stands there, and what is done here."""

    number: str
    section: str
    text: str
    here: str


ERRATA = (
    Erratum("E1", "3.3", "∂u/∂y of the softmax of two lacks a minus sign in its fraction", "it is −uv"),
    Erratum("E2", "9.1", "∂Ω/∂W = 2αW, which is the gradient of αΩ", "optim.L2 is αΩ, with the gradient 2αW"),
    Erratum(
        "E3",
        "9.1",
        "∂Ω/∂W = α sign W, which is the gradient of αΩ",
        "optim.L1 is αΩ, with the gradient α sign W",
    ),
    Erratum(
        "E4", "9.1", "Ω is written as a sum of matrices W Wᵀ, without a trace", "Ω = Σ w² over all weights"
    ),
    Erratum(
        "E5", "5.1", "the batch loss of sigmoid and cross entropy lacks Σ over n", "the mean over the batch"
    ),
    Erratum(
        "E6",
        "8.2",
        "y[n, k] = γ[k] x[k, n] + β[k], with two indices turned",
        "γ[k] x[n, k] + β[k], x standardised",
    ),
    Erratum("E7", "8.2", "σ of the gradient is not defined", "σ = √(v + ε), with which the formula is exact"),
    Erratum("E8", "6.2", "the step size of Adam is overwritten by itself", "λ stays, and λₜ is made of it"),
    Erratum(
        "E9",
        "6.2",
        "the rewritten Adam is called the same, but ε weighs more in it",
        'Adam has form="paper" and form="lecture"',
    ),
    Erratum(
        "E10", "6.2", "t counts the updates so far, which makes the first step 0/0", "t is 1 at the first"
    ),
    Erratum(
        "E11",
        "6.2",
        "Adam as adaptive momentum; α is a step size, a momentum and the weight of a penalty",
        "adaptive moments; settings have names: lr, momentum, alpha",
    ),
    Erratum(
        "E12",
        "3.8",
        "the last output has to be one-dimensional",
        "backward() wants one number, or backward(gradient) of the shape of the output",
    ),
    Erratum(
        "E13",
        "5.2",
        "notebooks 3-1-1 to 3-1-3 stand between 2-2-4 and 2-4",
        "they are called as there, so that they are found",
    ),
    Erratum(
        "E14",
        "4.1",
        "Y is the prediction in 3.6 and 5.1, the label in 2 and 4.1",
        "y is the prediction, t the target, in names, formulas and pictures",
    ),
    Erratum("E15", "3.7", "batch losses are sums here, means in 2 and 5.1", "means; the gradients have 1/N"),
    Erratum(
        "E16",
        "3.2 to 8",
        "slips of the pen: Gradient Decent, a doubled word, regularisation for normalisation",
        "gradient descent, batch normalisation, vanishing gradients",
    ),
    Erratum(
        "E17",
        "8.2",
        "no rule for the running statistics; pictures of 6.1 and 7.1 without their settings",
        "running ← (1 − momentum) · running + momentum · batch, momentum = 0.1",
    ),
    Erratum(
        "E18",
        "2.2",
        "log 0 and the overflow of e^−x are not guarded",
        "losses of logits by log-sum-exp; no sigmoid overflows",
    ),
)
