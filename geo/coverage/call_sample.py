"""Which clinics are called to learn how true the list is: a random sample, stratified and weighted.

Strata are an area (region, division or state) by what is listed of how to reach a clinic. Each gets
calls by the root of its size (Bankier 1988, power allocation), so that a small region is told of
too, and two at least, so that its spread can be; a clinic's weight is what it stands for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.errors import SchemaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

BY: Final = ("region", "division", "state")
KNOWN: Final = ("phone_and_street", "phone", "no_phone")
"""What is listed of how to reach a clinic."""

COLUMNS: Final = ("clinic_id", "area", "known", "population", "second")
SECOND_SHARE: Final = 0.1
_LEAST: Final = 2
_POWER: Final = 0.5


def draw(clinics: pd.DataFrame, size: int, *, by: str, seed: int) -> pd.DataFrame:
    """Return a sample of the open and unconfirmed clinics, in the order in which to call them.

    The order is random over all strata, so that whatever part of it was called is a sample as well.
    The same clinics, size and seed give the same sample.

    Parameters
    ----------
    clinics : `clinic_id`, `status`, `phone`, `street` and the column `by`.
    size : how many to call, >= 2; all where there are no more.
    by : one of `BY`.
    seed : of the random numbers.

    Returns
    -------
    `COLUMNS`: `area` and `known` are the stratum, `population` how many clinics it has, `second`
    whether another caller is to call too, as for a tenth.

    Raises
    ------
    SchemaError : `by` is none of `BY`, or there is no clinic or no call.
    """
    if by not in BY:
        raise SchemaError(f"A sample is drawn by {', '.join(BY[:-1])} or {BY[-1]}, not by {by!r}.")
    frame = clinics[clinics["status"].isin(SHOWN_STATUSES)].sort_values("clinic_id")
    if frame.empty or size < _LEAST:
        raise SchemaError("A sample wants some clinics and two calls at least.")
    strata = pd.DataFrame(
        {
            "clinic_id": frame["clinic_id"].to_numpy(),
            "area": frame[by].to_numpy(),
            "known": np.select(
                [frame["phone"].eq(""), frame["street"].eq("")], ["no_phone", "phone"], KNOWN[0]
            ),
        }
    )
    groups = strata.groupby(["area", "known"], sort=True).indices
    populations = np.array([len(rows) for rows in groups.values()])
    numbers = np.random.default_rng(seed)
    chosen: list[int] = []
    population = np.zeros(len(strata), dtype=np.int64)
    for rows, calls in zip(groups.values(), _allocate(populations, size), strict=True):
        population[rows] = len(rows)
        chosen += numbers.choice(rows, size=int(calls), replace=False).tolist()
    order = numbers.permutation(np.sort(np.array(chosen)))
    drawn = strata.iloc[order].assign(population=population[order]).reset_index(drop=True)
    twice = numbers.choice(len(drawn), size=math.ceil(len(drawn) * SECOND_SHARE), replace=False)
    second = np.zeros(len(drawn), dtype=bool)
    second[twice] = True
    return drawn.assign(second=second)[list(COLUMNS)]


def _allocate(populations: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return how many calls each stratum gets: by the root of its size, two at least where it can.

    With more strata than half of the calls there are more calls than asked for.
    """
    calls = np.minimum(populations, _LEAST)
    power = populations**_POWER
    for _ in range(max(0, min(size, int(populations.sum())) - int(calls.sum()))):
        # Each next call goes where a call stands for most.
        room = np.where(calls < populations, power / calls, -1.0)
        calls[int(np.argmax(room))] += 1
    return calls
