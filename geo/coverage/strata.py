"""The strata in which two lists are compared: region, size of the city, size of the state.

A list that takes about as many clinics of each state, or only those of large cities, catches some
clinics likelier than others. Within a stratum they are more alike, so sums over strata say more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.coverage.counting import find_areas
from geo.coverage.two_lists import LEAST_SHARED, Whole, merge_strata
from geo.places.names import name_keys
from geo.reference.tables import load

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand

LARGE_CITY: Final = 100_000
LARGE_STATE_ADULTS: Final = 5_000_000

_KINDS: Final = 4


def find_kinds(clinics: pd.DataFrame, demand: Demand) -> NDArray[np.intp]:
    """Return which kind of place each clinic stands in.

    Returns
    -------
    (clinics,) 2 for a city of `LARGE_CITY` people, and 1 more for a state of `LARGE_STATE_ADULTS`.

    Raises
    ------
    SourceError : the table of cities cannot be read.
    """
    states = demand.areas["state"]
    adults = states["adults"].to_numpy()[find_areas(clinics, demand, "state")]
    large_state = adults >= LARGE_STATE_ADULTS
    return np.asarray(2 * _is_in_large_city(clinics) + large_state, dtype=np.intp)


def stratify(
    holds: NDArray[np.bool_],
    kind: NDArray[np.intp],
    whole: NDArray[np.intp],
    organisation: NDArray[np.intp],
) -> tuple[Whole, NDArray[np.intp]]:
    """Return the clinics of either list by organisation and stratum.

    A whole has a stratum for large cities and one for the rest; each is parted by large states and
    others where both parts share enough; what shares too few is merged within its whole.

    Parameters
    ----------
    holds : (2, clinics) which of them each of the two lists holds.
    kind : (clinics,) of `find_kinds`.
    whole : (clinics,) the whole, such as the region, within which strata may be merged.
    organisation : (clinics,) numbers of organisations.

    Returns
    -------
    The clinics by stratum, and the whole of each stratum.
    """
    both, seen = holds.all(axis=0), holds.any(axis=0)
    stratum = whole * _KINDS + kind // 2 * 2
    large = kind % 2 == 1
    for place in np.unique(stratum):
        parts = [int((both & (stratum == place) & (large == of)).sum()) for of in (False, True)]
        if min(parts) >= LEAST_SHARED:
            stratum = np.where((stratum == place) & large, place + 1, stratum)
    known = np.unique(stratum)
    part = np.searchsorted(known, stratum)
    shared = np.bincount(part[both], minlength=len(known))
    merged = np.array(merge_strata(shared.tolist(), (known // _KINDS).tolist()), dtype=np.intp)
    kept, of_part = np.unique(merged, return_inverse=True)
    cell = np.where(both, 0, np.where(holds[0], 1, 2))
    held = np.zeros((int(organisation.max(initial=-1)) + 1, len(known), 3), dtype=np.int64)
    np.add.at(held, (organisation[seen], part[seen], cell[seen]), 1)
    whole_of = np.asarray(known[kept] // _KINDS, dtype=np.intp)
    return Whole(held, of_part.astype(np.intp)), whole_of


def _is_in_large_city(clinics: pd.DataFrame) -> NDArray[np.bool_]:
    cities = load("cities")
    large = cities[cities["population"] >= LARGE_CITY]
    known = set(zip(large["state"], name_keys(large["name"]), strict=True))
    keys = name_keys(clinics["city"]) if len(clinics) else []
    return np.array(
        [place in known for place in zip(clinics["state"], keys, strict=True)], dtype=np.bool_
    )
