"""The clinics of a release: what a search looks at, and what cards say of them in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.search.bands import can_reach
from geo.search.clinic_card import describe_clinic
from geo.search.fact_filters import FACTS
from geo.search.ordering import number_days, order_by_city, order_by_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo.releases import Release
    from geo.search.clinic_card import ClinicFacts

_TOLD_ELSEWHERE: Final = frozenset({"id", "name", "status", "phone", "website"})
"""What of a card a search looks at too, or what there is to press tells."""


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


def list_cards(release: Release) -> list[ClinicFacts]:
    """Return what each card says whatever is searched for, in the language of this run."""
    clinics, listings = release.clinics, release.listings
    own = dict(iter(listings.groupby("clinic_id")))
    none = listings.iloc[:0]
    return [
        describe_clinic(row, own.get(row["clinic_id"], none)) for _at, row in clinics.iterrows()
    ]


def join_cards(cards: Mapping[str, Sequence[ClinicFacts]]) -> dict[str, Any]:
    """Return the cards of all languages by columns, ready for JSON.

    What is told elsewhere is left out; what is the same in every language stands there once; in who
    lists a clinic, `{name}` stands for its own.

    Parameters
    ----------
    cards : language -> of `list_cards`.

    Returns
    -------
    `languages`, and `columns`: for each clinic a value for every language, or one alone.
    """
    columns: dict[str, list[list[Any]]] = {}
    for several in zip(*cards.values(), strict=True):
        for name in several[0].keys() - _TOLD_ELSEWHERE:
            values = [_shorten(card)[name] for card in several]
            is_same = all(value == values[0] for value in values)
            columns.setdefault(name, []).append(values[:1] if is_same else values)
    return {"languages": list(cards), "columns": dict(sorted(columns.items()))}


def _shorten(card: ClinicFacts) -> dict[str, Any]:
    own = card["name"]
    listings = [
        {**listing, "words": listing["words"].replace(f"“{own}”", "“{name}”")}
        for listing in card["listings"]
    ]
    return {**card, "listings": listings}


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
