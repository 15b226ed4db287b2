"""Where clinics stand: agreed with a geocoder, or pinned by an operator, which counts for more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.errors import WorkspaceError
from geo.places.position_columns import POSITION_COLUMNS, POSITION_NUMBERS
from geo.places.precision import Precision
from geo.units import check_degrees
from geo.workspace import cases, clinic_facts, decisions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace.database import Workspace

COLUMNS: Final = ("clinic_id", *POSITION_COLUMNS, "address")
_OPERATOR: Final = "operator"


def agreed(workspace: Workspace) -> pd.DataFrame:
    """Return the position of each clinic that has one, by `clinic_id`.

    Returns
    -------
    `COLUMNS`, degrees in EPSG:4326. `address` is what was located (`street, city, state zip`), ""
    where that was not told: a clinic whose address is another by now is to be located again. An
    operator's pin has the precision `verified`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        f"SELECT {', '.join(COLUMNS)} FROM located WHERE clinic_id IN "  # noqa: S608  constants
        "(SELECT clinic_id FROM assigned) ORDER BY clinic_id"
    )
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    return found.astype({name: "f8" if name in POSITION_NUMBERS else "str" for name in COLUMNS})


def agree(
    workspace: Workspace,
    positions: pd.DataFrame,
    cases_found: pd.DataFrame | None = None,
    *,
    who: str = "geocoder",
) -> int | None:
    """Record positions found by a geocoder, and the cases it leaves.

    A clinic that an operator pinned keeps its pin; a position agreed already is not recorded again.
    Where a clinic gets a position and no case, its earlier case is settled.

    Parameters
    ----------
    positions : `COLUMNS`; without `address` it counts as not told. Degrees, EPSG:4326.
    cases_found : `clinic_id`, `reason`, `candidates` (a JSON list of objects, each with at least
        `latitude`, `longitude`, `precision`, `radius_miles`, `geocoder`, `licence`), and `reasons`
        where `reason` is the English of some.

    Returns
    -------
    The decision's id; None where there was nothing to record.

    Raises
    ------
    SchemaError : a position is no point of the Earth.
    WorkspaceError : the workspace cannot be written.
    """
    given = positions.assign(address="") if "address" not in positions.columns else positions
    check_degrees(
        given["latitude"].to_numpy(np.float64), given["longitude"].to_numpy(np.float64), "positions"
    )
    doubtful = [] if cases_found is None else cases_found.to_dict("records")
    in_doubt = {row["clinic_id"] for row in doubtful}
    with workspace.change():
        known = {
            row[0]: row
            for row in workspace.read(f"SELECT {', '.join(COLUMNS)} FROM located")  # noqa: S608  constants
        }
        rows = [
            _plain(row)
            for row in given[list(COLUMNS)].itertuples(index=False, name=None)
            if known.get(row[0], ("",) * len(COLUMNS))[3] != Precision.VERIFIED
        ]
        fresh = [row for row in rows if not _is_same(known.get(row[0]), row)]
        resolved = [
            case
            for case in cases.open_cases(workspace, "position").to_dict("records")
            if case["clinic_id"] in {row[0] for row in rows} - in_doubt
        ]
        if not (fresh or doubtful or resolved):
            return None
        decided = decisions.record(
            workspace, "locate", "", {"positions": len(fresh), "cases": len(doubtful)}, who=who
        )
        for row in fresh:
            _write(workspace, decided, row)
        for case in resolved:
            cases.close(workspace, decided, int(case["case_id"]), "located")
        for case in doubtful:
            cases.add(
                workspace,
                decided,
                "position",
                f"clinic:{case['clinic_id']}",
                clinic_id=str(case["clinic_id"]),
                reason=str(case["reason"]),
                facts={"candidates": json.loads(str(case["candidates"]))},
                reasons=case.get("reasons", ()),
            )
        return decided


def verify(
    workspace: Workspace,
    clinic_id: str,
    latitude: float,
    longitude: float,
    *,
    who: str,
    reason: str = "",
) -> int:
    """Pin a clinic where an operator says it stands, and settle its cases; return the decision's id.

    Parameters
    ----------
    latitude, longitude : degrees, EPSG:4326.

    Raises
    ------
    SchemaError : that is no point of the Earth.
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    check_degrees(np.array([latitude]), np.array([longitude]), "pin")
    with workspace.change():
        payload = {"latitude": latitude, "longitude": longitude}
        decided = decisions.record(
            workspace, "verify", f"clinic:{clinic_id}", payload, who=who, reason=reason
        )
        pin(workspace, decided, clinic_id, latitude, longitude)
        return decided


def pin(
    workspace: Workspace, decision_id: int, clinic_id: str, latitude: float, longitude: float
) -> None:
    """Pin a clinic as part of a decision, and settle its cases.

    Parameters
    ----------
    latitude, longitude : degrees, EPSG:4326; a point of the Earth.

    Raises
    ------
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    clinic, _ = clinic_facts.find_clinic(workspace, clinic_id)
    known = (Precision.VERIFIED.value, Precision.VERIFIED.radius_miles, _OPERATOR)
    _write(
        workspace,
        decision_id,
        (
            clinic_id,
            latitude,
            longitude,
            *known,
            decisions.today(),
            "",
            clinic_facts.write_address(clinic),
        ),
    )
    cases.close_positions(workspace, decision_id, clinic_id, "pinned")


def choose(
    workspace: Workspace, decision_id: int, clinic_id: str, candidate: Mapping[str, Any]
) -> None:
    """Agree as part of a decision to one of the points that a geocoder offered.

    Raises
    ------
    WorkspaceError : the clinic is pinned: only another pin moves it.
    """
    pinned = workspace.read(
        "SELECT 1 FROM located WHERE clinic_id = ? AND precision = ?",
        (clinic_id, Precision.VERIFIED.value),
    )
    if pinned:
        raise WorkspaceError(f"Clinic {clinic_id!r} is pinned; move its pin, or leave it.")
    clinic, _ = clinic_facts.find_clinic(workspace, clinic_id)
    _write(
        workspace,
        decision_id,
        (
            clinic_id,
            float(candidate["latitude"]),
            float(candidate["longitude"]),
            str(candidate["precision"]),
            float(candidate["radius_miles"]),
            str(candidate.get("geocoder", "")),
            decisions.today(),
            str(candidate.get("licence", "")),
            clinic_facts.write_address(clinic),
        ),
    )


def _write(workspace: Workspace, decision_id: int, row: tuple[Any, ...]) -> None:
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    with workspace.change() as connection:
        connection.execute(
            f"INSERT INTO positions (decision_id, {', '.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608  constants
            (decision_id, *row),
        )


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row in the types that SQLite knows."""
    return tuple(
        float(value) if name in POSITION_NUMBERS else str(value)
        for name, value in zip(COLUMNS, row, strict=True)
    )


def _is_same(known: tuple[Any, ...] | None, row: tuple[Any, ...]) -> bool:
    """Tell whether a position says what is known already, on whatever date it was found."""
    dated = COLUMNS.index("geocoded_date")
    return known is not None and (known[:dated], known[dated + 1 :]) == (
        row[:dated],
        row[dated + 1 :],
    )
