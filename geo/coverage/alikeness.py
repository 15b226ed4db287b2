"""Whether the parts of a stratum are caught alike by two lists, so that merging them tells no lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import chi2

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNLIKE_CHANCE: Final = 0.05
"""Parts are unlike where their clinics would differ as much in one of so many draws, or fewer."""


def are_caught_alike(cells: NDArray[np.int64], stratum: NDArray[np.intp]) -> bool:
    """Tell whether the parts of each stratum hold like shares of clinics in both lists and in one.

    Parameters
    ----------
    cells : (parts, 3) clinics in both lists, in the first alone, in the second alone.
    stratum : (parts,) the stratum of each part.

    Source
    ------
    Pearson's chi-square test of homogeneity, summed over the strata.

    Examples
    --------
    >>> full_and_thin = np.array([[8, 67, 17], [8, 17, 67]])
    >>> are_caught_alike(full_and_thin, np.array([0, 0]))
    False
    >>> are_caught_alike(full_and_thin, np.array([0, 1]))
    True
    """
    statistic, freedom = 0.0, 0
    for number in np.unique(stratum):
        table = cells[stratum == number].astype(np.float64)
        table = table[table.any(axis=1)][:, table.any(axis=0)]
        if min(table.shape) > 1:
            expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
            statistic += float(((table - expected) ** 2 / expected).sum())
            freedom += (table.shape[0] - 1) * (table.shape[1] - 1)
    return not freedom or float(chi2.sf(statistic, freedom)) > UNLIKE_CHANCE
