"""Where clinics stand: agreed with a geocoder, or pinned by an operator, which counts for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

    from geo.workspace.opening import Workspace

COLUMNS: Final = (
    "clinic_id",
    "latitude",
    "longitude",
    "precision",
    "radius_miles",
    "geocoder",
    "geocoded_date",
    "coordinate_licence",
)


def agreed(workspace: Workspace) -> pd.DataFrame:
    """Return the position of each clinic that has one, degrees, EPSG:4326: `COLUMNS`, `address`.

    `address` is what was located: `street, city, state zip`; a clinic whose address is another by
    now has to be located again. An operator's pin has the precision `verified`.
    """
    raise NotImplementedError


def agree(
    workspace: Workspace, positions: pd.DataFrame, cases: pd.DataFrame, *, who: str = "geocoder"
) -> int:
    """Record positions found by a geocoder, and the cases it leaves; return the decision's id.

    Parameters
    ----------
    positions : `COLUMNS`, and `address` if it is known. A clinic that an operator pinned keeps its
        pin; a position that is agreed already is not recorded again.
    cases : `clinic_id`, `reason`, `candidates` (JSON list of objects with `latitude`, `longitude`,
        `precision`, `radius_miles`, `label`, ...).
    """
    raise NotImplementedError


def verify(
    workspace: Workspace,
    clinic_id: str,
    latitude: float,
    longitude: float,
    *,
    who: str,
    why: str = "",
) -> int:
    """Pin a clinic where an operator says it stands, settle its cases; return the decision's id.

    Raises
    ------
    WorkspaceError : there is no such clinic.
    SchemaError : that is no point of the Earth.
    """
    raise NotImplementedError
