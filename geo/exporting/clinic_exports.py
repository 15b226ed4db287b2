"""Tables of clinics as JSON, GeoJSON and CSV text; each names the release it is from.

In JSON an unknown is `null`, whether text or number, and a field of several codes, such as
`treatments`, is a list; in CSV an unknown is empty and codes are `;`-joined. JSON is written in ASCII, other characters escaped, so that
any pipe and terminal carries it unharmed.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.clinics.fields import FIELDS
from geo.exporting.formulas import escape_table
from geo.reference.road_tables import ATTRIBUTION
from geo.search.drive_columns import COLUMNS, PARTS

if TYPE_CHECKING:
    from geo.places import Place
    from geo.search.searching import SearchResult

_LISTS: Final = frozenset(field.name for field in FIELDS if field.several)


def search_to_json(query: str, result: SearchResult, release_id: str) -> str:
    """Return `tell_search` as JSON."""
    return _dump(tell_search(query, result, release_id))


def tell_search(query: str, result: SearchResult, release_id: str) -> dict[str, Any]:
    """Return a search as one object fit for JSON.

    Parameters
    ----------
    query : what was asked for, as the document says it.
    result : what was found; coordinates and distances are printed in full precision.
    release_id : the release searched.

    Returns
    -------
    `query`, `place`, `within_miles`, `within_minutes`, `release`, `drives` (whose roads they are by,
    or why there are none), `clinics` (in order), `unlocated`, `at_home`,
    `nearest_outside`; where a fact was wanted `wanted`, `not_known` (nearest first) and `known`
    (fact -> of how many `clinics` it is `known`) too.
    """
    outside = result.nearest_outside
    return {
        "query": query,
        "place": tell_place(result.place),
        "within_miles": result.within_miles,
        "within_minutes": result.within_minutes,
        "release": release_id,
        **_tell_drives(result),
        "clinics": records(result.clinics),
        "unlocated": records(result.unlocated),
        "at_home": records(result.at_home),
        "nearest_outside": None if outside is None else _record(outside.to_dict()),
        **(_tell_facts(result) if result.wanted else {}),
    }


def _tell_drives(result: SearchResult) -> dict[str, Any]:
    """Return what a document says of all drives in it."""
    if result.drive_fault:
        return {"drives": {"fault": result.drive_fault}}
    if COLUMNS[0] not in result.clinics:
        return {}
    return {"drives": {"traffic": False, "attribution": ATTRIBUTION}}


def _tell_facts(result: SearchResult) -> dict[str, Any]:
    """Return what a document says of the facts that were asked for."""
    return {
        "wanted": dict(result.wanted),
        "not_known": records(result.not_known),
        "known": {name: asdict(result.known[name]) for name in result.wanted},
    }


def search_to_geojson(query: str, result: SearchResult, release_id: str) -> str:
    """Return a search as a GeoJSON FeatureCollection (RFC 7946), with the search beside it.

    Features are those of `search_to_table`; a clinic without a point has a null geometry.
    """
    return _dump(
        {
            "type": "FeatureCollection",
            "release": release_id,
            "query": query,
            "place": tell_place(result.place),
            "within_miles": result.within_miles,
            "within_minutes": result.within_minutes,
            **_tell_drives(result),
            "features": _features(search_to_table(result)),
        }
    )


def search_to_csv(result: SearchResult, release_id: str) -> str:
    """Return `search_to_table` as CSV; where it holds drives, `drives_from` names whose roads they are."""
    whose = {"drives_from": ATTRIBUTION} if COLUMNS[0] in result.clinics else {}
    return to_csv(search_to_table(result).assign(**whose), release_id)


def search_to_table(result: SearchResult) -> pd.DataFrame:
    """Return every clinic of a search in one table.

    Returns
    -------
    `found_as` (`ranked`, then `not_known`, `at_home` and `unlocated`), then the columns of
    `SearchResult.clinics`; rank and `may_be_within` are empty where it is not ranked, and distance
    too of the last two.
    """
    parts = {
        "ranked": result.clinics,
        "not_known": result.not_known,
        "at_home": result.at_home,
        "unlocated": result.unlocated,
    }
    types = {"rank": "Int64", "distance_miles": "Float64", "may_be_within": "boolean"}
    return pd.concat(
        [
            part.reindex(columns=result.clinics.columns)
            .astype(types)
            .assign(found_as=pd.Series(name, index=part.index, dtype="str"))
            for name, part in parts.items()
        ],
        ignore_index=True,
    )[["found_as", *result.clinics.columns]]


def clinics_to_json(clinics: pd.DataFrame, release_id: str) -> str:
    """Return a clinic table as a JSON object: `release` and `clinics`."""
    return _dump({"release": release_id, "clinics": records(clinics)})


def clinics_to_geojson(clinics: pd.DataFrame, release_id: str) -> str:
    """Return `tell_features` as JSON."""
    return _dump(tell_features(clinics, release_id))


def tell_features(clinics: pd.DataFrame, release_id: str) -> dict[str, Any]:
    """Return a clinic table as a GeoJSON FeatureCollection (RFC 7946), WGS84 degrees."""
    return {"type": "FeatureCollection", "release": release_id, "features": _features(clinics)}


def to_csv(table: pd.DataFrame, release_id: str) -> str:
    """Return a table as CSV (UTF-8, comma, one heading) with the release in its last column.

    A text that a spreadsheet would run as a formula gets an apostrophe in front; a number in text,
    such as a phone's, stays as it is. Line breaks inside a text become line feeds.
    """
    safe = escape_table(table.assign(release=release_id))
    return safe.to_csv(index=False, lineterminator="\n").removesuffix("\n")


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a clinic table fit for JSON: `null` for unknown, several codes a list."""
    names = list(table.columns)
    # All cells at once, which takes a hundredth of what pandas takes for rows of many columns.
    cells = table.to_numpy(np.object_).tolist()
    return [_record(dict(zip(names, row, strict=True))) for row in cells]


def _record(row: dict[Any, Any]) -> dict[str, Any]:
    record = {
        column: (value.split(";") if value else []) if column in _LISTS else _known(value)
        for column, value in row.items()
    }
    if COLUMNS[0] in record:
        drive = {part: record.pop(name) for part, name in zip(PARTS, COLUMNS, strict=True)}
        known = drive["minutes"] is not None or drive["reason"] is not None
        record["drive"] = drive if known else None
    return record


def _known(value: Any) -> Any:  # noqa: ANN401  # a cell of any column
    if isinstance(value, str):
        return value or None
    if pd.isna(value) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _features(clinics: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "id": record["clinic_id"],
            "geometry": None
            if record["latitude"] is None
            else {"type": "Point", "coordinates": [record["longitude"], record["latitude"]]},
            "properties": record,
        }
        for record in records(clinics)
    ]


def tell_place(place: Place) -> dict[str, Any]:
    """Return a place fit for JSON."""
    return {
        "label": place.label,
        "kind": place.kind,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "precision": str(place.precision),
        "radius_miles": place.radius_miles,
    }


def _dump(answer: dict[str, Any]) -> str:
    return json.dumps(answer, indent=2, allow_nan=False)
