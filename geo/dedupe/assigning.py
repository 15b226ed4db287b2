"""Every listing gets a clinic: pairs are joined, the best first, where nothing speaks against it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from geo.dedupe.clusters import Clusters
from geo.dedupe.features import read_features
from geo.dedupe.naming import name_clinics
from geo.dedupe.rivals import Rivals
from geo.dedupe.scoring import MERGE, score_pairs
from geo.errors import SchemaError
from geo.i18n.reasons import Reason, say_in_english

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geo.dedupe.features import Features

KEPT: Final = "decided before"
NEW: Final = "new clinic"
OPERATOR: Final = "the operator's answer"

_AS_LIKE: Final = "as_like_another"

_KINDS: Final = {
    "listing_a": "str",
    "listing_b": "str",
    "score": "float64",
    "why": "str",
    "why_codes": "str",
}


@dataclass(frozen=True)
class Assignment:
    """Which clinic each listing speaks of, and what an operator is asked.

    assigned : a row a listing by `listing_id`: `clinic_id` (never empty), `why`, `score` (of the pair
        that joined the listing to its clinic; NaN where none did).
    reviews : a row a pair of clinics that may be one, the best first: `listing_a`, `listing_b` (the
        listings that are most alike, in order of their ids), `score`, `why`, `why_codes`.
    """

    assigned: pd.DataFrame
    reviews: pd.DataFrame


class _Pair(NamedTuple):
    first: int
    second: int
    listing_a: str
    listing_b: str
    score: float
    why: str
    why_codes: str

    def with_reason(self, code: str) -> _Pair:
        """Return the pair with one more reason."""
        return self._replace(
            why=f"{self.why}, {say_in_english(Reason(code))}", why_codes=f"{self.why_codes};{code}"
        )


def assign(listings: pd.DataFrame, decided: pd.DataFrame) -> Assignment:
    """Give each listing without a clinic an existing or a new one.

    Pairs are joined in descending order of their score. Two existing clinics never become one. Nor
    do listings whose house numbers, streets or units differ, not even by way of a third that states
    none: the best takes the third, and the other pair goes to review. Where no pair is the best, as
    the third is as like to both, it joins neither and all of its pairs go to review. The result does
    not depend on the order of the rows.

    Parameters
    ----------
    listings : the columns of `geo.clinics.listings`; a `clinic_id` is kept as it is, "" is to be
        decided.
    decided : an operator's earlier answers, `listing_a`, `listing_b`, `same` (bool). What is said to
        be the same is joined first, whatever speaks against it, unless both have existing clinics;
        what is said to be different is never joined, nor asked again. Answers about listings that
        are not in the table are passed over.

    Returns
    -------
    Every listing with its clinic, and the pairs to review, in which at least one listing is new. A
    listing in review stands in a clinic of its own, or of those it is surely one with.

    Raises
    ------
    SchemaError : two listings have one `listing_id`, or an answer is both same and different.
    """
    if listings["listing_id"].duplicated().any():
        twice = listings.loc[listings["listing_id"].duplicated(), "listing_id"].iloc[0]
        raise SchemaError(f"Two listings are called {twice!r}; give each an id of its own.")
    ordered = listings.sort_values("listing_id").reset_index(drop=True)
    place = {listing: row for row, listing in enumerate(ordered["listing_id"])}
    is_new = ordered["clinic_id"].eq("").to_numpy()
    same, different = _read_answers(decided, place)

    features = read_features(ordered)
    clusters = Clusters(
        ordered["clinic_id"].tolist(), features.addresses(), features.listed_names(), different
    )
    links: dict[int, tuple[str, float]] = {}
    for one, other in same:
        if clusters.join_by_answer(one, other):
            for row in (one, other):
                links[row] = (OPERATOR, np.nan)

    pairs = _list_pairs(features, place, is_new)
    rivals = Rivals(
        [(pair.first, pair.second, pair.score) for pair in pairs if pair.score >= MERGE], clusters
    )
    refused = []
    for pair in pairs:
        if pair.score < MERGE:
            refused.append(pair)
            continue
        if rivals.has_equal(pair.first, pair.second, pair.score):
            refused.append(pair.with_reason(_AS_LIKE))
            continue
        if not clusters.join(pair.first, pair.second):
            refused.append(pair)
            continue
        for row, partner in ((pair.first, pair.listing_b), (pair.second, pair.listing_a)):
            links.setdefault(row, (f"{pair.why} as {partner}", pair.score))

    clinic_ids = name_clinics(ordered, clusters.roots())
    linked = [
        (KEPT, np.nan) if not new else links.get(row, (NEW, np.nan))
        for row, new in enumerate(is_new)
    ]
    assigned = pd.DataFrame(
        {
            "listing_id": ordered["listing_id"],
            "clinic_id": pd.Series(clinic_ids, dtype="str"),
            "why": pd.Series([why for why, _ in linked], dtype="str"),
            "score": pd.Series([score for _, score in linked], dtype="float64"),
        }
    )
    return Assignment(assigned, _list_reviews(refused, clusters))


def _read_answers(
    decided: pd.DataFrame, place: dict[str, int]
) -> tuple[list[tuple[int, int]], set[tuple[int, int]]]:
    answers: dict[bool, set[tuple[int, int]]] = defaultdict(set)
    for one, other, same in zip(
        decided["listing_a"], decided["listing_b"], decided["same"], strict=True
    ):
        if one in place and other in place:
            low, high = sorted((place[one], place[other]))
            answers[bool(same)].add((low, high))
    if both := answers[True] & answers[False]:
        names = {row: listing for listing, row in place.items()}
        one, other = (names[row] for row in min(both))
        raise SchemaError(
            f"Listings {one!r} and {other!r} are decided both same and different; keep the latest."
        )
    return sorted(answers[True]), answers[False]


def _list_pairs(
    features: Features, place: dict[str, int], is_new: NDArray[np.bool_]
) -> list[_Pair]:
    """Return the pairs of which at least one listing is new, the best first."""
    pairs = score_pairs(features)
    first, second = (pairs[column].map(place) for column in ("listing_a", "listing_b"))
    columns = (first, second, *(pairs[name] for name in _KINDS))
    listed = (
        _Pair(*values) for values in zip(*(column.tolist() for column in columns), strict=True)
    )
    asked = [pair for pair in listed if is_new[pair.first] or is_new[pair.second]]
    return sorted(asked, key=lambda pair: (-pair.score, pair.first, pair.second))


def _list_reviews(refused: Iterable[_Pair], clusters: Clusters) -> pd.DataFrame:
    """Return the best pair of each two clinics that were not joined, unless an operator answered."""
    best: dict[tuple[int, int], _Pair] = {}
    for pair in refused:
        low, high = sorted((clusters.find(pair.first), clusters.find(pair.second)))
        if low != high and not clusters.told_apart(low, high):
            best.setdefault((low, high), pair)
    return pd.DataFrame(
        {
            column: pd.Series([getattr(pair, column) for pair in best.values()], dtype=kind)
            for column, kind in _KINDS.items()
        }
    )
