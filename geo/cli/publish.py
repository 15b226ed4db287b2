"""What `publish` and `rollback` take and do: show what changes, ask, switch."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from geo import workspace
from geo.cli.prompts import confirm, find_operator
from geo.cli.release_diff import show
from geo.cli.shell import answer, note
from geo.errors import ReleaseError


def publish(
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
    force: Annotated[
        str,
        typer.Option(
            "--reason",
            "--force",
            metavar="TEXT",
            help="Why it is right to publish past the limits; kept with the release.",
        ),
    ] = "",
    without_odbl: Annotated[
        bool,
        typer.Option("--without-odbl", help="Leave out records and coordinates under the ODbL."),
    ] = False,
) -> None:
    """Publish the workspace as a new release, which the running app picks up by itself.

    First it shows what would change, down to how regions are served. It refuses, unless you give a
    reason, where more than 10% of the clinics would go, more than 10% or 50 would come, more than a fifth fewer would have a point,
    a region's share within 30 miles would fall by more than 5 points, or a source suddenly holds
    much less. What waits for review is published as it stands.

    For instance:

    ```
    clinic-finder publish
    clinic-finder publish --yes
    clinic-finder publish --reason "The chain closed all its clinics on 2026-11-01."
    ```
    """
    from geo.publishing import publishing  # noqa: PLC0415  # 1510 ms

    with workspace.open() as opened:
        with Console(stderr=True).status("Building the release and measuring what it covers"):
            draft = publishing.prepare(opened, without_odbl=without_odbl)
        show(draft.diff)
        for refusal in draft.refusals:
            note(f"Past a limit: {refusal}")
        if draft.open_cases:
            note(f"{draft.open_cases:,} cases wait for review; they are published as they stand.")
        if not draft.refusals or force:
            confirm("Publish this release?", yes=yes)
        done = publishing.publish(opened, draft, who=find_operator(), force=force)
    if done.switch is None:
        note("That release is in use already.")
    if done.removed:
        note(f"Old releases removed: {', '.join(done.removed)}.")
    answer(done.release_id)


def rollback(
    to: Annotated[
        str | None,
        typer.Argument(
            metavar="TO", help="A release id or `shipped`. [default: the one in use before]"
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Go back without asking.")] = False,
) -> None:
    """Return to the release that was in use before, or to any other.

    The workspace stays as it is; the running app picks the release up by itself.

    For instance:

    ```
    clinic-finder rollback
    clinic-finder rollback 2026-10-01-1a2b3c4d --yes
    ```
    """
    from geo import releases, workspace  # noqa: PLC0415  # 330 ms: pandas
    from geo.publishing import publishing  # noqa: PLC0415  # 1510 ms
    from geo.publishing.diff import compare  # noqa: PLC0415  # 330 ms: pandas

    target = releases.find_previous() if to is None else to
    if target is not None:
        try:
            show(compare(releases.current(), releases.load(releases.find(target))))
        except ReleaseError as error:
            note(f"What would change cannot be shown: {error}")
        confirm(f"Return to {target}?", yes=yes)
    with workspace.open() as opened:
        switched = publishing.rollback(opened, target, who=find_operator())
    answer(switched.after)
