"""What the operator itself says of a clinic, as listings beside those of the sources.

A clinic has at most two of them: `operator:<clinic_id>` states fields, and says nothing of whether
the clinic operates (`operating` is ""); `operator:<clinic_id>:status` states that alone. So a
corrected phone neither reopens a closed clinic nor confirms one that nobody has called. Each states
a name only where the operator gave one; `stored_listings.current` fills it from the others.

A listing can state a fact but not its absence. So a field is emptied by refusing the values that
the sources give: they stay in their listings' versions, but count no longer; another value that a
source gives later does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.clinics import listings as listing_table
from geo.clinics.field import Origin
from geo.clinics.fields import FIELDS, find
from geo.clinics.forms import Codes, Text
from geo.clinics.listings import COLUMNS
from geo.clinics.resolving import ADDRESS, resolve
from geo.errors import SchemaError, WorkspaceError
from geo.sources import cleaning, form_cleaning
from geo.sources.descriptors import OPERATOR as OPERATOR_SOURCE
from geo.workspace import cases, decisions, listing_versions, stored_listings
from geo.workspace.stored_listings import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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


def state_facts(
    workspace: Workspace,
    decision_id: int,
    changed: Iterable[tuple[Mapping[str, Any], pd.DataFrame, Mapping[str, str]]],
) -> None:
    """Write as part of a decision what the operator says of some fields of clinics.

    Street, unit, city, state and ZIP are stated together where one of them changes, since the
    address of a clinic is taken from one listing.

    Parameters
    ----------
    changed : clinics with their listings, as `find_clinics` gives them, and their changed fields.

    Raises
    ------
    SchemaError : a listing that would result breaks the contract of `geo.clinics.listings`.
    WorkspaceError : the workspace cannot be read or written.
    """
    stated, moved = [], []
    for clinic, of_clinic, changes in changed:
        clinic_id = str(clinic["clinic_id"])
        listing = _find_own(workspace, clinic_id) or _blank(facts_id(clinic_id), clinic_id)
        if any(name in changes for name in ADDRESS):
            listing |= {name: str(clinic[name]) for name in ADDRESS}
            moved.append(listing)
        listing |= {**changes, "source_date": decisions.today()}
        stated.append(listing)
        _suppress_values(workspace, decision_id, of_clinic, clinic_id, changes)
    write(workspace, decision_id, stated)
    for listing in moved:
        _doubt_pin(workspace, decision_id, listing)


def state_status(
    workspace: Workspace,
    decision_id: int,
    clinic: Mapping[str, Any],
    operating: str,
    *,
    operating_date: str = "",
    note: str = "",
) -> None:
    """Write as part of a decision whether the operator says that a clinic operates.

    Raises
    ------
    SchemaError : the listing that would result breaks the contract of `geo.clinics.listings`.
    WorkspaceError : the workspace cannot be written.
    """
    stated = {"operating": operating, "operating_date": operating_date, "note": note}
    state_statuses(workspace, decision_id, [(str(clinic["clinic_id"]), stated)])


def state_statuses(
    workspace: Workspace, decision_id: int, stated: Iterable[tuple[str, Mapping[str, str]]]
) -> None:
    """Write as part of a decision whether the operator says that clinics operate.

    Parameters
    ----------
    stated : clinics by id, each with `operating` and, where there are some, `operating_date`, `note`.

    Raises
    ------
    SchemaError : a listing that would result breaks the contract of `geo.clinics.listings`.
    WorkspaceError : the workspace cannot be written.
    """
    dated = {"source_date": decisions.today()}
    listings = [
        _blank(status_id(clinic_id), clinic_id) | dict(said) | dated for clinic_id, said in stated
    ]
    write(workspace, decision_id, listings)


def write(workspace: Workspace, decision_id: int, stated: Sequence[Mapping[str, str]]) -> None:
    """Write listings of the operator's as part of a decision, and whose they are.

    Raises
    ------
    SchemaError : one breaks the contract of `geo.clinics.listings`.
    WorkspaceError : the workspace cannot be written.
    """
    named = [{**listing, "name": listing["name"] or OPERATOR_SOURCE.title} for listing in stated]
    listing_table.validate(pd.DataFrame(named, columns=list(COLUMNS), dtype="str"))
    with workspace.change() as connection:
        listing_versions.keep(connection, decision_id, stated)
        for listing in stated:
            own = (listing["listing_id"], listing["clinic_id"])
            held = workspace.read(
                "SELECT listing_id, clinic_id FROM assigned WHERE listing_id = ?", own[:1]
            )
            if held != [own]:
                listing_versions.assign(
                    connection, decision_id, [(*own, "the operator's own", None)]
                )


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


def _suppress_values(
    workspace: Workspace,
    decision_id: int,
    of_clinic: pd.DataFrame,
    clinic_id: str,
    changes: Mapping[str, str],
) -> None:
    """Let sources' values that changed fields contradict count no longer, as part of a decision.

    Those of an emptied field, and codes left out. What is stated again counts again.
    """
    theirs = of_clinic[~of_clinic["listing_id"].str.startswith(OPERATOR)]
    suppressed_before = {
        (field, value)
        for field, value in workspace.read(
            "SELECT field, value FROM refused WHERE clinic_id = ?", (clinic_id,)
        )
    }
    rows: list[tuple[str, str, int]] = []
    for field, value in changes.items():
        if field in {*NEEDED, *OWN}:
            continue
        if find(field).several:
            said = set(value.split(";")) - {""}
            given = set(";".join(theirs[field]).split(";")) - {""}
            rows += [(field, code, 1) for code in sorted(given - said)]
        else:
            said = {value} - {""}
            given = set(theirs[field]) - {""} if not value else set()
            rows += [(field, one, 1) for one in sorted(given)]
        rows += [(field, one, 0) for one in sorted(said) if (field, one) in suppressed_before]
    with workspace.change() as connection:
        connection.executemany(
            "INSERT INTO refusals (decision_id, clinic_id, field, value, refused) "
            "VALUES (?, ?, ?, ?, ?)",
            ((decision_id, clinic_id, *row) for row in rows),
        )


def _find_own(workspace: Workspace, clinic_id: str) -> dict[str, str]:
    """Return the listing that states fields for the operator, as it is kept; empty for none."""
    columns = ("listing_id", "source_date", *listing_versions.FACTS)
    rows = workspace.read(
        f"SELECT sighted.listing_id, source_date, {', '.join(listing_versions.FACTS)} FROM sighted "  # noqa: S608  constants
        "JOIN versions ON versions.id = sighted.version_id WHERE sighted.listing_id = ?",
        (facts_id(clinic_id),),
    )
    return {"clinic_id": clinic_id, **dict(zip(columns, rows[0], strict=True))} if rows else {}


def _blank(listing_id: str, clinic_id: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | {
        "listing_id": listing_id,
        "clinic_id": clinic_id,
        "evidence": OPERATOR_SOURCE.evidence,
        "source": OPERATOR_SOURCE.title,
    }


def _doubt_pin(workspace: Workspace, decision_id: int, address: Mapping[str, str]) -> None:
    """Open a case where an operator pinned the clinic at another address."""
    clinic_id = address["clinic_id"]
    pinned = workspace.read(
        "SELECT 1 FROM located WHERE clinic_id = ? AND precision = 'verified'", (clinic_id,)
    )
    if pinned:
        cases.add(
            workspace,
            decision_id,
            "position",
            f"clinic:{clinic_id}",
            clinic_id=clinic_id,
            reason="The address was edited after the clinic had been pinned; pin it anew, or leave "
            "the pin where it is.",
            facts={"candidates": [], "address": write_address(address)},
        )


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
