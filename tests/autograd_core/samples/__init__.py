"""What every row is tested on: a reference in NumPy's own words and several calls, a family a file."""

from tests.autograd_core.samples import (
    arithmetic,
    broadcasting,
    choices,
    exponentials,
    indexing,
    joining,
    products,
    reductions,
    shapes,
)
from tests.autograd_core.samples.sample import Sample

FAMILIES = (arithmetic, exponentials, choices, shapes, indexing, joining, broadcasting, reductions, products)
SAMPLES: dict[str, list[Sample]] = {}
REFERENCES = {}

for family in FAMILIES:
    for name, (reference, samples) in family.ROWS.items():
        assert name not in SAMPLES, f"two families hold samples of {name}"
        REFERENCES[name], SAMPLES[name] = reference, samples

__all__ = ["REFERENCES", "SAMPLES", "Sample"]
