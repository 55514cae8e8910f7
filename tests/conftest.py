"""One thread for everything that tests compute, also in the processes that they start."""

from __future__ import annotations

import os

from hypothesis import settings

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

# The same examples every time, and no failure because the machine is busy.
settings.register_profile("default", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("default")
