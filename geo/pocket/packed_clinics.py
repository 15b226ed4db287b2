"""The clinics of a release: what a search looks at of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.search.bands import can_reach
from geo.search.fact_filters import FACTS
from geo.search.ordering import number_days, order_by_city, order_by_name

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def list_clinics(clinics: pd.DataFrame) -> dict[str, Any]:
    """Return the columns that a search looks at, ready for JSON.

    Parameters
    ----------
    clinics : (n,) the clinic table of a release, EPSG:4326.

    Returns
    -------
    `count`, and n of each: `id`, `name`, `state`, `city`, `zip`, `status`, `treatments`, `precision`;
    `latitude`, `longitude` (None where there is no point), `radius_miles`; `has_street`,
    `has_contact`; `day`, a number that orders the dates of sources; `name_order` and `city_order`,
    numbers that order names and cities; `facts`, each of `geo.search.fact_filters.FACTS`.
    """
    everyone = np.ones(len(clinics), dtype=np.bool_)
    texts = {"id": "clinic_id", **{name: name for name in ("name", "state", "city", "zip", "status", "treatments", "precision")}}  # fmt: skip
    return {
        "count": len(clinics),
        **{name: clinics[column].tolist() for name, column in texts.items()},
        **{name: _list_numbers(clinics[name]) for name in ("latitude", "longitude")},
        "radius_miles": [radius or 0.0 for radius in _list_numbers(clinics["radius_miles"])],
        "has_street": clinics["street"].ne("").tolist(),
        "has_contact": can_reach(clinics).tolist(),
        "day": number_days(clinics["source_date"].tolist()),
        "name_order": _number(order_by_name(clinics)),
        "city_order": _number_cities(clinics, order_by_city(clinics, everyone)),
        "facts": {name: clinics[name].tolist() for name in FACTS},
    }


def _list_numbers(values: pd.Series) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def _number(order: NDArray[np.intp]) -> list[int]:
    """Return the place of each row in an order."""
    places = np.empty(len(order), dtype=np.intp)
    places[order] = np.arange(len(order))
    return [int(place) for place in places]


def _number_cities(clinics: pd.DataFrame, order: NDArray[np.intp]) -> list[int]:
    """Return for each row the number of its city, whose names count without their case."""
    names = [city.casefold() for city in clinics["city"]]
    numbers: dict[str, int] = {}
    for row in order:
        numbers.setdefault(names[row], len(numbers))
    return [numbers[name] for name in names]
