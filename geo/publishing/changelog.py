"""What each kept release changed for clinics: added, closed, moved or left out, and by which source.

It is read off the releases themselves, so that their form and content stay as they are. It holds
facts of clinics alone: nothing of who published what, and why.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo import releases
from geo.clinics.vocabulary import OUT_STATUSES
from geo.dedupe.addresses import read_street
from geo.errors import ReleaseError
from geo.places.address import normalise
from geo.publishing.diff import compare

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    import pandas as pd

ADDED: Final = "added"
CLOSED: Final = "closed"
MOVED: Final = "moved"
LEFT_OUT: Final = "left out"
KINDS: Final = (ADDED, CLOSED, MOVED, LEFT_OUT)
"""A clinic is left out where it was withdrawn, or no source holds it any more: it may still be open."""

MOST: Final = 24
"""So many releases are told of, the newest ones."""

_ADDRESS: Final = ("street", "city", "state")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one clinic.

    Attributes
    ----------
    kind : one of `KINDS`.
    clinic_id, name, city, state : of the clinic.
    before, after : of one that moved, its addresses; else "".
    source : the title of the source whose word it is; "" where that is not known.
    """

    kind: str
    clinic_id: str
    name: str
    city: str
    state: str
    before: str
    after: str
    source: str


@dataclass(frozen=True)
class ReleaseChanges:
    """What one release changed, compared with the kept one before it.

    Attributes
    ----------
    release_id, before_id : of the two.
    made_at : when the release was made, UTC, ISO 8601 to the second.
    changes : in the order of `KINDS`, then by clinic.
    """

    release_id: str
    before_id: str
    made_at: str
    changes: tuple[Change, ...]

    def count(self) -> dict[str, Counter[str]]:
        """Return how many clinics changed, by source and then by kind."""
        found: dict[str, Counter[str]] = {}
        for change in self.changes:
            found.setdefault(change.source, Counter())[change.kind] += 1
        return dict(sorted(found.items()))


def list_changes() -> list[ReleaseChanges]:
    """Return what each kept release up to the one in use changed, the newest first.

    Raises
    ------
    ReleaseError : the release in use cannot be read; others that cannot are passed over.
    """
    ordered = list_kept()[-MOST - 1 :]
    found = [_compare(before, after) for before, after in pairwise(ordered)]
    return [one for one in reversed(found) if one is not None]


def list_kept() -> list[tuple[str, str, str]]:
    """Return the kept releases up to the one in use, each its time, id and folder, the oldest first.

    Raises
    ------
    ReleaseError : the release in use cannot be read.
    """
    used = releases.current_id()
    kept = {
        release: (str(releases.read_manifest(folder)["made_at"]), folder)
        for release, folder in releases.find_all().items()
    }
    until = kept[used][0]
    return sorted(
        (
            (made_at, release, str(folder))
            for release, (made_at, folder) in kept.items()
            if made_at <= until
        ),
        key=lambda one: (one[0], one[1] == used, one[1]),  # stamps are of a second
    )


@lru_cache(maxsize=2 * MOST)
def _compare(before: tuple[str, str, str], after: tuple[str, str, str]) -> ReleaseChanges | None:
    """Return what changed between two releases, each its time, id and folder; they never change."""
    try:
        old, new = (releases.load(Path(folder)) for _at, _id, folder in (before, after))
    except ReleaseError:
        return None
    changes = sorted(
        _list_changes(old, new), key=lambda one: (KINDS.index(one.kind), one.clinic_id)
    )
    return ReleaseChanges(new.id, old.id, after[0], tuple(changes))


def _list_changes(old: releases.Release, new: releases.Release) -> Iterator[Change]:
    sides = [{name: side.tables[name] for name in ("clinics", "listings")} for side in (old, new)]
    diff = compare(*sides)
    was, now = (side.clinics.set_index("clinic_id") for side in (old, new))
    told_before, told = _Sources(old), _Sources(new)
    for row in diff.added.to_dict("records"):
        if not row["split_from"] and row["status"] not in OUT_STATUSES:
            yield _tell(ADDED, row["clinic_id"], now, told.find(row["clinic_id"], "status"))
    for row in diff.removed.to_dict("records"):
        if not row["merged_into"] and row["status"] not in OUT_STATUSES:
            yield _tell(
                LEFT_OUT, row["clinic_id"], was, told_before.find(row["clinic_id"], "status")
            )
    kinds = {"closed": CLOSED, "withdrawn": LEFT_OUT, "reopened": ADDED}
    for row in diff.statuses.to_dict("records"):
        if row["change"] in kinds:
            source = told.find(row["clinic_id"], "status")
            yield _tell(kinds[row["change"]], row["clinic_id"], now, source)
    for row in _find_moved(diff.changed):
        clinic_id = str(row["clinic_id"])
        before, after = (_write_address(side, clinic_id) for side in (was, now))
        yield _tell(MOVED, clinic_id, now, told.find(clinic_id, str(row["field"])), (before, after))


def _find_moved(changed: pd.DataFrame) -> Iterator[dict[Hashable, Any]]:
    """Yield a row for each clinic that stands at another address now, however that is written."""
    told = set()
    for row in changed[changed["field"].isin(_ADDRESS)].to_dict("records"):
        before, after = (str(row[when]) for when in ("before", "after"))
        is_street = row["field"] == "street"
        if before and after and row["clinic_id"] not in told and _differ(before, after, is_street):
            told.add(row["clinic_id"])
            yield row


def _differ(before: str, after: str, is_street: bool) -> bool:
    if normalise(before) == normalise(after):
        return False
    streets = [read_street(text) for text in (before, after)]
    return not (is_street and streets[0].core and streets[0][:3] == streets[1][:3])


class _Sources:
    """Which source gave which field of a clinic of a release."""

    def __init__(self, release: releases.Release) -> None:
        titles = dict(zip(release.listings["listing_id"], release.listings["source"], strict=True))
        gave = release.fields[release.fields["gave"]]
        self._given = {
            (clinic_id, field): titles.get(listing_id, "")
            for clinic_id, field, listing_id in zip(
                gave["clinic_id"], gave["field"], gave["listing_id"], strict=True
            )
        }

    def find(self, clinic_id: str, field: str) -> str:
        given = self._given.get((clinic_id, field)) or self._given.get((clinic_id, "name"))
        return str(given or "")


def _tell(
    kind: str,
    clinic_id: str,
    clinics: pd.DataFrame,
    source: str,
    addresses: tuple[str, str] = ("", ""),
) -> Change:
    row = clinics.loc[clinic_id]
    name, city, state = (str(row[column]) for column in ("name", "city", "state"))
    return Change(kind, clinic_id, name, city, state, *addresses, source)


def _write_address(clinics: pd.DataFrame, clinic_id: str) -> str:
    row = clinics.loc[clinic_id]
    return ", ".join(str(row[name]) for name in _ADDRESS if row[name])
