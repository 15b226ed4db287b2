"""How likely two listings are one clinic: bits of evidence for and against, as one score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from geo.dedupe.addresses import compare_streets, compare_units
from geo.dedupe.blocking import pair_up
from geo.dedupe.features import read_features
from geo.i18n.reasons import Reason, say_in_english

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from numpy.typing import NDArray

    from geo.dedupe.features import Features

    Flags: TypeAlias = NDArray[np.bool_]
    Bits: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]

_Part = TypeVar("_Part")

MERGE: Final = 0.80
"""The least score at which two listings become one clinic by themselves."""

REVIEW: Final = 0.65
"""The least score that an operator is asked about."""

_MOST_TO_REVIEW: Final = 0.79
_CHUNK: Final = 250_000
_START: Final = -8.0
_NAME_BITS: Final = (
    (0.50, 0.65, 0.75, 0.85, 0.93, 1.00),
    (-2.5, -1.5, 0.50, 4.00, 6.00, 6.50),
)
_SAME_NAME: Final = 0.97
_EXACT_ENOUGH: Final = 0.93
_GENERIC_NAME: Final = -1.0
_OTHER_BRANCH: Final = -5.0
_PHONE, _DOMAIN, _NPI = 5.2, 2.8, 3.5
_OTHER_PHONE, _OTHER_DOMAIN, _OTHER_NPI = -1.5, -1.5, -0.5
_SAME_CITY, _SAME_ZIP, _SAME_ZIP_AND_CITY = 3.5, 3.5, 5.0
_STATE_ALONE: Final = 2.5
_ELSEWHERE: Final = -4.0
_SAME_HOUSE, _SAME_STREET, _SAME_UNIT = 6.0, 3.0, 2.5
_OTHER_ADDRESS: Final = -2.0
_SAME_BRANCH: Final = 0.72
_SAME_CITY_TEXT: Final = 0.85
_RENAMED: Final = 0.75

_REASONS: Final = (
    "same_name",
    "similar_name",
    "same_address",
    "same_street",
    "same_unit",
    "same_zip",
    "same_city",
    "same_phone",
    "same_website",
    "same_npi",
    "different_names",
    "different_addresses",
    "different_units",
    "different_cities",
    "different_branches",
)
"""Codes of `geo.i18n.reason_words`."""


def find_pairs(listings: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of listings that are one clinic, or may be.

    Evidence is added up in bits, as Fellegi and Sunter do, and the score is the probability that the
    sum stands for: name (generic words of the field tell little), street, city and ZIP, phone,
    website's domain, NPI. A phone, domain or NPI that k addresses share tells log2 k bits less.

    Whatever the sum, a pair is at most reviewed where house numbers, streets or units differ, where
    the places differ, or where neither the name nor the house is the same: a phone, domain or NPI
    merges nothing alone.

    Parameters
    ----------
    listings : the columns of `geo.clinics.listings`; `clinic_id` plays no part.

    Returns
    -------
    One row a pair in ascending order of both ids: `listing_a` < `listing_b`, `score` (0-1, at least
    `REVIEW`), `verdict` ("merge" from `MERGE` on, else "review"), `why` (what agrees and differs, in
    English), `why_codes` (the same as codes joined by ";").

    Source
    ------
    Fellegi and Sunter (1969), doi:10.1080/01621459.1969.10501049. The weights are set by hand, and
    tuned on generated listings (tests/handmade/duplicates.py).
    """
    return score_pairs(read_features(listings))


def score_pairs(features: Features) -> pd.DataFrame:
    """Return what `find_pairs` returns, of listings that are read already."""
    first, second = pair_up(features)
    shared = {field: _count_addresses(features, field) for field in ("phone", "domain", "npi")}
    chunks = [
        _score_chunk(
            features, shared, first[start : start + _CHUNK], second[start : start + _CHUNK]
        )
        for start in range(0, max(len(first), 1), _CHUNK)
    ]
    return pd.concat(chunks, ignore_index=True)


def _score_chunk(
    features: Features, shared: dict[str, Bits], first: Rows, second: Rows
) -> pd.DataFrame:
    pairs = _Pairs(features, first, second)
    bits = np.full(len(first), _START)

    city = pairs.same("city") | pairs.alike("city", _SAME_CITY_TEXT)
    zip_code = pairs.same("zip")
    elsewhere = ~city & ~zip_code & (pairs.differ("city") | pairs.differ("zip"))
    street, other_street = pairs.streets()
    same_unit, other_unit = pairs.units()
    same_house = pairs.same("house") & street
    # With another city and another ZIP it is another Main Street; without a ZIP the city may be
    # the same under another name.
    house_elsewhere = same_house & elsewhere & pairs.both("zip")

    alike = pairs.name_likeness()
    bits += np.interp(alike, *_NAME_BITS)
    bits += np.where((alike >= _EXACT_ENOUGH) & ~pairs.both("telling"), _GENERIC_NAME, 0)
    other_branch = pairs.both("branch") & ~pairs.alike("branch", _SAME_BRANCH) & ~same_house
    bits += np.where(other_branch, _OTHER_BRANCH, 0)

    place = np.select(
        [city & zip_code, city, zip_code, elsewhere],
        [_SAME_ZIP_AND_CITY, _SAME_CITY, _SAME_ZIP, _ELSEWHERE],
        default=_STATE_ALONE,
    )
    bits += np.where(same_house & elsewhere, 0, place)
    bits += np.select([same_house, street & ~other_street], [_SAME_HOUSE, _SAME_STREET], default=0)
    bits += np.where(same_unit & same_house, _SAME_UNIT, 0)
    other_address = other_street | other_unit
    bits += np.where(other_address, _OTHER_ADDRESS, 0)

    for field, agree, disagree in (
        ("phone", _PHONE, _OTHER_PHONE),
        ("domain", _DOMAIN, _OTHER_DOMAIN),
        ("npi", _NPI, _OTHER_NPI),
    ):
        rarity = np.maximum(agree - np.log2(shared[field][pairs.code(field)]), 0)
        bits += np.select([pairs.same(field), pairs.differ(field)], [rarity, disagree], default=0)

    score = 1 / (1 + np.exp2(-bits))
    renamed = alike < _RENAMED
    barred = other_address | (elsewhere & ~same_house) | house_elsewhere | (renamed & ~same_house)
    score = np.where(barred, np.minimum(score, _MOST_TO_REVIEW), score)
    kept = np.flatnonzero(score >= REVIEW)
    same_name = alike >= _SAME_NAME
    flags = (
        same_name,
        ~same_name & ~renamed,
        same_house,
        street & ~same_house & ~other_street,
        same_unit,
        zip_code,
        city,
        pairs.same("phone"),
        pairs.same("domain"),
        pairs.same("npi"),
        renamed,
        other_street,
        other_unit,
        elsewhere,
        other_branch,
    )
    listing_id = np.array(features.listing_id, dtype=np.object_)
    words, codes = _say_reasons([flag[kept] for flag in flags])
    return pd.DataFrame(
        {
            "listing_a": pd.Series(listing_id[first[kept]], dtype="str"),
            "listing_b": pd.Series(listing_id[second[kept]], dtype="str"),
            "score": score[kept],
            "verdict": pd.Series(np.where(score[kept] >= MERGE, "merge", "review"), dtype="str"),
            "why": pd.Series(words, dtype="str"),
            "why_codes": pd.Series(codes, dtype="str"),
        }
    )


class _Pairs:
    """Comparisons of two rows each, field by field."""

    def __init__(self, features: Features, first: Rows, second: Rows) -> None:
        self._features, self._first, self._second = features, first, second

    def code(self, field: str) -> NDArray[np.int32]:
        return self._features.codes[field][self._first]

    def stated(self, field: str) -> tuple[Flags, Flags]:
        codes = self._features.codes[field]
        return codes[self._first] > 0, codes[self._second] > 0

    def both(self, field: str) -> Flags:
        first, second = self.stated(field)
        return first & second

    def same(self, field: str) -> Flags:
        one = self._features.codes[field][self._first]
        equal: Flags = one == self._features.codes[field][self._second]
        return equal & (one > 0)

    def differ(self, field: str) -> Flags:
        return self.both(field) & ~self.same(field)

    def alike(self, field: str, least: float) -> Flags:
        """Tell which texts, both stated, are as alike as that."""
        return self.both(field) & (self.likeness(field) >= least)

    def streets(self) -> tuple[Flags, Flags]:
        """Tell which streets are the same, and which differ or have different house numbers."""
        same, differ = self._compare("street", self._features.streets, compare_streets)
        return same, differ | self.differ("house")

    def units(self) -> tuple[Flags, Flags]:
        """Tell which units are the same and which differ, where houses do not differ."""
        return self._compare("unit", self._features.units, compare_units)

    def _compare(
        self, field: str, parts: list[_Part], function: Callable[[_Part, _Part], bool | None]
    ) -> tuple[Flags, Flags]:
        codes = self._features.codes[field]
        one, other = codes[self._first].astype(np.int64), codes[self._second]
        asked = np.flatnonzero((one > 0) & (other > 0) & ~self.differ("house"))
        unique, back = np.unique(one[asked] * len(parts) + other[asked], return_inverse=True)
        answers = [
            function(parts[pair // len(parts)], parts[pair % len(parts)])
            for pair in unique.tolist()
        ]
        same, differ = np.zeros(len(one), dtype=bool), np.zeros(len(one), dtype=bool)
        same[asked] = np.array([answer is True for answer in answers], dtype=bool)[back]
        differ[asked] = np.array([answer is False for answer in answers], dtype=bool)[back]
        return same, differ

    def likeness(self, field: str) -> Bits:
        """Return 0-1 a pair, each two texts compared once."""
        codes, texts = self._features.codes[field], self._features.texts[field]
        one, other = codes[self._first].astype(np.int64), codes[self._second]
        unique, back = np.unique(one * len(texts) + other, return_inverse=True)
        found = cpdist(
            [texts[code] for code in (unique // len(texts)).tolist()],
            [texts[code] for code in (unique % len(texts)).tolist()],
            scorer=fuzz.ratio,
            dtype=np.float32,
        )
        return (found / 100).astype(np.float64)[back]

    def name_likeness(self) -> Bits:
        """Return 0-1: the whole names, dimmed by how unlike the words are that tell clinics apart."""
        whole = np.maximum(self.likeness("full"), self.likeness("plain"))
        one, other = self.stated("telling")
        telling = np.where(one | other, self.likeness("telling"), 1)
        return np.where(telling < whole, (whole + telling) / 2, whole)


def _count_addresses(features: Features, field: str) -> Bits:
    """Return, by the number of a text, how many addresses of places share it, at least 1."""
    house, city = features.codes["house"].astype(np.int64), features.codes["city"]
    placed = np.unique(
        np.stack(
            [
                features.codes[field].astype(np.int64),
                house * len(features.texts["city"]) + city,
            ]
        )[:, (house > 0) & (city > 0)],
        axis=1,
    )
    count = np.bincount(placed[0], minlength=len(features.texts[field]))
    return np.maximum(count, 1).astype(np.float64)


def _say_reasons(flags: list[Flags]) -> tuple[list[str], list[str]]:
    """Return what agrees and differs in each pair, in English and as codes."""
    mask = np.zeros(len(flags[0]), dtype=np.int64)
    for position, flag in enumerate(flags):
        mask |= flag.astype(np.int64) << position
    masks, back = np.unique(mask, return_inverse=True)
    found = [
        [code for position, code in enumerate(_REASONS) if value >> position & 1]
        for value in masks.tolist()
    ]
    words = [", ".join(say_in_english(Reason(code)) for code in codes) for codes in found]
    rows = back.tolist()
    return [words[row] for row in rows], [";".join(found[row]) for row in rows]
