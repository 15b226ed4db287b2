"""What a visit has on the page Coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pages.analysts.parts.table_order import Order
from pages.parts.page_state import PageState, TextBox, Widget

if TYPE_CHECKING:
    from geo.jobs.demand_measuring import MeasuredDemand


@dataclass(slots=True)
class CoverageState(PageState):
    """What is looked at of the areas that were chosen.

    Parameters
    ----------
    selected : the GEOID of the county that is outlined.
    order : of the table.
    shown : what all parts of the page speak of, by release, treatment, level and area; None before
        they are drawn.
    figure_of : the `measure` that is chosen, for a figure that is taken away.
    own_demand : what an operator's file told: its name, the level, the treatment, the figures.
    own_files : how many such files were measured; the box for the next one starts anew.
    """

    selected: str | None = None
    order: Order = field(default_factory=Order)
    shown: tuple[str, str, str, tuple[str, str]] | None = None
    figure_of: dict[str, str] = field(default_factory=dict)
    own_demand: tuple[str, str, str, MeasuredDemand] | None = None
    own_files: int = 0

    level = Widget[str]("cov_level")
    inside = Widget[tuple[str, str]]("cov_inside")
    measure = Widget[str]("cov_measure")
    treatment = Widget[str]("cov_treatment")
    release = Widget[str]("cov_release")
    clinics = Widget[bool]("cov_clinics")
    search = TextBox("cov_search")
    drive_place = TextBox("cov_drive_place")
    drive_minutes = Widget[int]("cov_drive_minutes")
    drive_click = Widget[bool]("cov_drive_click")
    like_county = Widget[str]("cov_like_county")
    series = Widget[str]("cov_series")

    @staticmethod
    def compared(at: int) -> Widget[tuple[str, str]]:
        """Return the first (0) or the second (1) of two areas side by side."""
        return Widget(f"cov_compare_{at}")
