"""The verb that turns what the others answer into text to take away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo import releases
from geo.coverage import coverage_exports
from geo.errors import SchemaError
from geo.exporting import clinic_exports
from geo.reference.road_tables import ATTRIBUTION
from geo.search.searching import SearchResult
from geo.siting import siting_exports
from geo.siting.siting_exports import Plan

if TYPE_CHECKING:
    from geo.releases import Release

_FORMS: Final = ("json", "geojson", "csv")
_COUNTS_OF_SCORES: Final = ("population", "adults", "adults_out_of_range")


def export(
    answer: SearchResult | Plan | pd.DataFrame,
    form: str,
    *,
    release: Release | None = None,
    query: str = "",
) -> str:
    """Return an answer as text, the release it is from inside; as the command line prints it.

    Parameters
    ----------
    answer : of `search_clinics`, `choose_sites`, `load_clinics`, `load_coverage`, `measure_need` or
        `score_access`, or some rows of these tables.
    form : `json`, `geojson` (RFC 7946, WGS84 degrees) or `csv` (UTF-8, one heading; what a
        spreadsheet would run as a formula is made harmless). Scores of access, and adults with a
        condition, have no GeoJSON.
    release : that it is from; the one in use where none is given. A plan knows its own.
    query : what was typed, of a search; its place's label where none is given.

    Returns
    -------
    The text. In JSON an unknown is `null`, in CSV it is empty.

    Raises
    ------
    ReleaseError : the release in use cannot be read.
    SchemaError : it is none of these answers, or lacks what its shapes are made by.
    SourceError : shapes are asked for and cannot be read.
    ValueError : there is no such form of it.
    """
    if form not in _FORMS:
        raise ValueError(f"There is no form {form!r}; there are {', '.join(_FORMS)}.")
    if isinstance(answer, Plan):
        return _export_plan(answer, form)
    release_id = releases.current_id() if release is None else release.id
    if isinstance(answer, SearchResult):
        return _export_search(answer, form, release_id, query or answer.place.label)
    if isinstance(answer, pd.DataFrame):
        table = pd.DataFrame(answer).drop(columns="geometry", errors="ignore")
        if "clinic_id" in table:
            return _export_clinics(table, form, release_id)
        if "clinics_per_100k_adults" in table:
            return _export_scores(table, form, release_id)
        if "with_condition" in table:
            return _export_need(table, form, release_id)
        if "clinics_per_million_adults" in table:
            return _export_coverage(table, form, release_id)
    raise SchemaError("This holds neither clinics nor coverage nor scores of access nor a plan.")


def _export_plan(plan: Plan, form: str) -> str:
    if form == "json":
        return siting_exports.to_json(plan)
    return siting_exports.to_geojson(plan) if form == "geojson" else siting_exports.to_csv(plan)


def _export_search(result: SearchResult, form: str, release_id: str, query: str) -> str:
    if form == "json":
        return clinic_exports.search_to_json(query, result, release_id)
    if form == "geojson":
        return clinic_exports.search_to_geojson(query, result, release_id)
    return clinic_exports.search_to_csv(result, release_id)


def _export_clinics(clinics: pd.DataFrame, form: str, release_id: str) -> str:
    if form == "json":
        return clinic_exports.clinics_to_json(clinics, release_id)
    if form == "geojson":
        _require(clinics, "latitude", "longitude")
        return clinic_exports.clinics_to_geojson(clinics, release_id)
    return clinic_exports.to_csv(clinics, release_id)


def _export_coverage(rows: pd.DataFrame, form: str, release_id: str) -> str:
    if form == "geojson":
        return coverage_exports.to_geojson(rows, _read_level(rows), release_id)
    if form == "csv":
        return coverage_exports.to_csv(coverage_exports.count_in_whole(rows), release_id)
    return json.dumps(coverage_exports.to_records(rows, release_id), indent=2)


def _export_scores(scores: pd.DataFrame, form: str, release_id: str) -> str:
    if form == "geojson":
        raise ValueError("Scores of access have no GeoJSON; `add_shapes` gives them shapes.")
    scores = scores.assign(method_page=coverage_exports.METHODS_POINTER)
    if "catchment_minutes" in scores:
        scores = scores.assign(drives_from=ATTRIBUTION)
    if form == "csv":
        return clinic_exports.to_csv(scores, release_id)
    rows = clinic_exports.records(scores.assign(release=release_id))
    return json.dumps([_count_in_whole(row) for row in rows], indent=2)


def _export_need(rows: pd.DataFrame, form: str, release_id: str) -> str:
    if form == "geojson":
        raise ValueError("Adults with a condition have no GeoJSON; `add_shapes` gives them shapes.")
    counts = [name for name in rows.columns if str(name).startswith(("adults", "with_condition"))]
    whole = rows.astype(dict.fromkeys(counts, "Int64"))
    if form == "csv":
        return clinic_exports.to_csv(whole, release_id)
    return json.dumps(clinic_exports.records(whole.assign(release=release_id)), indent=2)


def _read_level(rows: pd.DataFrame) -> str:
    """Return the level of areas, which is one."""
    _require(rows, "level", "geoid", "name")
    levels = rows["level"].unique()
    if len(levels) != 1:
        raise SchemaError("Shapes are for areas of one level; export the levels one by one.")
    return str(levels[0])


def _count_in_whole(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose counts of people are whole numbers, or null."""
    counts = {name: row[name] for name in _COUNTS_OF_SCORES if name in row}
    return row | {name: None if held is None else int(held) for name, held in counts.items()}


def _require(table: pd.DataFrame, *columns: str) -> None:
    """Refuse a table that lacks a column that its shapes are made by."""
    missing = [column for column in columns if column not in table]
    if missing:
        raise SchemaError(f"GeoJSON wants {', '.join(missing)} too; export the whole rows.")
