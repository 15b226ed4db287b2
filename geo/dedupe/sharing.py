"""How many places share a telephone, a site or a name: a chain's tells little of which branch it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from geo.dedupe.comparing import Bits, Flags
    from geo.dedupe.features import Features


def count_addresses(features: Features, field: str) -> Bits:
    """Return, by the number of a text, how many addresses of places share it, at least 1."""
    house, city = features.codes["house"].astype(np.int64), features.codes["city"]
    placed = np.unique(
        np.stack(
            [
                features.codes[field].astype(np.int64),
                house * len(features.texts["city"]) + city,
            ]
        )[:, (house > 0) & (city > 0)],
        axis=1,
    )
    count = np.bincount(placed[0], minlength=len(features.texts[field]))
    return np.maximum(count, 1).astype(np.float64)


def find_spread(features: Features, field: str) -> Flags:
    """Tell, by the number of a text, which any one source has in two towns."""
    columns = [features.codes[name] for name in (field, "source", "town")]
    stated = np.all([codes > 0 for codes in columns], axis=0)
    towns = np.unique(np.stack(columns)[:, stated], axis=1)
    sources, count = np.unique(towns[:2], axis=1, return_counts=True)
    spread = np.zeros(len(features.texts[field]), dtype=bool)
    spread[sources[0][count > 1]] = True
    return spread
