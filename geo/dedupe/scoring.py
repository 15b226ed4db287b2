"""How likely two listings are one clinic: bits of evidence for and against, as one score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from geo.dedupe.blocking import pair_up
from geo.dedupe.comparing import Pairs
from geo.dedupe.features import read_features
from geo.dedupe.grounds import Place, find_grounds
from geo.dedupe.sharing import count_addresses, find_spread
from geo.i18n.reasons import Reason, say_in_english

if TYPE_CHECKING:
    from geo.dedupe.comparing import Bits, Flags, Rows
    from geo.dedupe.features import Features

MERGE: Final = 0.80
"""The least score at which two listings become one clinic by themselves."""

REVIEW: Final = 0.65
"""The least score that an operator is asked about."""

_MOST_TO_REVIEW: Final = 0.79
_ASKED: Final = 0.70
"""The score of what a rule alone asks about."""

_SHARED: Final = ("phone", "domain", "npi")
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
    "similar_house",
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
    "different_states",
)
"""Codes of `geo.i18n.reason_words`."""


class _Scored(NamedTuple):
    score: Bits
    flags: list[Flags]


def find_pairs(listings: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of listings that are one clinic, or may be.

    Evidence is added up in bits, as Fellegi and Sunter do, and the score is the probability that the
    sum stands for: name (generic words of the field tell little), street, city and ZIP, phone,
    website's domain, NPI. A phone, domain or NPI that k addresses share tells log2 k bits less.

    Whatever the sum, a pair is at most reviewed where house numbers differ by more than a slip of
    the keys, where streets, units or branches differ, where the places differ, or where neither the
    name nor the house is the same: a phone, domain or NPI merges nothing alone.

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


def judge_pairs(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Say of each two listings whether they are one clinic, by these two alone.

    Parameters
    ----------
    one, other : n rows each, the columns of `geo.clinics.listings`; the i-th of both are a pair.

    Returns
    -------
    n rows in the order given: `verdict` ("merge", "review" or "apart"), `score` (0-1), `why`.
    """
    count = len(one)
    ids = [f"{number:09}" for number in range(2 * count)]
    listings = pd.concat([one, other], ignore_index=True).assign(listing_id=ids)
    features = read_features(listings)
    first = np.arange(count, dtype=np.intp)
    pairs = Pairs(features, first, first + count)
    placed = pairs.both("house") & pairs.both("city")
    two = placed & (pairs.differ("house") | pairs.differ("city"))
    sharers = dict.fromkeys(_SHARED, np.where(two, 2.0, 1.0))
    scored = _score(pairs, sharers, np.zeros(count, dtype=bool))
    words, _ = _say_reasons(scored.flags)
    verdict = np.select(
        [scored.score >= MERGE, scored.score >= REVIEW], ["merge", "review"], "apart"
    )
    return pd.DataFrame(
        {
            "verdict": pd.Series(verdict, dtype="str"),
            "score": scored.score,
            "why": pd.Series(words, dtype="str"),
        }
    )


def score_pairs(features: Features) -> pd.DataFrame:
    """Return what `find_pairs` returns, of listings that are read already."""
    first, second = pair_up(features)
    shared = {field: count_addresses(features, field) for field in _SHARED}
    spread = {field: find_spread(features, field) for field in ("phone", "domain", "plain")}
    chunks = [
        _score_chunk(
            features, shared, spread, first[start : start + _CHUNK], second[start : start + _CHUNK]
        )
        for start in range(0, max(len(first), 1), _CHUNK)
    ]
    return pd.concat(chunks, ignore_index=True)


def _score_chunk(
    features: Features, shared: dict[str, Bits], spread: dict[str, Flags], first: Rows, second: Rows
) -> pd.DataFrame:
    pairs = Pairs(features, first, second)
    sharers = {field: counts[pairs.codes(field)[0]] for field, counts in shared.items()}
    chain = np.zeros(len(first), dtype=bool)
    for field, known in spread.items():
        chain |= pairs.same(field) & known[pairs.codes(field)[0]]
    scored = _score(pairs, sharers, chain)
    kept = np.flatnonzero(scored.score >= REVIEW)
    listing_id = np.array(features.listing_id, dtype=np.object_)
    score = scored.score[kept]
    words, codes = _say_reasons([flag[kept] for flag in scored.flags])
    return pd.DataFrame(
        {
            "listing_a": pd.Series(listing_id[first[kept]], dtype="str"),
            "listing_b": pd.Series(listing_id[second[kept]], dtype="str"),
            "score": score,
            "verdict": pd.Series(np.where(score >= MERGE, "merge", "review"), dtype="str"),
            "why": pd.Series(words, dtype="str"),
            "why_codes": pd.Series(codes, dtype="str"),
        }
    )


def _score(pairs: Pairs, sharers: dict[str, Bits], spread: Flags) -> _Scored:
    """Return the score of each pair, and what agrees and differs in the order of `_REASONS`.

    Parameters
    ----------
    sharers : by field, how many addresses share what the first of a pair states.
    spread : where a source has what they share in two towns.
    """
    other_state = pairs.differ("state")
    city = (pairs.same("city") | pairs.alike("city", _SAME_CITY_TEXT)) & ~other_state
    bits = np.full(len(city), _START)
    zip_code = pairs.same("zip")
    two_names = ~city & ~zip_code & (pairs.differ("city") | pairs.differ("zip"))
    postal = pairs.one_to_the_mail(two_names & pairs.differ("city") & ~spread)
    elsewhere = two_names & ~postal
    street, other_street = pairs.streets()
    same_unit, other_unit = pairs.units()
    alike = pairs.name_likeness()
    slip = pairs.slips(pairs.same("phone") & (city | zip_code) & (alike >= _EXACT_ENOUGH))
    street, other_street = street | slip, other_street & ~slip
    same_house = pairs.same("house") & street
    # With another city and another ZIP it is another Main Street; without a ZIP the city may be
    # the same under another name.
    house_elsewhere = same_house & elsewhere & pairs.both("zip")

    bits += np.interp(alike, *_NAME_BITS)
    bits += np.where((alike >= _EXACT_ENOUGH) & ~pairs.both("telling"), _GENERIC_NAME, 0)
    other_branch = pairs.branches(_SAME_BRANCH) & ~same_house
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

    for field, agree, disagree, differs in (
        ("phone", _PHONE, _OTHER_PHONE, pairs.other_phones()),
        ("domain", _DOMAIN, _OTHER_DOMAIN, pairs.differ("domain")),
        ("npi", _NPI, _OTHER_NPI, pairs.differ("npi")),
    ):
        rarity = np.maximum(agree - np.log2(sharers[field]), 0)
        bits += np.select([pairs.same(field), differs], [rarity, disagree], default=0)

    score = 1 / (1 + np.exp2(-bits))
    renamed = alike < _RENAMED
    generic = ~pairs.both("telling") & (alike < _SAME_NAME) & ~same_house
    generic &= ~(pairs.same("phone") | pairs.same("domain") | pairs.same("npi"))
    barred = other_address | (elsewhere & ~same_house) | house_elsewhere | (renamed & ~same_house)
    asked = (bits > 0) | pairs.same("phone") | pairs.same("domain")
    two_branches = pairs.two_branches(~same_house & asked) | pairs.departments(asked)
    barred |= generic | other_branch | two_branches
    score = np.where(barred, np.minimum(score, _MOST_TO_REVIEW), score)
    merge, review = find_grounds(
        pairs,
        Place(same_house, city | zip_code, postal, elsewhere, spread),
        apart=other_address | other_branch | house_elsewhere,
        unsure=score < MERGE,
    )
    merge, review = merge & ~two_branches, review | (merge & two_branches)
    score = np.where(merge, MERGE, np.where(review, np.maximum(score, _ASKED), score))
    score = np.where(other_state, 0, score)
    same_name = alike >= _SAME_NAME
    return _Scored(
        score,
        [
            same_name,
            ~same_name & ~renamed,
            same_house,
            street & ~same_house & ~other_street & ~slip,
            slip,
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
            other_branch | two_branches,
            other_state,
        ],
    )


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
