"""How sure a difference between areas is, where several are compared at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CHANCE: Final = 0.05


def adjust(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted for their number by Holm's method; NaN stays and does not count.

    Source
    ------
    Holm (1979).

    Examples
    --------
    >>> adjust(np.array([0.01, np.nan, 0.04, 0.03])).tolist()
    [0.03, nan, 0.06, 0.06]
    """
    adjusted = np.full(len(chance), np.nan)
    order = np.argsort(chance)[: np.count_nonzero(~np.isnan(chance))]  # NaN sorts last
    steps = chance[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
