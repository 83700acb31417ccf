"""What every row is tested on: a reference in NumPy's own words and several calls, a family a file."""

from tests.autograd_core.samples import (
    activations,
    arithmetic,
    broadcasting,
    choices,
    contractions,
    determinants,
    exponentials,
    factorizations,
    indexing,
    joining,
    matrices,
    norms,
    products,
    reductions,
    rounding,
    scans,
    shapes,
    softmaxes,
    sorting,
    triangles,
    trigonometry,
)
from tests.autograd_core.samples.sample import Sample

FAMILIES = (
    arithmetic,
    exponentials,
    trigonometry,
    rounding,
    choices,
    activations,
    shapes,
    indexing,
    sorting,
    joining,
    broadcasting,
    reductions,
    scans,
    softmaxes,
    products,
    contractions,
    matrices,
    determinants,
    triangles,
    factorizations,
    norms,
)
SAMPLES: dict[str, list[Sample]] = {}
REFERENCES = {}

for family in FAMILIES:
    for name, (reference, samples) in family.ROWS.items():
        assert name not in SAMPLES, f"two families hold samples of {name}"
        REFERENCES[name], SAMPLES[name] = reference, samples

__all__ = ["REFERENCES", "SAMPLES", "Sample"]
