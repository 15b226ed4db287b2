"""What a clinic is said to be now, and what an operator may say of it: found and cleaned.

`operator_assertions` writes what an operator says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.clinics.field import Origin
from geo.clinics.fields import FIELDS, find
from geo.clinics.forms import Codes, Text
from geo.clinics.resolving import resolve
from geo.errors import SchemaError, WorkspaceError
from geo.sources import cleaning, form_cleaning
from geo.workspace import decisions, stored_listings
from geo.workspace.stored_listings import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from geo.clinics.field import Field
    from geo.workspace.database import Workspace

EDITABLE: Final = tuple(field.name for field in FIELDS if field.editable)

NEEDED: Final = tuple(field.name for field in FIELDS if field.editable and field.needed)
"""Fields that no clinic can be without."""

GAPS: Final = tuple(
    field.name
    for field in FIELDS
    if field.editable and field.origin is Origin.LISTING and not (field.needed or field.several)
)
"""Fields of one value that a clinic may lack, whatever its address."""

OWN: Final = tuple(field.name for field in FIELDS if field.editable and not field.origin)
"""Fields that an operator states of a listing of its own alone; a clinic has none."""


def find_clinic(workspace: Workspace, clinic_id: str) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return a clinic as it is resolved today, and its listings.

    Raises
    ------
    WorkspaceError : there is no such clinic.
    """
    return find_clinics(stored_listings.of_clinic(workspace, clinic_id), [clinic_id])[clinic_id]


def find_clinics(
    known: pd.DataFrame, clinic_ids: Iterable[str]
) -> dict[str, tuple[dict[str, Any], pd.DataFrame]]:
    """Return some clinics as they are resolved today, each with its listings.

    Parameters
    ----------
    known : listings as they stand.

    Raises
    ------
    SchemaError : a listing breaks the contract of `geo.clinics.listings`.
    WorkspaceError : there is no such clinic.
    """
    wanted = list(dict.fromkeys(clinic_ids))
    theirs = known[known["clinic_id"].isin(wanted)]
    if absent := set(wanted) - {*theirs["clinic_id"]}:
        raise WorkspaceError(f"There is no clinic {min(absent)!r} in the workspace.")
    if not wanted:
        return {}
    clinics, _ = resolve(theirs, decisions.now().date())
    of_clinic = {str(clinic_id): rows for clinic_id, rows in theirs.groupby("clinic_id")}
    return {
        str(row["clinic_id"]): (
            {str(column): value for column, value in row.items()},
            of_clinic[str(row["clinic_id"])],
        )
        for row in clinics.to_dict("records")
    }


def clean(fields: Mapping[str, str], state: str = "") -> dict[str, str]:
    """Return fields as a listing writes them.

    Parameters
    ----------
    fields : any of `EDITABLE`, as an operator types them; "" empties one.
    state : of the clinic, which tells a ZIP that lost its zero.

    Raises
    ------
    SchemaError : a field cannot be edited, or its value cannot be used; the sentence says why.
    """
    unknown = [name for name in fields if name not in EDITABLE]
    if unknown:
        raise SchemaError(
            f"The field {unknown[0]!r} is not one to edit; those are {', '.join(EDITABLE)}."
        )
    asserted = {name: cleaning.clean_text(value) for name, value in fields.items()}
    # The state first: it tells a ZIP that lost its zero.
    for name in sorted(asserted, key=lambda name: name != "state"):
        if asserted[name]:
            asserted[name] = _clean(find(name), asserted[name], asserted.get("state") or state)
    return asserted


def find_now(clinic: Mapping[str, Any], of_clinic: pd.DataFrame) -> dict[str, str]:
    """Return what the fields of `EDITABLE` say of a clinic now."""
    own = of_clinic[of_clinic["listing_id"].eq(facts_id(str(clinic["clinic_id"])))]
    said = {name: str(clinic.get(name, "")) for name in EDITABLE}
    return said | {name: "".join(own[name]) for name in OWN}


def find_changes(now: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, str]:
    """Return those of some clean fields that say otherwise than the clinic does now.

    Raises
    ------
    SchemaError : the name or the state would be emptied.
    """
    changes = {name: value for name, value in fields.items() if value != now[name]}
    for name in NEEDED:
        if changes.get(name) == "":
            raise SchemaError(f"The {name} of a clinic cannot be emptied; give another.")
    return changes


def facts_id(clinic_id: str) -> str:
    """Return the id of the listing that states fields of a clinic for the operator."""
    return f"{OPERATOR}{clinic_id}"


def status_id(clinic_id: str) -> str:
    """Return the id of the listing that states for the operator whether a clinic operates."""
    return f"{OPERATOR}{clinic_id}:status"


def write_address(clinic: Mapping[Any, Any]) -> str:
    """Return the address of a clinic on one line: `street, city, state zip`."""
    state_zip = f"{clinic['state']} {clinic['zip']}".strip()
    return ", ".join(part for part in (clinic["street"], clinic["city"], state_zip) if part)


def _clean(field: Field, text: str, state: str) -> str:
    """Return a text that an operator typed in the form of its field.

    Raises
    ------
    SchemaError : it cannot be used. Codes are taken as codes alone, and never from prose.
    """
    reason = ""
    if isinstance(field.form, Codes):
        codes = {code.strip() for code in text.split(";")} - {""}
        if unknown := codes - {*field.form.names}:
            reason = f"{min(unknown)!r} is none of its codes"
        elif len(codes) > 1 and not field.several:
            reason = f"{text!r} is more than one"
        text = ";".join(code for code in field.form.names if code in codes)
    elif not isinstance(field.form, Text):
        text, reason = form_cleaning.clean(field.form, text, state=state)
    if reason:
        raise SchemaError(f"{field.name}: {reason}; {field.form.advice}.")
    return text
