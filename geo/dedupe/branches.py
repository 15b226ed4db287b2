"""Which of two names that belong together are those of two branches."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from geo.dedupe.words import DIRECTIONS, KINDS

if TYPE_CHECKING:
    from geo.dedupe.kinship import Name

_POINTS: Final = DIRECTIONS.keys() | {
    "upper", "lower", "uptown", "midtown", "downtown", "i", "ii", "iii",
}  # fmt: skip
"""Words that tell branches of one city; so do numbers."""

_SHORTEST_WORD: Final = 4
_SHORTEST_COMPACT: Final = 6


@lru_cache(maxsize=200_000)
def are_of_two_branches(one: Name, other: Name) -> bool:
    """Tell whether two names are those of two branches of one brand."""
    return (
        branches_conflict(one, other)
        or differ_in_points(one, other)
        or tell_two_branches(one, other)
    )


def tell_two_branches(one: Name, other: Name) -> bool:
    """Tell whether each of two names has a word of its own, as of "Ember North" and "Ember South".

    Beside what both share, that is; but numbers and points of the compass tell branches by themselves.
    """
    if one.whole == other.whole or _is_other_name(one, other) or _is_other_name(other, one):
        return False
    first, second = (
        [word for word in name.telling.split() if word not in KINDS] for name in (one, other)
    )
    own, others = _find_own(first, second), _find_own(second, first)
    return bool(own and others) and (len(own) < len(first) or _are_points(own + others))


def branches_conflict(one: Name, other: Name) -> bool:
    """Tell whether what two names say of their branches differs, neither being the other's name."""
    if not (one.branch and other.branch):
        return False
    short, long = sorted((set(one.branch.split()), set(other.branch.split())), key=len)
    return not (short <= long or _is_other_name(one, other) or _is_other_name(other, one))


def differ_in_points(one: Name, other: Name) -> bool:
    """Tell whether two branches differ in numbers or points of the compass, as "57th" and "34th" do."""
    first, second = one.branch.split(), other.branch.split()
    own, others = _find_own(first, second), _find_own(second, first)
    return bool(own and others) and _are_points(own + others)


def _find_own(words: list[str], others: list[str]) -> list[str]:
    return [word for word in words if not _is_nearly_among(word, others)]


def _are_points(words: list[str]) -> bool:
    return all(word in _POINTS or any(map(str.isdigit, word)) for word in words)


def _is_other_name(one: Name, other: Name) -> bool:
    """Tell whether the brackets of one hold the name of the other, as of "Padgett (Fix the Mind)"."""
    branch = one.branch.replace(" ", "")
    return len(branch) >= _SHORTEST_COMPACT and branch in other.plain.replace(" ", "")


def _is_nearly_among(word: str, words: list[str]) -> bool:
    """Tell whether a word is one of those, begins one or is begun by one, or has one slip."""
    return word in words or (
        len(word) >= _SHORTEST_WORD
        and word not in _POINTS
        and not any(map(str.isdigit, word))
        and any(
            len(known) >= _SHORTEST_WORD
            and (OSA.distance(word, known) <= 1 or word.startswith(known) or known.startswith(word))
            for known in words
        )
    )
