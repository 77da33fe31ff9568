"""Array types used in signatures."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Points = Any
"""Anything that numpy turns into an (n, 2) or (n, 3) float64 array."""
