"""What is known of one clinic: what it is now, where it stands, and what each listing says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import htpy as h
import streamlit as st

from geo import workspace
from geo.clinics import provenance
from geo.clinics.fields import find
from geo.clinics.forms import PHONE
from geo.clinics.values import describe
from geo.clinics.vocabulary import EVIDENCE_WORDS
from geo.i18n.language import format_date
from geo.i18n.sentences import sentence_case
from geo.maps.clinic_map import ClinicState, MapView, build_map
from geo.search import wording
from geo.sources.descriptors import OPERATOR
from geo.units import METRES_PER_MILE
from geo.workspace import cases, clinic_facts, stored_listings
from geo.workspace.working_list import write_phone
from pages.operators.parts import plain_text
from pages.operators.parts.clinic_rows import mark_status
from pages.operators.parts.decision_words import LABELS
from pages.parts import live_map, notices
from pages.parts.map_state import AREA_FROM_MILES
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from geo.workspace.working_list import WorkingList

_MAP_HEIGHT: Final = 320
_AROUND_DEGREES: Final = 0.02
_METRES_PER_DEGREE: Final = 80_000.0
"""Of longitude in the middle of the country, so that an area is in view whole."""
_SAYS: Final[Mapping[str, str]] = {
    "": "lists it",
    "yes": "operates",
    "closed": "closed",
    "unconfirmed": "could not be confirmed",
    "withdrawn": "withdrawn",
}


def show_head(working: WorkingList, clinic_id: str, *, unpublished: bool) -> None:
    """Draw the name of a clinic, whether it operates and how that is known, and how to reach it."""
    clinic = working.clinic(clinic_id)
    known = provenance.describe_status(clinic, working.listings_of(clinic_id))
    reach = " · ".join(
        part
        for part in (
            sentence_case(wording.describe_address(clinic)),
            write_phone(clinic["phone"]),
            clinic["website"],
        )
        if part
    )
    later = (" ", h.span(".status")["not published yet"]) if unpublished else None
    st.html(
        h.div(".record")[
            h.h2[clinic["name"]],
            h.p[mark_status(clinic), later, " ", sentence_case(known)],
            h.p[reach],
            h.p[h.small[clinic_id]],
        ]
    )
    with workspace.open() as opened:
        open_cases = cases.open_cases(opened)
    for reason in open_cases.loc[open_cases["clinic_id"].eq(clinic_id), "reason"]:
        st.html(h.p(".fault")[f"Waits for review: {reason}"])


def show_now(working: WorkingList, clinic_id: str) -> None:
    """Draw what each field says, and which listing said so."""
    clinic, values = working.clinic(clinic_id), working.values_of(clinic_id)
    own = working.listings_of(clinic_id).set_index("listing_id")
    said = working.fields[working.fields["clinic_id"].eq(clinic_id)]
    rows = []
    resolved = (n for n in clinic_facts.EDITABLE if n not in clinic_facts.OWN)
    for name in ("status", *resolved):
        of_field = said[said["field"].eq(name)]
        givers = of_field.loc[of_field["gave"], "listing_id"]
        others = of_field.loc[~of_field["agrees"], "listing_id"]
        value = clinic["status"] if name == "status" else _write(name, values[name])
        rows.append(
            {
                "field": LABELS.get(name, name),
                "value": value or "not known",
                "by": "; ".join(_name_source(own.loc[giver].to_dict()) for giver in givers),
                "other": "; ".join(
                    f"{_write(name, str(own.loc[other, name]))} "
                    f"({_name_source(own.loc[other].to_dict())})"
                    for other in others
                ),
            }
        )
    rows += [
        {
            "field": LABELS[name],
            "value": values[name] or "none",
            "by": OPERATOR.title if values[name] else "",
            "other": "",
        }
        for name in clinic_facts.OWN
    ]
    headings = {"field": "Field", "value": "Says", "by": "By"}
    if any(row["other"] for row in rows):
        headings["other"] = "Others say"
    show_table("What it is now", headings, rows)
    with workspace.open() as opened:
        suppressed = [
            f"{LABELS.get(field, field).lower()} {value}"
            for clinic_of, field, value in stored_listings.find_suppressed_values(opened)
            if clinic_of == clinic_id
        ]
    if suppressed:
        st.text(f"What sources say and counts no longer: {'; '.join(suppressed)}")


def show_place(
    working: WorkingList,
    clinic_id: str,
    *,
    with_map: bool,
    reach: gpd.GeoDataFrame | None = None,
) -> None:
    """Draw where a clinic stands and how that is known.

    Parameters
    ----------
    with_map : there is no other map on the page.
    reach : from where it can be driven to (EPSG:4326), to be laid over the map; None for none.
    """
    clinic = working.clinic(clinic_id)
    if math.isnan(clinic["latitude"]):
        st.text("Its place is not known: neither its ZIP nor its city is.")
        return
    st.text(describe_precision(clinic))
    if not with_map:
        return
    point, radius_miles = (clinic["latitude"], clinic["longitude"]), clinic["radius_miles"]
    area = radius_miles * METRES_PER_MILE if radius_miles >= AREA_FROM_MILES else 0.0
    margin = max(_AROUND_DEGREES, area / _METRES_PER_DEGREE)
    bounds = (
        (point[0] - margin, point[1] - margin),
        (point[0] + margin, point[1] + margin),
    )
    minutes = ""
    if reach is not None:
        west, south, east, north = (float(side) for side in reach.total_bounds)
        bounds, minutes = ((south, west), (north, east)), f"{reach['minutes'].iloc[0]:g}"
    state = ClinicState(
        [
            {
                "at": point,
                "area": area,
                "lead": "",
                "clinics": [
                    {
                        "id": clinic_id,
                        "rank": None,
                        "name": clinic["name"],
                        "detail": describe_precision(clinic),
                    }
                ],
            }
        ],
        place=None,
        selected=None,
        view=MapView(
            token=f"{clinic_id} {point} {minutes}",
            bounds=bounds,
        ),
        reach=None if reach is None else reach.geometry.iloc[0].__geo_interface__,
    )
    with st.container(key="record_map"):
        live_map.show(build_map, state, lambda _: None, key="record_map_view", height=_MAP_HEIGHT)


def show_listings(working: WorkingList, clinic_id: str) -> None:
    """Draw what each listing of a clinic says, and what it said before."""
    own = working.listings_of(clinic_id)
    notices.show_part(
        "What each listing says",
        "A field is taken from the most trusted listing that states it, among equals the newest.",
    )
    for listing in own.to_dict("records"):
        gone = " · no longer in its source" if listing["listing_id"] in working.missing else ""
        with st.expander(_head_listing(listing) + gone):
            _show_listing(working, {str(name): str(value) for name, value in listing.items()})


def _show_listing(working: WorkingList, listing: dict[str, str]) -> None:
    stated = [
        {"field": LABELS[name], "value": _write(name, listing[name])}
        for name in clinic_facts.EDITABLE
        if listing[name]
    ]
    on = f", {listing['operating_date']}" if listing["operating_date"] else ""
    stated += [
        {"field": "Of the clinic", "value": _SAYS[listing["operating"]] + on},
        {"field": "Date", "value": listing["source_date"] or "undated"},
        {"field": LABELS["evidence"], "value": EVIDENCE_WORDS[listing["evidence"]]},
        {"field": "Licence", "value": working.licences.get(listing["listing_id"]) or "not stated"},
        {"field": LABELS["source_url"], "value": listing["source_url"] or "none"},
        {"field": "Listing", "value": listing["listing_id"]},
    ]
    show_table("What it says now", {"field": "Field", "value": "Says"}, stated)
    with workspace.open() as opened:
        past = stored_listings.versions(opened, listing["listing_id"])
    _show_versions(past)


def _show_versions(past: pd.DataFrame) -> None:
    """Draw what a listing said before, each version with what differs from the one that followed."""
    rows = []
    for newer, older in zip(past.to_dict("records"), past.to_dict("records")[1:], strict=False):
        names = [*clinic_facts.EDITABLE, "operating", "operating_date"]
        differs = [name for name in names if newer[name] != older[name]]
        rows.append(
            {
                "at": str(older["at"]).replace("T", " ").removesuffix("Z"),
                "date": older["source_date"] or "undated",
                "said": "; ".join(
                    f"{LABELS.get(name, name).lower()} {_write(name, str(older[name])) or 'nothing'}"
                    for name in differs
                )
                or "the same",
            }
        )
    if rows:
        headings = {"at": "Seen (UTC)", "date": "Dated", "said": "Said otherwise"}
        show_table("Earlier versions, undone ones too", headings, rows)


def _head_listing(listing: Mapping[Any, Any]) -> str:
    """Return a listing's source and date as Markdown that shows them as they are."""
    return plain_text.escape(f"{listing['name']} · {_name_source(listing)}")


def _name_source(listing: Mapping[Any, Any]) -> str:
    date = format_date(listing["source_date"]) if listing["source_date"] else "undated"
    return f"{listing['source']}, {date}"


def _write(name: str, value: str) -> str:
    field = find(name)
    return write_phone(value) if field.form is PHONE else ", ".join(describe(field, value))


def describe_precision(clinic: Mapping[str, Any]) -> str:
    """Return how well the point is known, by whom, and under which licence."""
    if clinic["precision"] == "verified":
        return f"Verified by an operator, {clinic['geocoded_date']}"
    how = f"Known to its {clinic['precision']}, within {float(clinic['radius_miles']):.1f} miles"
    by = ", ".join(part for part in (clinic["geocoder"], clinic["coordinate_licence"]) if part)
    return f"{how} ({by})" if by else how
