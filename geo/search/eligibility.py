"""Which clinics a search lists, and of the others why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.search.fact_filters import split_by_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from geo.places import Place

    Miles = NDArray[np.float64]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Masks:
    """Which rows of the clinic table are what; (n,) booleans each, beside (n,) minutes of drive.

    `removed` gives for each filter, by name, the clinics that it alone leaves out.
    """

    asked: Mask
    listed: Mask
    unlocated: Mask
    at_home: Mask
    not_known: Mask
    before_facts: Mask
    removed: Mapping[str, Mask]
    minutes: Miles | None = None  # of drive, where they make the order


def classify(
    clinics: pd.DataFrame,
    place: Place,
    treatment: str | None,
    wanted: Mapping[str, str],
    *,
    hide_unconfirmed: bool,
) -> Masks:
    """Tell for each clinic whether it is listed, and if not, why.

    Parameters
    ----------
    clinics : (n,) a release's clinic table.
    place : the place asked for; its state says which clinics without a point belong beside it.
    treatment : a treatment code; None for any.
    wanted : fact -> the code a clinic must have.
    hide_unconfirmed : leave out clinics of status `unconfirmed`.
    """
    everyone = np.ones(len(clinics), dtype=np.bool_)
    status, treatments = _column(clinics, "status"), _column(clinics, "treatments")
    asked = _column(clinics, "clinic_id") == (place.clinic_id or None)
    offers = (
        everyone
        if treatment is None
        else np.array([treatment in codes.split(";") for codes in treatments], dtype=np.bool_)
    )
    kept = status != "unconfirmed" if hide_unconfirmed else everyone
    shown = np.logical_or.reduce([status == word for word in SHOWN_STATUSES])
    only_at_home = treatments == "at_home"
    to_go_to = shown & ~only_at_home & ~asked
    has, may_have = split_by_facts(clinics, wanted)
    local = is_in_state(clinics, place) & shown & offers & kept & (has | may_have) & ~asked
    before_facts = to_go_to & offers & kept
    return Masks(
        asked=asked,
        listed=(before_facts & has) | asked,
        unlocated=local & ~only_at_home & np.isnan(clinics["latitude"].to_numpy()),
        at_home=local & only_at_home,
        not_known=before_facts & may_have & ~np.isnan(clinics["latitude"].to_numpy()),
        before_facts=before_facts,
        removed={
            "treatment": to_go_to & ~offers & kept & has,
            "unconfirmed": to_go_to & offers & ~kept & has,
        }
        | {
            name: before_facts & ~has & ~may_have & _speaks_alone(clinics, wanted, name)
            for name in wanted
        },
    )


def _speaks_alone(clinics: pd.DataFrame, wanted: Mapping[str, str], name: str) -> Mask:
    """Tell which clinics no wanted fact but one speaks against."""
    has, may_have = split_by_facts(
        clinics, {fact: code for fact, code in wanted.items() if fact != name}
    )
    return has | may_have


def is_in_state(clinics: pd.DataFrame, place: Place) -> Mask:
    """Tell which clinics are of the place's state; none where its state is not known."""
    mask: Mask = _column(clinics, "state") == (place.state or None)
    return mask


def _column(clinics: pd.DataFrame, name: str) -> NDArray[np.object_]:
    """Return a column of texts as Python's own: a search asks little of each of many columns."""
    return clinics[name].to_numpy(np.object_)
