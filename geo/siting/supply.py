"""The clinics that exist, as a question about new ones looks at them: where they stand, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.coverage.counting import ANY, offers, pick_clinics
from geo.coverage.coverage_draws import draw_distances, nearest_distances
from geo.coverage.position_draws import DRAWS, draw_positions
from geo.errors import GeoError
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws


class SupplyError(GeoError, ValueError):
    """No clinic is known to offer what is asked for, so there is nothing to compare with."""


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """The clinics of a release that count, for one treatment; read-only.

    Parameters
    ----------
    treatment : `geo.coverage.counting.ANY`, or a code of `geo.clinics.vocabulary.TREATMENTS`.
    clinics : those that offer it, with or without a point.
    positions : of those with a point, in each draw.
    distances : (draws, n) from each ZIP point to the nearest of them, in thousandths of a mile.
    """

    treatment: str
    clinics: pd.DataFrame
    positions: PositionDraws
    distances: NDArray[np.int32]

    @property
    def located(self) -> pd.DataFrame:
        """The clinics that have a point."""
        return self.clinics[self.clinics["latitude"].notna()].reset_index(drop=True)


def find_supply(
    clinics: pd.DataFrame, demand: Demand, treatment: str = ANY, draws: int = DRAWS
) -> Supply:
    """Return the clinics that count, and how far each ZIP point is from the nearest; takes seconds.

    Parameters
    ----------
    clinics : the clinic table of a release; points in degrees, EPSG:4326.
    demand : the ZIP points.
    treatment : `geo.coverage.counting.ANY`, or a code of `geo.clinics.vocabulary.TREATMENTS`.
    draws : how many; those of a release are the default.

    Raises
    ------
    ValueError : no draw is asked for.
    SupplyError : no listed clinic with a known place offers the treatment.
    """
    counted = pick_clinics(clinics)
    offering = counted[offers(counted, treatment)].reset_index(drop=True)
    located = offering[offering["latitude"].notna()].reset_index(drop=True)
    if located.empty:
        if treatment == ANY:
            raise SupplyError(
                _(
                    "No listed clinic with a known place counts, so there is no distance to "
                    "compare with; choose another treatment or release."
                )
            )
        raise SupplyError(
            _(
                "No listed clinic with a known place is known to offer {treatment}, so there is no "
                "distance to compare with; choose another treatment or release."
            ).format(treatment=treatment)
        )
    positions = draw_positions(located, demand, draws)
    return Supply(treatment, offering, positions, draw_distances(demand, positions))


def add_sites(
    demand: Demand, distances: NDArray[np.int32], sites: pd.DataFrame
) -> NDArray[np.int32]:
    """Return how far the nearest clinic is from each ZIP point if clinics stood at some sites.

    Parameters
    ----------
    demand : the ZIP points.
    distances : (draws, n) as of `Supply`, without these sites.
    sites : `latitude`, `longitude` in degrees, EPSG:4326; may be empty. Each stands where it says,
        in every draw.
    """
    if sites.empty:
        return distances
    points = (sites[axis].to_numpy(np.float64) for axis in ("latitude", "longitude"))
    return np.minimum(distances, nearest_distances(demand.xyz, *points).astype(np.int32))
