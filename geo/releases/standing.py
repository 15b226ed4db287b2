"""How a server stands: which release visitors are served, and whether that is the right one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from geo.errors import ReleaseError
from geo.releases import folders, remembering
from geo.releases.loading import identify, list_own, read_manifest
from geo.releases.switching import find_previous

if TYPE_CHECKING:
    from collections.abc import Iterator


class State(StrEnum):
    """How what is served relates to what ought to be."""

    OK = "ok"
    LAST_GOOD = "last good"
    """What ought to be in use cannot be had."""
    SHIPPED = "shipped"
    """Nothing was ever published at the place that is read, so that the program's own is served."""
    NONE = "none"


@dataclass(frozen=True)
class Standing:
    """What visitors are served.

    Parameters
    ----------
    release : its id; "" where there is none to serve.
    fault : a sentence for operators, which may name paths; "" where all is well.
    since : UTC, ISO 8601: when this process came to stand so.
    """

    release: str
    fault: str
    since: str

    @property
    def state(self) -> State:
        """How it relates to what ought to be served."""
        if not self.fault:
            return State.OK
        if not self.release:
            return State.NONE
        shipped = self.release == identify(folders.SHIPPED)
        return State.SHIPPED if shipped and remembering.recall() is None else State.LAST_GOOD


def list_last_good() -> Iterator[str]:
    """Return the ids of what to go on with, one by one, where the release in use is of no use.

    What was served last, then what was in use before, then the newest of the folder; the shipped
    one only where it was in use.
    """
    last = remembering.recall()
    if last is not None and last != folders.SHIPPED_WORD:
        yield last
    try:
        previous = None if folders.followed() else find_previous()
    except ReleaseError:
        previous = None
    if previous is not None:
        yield previous
    made = [
        (str(read_manifest(folder)["made_at"]), folder.name)
        for folder in list_own()
        if identify(folder)
    ]
    yield from (release for _, release in sorted(made, reverse=True))
