"""From the workspace to a release in use, and back: prepare, look, publish, roll back.

A draft is built whole before anybody decides. Publishing writes it beside the releases, gives it
its name, and replaces one pointer: killed anywhere, either the old or the new release is in use,
whole. What a killed process left undone is made up for by the next one (`catch_up`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import releases
from geo.clinics.licences import leave_out_odbl
from geo.coverage.position_draws import DRAWS
from geo.errors import ReleaseError
from geo.publishing.building import build_release, hash_reference
from geo.publishing.diff import Diff, compare
from geo.publishing.kept_measures import KeptMeasures
from geo.publishing.limits import find_refusals
from geo.releases import folders
from geo.workspace import cases, decisions, linking, positions, stored_listings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from geo.releases import Switch
    from geo.workspace import Workspace

PUBLISH: Final = "publish"
ROLLBACK: Final = "rollback"
_ALL: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class Draft:
    """A release that is built and not yet written, and what it would change.

    Parameters
    ----------
    tables : of the release.
    as_of : the date to which the ages of the sources count.
    inputs : name -> sha256 of what the tables were made from.
    base : the id of the release in use when it was built.
    diff : from that one to this.
    refusals : sentences; where there are any, it takes a reason to publish.
    state : of the workspace and the release in use at the time, to be the same when publishing.
    without_odbl : listings and coordinates under the ODbL were left out.
    open_cases : how many wait for review, which publishing does not.
    """

    tables: Mapping[str, pd.DataFrame]
    as_of: date
    inputs: Mapping[str, str]
    base: str
    diff: Diff
    refusals: tuple[str, ...]
    state: str
    without_odbl: bool
    open_cases: int

    @property
    def counts(self) -> dict[str, int]:
        """What the release holds, as in its manifest."""
        return releases.count(self.tables)


@dataclass(frozen=True)
class Published:
    """What publishing did.

    Parameters
    ----------
    release_id : of the release in use now.
    switch : None where that release was in use already.
    removed : ids of old releases that the rule no longer keeps.
    """

    release_id: str
    switch: Switch | None
    removed: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Inputs:
    """What the workspace gives to a release."""

    listings: pd.DataFrame
    licences: dict[str, str]
    positions: pd.DataFrame
    shrunk: pd.DataFrame
    open_pairs: pd.DataFrame
    open_cases: int


def prepare(
    workspace: Workspace,
    as_of: date | None = None,
    *,
    without_odbl: bool = False,
    draws: int = DRAWS,
) -> Draft:
    """Build a release of the workspace as it stands, and say what it would change.

    Listings that nobody has assigned yet are assigned first, by rule; doubtful ones are clinics of
    their own until somebody decides.

    Parameters
    ----------
    workspace : open.
    as_of : the date to which the ages of the sources count; by default today, UTC.
    without_odbl : leave out what is under the Open Database License.
    draws : of the clinics' positions, as in `geo.publishing.building.build_release`.

    Raises
    ------
    SchemaError : a listing, position or clinic breaks its contract.
    ReleaseError : the release in use cannot be read; or nothing may be published where
        `CLINIC_FINDER_RELEASES` points, or what was published there has gone.
    SourceError : a reference table is missing or damaged.
    ValueError : no draw is asked for.
    WorkspaceError : the workspace cannot be read.
    """
    _check_place()
    linking.assign_new(workspace)
    day = as_of or datetime.now(UTC).date()
    base = releases.current()
    found = _read_inputs(workspace, without_odbl=without_odbl)
    tables = build_release(
        found.listings,
        day,
        found.positions,
        licences=found.licences,
        open_pairs=found.open_pairs,
        draws=draws,
        kept=KeptMeasures(),
    )
    diff = compare(base, tables)
    return Draft(
        tables=tables,
        as_of=day,
        inputs={name: _hash(table) for name, table in _name_tables(found).items()}
        | hash_reference(),
        base=base.id,
        diff=diff,
        refusals=tuple(find_refusals(diff, found.shrunk)),
        state=_hash_state(found, base.id),
        without_odbl=without_odbl,
        open_cases=found.open_cases,
    )


def publish(workspace: Workspace, draft: Draft, *, who: str, force: str = "") -> Published:
    """Write a draft as a release and put it to use; old releases go by the rule.

    Parameters
    ----------
    workspace : the one that the draft was prepared from.
    draft : as it was looked at.
    who : the operator.
    force : why it is published past limits; kept with the decision.

    Raises
    ------
    ReleaseError : a limit refuses it and no reason is given; the workspace or the release in use
        changed since the draft was prepared; another operator is publishing; the disk fails; or as
        `prepare`.
    WorkspaceError : the decision cannot be recorded; the next call makes up for it.
    """
    if draft.refusals and not force.strip():
        raise ReleaseError(
            f"Not published: {' '.join(draft.refusals)} Look again, or give a reason to publish "
            "all the same."
        )
    _check_place()
    with releases.lock(who):
        catch_up(workspace)
        found = _read_inputs(workspace, without_odbl=draft.without_odbl)
        if _hash_state(found, releases.current_id()) != draft.state:
            raise ReleaseError(
                "Not published: the workspace or the release in use changed since the preview; "
                "look again."
            )
        folder = releases.write(
            draft.tables, folders.root(), as_of=draft.as_of, inputs=draft.inputs
        )
        switched = releases.switch(folder.name, kind=PUBLISH, who=who, reason=force)
        if switched is not None:
            _record(workspace, switched, {"refusals": list(draft.refusals), **draft.counts})
        return Published(folder.name, switched, tuple(releases.prune(who=who)))


def rollback(workspace: Workspace, to: str | None = None, *, who: str, reason: str = "") -> Switch:
    """Put an earlier release to use again.

    Parameters
    ----------
    workspace : where it is recorded; its listings stay as they are.
    to : the id of a release, or `shipped`; by default the one in use before the present one, which
        at the end is the one the program came with.
    who, reason : to be kept with the decision.

    Raises
    ------
    ReleaseError : there is none to return to, it is damaged or in use already; another operator is
        publishing; the releases are made elsewhere.
    WorkspaceError : the decision cannot be recorded; the next call makes up for it.
    """
    releases.check_writable()
    with releases.lock(who):
        catch_up(workspace)
        if to is None:
            target = releases.find_previous()
        else:
            target = str(releases.read_manifest(releases.find(to))["id"])
        if target is None:
            raise ReleaseError("No other release was in use before; there is nothing to return to.")
        switched = releases.switch(target, kind=ROLLBACK, who=who, reason=reason)
        if switched is None:
            raise ReleaseError(f"The release {releases.current_id()} is in use already.")
        _record(workspace, switched, {})
        return switched


def catch_up(workspace: Workspace) -> int:
    """Make up for what killed processes left undone, and return how many switches were recorded.

    Raises
    ------
    ReleaseError : another operator is publishing, or the history cannot be read.
    WorkspaceError : the workspace cannot be written.
    """
    with releases.lock():
        releases.clear_partials()
        past = releases.history()
        recorded = {
            decision.payload.get("switch")
            for subject in {_subject(entry) for entry in past}
            for decision in decisions.history(workspace, subject, limit=_ALL)
        }
        missing = [entry for entry in past if entry.id not in recorded]
        for entry in missing:
            _record(workspace, entry, {})
        return len(missing)


def _check_place() -> None:
    """Refuse to publish where nothing may be written, or where what was published has gone.

    An empty folder may be one that is not mounted: what is written there would be seen by nobody.
    """
    releases.check_writable()
    if folders.origin() and releases.is_lost():
        used = releases.current_id()
        raise ReleaseError(
            f"The folder {folders.root()} has lost its pointer to a release; mount or restore it, or "
            f"run `clinic-finder rollback {used}`, which puts the copy that is kept here back there."
        )


def _record(workspace: Workspace, switched: Switch, more: Mapping[str, object]) -> None:
    payload = {
        "switch": switched.id,
        "before": switched.before,
        "after": switched.after,
        "at": switched.at,
        **more,
    }
    decisions.record(
        workspace,
        switched.kind,
        _subject(switched),
        payload,
        who=switched.who or "operator",
        reason=switched.why,
    )


def _subject(switched: Switch) -> str:
    return f"release:{switched.after}"


def _read_inputs(workspace: Workspace, *, without_odbl: bool) -> _Inputs:
    """Read all that a release is made of, as it stands at one moment."""
    with workspace.snapshot():
        table, licensed = stored_listings.current(workspace), stored_listings.licences(workspace)
        accepted, waiting = positions.agreed(workspace), cases.open_cases(workspace)
    licences = dict(zip(licensed["listing_id"], licensed["licence"], strict=True))
    if without_odbl:
        table, accepted = leave_out_odbl(table, licences, accepted)
    shrunk = waiting[waiting["kind"].eq("shrunk")]
    return _Inputs(table, licences, accepted, shrunk, _list_pairs(waiting), len(waiting))


def _list_pairs(waiting: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of listings that operators are asked about: `listing_a`, `listing_b`."""
    asked = waiting[waiting["kind"].eq("duplicate")]["facts"]
    names = ("listing_a", "listing_b")
    return pd.DataFrame(
        {name: pd.Series([facts[name] for facts in asked], dtype="str") for name in names}
    )


def _name_tables(found: _Inputs) -> dict[str, pd.DataFrame]:
    return {"workspace/listings": found.listings, "workspace/positions": found.positions}


def _hash(table: pd.DataFrame) -> str:
    return hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def _hash_state(found: _Inputs, base: str) -> str:
    """Return a token that differs as soon as a release made now would, or its limits."""
    digest = hashlib.sha256(base.encode())
    for part in (
        *(_hash(table) for table in _name_tables(found).values()),
        repr(sorted(found.licences.items())),
        repr(found.shrunk["case_id"].tolist()),
        repr(found.open_pairs.to_numpy().tolist()),
    ):
        digest.update(part.encode())
    return digest.hexdigest()
