"""What of each listing is compared, read once and kept as small integers and short texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from geo.clinics.organisations import name_organisations
from geo.dedupe.addresses import Street, Unit, read_address
from geo.dedupe.kinship import Name, read_name
from geo.dedupe.towns import Town, read_town
from geo.dedupe.words import city_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from numpy.typing import NDArray

    from geo.dedupe.addresses import Address

    Codes: TypeAlias = NDArray[np.int32]

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Features:
    """Listings in the order of `listing_id`, so that no answer depends on the order of rows.

    `codes` holds (n,) numbers a field, 0 for what is not stated, and `texts` the texts by their
    number. `branch`, `full`, `plain` and `telling` are parts of the name, as `geo.dedupe.kinship` has
    them. `street`, `unit`, `name` and `town` are numbers of `streets`, `units`, `names` and `towns`.
    """

    listing_id: list[str]
    codes: dict[str, Codes]
    texts: dict[str, list[str]]
    streets: list[Street]
    units: list[Unit]
    names: list[Name]
    towns: list[Town]

    def __len__(self) -> int:
        """Return how many listings there are."""
        return len(self.listing_id)

    def addresses(self) -> list[Address]:
        """Return the address of each listing."""
        codes = (self.codes["street"].tolist(), self.codes["unit"].tolist())
        return [
            (self.streets[street], self.units[unit]) for street, unit in zip(*codes, strict=True)
        ]

    def listed_names(self) -> list[Name]:
        """Return the name of each listing."""
        return [self.names[code] for code in self.codes["name"].tolist()]


def read_features(listings: pd.DataFrame) -> Features:
    """Return what of the listings is compared.

    Parameters
    ----------
    listings : the columns of `geo.clinics.listings`, all text, "" for what is unknown.
    """
    ordered = listings.sort_values("listing_id")
    column = {name: ordered[name].tolist() for name in ordered.columns}
    cities = _map_once(lambda city: " ".join(city_words(city)), column["city"])
    names = _map_once(lambda pair: read_name(*pair), list(zip(column["name"], cities, strict=True)))
    towns = _map_once(
        lambda pair: read_town(*pair), list(zip(column["city"], column["state"], strict=True))
    )
    addresses = _map_once(
        lambda pair: read_address(*pair), list(zip(column["street"], column["unit"], strict=True))
    )
    values = {
        "state": column["state"],
        "city": cities,
        "zip": column["zip"],
        "phone": column["phone"],
        "domain": _find_domains(column["website"]),
        "npi": column["npi"],
        "source": column["source"],
        "house": [street.house for street, _ in addresses],
        "branch": [name.branch for name in names],
        "full": [name.full for name in names],
        "plain": [name.plain for name in names],
        "telling": [name.telling for name in names],
    }
    coded = {field: _encode(texts, "") for field, texts in values.items()}
    street_codes, streets = _encode([street for street, _ in addresses], Street())
    unit_codes, units = _encode([unit for _, unit in addresses], Unit())
    name_codes, known_names = _encode(names, Name())
    town_codes, known_towns = _encode(towns, Town())
    return Features(
        column["listing_id"],
        {field: codes for field, (codes, _) in coded.items()}
        | {"street": street_codes, "unit": unit_codes, "name": name_codes, "town": town_codes},
        {field: texts for field, (_, texts) in coded.items()},
        streets,
        units,
        known_names,
        known_towns,
    )


def _find_domains(websites: list[str]) -> list[str]:
    # Of sites without a domain of its own the organisation is told by its name, here an empty one.
    known = pd.DataFrame({"website": sorted(set(websites) - {""}), "name": ""}, dtype="str")
    organisations = name_organisations(known)
    domains = {
        website: organisation.removeprefix("domain:")
        for website, organisation in zip(known["website"], organisations, strict=True)
        if organisation.startswith("domain:")
    }
    return [domains.get(website, "") for website in websites]


def _map_once(function: Callable[[Key], Value], keys: list[Key]) -> list[Value]:
    known = {key: function(key) for key in dict.fromkeys(keys)}
    return [known[key] for key in keys]


def _encode(values: list[Value], empty: Value) -> tuple[Codes, list[Value]]:
    known = [empty, *sorted(set(values) - {empty})]  # type: ignore[type-var]  # texts and tuples
    number = {value: code for code, value in enumerate(known)}
    return np.array([number[value] for value in values], dtype=np.int32), known
