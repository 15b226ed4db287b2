"""Which two listings are worth comparing: those that share a key, few enough of them.

A block of n listings has n(n-1)/2 pairs, so a block over `LARGEST_BLOCK` (a call centre's phone, a
ZIP full of clinics) is not paired in full: it is sorted by city and name, and each listing is
paired with the `WINDOW` that follow (sorted neighbourhoods). What such a block misses differs
in city or name, and is still found where another key is shared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.dedupe.features import Codes, Features

LARGEST_BLOCK: Final = 40
WINDOW: Final = 15
KEYS: Final = (
    ("zip",),
    ("phone",),
    ("state", "house"),
    ("state", "domain"),
    ("state", "npi"),
    ("state", "city"),
    ("state", "telling"),
    ("state", "full"),
)
"""Fields that two listings must both state and share. The last four find listings that are known
to a city or a state only, which have neither ZIP, phone nor house number."""


def pair_up(features: Features) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of listings that share a key and may stand in one state, each once.

    Returns
    -------
    Two arrays of positions in `features`, the first smaller than the second, in ascending order.
    """
    count = len(features)
    likeness = np.lexsort([features.codes[name] for name in ("house", "plain", "city", "state")])
    found = [np.empty(0, dtype=np.int64)]
    for fields in KEYS:
        key = _number_keys([features.codes[field] for field in fields])
        members = likeness[key[likeness] > 0]
        members = members[np.argsort(key[members], kind="stable")]
        found.append(_compact(_pair_blocks(members, key[members]), count, features))
    merged = np.sort(np.concatenate(found))
    merged = merged[np.append(True, np.diff(merged) > 0)[: len(merged)]]
    return merged // max(count, 1), merged % max(count, 1)


def _number_keys(parts: list[Codes]) -> NDArray[np.int64]:
    """Return one number a combination; 0 where a part is not stated."""
    key = np.zeros(len(parts[0]), dtype=np.int64)
    stated = np.ones(len(parts[0]), dtype=bool)
    for codes in parts:
        key = key * (int(codes.max(initial=0)) + 1) + codes
        stated &= codes > 0
    return np.where(stated, key, 0)


def _pair_blocks(
    members: NDArray[np.intp], key: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pair members of runs of one key, each with those that follow within the reach."""
    _, start, size = np.unique(key, return_index=True, return_counts=True)
    left = np.repeat(start + size, size) - np.arange(len(key)) - 1
    reach = np.where(np.repeat(size, size) > LARGEST_BLOCK, np.minimum(left, WINDOW), left)
    firsts = np.repeat(np.arange(len(key)), reach)
    offset = np.arange(len(firsts)) - np.repeat(np.cumsum(reach) - reach, reach) + 1
    return members[firsts], members[firsts + offset]


def _compact(
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]], count: int, features: Features
) -> NDArray[np.int64]:
    first, second = np.minimum(*pairs), np.maximum(*pairs)
    state = features.codes["state"]
    near = (state[first] == state[second]) | (state[first] == 0) | (state[second] == 0)
    numbers: NDArray[np.int64] = first[near].astype(np.int64) * count + second[near]
    return numbers
