"""The source `medicare`: clinics at whose address somebody was paid by Medicare for esketamine.

Nobody is asked: what `ingest medicare` took in is looked through. An address tells of a clinic where
the clinic is the only one of the list that can be meant, by its unit or its name if several stand there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.clinics.listings import COLUMNS
from geo.dedupe import judge_pairs
from geo.enriching.answers import FOUND, Answer
from geo.sources import descriptors
from geo.workspace.possible_clinics import Neighbours, are_one_town, names_organisation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo.enriching.answers import Proposal

NAME: Final = descriptors.MEDICARE.name

_ADDRESS: Final = ("street", "unit", "city", "state", "zip")
_SAME_HOUSE, _SAME_UNIT, _NAMED = 0.5, 0.15, 0.25
_TELLING: Final = ("name", "npi", "city", "state")
_FITS: Final = frozenset({"merge", "review"})


def ask_payments(
    wanted: Sequence[Mapping[str, str]],
    known: Sequence[Mapping[str, str]],
    paid: Sequence[Mapping[str, str]],
) -> Iterator[Answer]:
    """Yield what Medicare's payments say of clinics.

    Parameters
    ----------
    wanted : clinics to look for, columns of the clinic table.
    known : all clinics that operate.
    paid : listings of `geo.sources.medicare` that are no clinic's yet.
    """
    neighbours = Neighbours(known)
    names = {clinic["clinic_id"]: clinic for clinic in known}
    of_clinic: dict[str, list[Proposal]] = {}
    for place in paid:
        if (found := _match(place, neighbours.find(place), names)) is not None:
            clinic_id, proposal = found
            of_clinic.setdefault(clinic_id, []).append(proposal)
    for clinic in wanted:
        proposals = _choose(of_clinic.get(clinic["clinic_id"], []))
        yield Answer(
            clinic["clinic_id"],
            FOUND if proposals else "no payment is known at its address",
            tuple(proposals),
        )


def _match(
    place: Mapping[str, str],
    standing: Mapping[str, bool],
    names: Mapping[str, Mapping[str, str]],
) -> tuple[str, Proposal] | None:
    """Return the clinic that an address tells of, and what is proposed for it; None for none."""
    if not standing:
        return _match_by_name(place, names)
    named = _judge(place, [names[clinic_id] for clinic_id in standing])
    same = [clinic_id for clinic_id, is_same in standing.items() if is_same]
    for few in ([*named], same, [*standing]):
        if len(few) == 1:
            [clinic_id] = few
            break
        if few:
            return None
    reasons = ["the address"]
    score = _SAME_HOUSE
    is_alone = len(standing) == 1 and not (place["unit"] or names[clinic_id]["unit"])
    if standing[clinic_id] or is_alone:
        reasons.append("the unit" if place["unit"] else "no unit is told of either")
        score += _SAME_UNIT
    if clinic_id in named:
        reasons.append("the organization's name")
        score += _NAMED
    values = {"treatments": "esketamine"}
    proposal = _propose(place, names[clinic_id], values, reasons=reasons, score=score)
    return clinic_id, proposal


def _match_by_name(
    place: Mapping[str, str], names: Mapping[str, Mapping[str, str]]
) -> tuple[str, Proposal] | None:
    """Return the only clinic without a street whose name and town are an organization's."""
    if not names_organisation(place):
        return None
    town = [one for one in names.values() if not one["street"] and are_one_town(one, place)]
    named = _judge(place, town)
    if len(named) != 1:
        return None
    [clinic_id] = named
    values = {name: place[name] for name in _ADDRESS}
    reasons = ["the organization's name", "the town"]
    score = _SAME_HOUSE + _SAME_UNIT
    proposal = _propose(place, names[clinic_id], values, reasons=reasons, score=score)
    return clinic_id, proposal


def _judge(place: Mapping[str, str], clinics: Sequence[Mapping[str, str]]) -> set[str]:
    """Return which clinics' names are an organization's."""
    if not (clinics and names_organisation(place)):
        return set()
    blank = dict.fromkeys(COLUMNS, "")
    # The street, by which they were found, and what all have in common tell nothing of the name.
    theirs = blank | {name: place[name] for name in _TELLING}
    own = [blank | {name: one[name] for name in _TELLING} for one in clinics]
    judged = judge_pairs(
        pd.DataFrame(own, columns=list(COLUMNS), dtype="str"),
        pd.DataFrame([theirs] * len(own), columns=list(COLUMNS), dtype="str"),
    )
    return {
        one["clinic_id"]
        for one, verdict in zip(clinics, judged["verdict"], strict=True)
        if verdict in _FITS
    }


def _propose(
    place: Mapping[str, str],
    clinic: Mapping[str, str],
    values: Mapping[str, str],
    *,
    reasons: Sequence[str],
    score: float,
) -> Proposal:
    year = place["source_date"]
    paid = "a provider registered here was paid by Medicare for esketamine"
    source: dict[str, Any] = {
        "source": NAME,
        "listing_id": place["listing_id"],
        "url": place["source_url"],
        "where": "record",
        "reason": f"{paid}{f' in {year}' if year else ''}; alike: {', '.join(reasons)}",
        "score": round(score, 2),
        "date": year,
        # Of individuals there is no name.
        "listing": {} if names_organisation(place) else {"name": clinic["name"]},
    }
    field = "address" if "street" in values else "treatments"
    # A registered address is no proof of where it was given: alone it makes nobody sure.
    return {"field": field, "values": dict(values), "sure": False, "sources": [source]}


def _choose(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return what is proposed for one clinic: of several addresses that may be its own none."""
    addresses = [one for one in proposals if one["field"] == "address"]
    if len(addresses) > 1:
        return [one for one in proposals if one["field"] != "address"]
    return list(proposals)
