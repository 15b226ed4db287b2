"""What questions about new sites have in common: whom they serve, beside which clinics, how near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.coverage.demand import Demand
    from geo.siting.study_area import Area
    from geo.siting.supply import Supply


@dataclass(frozen=True, slots=True, eq=False)
class SitingContext:
    """What any sites are judged by; read-only.

    Parameters
    ----------
    demand : the ZIP points and areas.
    area : where the sites lie, and whose adults count.
    supply : the clinics that exist, anywhere.
    within_miles : how near is near, in statute miles of a straight line.
    """

    demand: Demand
    area: Area
    supply: Supply
    within_miles: float
