"""What the API answers from: the list that visitors see, and what was made of it once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.places import PlaceFinder
    from geo.publishing.changelog import ReleaseChanges
    from geo.releases import Release
    from geo.search.clinic_drives import ClinicDrives
    from geo.search.nearest import ClinicIndex


@dataclass(frozen=True)
class Served:
    """Of one release, all read-only.

    Attributes
    ----------
    release : the one in use.
    finder : of places, with the names of its clinics.
    index : of its clinics.
    drives : returns the drives to them.
    """

    release: Release
    finder: PlaceFinder
    index: ClinicIndex
    drives: Callable[[], ClinicDrives]


@dataclass(frozen=True)
class Loaders:
    """How the API comes by what it answers from; each may take seconds, and is called in a thread.

    Attributes
    ----------
    release : returns the release in use; raises ReleaseError.
    served : returns it with what a search needs; raises GeoError.
    changes : returns what the kept releases changed, the newest first; raises GeoError.
    """

    release: Callable[[], Release]
    served: Callable[[], Served]
    changes: Callable[[], Sequence[ReleaseChanges]]
