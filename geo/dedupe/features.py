"""What of each listing is compared, read once and kept as small integers and short texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from geo.dedupe.addresses import Street, Unit, read_address
from geo.dedupe.words import GENERIC, city_words, name_words, split_branch
from geo.organisations import name_organisations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from numpy.typing import NDArray

    Codes: TypeAlias = NDArray[np.int32]

Key = TypeVar("Key")
Value = TypeVar("Value")

CODED = (
    "state",
    "city",
    "zip",
    "phone",
    "domain",
    "npi",
    "house",
    "core",
    "directions",
    "kind",
    "exact",
    "room",
    "floor",
    "building",
    "branch",
    "full",
    "plain",
    "telling",
)
"""Texts compared by their number; 0 is the empty text, which says nothing."""


@dataclass(frozen=True)
class Features:
    """Listings in the order of `listing_id`, so that no answer depends on the order of rows.

    `codes` holds (n,) numbers a text of `CODED`, `texts` the texts by their number: `full` is the
    whole name with its words sorted, `plain` the name without branch and city, `telling` its words
    that are not generic.
    """

    listing_id: list[str]
    codes: dict[str, Codes]
    texts: dict[str, NDArray[np.object_]]

    def __len__(self) -> int:
        """Return how many listings there are."""
        return len(self.listing_id)

    def text(self, field: str, rows: NDArray[np.intp]) -> NDArray[np.object_]:
        """Return the texts of a field at rows."""
        return self.texts[field][self.codes[field][rows]]


def read_features(listings: pd.DataFrame) -> Features:
    """Return what of the listings is compared.

    Parameters
    ----------
    listings : the columns of `geo.listings`, all text, "" for what is unknown.
    """
    ordered = listings.sort_values("listing_id")
    column = {name: ordered[name].tolist() for name in ordered.columns}
    cities = _map_once(lambda city: " ".join(city_words(city)), column["city"])
    names = [_read_name(name, city) for name, city in zip(column["name"], cities, strict=True)]
    addresses = _map_once(
        lambda pair: read_address(*pair), list(zip(column["street"], column["unit"], strict=True))
    )
    values: dict[str, Iterable[str]] = (
        {
            "state": column["state"],
            "city": cities,
            "zip": column["zip"],
            "phone": column["phone"],
            "domain": _find_domains(column["website"]),
            "npi": column["npi"],
            **dict(
                zip(("branch", "full", "plain", "telling"), zip(*names, strict=True), strict=True)
            ),
            **dict(zip(Street._fields, zip(*(a for a, _ in addresses), strict=True), strict=True)),
            **dict(zip(Unit._fields, zip(*(b for _, b in addresses), strict=True), strict=True)),
        }
        if names
        else dict.fromkeys(CODED, ())
    )
    coded = {field: _encode(list(values[field])) for field in CODED}
    return Features(
        column["listing_id"],
        {field: codes for field, (codes, _) in coded.items()},
        {field: texts for field, (_, texts) in coded.items()},
    )


def _read_name(name: str, city: str) -> tuple[str, str, str, str]:
    base, branch = split_branch(name)
    own_city = set(city.split())
    words = name_words(base)
    plain = [word for word in words if word not in own_city] or words
    telling = [word for word in plain if word not in GENERIC]
    told = [word for word in name_words(branch) if word not in own_city]
    full = sorted(words + name_words(branch))
    return (
        " ".join(told),
        " ".join(full) or name.casefold(),
        " ".join(plain) or name.casefold(),
        " ".join(sorted(telling)),
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


def _encode(values: list[str]) -> tuple[Codes, NDArray[np.object_]]:
    texts = ["", *sorted(set(values) - {""})]
    number = {text: code for code, text in enumerate(texts)}
    return (
        np.array([number[value] for value in values], dtype=np.int32),
        np.array(texts, dtype=np.object_),
    )
