"""Listings that are as like one clinic as another: which of them it is only a person can tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.dedupe.clusters import Clusters

EQUAL_BITS: Final = 1.0
"""Two scores are equal where the likelier is at most twice as likely."""


class Rivals:
    """The pairs good enough to merge, by each of their listings."""

    def __init__(self, pairs: Iterable[tuple[int, int, float]], clusters: Clusters) -> None:
        """Take pairs of positions with their scores, below 1, and the clusters as they grow."""
        self._clusters = clusters
        self._partners: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for one, other, score in pairs:
            self._partners[one].append((other, _find_bits(score)))
            self._partners[other].append((one, _find_bits(score)))

    def has_equal(self, one: int, other: int, score: float) -> bool:
        """Tell whether one of two listings is as like a third that stands elsewhere than the other.

        Two units of one house are no two places to tell apart: whoever is asked about them settles
        what a listing without a unit is of.
        """
        least = _find_bits(score) - EQUAL_BITS
        return self._is_torn(one, other, least) or self._is_torn(other, one, least)

    def _is_torn(self, listing: int, candidate: int, least: float) -> bool:
        clusters = self._clusters
        return any(
            bits >= least
            and clusters.find(rival) != clusters.find(listing)
            and clusters.stand_elsewhere(rival, candidate)
            and not clusters.stand_apart(rival, listing)
            for rival, bits in self._partners[listing]
            if rival != candidate
        )


def _find_bits(score: float) -> float:
    return float(np.log2(score / (1 - score))) if score < 1 else np.inf
