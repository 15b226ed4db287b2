"""A clinic as search engines and other programs read it out of its page: schema.org's MedicalClinic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import htpy as h
import pandas as pd
from markupsafe import Markup

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.places.precision import Precision
from geo.search import wording

if TYPE_CHECKING:
    from geo.search.clinic_card import ClinicFacts

_AT_ITS_DOOR: Final = frozenset(
    {Precision.VERIFIED, Precision.ADDRESS, Precision.INTERPOLATED, Precision.STREET}
)
_ESCAPED: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def build(row: pd.Series, known: ClinicFacts) -> Markup:
    """Return the data block as HTML; "" for a clinic that is not shown as operating.

    Parameters
    ----------
    row : clinic columns.
    known : what `geo.search.clinic_card.describe_clinic` says of it.

    Source
    ------
    schema.org/MedicalClinic.
    """
    if row["status"] not in SHOWN_STATUSES:
        return Markup("")
    street = ", ".join(str(row[part]) for part in ("street", "unit") if row[part])
    address = {
        "@type": "PostalAddress",
        "streetAddress": street,
        "addressLocality": row["city"],
        "addressRegion": row["state"],
        "postalCode": row["zip"],
        "addressCountry": "US",
    }
    told = {
        "@context": "https://schema.org",
        "@type": "MedicalClinic",
        "name": row["name"],
        "telephone": row["phone"] if known["phone"] else "",
        "url": known["website"],
        "address": {name: value for name, value in address.items() if value},
        "geo": _build_point(row),
        "availableService": [
            {"@type": "MedicalTherapy", "name": wording.name_treatment(code)}
            for code in str(row["treatments"]).split(";")
            if code
        ],
    }
    block = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=True)
    # Nothing in it can end the block, whatever a clinic is called.
    told_safely = Markup(block.translate(_ESCAPED))  # noqa: S704
    return Markup.escape(h.script(type="application/ld+json")[told_safely])


def _build_point(row: pd.Series) -> dict[str, Any] | None:
    """Return the point of a clinic whose street is known; of no other, which a map would mislead."""
    if not row["street"] or pd.isna(row["latitude"]) or row["precision"] not in _AT_ITS_DOOR:
        return None
    return {
        "@type": "GeoCoordinates",
        "latitude": float(row["latitude"]),
        "longitude": float(row["longitude"]),
    }
