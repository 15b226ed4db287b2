"""What `calls` takes and does: draw clinics to call, take the answers back, say what they tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo import workspace
from geo.cli.prompts import find_operator
from geo.cli.shell import ShortFormat, answer, note
from geo.errors import SourceError, WorkspaceError
from geo.exporting.terminal import plain

if TYPE_CHECKING:
    from geo.publishing.call_findings import Findings
    from geo.workspace import Workspace
    from geo.workspace.call_days import CallDay

_SHEETS = "sheets.html"
_ANSWERS = "answers.csv"


def calls(
    *,
    sample: Annotated[
        int | None,
        typer.Option(metavar="N", min=2, help="Draw so many clinics to call, at random."),
    ] = None,
    by: Annotated[
        str, typer.Option(metavar="AREA", help="Each of these is told of: region, division, state.")
    ] = "region",
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="The same seed draws the same clinics.")
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where sheets.html, to print, and answers.csv, to fill in, are written. "
            "[default: calls-<day>-<number>]",
        ),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take in an answers.csv that was filled in.")
    ] = None,
    day: Annotated[
        int | None, typer.Option(metavar="ID", help="Which sample. [default: the newest]")
    ] = None,
    show: Annotated[
        bool | None,
        typer.Option("--show/--hide", help="Show what the calls found on Coverage, or no more."),
    ] = None,
    undo: Annotated[
        int | None,
        typer.Option(metavar="DECISION", help="Take a sample, or answers, back by their decision."),
    ] = None,
    output: Annotated[ShortFormat, typer.Option("--format", help="How to print.")] = (
        ShortFormat.TABLE
    ),
) -> None:
    """Learn by calls to a random sample how true the list is.

    The sample is drawn by area and by what is known of a clinic's phone and street; each has its
    sheet with six questions, and a tenth are called by a second person too. Answers are taken back
    offline and become what the operator says of the clinics, until `--undo`. Without an option it
    says what the calls tell so far, each with its 95% interval.

    For instance:

    ```
    clinic-finder calls --sample 300 --by region
    clinic-finder calls --answers calls-2026-11-29-12/answers.csv
    clinic-finder calls
    clinic-finder calls --show
    ```
    """
    if sum(one is not None for one in (sample, answers, show, undo)) > 1:
        raise typer.BadParameter("give one of --sample, --answers, --show, --hide and --undo.")
    from geo.publishing import call_findings  # noqa: PLC0415  # 330 ms: pandas
    from geo.workspace import call_days  # noqa: PLC0415  # 330 ms: pandas

    if show is False:
        call_findings.take_off()
        note("Coverage shows no calls any more.")
        return
    with workspace.open() as opened:
        if sample is not None:
            _draw(opened, sample, by, seed, out)
            return
        if undo is not None:
            answer(str(call_days.undo(opened, undo, who=find_operator())))
            return
        chosen = _find_day(opened, day)
        if answers is not None:
            _take(opened, chosen, answers)
            return
        found = call_findings.estimate(opened, chosen)
        if show:
            call_findings.publish(found)
            note("Coverage shows what these calls found, with their days.")
        _print(found, output)


def _draw(opened: Workspace, size: int, by: str, seed: int, out: Path | None) -> None:
    from geo.clinics.resolving import resolve  # noqa: PLC0415  # 370 ms
    from geo.exporting import call_sheets  # noqa: PLC0415  # 20 ms
    from geo.workspace import call_answers, call_days, decisions, stored_listings  # noqa: PLC0415  # 330 ms: pandas
    from geo.workspace.working_list import write_phone  # noqa: PLC0415  # 330 ms: pandas

    known = stored_listings.current(opened)
    clinics, _ = resolve(known[known["clinic_id"].ne("")], decisions.now().date())
    drawn = call_days.draw(opened, clinics, size, by=by, seed=seed, who=find_operator())
    listed = {
        str(row["clinic_id"]): {str(name): str(value) for name, value in row.items()}
        | {"phone": write_phone(str(row["phone"]))}
        for row in clinics.to_dict("records")
    }
    folder = out or Path(f"calls-{drawn.day}-{drawn.id}")
    title = f"Call day {drawn.day}, sample {drawn.id}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sheets = call_sheets.draw(drawn.drawn, listed, title=title)
        (folder / _SHEETS).write_text(sheets, "utf-8")
        table = call_sheets.write_answers(drawn.drawn, listed, call_answers.COLUMNS)
        (folder / _ANSWERS).write_text(table, "utf-8-sig", newline="")
    except OSError as error:
        raise WorkspaceError(
            f"The folder {folder} cannot be written: {error.strerror}; give another by --out."
        ) from error
    twice = int(drawn.drawn["second"].sum())
    note(
        f"{len(drawn.drawn):,} clinics are to be called, {twice:,} of them twice: print "
        f"{folder / _SHEETS}, fill in {folder / _ANSWERS}."
    )
    if len(drawn.drawn) > size:
        note(
            f"That is more than {size:,}: of each {by}, by whether a phone and a street are known, "
            "two calls are needed at least."
        )
    answer(str(folder))


def _find_day(opened: Workspace, day: int | None) -> CallDay:
    from geo.workspace import call_days  # noqa: PLC0415  # 330 ms: pandas

    if day is not None:
        return call_days.find(opened, day)
    days = call_days.list_days(opened)
    if not days:
        raise WorkspaceError("No clinics were drawn yet; draw some by `calls --sample 300`.")
    return days[0]


def _take(opened: Workspace, day: CallDay, path: Path) -> None:
    from geo.workspace import call_answers, call_days  # noqa: PLC0415  # 330 ms: pandas

    answers, faults = call_answers.read(path)
    taken = call_days.take(opened, day, answers, who=find_operator())
    for line, clinic_id, reason in sorted([*faults, *taken.rejects]):
        note(plain(f"Line {line}, {clinic_id or 'no clinic'}: {reason}"))
    if taken.decision_id is None:
        raise SourceError(f"No answer of {path.name} was taken; mend the lines, and try again.")
    note(f"{taken.answers:,} answers to sample {day.id} were taken in, as decision:")
    answer(str(taken.decision_id))


def _print(found: Findings, output: ShortFormat) -> None:
    if output is ShortFormat.JSON:
        rows = {
            name: {
                "value": one.value,
                "low": one.low,
                "high": one.high,
                "answers": one.answers,
            }
            for name, one in found.estimates.items()
        }
        facts = {"first_day": found.first_day, "last_day": found.last_day}
        counts = {"clinics": found.clinics, "called": found.called}
        answer(json.dumps({**facts, **counts, "estimates": rows}, indent=2))
        return
    for name, one in found.estimates.items():
        if name == "wait_days":
            said = f"{one.value:.0f} days ({one.low:.0f} to {one.high:.0f})"
        else:
            said = f"{one.value:.0%} ({one.low:.0%} to {one.high:.0%})"
        answer(f"{name.replace('_', ' '):<24} {said}, {one.answers:,} answers")
    note(
        f"By {found.called:,} calls from {found.first_day} to {found.last_day}, for the "
        f"{found.clinics:,} clinics they were drawn from; in brackets the 95% interval."
    )
