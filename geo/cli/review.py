"""What `review` takes and does: list what waits for an operator, settle one case, take it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from geo import workspace
from geo.cli.prompts import confirm, find_operator
from geo.cli.shell import ShortFormat, answer, note
from geo.errors import WorkspaceError
from geo.exporting.terminal import plain

if TYPE_CHECKING:
    import pandas as pd

    from geo.workspace import Workspace
    from geo.workspace.cases import Case


def review(
    case: Annotated[
        int | None, typer.Argument(metavar="ID", help="A case. [default: list all that are open]")
    ] = None,
    *,
    same: Annotated[bool, typer.Option("--same", help="A pair is one clinic: merge it.")] = False,
    different: Annotated[
        bool, typer.Option("--different", help="A pair is two clinics, for good.")
    ] = False,
    accept: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Take the Nth of the points offered for a clinic."),
    ] = None,
    pin: Annotated[
        str | None,
        typer.Option(metavar="LAT,LON", help="The clinic stands here; no geocoder overwrites it."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the clinic, or its point, as it is.")
    ] = False,
    choose: Annotated[
        str | None,
        typer.Option(
            metavar="WORD",
            help="`close` a clinic whose NPI is deactivated, or whose words of status say so, else "
            "`operates`; `accept` or `discard` a source that "
            "shrank; `done` with a report or a lead; `add` or `dismiss` a possible clinic; of found "
            "facts `accept` the best, `accept:0,2` those, "
            "or `reject`.",
        ),
    ] = None,
    sure: Annotated[
        bool, typer.Option("--sure", help="Take all found facts that are sure, a clinic at a time.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what settled the case.")] = False,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Join a pair whose towns, streets or numbers differ, unasked."),
    ] = False,
    reason: Annotated[
        str, typer.Option("--why", metavar="REASON", help="A reason, kept with the case.")
    ] = "",
    output: Annotated[ShortFormat, typer.Option("--format", help="How to print.")] = (
        ShortFormat.TABLE
    ),
) -> None:
    """List the cases that wait for an operator, look at one, or settle it.

    For instance:

    ```
    clinic-finder review
    clinic-finder review 12
    clinic-finder review 12 --different
    clinic-finder review 12 --same --yes
    clinic-finder review 15 --pin 41.8858,-87.6181 --why "Seen on the clinic's own map."
    clinic-finder review 12 --undo
    clinic-finder review --sure
    ```
    """
    given = {
        "same": same,
        "different": different,
        "keep": keep,
        "accept": accept is not None,
        "pin": pin is not None,
        "choose": choose is not None,
        "undo": undo,
    }
    asked = [name for name, is_given in given.items() if is_given]
    if len(asked) > 1 or (asked and case is None) or (sure and (asked or case is not None)):
        raise typer.BadParameter("give one case, and one thing to do with it.")

    with workspace.open() as opened:
        if sure:
            _accept_sure(opened, reason)
        elif case is None:
            _list_cases(opened, output)
        elif not asked:
            _show_case(opened, case, output)
        else:
            decided = _act(
                opened,
                case,
                asked[0],
                accept=accept,
                pin=pin,
                choose=choose,
                yes=yes,
                reason=reason,
            )
            answer(str(decided))


def _act(
    opened: Workspace,
    case_id: int,
    action: str,
    *,
    accept: int | None,
    pin: str | None,
    choose: str | None,
    yes: bool,
    reason: str,
) -> int:
    """Do one thing with a case, and return the decision's id."""
    from geo.workspace import (  # noqa: PLC0415  # 330 ms: pandas
        case_outcomes,
        case_resolving,
        cases,
        positions,
        undoing,
    )

    who = find_operator()
    if action == "undo":
        return undoing.undo(opened, _find_resolution(opened, case_id), who=who, reason=reason)
    found = cases.find_open(opened, case_id)
    if action == "pin":
        latitude, longitude = _read_point(pin or "")
        said = case_outcomes.describe(opened, found, "pin")
        decided = positions.verify(
            opened, found.clinic_id, latitude, longitude, who=who, reason=reason
        )
    else:
        choice = {
            "keep": "leave" if found.kind == "position" else "keep",
            "accept": f"candidate:{(accept or 1) - 1}",
            "choose": choose or "",
        }.get(action, action)
        case_resolving.check_choice(found, choice)
        if choice == "same":
            _ask_again(opened, found, yes=yes)
        said = case_outcomes.describe(opened, found, choice)
        decided = case_resolving.resolve_case(opened, case_id, choice, who=who, reason=reason)
    note(plain(said))
    note(f"Case {case_id} is settled; `clinic-finder review {case_id} --undo` takes it back.")
    return decided


def _ask_again(opened: Workspace, case: Case, *, yes: bool) -> None:
    """Ask before two clinics that differ in town, street or number are joined."""
    from geo.clinics.fields import FIELDS  # noqa: PLC0415  # 19 ms
    from geo.workspace import clinic_facts, pair_cases, stored_listings  # noqa: PLC0415  # 330 ms: pandas

    known = stored_listings.current(opened)
    pair = pair_cases.find_pair(opened, case)
    clinics = clinic_facts.find_clinics(known, pair)
    stays, absorbed = (clinics[clinic_id][0] for clinic_id in pair)
    join = pair_cases.foresee(stays, absorbed, known)
    if join.apart:
        said = " and ".join(join.apart)
        labels = {field.name: field.label for field in FIELDS}
        note(plain(f"{said[:1].upper()}{said[1:]}. {pair_cases.describe_gone(join, labels)}"))
        confirm("Join them all the same?", yes=yes)


def _accept_sure(opened: Workspace, reason: str) -> None:
    from geo.workspace import case_resolving  # noqa: PLC0415  # 330 ms: pandas

    done = case_resolving.accept_sure(opened, who=find_operator(), reason=reason)
    for decided in done:
        answer(str(decided))
    note(f"Sure facts of {len(done):,} clinics were taken; each can be undone for itself.")


def _find_resolution(opened: Workspace, case_id: int) -> int:
    """Return the standing decision that settled a case, of whatever kind it is."""
    rows = opened.read(
        "SELECT settlements.decision_id FROM settlements JOIN standing "
        "ON standing.id = settlements.decision_id WHERE case_id = ? ORDER BY 1 DESC LIMIT 1",
        (case_id,),
    )
    if not rows:
        raise WorkspaceError(f"Case {case_id} was not settled; there is nothing to take back.")
    return int(rows[0][0])


def _read_point(text: str) -> tuple[float, float]:
    """Return latitude and longitude of `LAT,LON`."""
    parts = text.replace(",", " ").split()
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError as error:
        raise typer.BadParameter(
            "give latitude,longitude in degrees, as 41.8858,-87.6181."
        ) from error
    return latitude, longitude


def _list_cases(opened: Workspace, output: ShortFormat) -> None:
    from geo.exporting import clinic_exports  # noqa: PLC0415  # 330 ms: pandas
    from geo.workspace import cases  # noqa: PLC0415  # 340 ms

    found = cases.open_cases(opened)
    if output is ShortFormat.JSON:
        answer(json.dumps(clinic_exports.records(found), indent=2))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("Case", "Kind", "About", "Why"):
        table.add_column(heading, overflow="fold")
    for row in found.to_dict("records"):
        cells = (
            str(row["case_id"]),
            row["kind"],
            row["clinic_id"] or row["subject"],
            row["reason"],
        )
        table.add_row(*(Text(plain(cell)) for cell in cells))
    if len(found):
        Console(highlight=False).print(table)
    leads = len(cases.open_cases(opened, "lead"))
    besides = f" {leads:,} leads are on the page Clinics, under Whom to call." if leads else ""
    note(f"{len(found):,} open.{besides}")


def _show_case(opened: Workspace, case_id: int, output: ShortFormat) -> None:
    """Write what a case asks, what each listing says, and the points to choose from."""
    from geo.exporting import clinic_exports  # noqa: PLC0415  # 330 ms: pandas
    from geo.workspace import cases, possible_clinics, stored_listings  # noqa: PLC0415  # 330 ms: pandas

    case = cases.find_open(opened, case_id)
    asks_whether = case.kind in {possible_clinics.KIND, possible_clinics.LEAD}
    listings = (stored_listings.awaiting if asks_whether else stored_listings.current)(opened)
    ids = {case.facts.get(name) for name in ("listing_a", "listing_b", "listing_id")}
    about = listings[
        listings["listing_id"].isin(ids - {None})
        | (listings["clinic_id"].eq(case.clinic_id) & (case.clinic_id != ""))
    ]
    if output is ShortFormat.JSON:
        facts = {
            "case_id": case.id,
            "kind": case.kind,
            "subject": case.subject,
            "clinic_id": case.clinic_id,
            "reason": case.reason,
            "facts": dict(case.facts),
            "listings": clinic_exports.records(about),
            "choices": list(cases.CHOICES[case.kind]),
        }
        answer(json.dumps(facts, indent=2))
        return
    answer(plain(f"Case {case.id}, {case.kind}: {case.reason}"))
    _show_listings(about)
    for number, proposal in enumerate(case.facts.get("proposals", [])):
        answer(plain(f"  --choose accept:{number}: {_describe_proposal(proposal)}"))
    for number, candidate in enumerate(case.facts.get("candidates", []), start=1):
        answer(plain(f"  --accept {number}: {_describe_candidate(candidate)}"))


def _show_listings(about: pd.DataFrame) -> None:
    from geo.clinics.resolving import ADDRESS  # noqa: PLC0415  # 330 ms: pandas

    # What tells whether two listings are one place; other fields do not.
    telling = ("name", *ADDRESS, "phone", "source", "source_date")
    for row in about.to_dict("records"):
        said = [f"{name} {row[name]}" for name in telling if row[name]]
        answer(
            plain(
                f"  {row['listing_id']} [{row['clinic_id'] or 'no clinic yet'}]: {'; '.join(said)}"
            )
        )


def _describe_proposal(proposal: dict[str, Any]) -> str:
    from geo.workspace.proposals import write_values  # noqa: PLC0415  # 330 ms: pandas

    said = "; ".join(
        f"{one['source']} {one['url']} ({one['score']:.2f}: {one['reason']})"
        for one in proposal["sources"]
    )
    return f"{proposal['field']} {write_values(proposal)}{' (sure)' if proposal['sure'] else ''}: {said}"


def _describe_candidate(candidate: dict[str, Any]) -> str:
    label = candidate.get("label") or ""
    point = f"{candidate['latitude']:.5f}, {candidate['longitude']:.5f}"
    return f"{label} ({point}; {candidate['precision']}, within {candidate['radius_miles']:g} mi)"
