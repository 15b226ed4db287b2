"""What `find`, `clinics` and `status` do: read the release in use and write what was asked."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from geo import releases, workspace
from geo.api import clinic_verbs
from geo.cli import printing, source_table
from geo.cli.shell import Format, ShortFormat, answer, note
from geo.clinics.known import count_known
from geo.clinics.vocabulary import STATES
from geo.guidance.crisis.panel import build_panel
from geo.guidance.crisis.understood import understand
from geo.search.fact_filters import FACTS
from geo.search.search_notes import list_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.guidance.crisis.panel import Kind
    from geo.refreshing.source_health import SourceHealth


def print_search(
    query: str,
    *,
    within_miles: float | None,
    within_minutes: float | None,
    by_minutes: bool,
    limit: int | None,
    treatment: str | None,
    facts: Sequence[str],
    output: Format,
) -> None:
    """Write the clinics for a place.

    Parameters
    ----------
    facts : each a fact and one of its codes, as `payment=medicaid`.

    Raises
    ------
    GeoError : the place is not found or not clear, or the release or a table cannot be read.
    typer.Exit : with 1: what was typed is a sign of a crisis and names no place.
    """
    wanted = _read_facts(facts)
    release = releases.current()
    finder = clinic_verbs.load_place_finder(release)
    understood = understand(query, finder)
    if understood.crisis is not None:
        _note_panel(understood.crisis)
    match = understood.match
    if match is None:
        raise typer.Exit(1)
    result = clinic_verbs.search_clinics(
        match.place,
        within_miles=within_miles,
        within_minutes=within_minutes,
        by_minutes=by_minutes,
        limit=limit,
        treatment=treatment or understood.treatment or None,
        wanted=wanted,
        release=release,
    )
    if output is Format.TABLE:
        printing.print_search(result, release)
    else:
        from geo.api.export_verb import export  # noqa: PLC0415  # 440 ms

        answer(export(result, output.value, release=release, query=understood.query))
    within = within_miles or within_minutes
    for words in list_notes(match, result, release.clinics, finder, within=within):
        note(words)


def print_clinics(state: str | None, status: str | None, output: Format) -> None:
    """Write every clinic of the release, or those of a state or status.

    Raises
    ------
    GeoError : the release cannot be read.
    """
    release = releases.current()
    clinics = release.clinics
    if state is not None:
        clinics = clinics[clinics["state"] == _state_code(state)]
    if status is not None:
        clinics = clinics[clinics["status"] == status]
    if output is Format.TABLE:
        printing.print_clinics(clinics, release)
    else:
        from geo.api.export_verb import export  # noqa: PLC0415  # 440 ms

        answer(export(clinics, output.value, release=release))


def print_status(output: ShortFormat) -> None:
    """Write which release is in use and what it holds, all its files checked; then the workspace.

    Raises
    ------
    GeoError : the release or the workspace cannot be read.
    """
    served = releases.find_served()
    release = releases.load(served.folder)
    facts: dict[str, object] = {
        "release": release.id,
        "fault": served.fault or None,
        "made_at": release.manifest["made_at"],
        "as_of": release.manifest["as_of"],
        "shipped": release.id == releases.read_manifest(releases.SHIPPED)["id"],
        **releases.count(release.tables),
        "known_of_clinics": count_known(release.clinics),
        "workspace": workspace.exists(),
    }
    sources: list[SourceHealth] = []
    if workspace.exists():
        facts |= _read_workspace()
        sources = source_table.read_sources()
    if output is ShortFormat.JSON:
        answer(json.dumps(facts | {"sources": [asdict(one) for one in sources]}, indent=2))
    else:
        known = {name: value for name, value in facts.items() if value not in ({}, None)}
        printing.print_facts(
            {name.replace("_", " "): _write(value) for name, value in known.items()}
        )
        if sources:
            source_table.print_sources(sources)


def _write(value: object) -> object:
    """Return a fact as it is printed: counts by kind in one line, yes and no in words."""
    if isinstance(value, dict):
        return ", ".join(f"{count} {kind}" for kind, count in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _read_workspace() -> dict[str, object]:
    """Return what waits in the workspace; tell on stderr of what came with an update."""
    from geo.workspace import cases, shipped  # noqa: PLC0415  # 20 ms; pandera

    with workspace.open() as opened:
        waiting = cases.open_cases(opened)
        news = shipped.find_newer(opened)
    newer = releases.find_newer_shipped()
    if newer is not None:
        note(
            f"A newer release came with the program: {newer}. `clinic-finder diff current shipped` "
            "says what it holds."
        )
    if news is not None:
        note(
            f"Newer listings came with the program: {news.added:,} added, {news.changed:,} changed, "
            f"{news.missing:,} no longer there; `clinic-finder ingest shipped` takes them in."
        )
    return {
        "open_cases": len(waiting),
        "cases_by_kind": {
            str(kind): int(count) for kind, count in waiting["kind"].value_counts().items()
        },
        "newer_shipped_release": newer,
        "newer_shipped_listings": news is not None,
    }


def _read_facts(facts: Sequence[str]) -> dict[str, str]:
    """Return fact -> code of what was typed, or refuse it as a wrong use."""
    wanted: dict[str, str] = {}
    for text in facts:
        name, _sign, code = text.strip().partition("=")
        if name not in FACTS:
            raise typer.BadParameter(
                f"{text!r} names no fact; give one of {', '.join(FACTS)}, as payment=medicaid.",
                param_hint="'--with'",
            )
        if code not in FACTS[name]:
            raise typer.BadParameter(
                f"{text!r} names no code of {name}; there are {', '.join(FACTS[name])}.",
                param_hint="'--with'",
            )
        if wanted.setdefault(name, code) != code:
            raise typer.BadParameter(f"{name} is asked for twice.", param_hint="'--with'")
    return wanted


def _state_code(text: str) -> str:
    """Return the code of a state as typed, or refuse it as a wrong use."""
    code = text.strip().upper()
    if code not in STATES:
        raise typer.BadParameter(
            f"{text!r} is no state; give two letters, such as IL.", param_hint="'--state'"
        )
    return code


def _note_panel(kind: Kind) -> None:
    """Say on stderr whom to call in a crisis."""
    panel = build_panel(kind)
    for words in filter(None, (panel.heading, panel.lead)):
        note(words)
    for group in panel.groups:
        ways = " · ".join(way.words for way in group.ways)
        note(f"  {group.lead.rstrip(':')}: {ways}" if group.lead else f"  {ways}")
