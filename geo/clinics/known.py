"""For how many clinics each fact is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.clinics.field import Origin
from geo.clinics.fields import FIELDS

if TYPE_CHECKING:
    import pandas as pd


def count_known(clinics: pd.DataFrame) -> dict[str, int]:
    """Return for how many of some clinics each fact is known that a source can state.

    Parameters
    ----------
    clinics : clinic columns, text, "" for what is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> count_known(pd.DataFrame({"name": ["A", "B"], "phone": ["", "+12065550100"]}))
    {'name': 2, 'phone': 1}
    """
    stated = (field.name for field in FIELDS if field.origin in {Origin.LISTING, Origin.ADDRESS})
    return {name: int(clinics[name].ne("").sum()) for name in stated if name in clinics}
