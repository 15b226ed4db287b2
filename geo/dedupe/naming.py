"""Ids for new clinics: words of name, city and state, each once, whatever the order of the rows."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from geo.clinics.vocabulary import EVIDENCE
from geo.dedupe.words import split_words
from geo.places.address import split_unit

if TYPE_CHECKING:
    import pandas as pd

_IN_BRACKETS = re.compile(r"(?<!\s)\s*\(([^()]*)\)\s*$")


def name_clinics(listings: pd.DataFrame, roots: list[int]) -> list[str]:
    """Return a clinic's id for each listing.

    A cluster with an existing clinic keeps its id. A new one is called name-city-state after its
    best listing (most trusted, with a city, then the smallest id); where that is taken or several
    would bear it, the street comes in before the city, and at last a number at the end.

    Parameters
    ----------
    listings : the columns of `geo.clinics.listings` in order of `listing_id`, from index 0.
    roots : (n,) the position of the listing that stands for each listing's cluster.

    Returns
    -------
    (n,) ids of the form `geo.clinics.forms.SLUG`.
    """
    rank = {evidence: place for place, evidence in enumerate(EVIDENCE)}
    columns = ["clinic_id", "name", "street", "city", "state", "evidence"]
    rows = [
        dict(zip(columns, facts, strict=True))
        for facts in zip(*(listings[column] for column in columns), strict=True)
    ]
    ids: dict[int, str] = {}
    best: dict[int, int] = {}
    for row, root in enumerate(roots):
        facts = rows[row]
        if facts["clinic_id"]:
            ids[root] = facts["clinic_id"]
        order = (rank[facts["evidence"]], not facts["city"])
        held = rows[best.setdefault(root, row)]
        if order < (rank[held["evidence"]], not held["city"]):
            best[root] = row
    new = {root: rows[row] for root, row in best.items() if root not in ids}
    taken = set(ids.values())
    plain = {root: _slug(facts["name"], "", facts) for root, facts in new.items()}
    name_counts = Counter(plain.values())
    for root, facts in new.items():
        wanted = plain[root]
        if (name_counts[wanted] > 1 or wanted in taken) and facts["street"]:
            wanted = _slug(facts["name"], _street_words(facts["street"]), facts)
        ids[root] = _make_unique(wanted, taken)
        taken.add(ids[root])
    return [ids[root] for root in roots]


def _slug(name: str, street: str, facts: dict[str, str]) -> str:
    branch = _IN_BRACKETS.search(name)
    if branch and split_words(branch[1]) == split_words(facts["city"]):
        name = name[: branch.start()]
    rest = split_words(f"{street} {facts['city']} {facts['state']}")
    return "-".join([*(split_words(name) or ["clinic"]), *rest])


def _street_words(street: str) -> str:
    line, _ = split_unit(street)
    return re.sub(r"^\s*\d\S*\s+", "", line)


def _make_unique(wanted: str, taken: set[str]) -> str:
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free
