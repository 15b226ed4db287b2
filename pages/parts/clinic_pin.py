"""Pinning a clinic where an operator knows it to stand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import streamlit as st

from geo.errors import SchemaError
from geo.sources import cleaning
from geo.workspace import positions
from pages.parts import deciding, gate, notices

if TYPE_CHECKING:
    from pages.parts.working_list import WorkingList


def show(working: WorkingList, clinic_id: str) -> tuple[float, float] | None:
    """Draw the fields of a pin; return the point that they name, for the map to show.

    Returns
    -------
    Latitude, longitude in degrees, EPSG:4326; None where they name none in the US.
    """
    clinic = working.clinic(clinic_id)
    known = not math.isnan(clinic["latitude"])
    st.caption(
        "A verified pin holds whatever a geocoder finds later. The map below shows the point that "
        "the boxes name."
    )
    north, east, reason = st.columns([1, 1, 2])
    given = [
        column.number_input(
            label,
            value=float(clinic[name]) if known else None,
            format="%.6f",
            step=0.0005,
            key=deciding.name_key(f"pin_{name}_{clinic_id}"),
        )
        for column, label, name in (
            (north, "Latitude", "latitude"),
            (east, "Longitude", "longitude"),
        )
    ]
    why = reason.text_input("How you know", key=deciding.name_key("pin_why"))
    cleaned = cleaning.clean_point(*given)
    if cleaned.point is not None:
        latitude, longitude = cleaned.point
        st.html(
            '<p class="row-words"><a target="_blank" rel="noreferrer noopener" '
            f'href="https://www.openstreetmap.org/?mlat={latitude:.6f}&mlon={longitude:.6f}#map=18/'
            f'{latitude:.6f}/{longitude:.6f}">See this point on openstreetmap.org</a>, in a new tab'
            "</p>"
        )
    if st.button("Verify this pin", type="primary", key="verify_pin"):
        who = gate.require()
        if cleaned.point is None:
            fault = cleaned.reason or "latitude and longitude are missing"
            notices.show_error(
                SchemaError(f"Not pinned: {fault}. Give degrees of a point in the US.")
            )
        else:
            point = cleaned.point
            deciding.decide(
                who,
                lambda opened, who: positions.verify(opened, clinic_id, *point, who=who, why=why),
                "The pin is verified.",
            )
    return cleaned.point
