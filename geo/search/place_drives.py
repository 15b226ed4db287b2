"""The drives from one place to all clinics; long ones are searched for only where they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.search.drive_columns import NUMBERS, TEXTS, TOLD_MINUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Rows = NDArray[np.intp]
    Mask = NDArray[np.bool_]
    Minutes = NDArray[np.float64]
    Columns = Mapping[str, NDArray[np.generic]]


class Longer(NamedTuple):
    """How drives are found that are longer than was searched for.

    Parameters
    ----------
    find : returns the columns for some clinics, however long their drives are.
    bound : returns the least minutes that the range of a longer drive to each of them begins with.
    """

    find: Callable[[Rows], Columns]
    bound: Callable[[Rows], Minutes]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceDrives:
    """The drives from one place.

    Parameters
    ----------
    columns : by `geo.search.drive_columns.COLUMNS`, (n,) of a clinic each in the order of the
        release: minutes without traffic, `low` to `high` of which hold 90% and widen by what is not
        known of both points, statute miles by road; NaN and the reason where no drive is known, NaN
        without a reason where a point is missing or the drive is longer than was searched for.
    told : why the operator's engine gave none; "" where nothing stood in its way.
    longer : how longer ones are found; None where there are none, or nobody is to be told them.
    """

    columns: Columns
    told: str = ""
    longer: Longer | None = None

    def __getitem__(self, name: str) -> NDArray[np.generic]:
        """Return one of the columns."""
        return self.columns[name]

    def take(self, rows: Rows) -> Columns:
        """Return the columns of some clinics, those of longer drives too.

        Parameters
        ----------
        rows : positions in the clinic table.
        """
        taken = {name: column[rows] for name, column in self.columns.items()}
        if self.longer is not None:
            longer = self._list_longer(rows)
            if len(longer):
                for name, column in self.longer.find(rows[longer]).items():
                    taken[name][longer] = column
        return taken

    def settle(self, within_minutes: float, listed: Mask) -> PlaceDrives:
        """Return drives that tell what is within some minutes, and what of the rest is the nearest.

        A drive longer than was searched for may be within by its range, and it may be the nearest
        outside where no other is known to be outside.

        Parameters
        ----------
        within_minutes : > 0.
        listed : (n,) the clinics that count.
        """
        everyone = np.arange(len(listed))
        if self.longer is None or not len(longer := self._list_longer(everyone)):
            return self
        low = np.asarray(self["drive_low"][listed], dtype=np.float64)
        is_known = (low > within_minutes).any() and (
            within_minutes < self.longer.bound(longer).min()
        )
        return self if is_known else PlaceDrives(self.take(everyone), self.told)

    def _list_longer(self, rows: Rows) -> Rows:
        """Return at which of some rows a drive is longer than was searched for."""
        minutes = np.asarray(self[NUMBERS[0]][rows], dtype=np.float64)
        method, reason = (self[name][rows] for name in TEXTS)
        return np.flatnonzero(np.isnan(minutes) & (method != "") & (reason == ""))


def rank_drives(drives: PlaceDrives) -> NDArray[np.float64]:
    """Return by what clinics are ordered where the quickest come first.

    How much longer than `TOLD_MINUTES` a drive is counts for nothing: people are not told, and it is
    not known of drives that were worked out ahead. One of just as many, to a tenth, may be longer.

    Parameters
    ----------
    drives : those to all clinics.

    Returns
    -------
    Minutes of each; inf from `TOLD_MINUTES` on, NaN where no drive is known.
    """
    minutes = np.asarray(drives["drive_minutes"], dtype=np.float64)
    leads = (drives["drive_method"] != "") & (drives["drive_reason"] == "")
    return np.where(minutes < TOLD_MINUTES, minutes, np.where(leads, np.inf, np.nan))
