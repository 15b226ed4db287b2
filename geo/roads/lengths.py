"""Minutes and kilometres of a way in one number, so that one search for the quickest gives both.

A float64 holds 53 binary digits. Minutes are kept to 1/16384 of a minute in its upper digits and
kilometres to 1/2048 of a kilometre in those below, as multiples of 2^-39; a sum of such numbers is
exact as long as it stays below 4,096 minutes and 16,384 km, which no way of the country exceeds.
So sums of both come from sums of one number, and the order is by minutes, then by kilometres.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

MOST_MINUTES: Final = 4_096.0

_MINUTE_STEPS: Final = 2.0**14
_KM_STEPS: Final = 2.0**11
_KM_SCALE: Final = 2.0**-28  # so that 2^14 km lie below one step of a minute


def encode(minutes: ArrayLike, km: ArrayLike) -> NDArray[np.float64]:
    """Return minutes and kilometres as one number; inf where the minutes are.

    Parameters
    ----------
    minutes, km : of parts of a way, at least 0, of shapes that broadcast.

    Examples
    --------
    >>> way = encode(12.5, 20.25) + encode(30.0, 41.0)
    >>> [part.item() for part in decode(way)]
    [42.5, 61.25]
    """
    whole = np.round(np.asarray(minutes, dtype=np.float64) * _MINUTE_STEPS) / _MINUTE_STEPS
    rest = np.round(np.asarray(km, dtype=np.float64) * _KM_STEPS) / _KM_STEPS
    coded: NDArray[np.float64] = whole + rest * _KM_SCALE
    return coded


def decode(coded: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the minutes and kilometres of sums of encoded numbers; both inf where that is."""
    coded = np.asarray(coded, dtype=np.float64)
    minutes = np.floor(coded * _MINUTE_STEPS) / _MINUTE_STEPS
    rest = np.subtract(coded, minutes, out=np.full(coded.shape, np.inf), where=np.isfinite(coded))
    return minutes, rest / _KM_SCALE


def decode_minutes(coded: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the minutes alone, in half the memory."""
    return np.asarray(coded, dtype=np.float32)
