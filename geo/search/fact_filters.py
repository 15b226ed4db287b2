"""The facts that a search can be narrowed by, where enough clinics are known to have them.

Most facts are known for few clinics. So a clinic whose fact is not known is never left out: it
stands in a group of its own, and beside each filter stands for how many it is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.clinics.fields import FIELDS
from geo.clinics.forms import Codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    field.name: field.form.names
    for field in FIELDS
    if isinstance(field.form, Codes) and field.anything
}
"""Field -> the codes that a search can ask for."""

LEAST_KNOWN: Final = 0.2
"""The share of the clinics in reach that a fact must be known of, for a filter to be offered."""


@dataclass(frozen=True)
class Known:
    """Of how many clinics a fact is known.

    Parameters
    ----------
    known : clinics.
    clinics : those in reach that the other filters leave.
    """

    known: int
    clinics: int

    @property
    def is_enough(self) -> bool:
        """Whether a filter by it would do more good than harm."""
        return self.known > 0 and self.known >= LEAST_KNOWN * self.clinics


def split_by_facts(clinics: pd.DataFrame, wanted: Mapping[str, str]) -> tuple[Mask, Mask]:
    """Return which clinics are known to be as wanted, and which may be: nothing known is against it.

    Parameters
    ----------
    clinics : clinic columns.
    wanted : field of `FACTS` -> one of its codes.

    Returns
    -------
    Two (n,) masks that exclude each other.

    Raises
    ------
    ValueError : a field or a code is not one of `FACTS`.
    """
    has = np.ones(len(clinics), dtype=np.bool_)
    may = has.copy()
    for name, code in wanted.items():
        if code not in FACTS.get(name, ()):
            raise ValueError(f"A search cannot ask for {name} {code!r}; it can for {dict(FACTS)}.")
        values = clinics[name].to_numpy(np.object_)
        stated = np.array([code in value.split(";") for value in values], dtype=np.bool_)
        has &= stated
        may &= stated | (values == "")
    return has, may & ~has


def count_facts(clinics: pd.DataFrame, rows: NDArray[np.intp]) -> dict[str, Known]:
    """Return for each fact how many of some clinics it is known of.

    Parameters
    ----------
    rows : positions in `clinics`.
    """
    return {
        name: Known(int((clinics[name].to_numpy(np.object_)[rows] != "").sum()), len(rows))
        for name in FACTS
        if name in clinics
    }
