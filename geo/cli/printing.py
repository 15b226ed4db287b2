"""Answers for people: tables that fit the terminal, every text made safe to print."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from geo.clinics.provenance import describe_status
from geo.exporting.terminal import plain
from geo.reference.road_tables import ATTRIBUTION
from geo.search.drive_words import BY_DRIVE_RULE
from geo.search.wording import (
    ORDER_RULE,
    describe_address,
    describe_certification,
    describe_count,
    describe_distance,
    describe_ride,
    describe_treatments,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from geo.places import Place
    from geo.releases import Release
    from geo.search.searching import SearchResult

ASK = "ask the clinic"
NO_CENSUS = "Listings found in public sources, not a census: call before you visit."
CRISIS = "In a crisis call or text 988; in an emergency call 911."

_WIDE = 110
_FACTS = ("Distance", "Phone", "Treatments", "Status")


def print_search(result: SearchResult, release: Release) -> None:
    """Write a search: how many, the clinics in order, what else there is, and the rules."""
    console = Console(highlight=False)
    place = result.place
    lines: list[RenderableType] = [_bold(describe_count(result))]
    if place.radius_miles and place.kind != "clinic":
        lines.append(
            _dim(
                f"Measured from the middle of {place.label}, "
                f"give or take {math.ceil(place.radius_miles)} mi."
            )
        )
    if ride := describe_ride(result):
        lines.append(Text(ride))
    if any(map(describe_certification, result.clinics["treatments"])):
        lines.append(Text(describe_certification("esketamine")))
    lines += [Text(), _list_clinics(result.clinics, release, console.width, place)]
    rest = [_dim(sentence) for sentence in _describe_rest(result)]
    lines += [*rest, Text()] if rest else []
    for title, clinics in (
        ("Not known to be so", result.not_known),
        (f"Offered at home, no place to go to ({place.state})", result.at_home),
        (f"In {place.state}, without a known place", result.unlocated),
    ):
        if len(clinics):
            listed = _list_clinics(clinics, release, console.width, place)
            lines += [_bold(title), Text(), listed]
    if place.latitude is not None:
        lines.append(_dim(BY_DRIVE_RULE if result.by_minutes else ORDER_RULE))
    if "drive_minutes" in result.clinics:
        lines.append(_dim(f"Roads: {ATTRIBUTION}"))
    lines += [_dim(NO_CENSUS), _dim(CRISIS), _dim(f"Release {release.id}")]
    console.print(Group(*lines))


def print_clinics(clinics: pd.DataFrame, release: Release) -> None:
    """Write clinics as they stand in the release, with how well the point of each is known."""
    table = _table("Clinic", "Place", "Status", "Point", "Id", space=0)
    for row in clinics.to_dict("records"):
        point = "none" if math.isnan(row["latitude"]) else row["precision"]
        place = describe_address(row) or "not known"
        cells = (row["name"], place, row["status"], point, row["clinic_id"])
        table.add_row(*(Text(plain(cell)) for cell in cells))
    count = f"{len(clinics):,} clinic{'' if len(clinics) == 1 else 's'}"
    Console(highlight=False).print(
        Group(_bold(count), table, Text(), _dim(NO_CENSUS), _dim(f"Release {release.id}"))
    )


def print_facts(facts: Mapping[str, object]) -> None:
    """Write facts, a line each."""
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        words = f"{value:,}" if type(value) is int else str(value)
        table.add_row(_dim(name), Text(plain(words), overflow="fold"))
    Console(highlight=False).print(table)


def _list_clinics(
    clinics: pd.DataFrame, release: Release, width: int, place: Place | None = None
) -> RenderableType:
    """Return clinics with a column a fact, or with the facts below the name where it is narrow."""
    if clinics.empty:
        return Text()
    described = [_tell(row, release, place) for row in clinics.to_dict("records")]
    facts = [fact for fact in _FACTS if any(row[fact] for row in described)]
    if width >= _WIDE:
        table = _table("", "Clinic", *facts)
        for row in described:
            table.add_row(_dim(row["#"]), _name(row), *(Text(row[fact]) for fact in facts))
        return table
    cards = Table.grid(padding=(0, 1))
    for row in described:
        lines = [Text(f"{fact}: {row[fact]}") for fact in facts if row[fact]]
        cards.add_row(_dim(row["#"]), Group(_name(row), *lines, Text()))
    return cards


def _tell(row: Mapping[Any, Any], release: Release, place: Place | None) -> dict[str, str]:
    """Return what is said of a clinic, unknowns in words; no distance where there is none."""
    distance = describe_distance(row, place) if "distance_miles" in row else ""
    if row.get("may_be_within"):
        distance += "; may be within what was asked"
    address = describe_address(row) or "where is not known"
    known = describe_status(row, release.listings)
    described = {
        "#": str(row.get("rank", "")),
        "name": row["name"],
        "address": address if row["street"] else f"{address}; street: {ASK}",
        "Distance": distance,
        "Phone": row["phone"] or ASK,
        "Treatments": describe_treatments(row["treatments"]) or ASK,
        "Status": f"{row['status']} ({known})" if known else row["status"],
    }
    return {fact: plain(text) for fact, text in described.items()}


def _describe_rest(result: SearchResult) -> Iterator[str]:
    """Say what is not in the list, and how to see it."""
    more = result.certain + result.may_be - len(result.clinics)
    if more:
        yield f"{more:,} more with a higher --limit."
    outside = result.nearest_outside
    if outside is not None and result.clinics.empty:
        where = f"{outside['name']}, {describe_address(outside)}"
        yield f"The nearest is {where}: {describe_distance(outside, result.place)}."
        if result.first_radius is not None:
            yield f"--within {result.first_radius} holds one."
    for name, count in result.removed.items():
        if count:
            yield f"{count:,} more without the filter on {name}."


def _table(*headings: str, space: int = 1) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, space, 0), header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _name(row: Mapping[str, str]) -> Text:
    return Text.assemble((row["name"], "bold"), f"\n{row['address']}", overflow="fold")


def _bold(text: str) -> Text:
    return Text(plain(text), style="bold")


def _dim(text: str) -> Text:
    return Text(plain(text), style="dim")
