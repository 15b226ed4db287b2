"""Pinning a clinic where an operator knows it to stand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.errors import SchemaError
from geo.sources import cleaning
from geo.workspace import positions
from pages.operators.parts import deciding, pin_map
from pages.operators.parts.clinic_record import describe_precision
from pages.parts import auth, notices
from pages.parts.map_state import AREA_FROM_MILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace.working_list import WorkingList

_NOWHERE: Final = (39.5, -98.35)
"""Where a pin starts of a clinic without a point: the middle of the country."""


def show(working: WorkingList, clinic_id: str) -> None:
    """Draw a map with the clinic's pin, to be moved and verified."""
    clinic = working.clinic(clinic_id)
    known = _find_point(clinic)
    st.caption(
        "Put the pin where the clinic stands: drag it, or write its place. A verified pin holds "
        "whatever a geocoder finds later."
    )
    points = []
    if known:
        radius_miles = float(clinic["radius_miles"])
        points = [pin_map.Point(*known, radius_miles, "•", describe_precision(clinic))]
    put = pin_map.show(deciding.name_key(clinic_id), known or _NOWHERE, points, key="clinic_pin")
    reason = st.text_input("How you know", key=deciding.name_key("pin_why"))
    if st.button("Verify this pin", type="primary", key="verify_pin"):
        who = auth.require()
        fault = _find_fault(clinic, put)
        if fault:
            notices.show_error(SchemaError(f"Not pinned: {fault}."))
            return
        latitude, longitude = put or known or _NOWHERE
        deciding.decide(
            who,
            lambda opened, who: positions.verify(
                opened, clinic_id, latitude, longitude, who=who, reason=reason
            ),
            "The pin is verified.",
        )


def _find_fault(clinic: Mapping[str, Any], put: tuple[float, float] | None) -> str:
    """Return why a pin is not to be verified; "" where it may."""
    if put is not None:
        reason = cleaning.clean_point(*put).reason
        return f"{reason}; put it where the clinic stands" if reason else ""
    if _find_point(clinic) is None or float(clinic["radius_miles"]) >= AREA_FROM_MILES:
        return "only the area is known; move the pin to where the clinic stands"
    return ""


def _find_point(clinic: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return a clinic's latitude, longitude in degrees, EPSG:4326; None without a point."""
    if math.isnan(clinic["latitude"]):
        return None
    return float(clinic["latitude"]), float(clinic["longitude"])
