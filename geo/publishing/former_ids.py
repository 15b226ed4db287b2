"""What became of ids that earlier releases had and the one in use has not."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo import releases
from geo.errors import ReleaseError
from geo.publishing.changelog import MOST
from geo.publishing.diff import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.releases import Release

_LOCK: Final = threading.Lock()
_kept: Final[dict[str, dict[str, FormerClinic]]] = {}


@dataclass(frozen=True)
class FormerClinic:
    """A clinic that stands under its id no more.

    Attributes
    ----------
    name : what the last release that had it called it.
    into : the id of the clinic that has one of its listings now; "" where none has.
    """

    name: str
    into: str


def find_former(used: Release) -> dict[str, FormerClinic]:
    """Return the ids that the kept releases before one had and it has not.

    Takes seconds the first time that a release is asked of; who asks meanwhile waits for that answer.
    Releases that cannot be read are passed over; of more than 24 the newest are read.

    Parameters
    ----------
    used : the release in use.

    Raises
    ------
    ReleaseError : which releases there are cannot be told.
    """
    with _LOCK:
        if used.id not in _kept:
            found = _compare(used)
            _kept.clear()
            _kept[used.id] = found
        return _kept[used.id]


def _compare(used: Release) -> dict[str, FormerClinic]:
    found: dict[str, FormerClinic] = {}
    current = set(used.clinics["clinic_id"])
    for release in _list_earlier(used):
        gone = release.clinics[~release.clinics["clinic_id"].isin(current | found.keys())]
        into = follow(gone["clinic_id"], release.listings, used.listings)
        for clinic_id, name, heir in zip(gone["clinic_id"], gone["name"], into, strict=True):
            found[clinic_id] = FormerClinic(name, heir)
    return found


def _list_earlier(used: Release) -> Iterator[Release]:
    """Yield the kept releases that were made before one, the newest first."""
    made = []
    for release_id, folder in releases.find_all().items():
        try:
            made_at = str(releases.read_manifest(folder)["made_at"])
        except ReleaseError:
            continue
        if release_id != used.id and made_at <= used.manifest["made_at"]:
            made.append((made_at, folder))
    for _made_at, folder in sorted(made, reverse=True)[:MOST]:
        try:
            yield releases.load(folder)
        except ReleaseError:
            continue
