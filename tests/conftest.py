"""Settings of every test: one BLAS thread, reproducible Hypothesis examples, NumPy warnings as errors."""

import os

# read when the BLAS is loaded, so before NumPy is imported for the first time
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from hypothesis import HealthCheck, settings  # noqa: E402

settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

from tests.browser import browser as browser  # noqa: E402
from tests.browser import visit as visit  # noqa: E402
