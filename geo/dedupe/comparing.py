"""Listings compared two by two, field by field: each two texts once, however many pairs have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from geo.dedupe.addresses import compare_streets, compare_units, have_slip
from geo.dedupe.branches import branches_conflict, differ_in_points, tell_two_branches
from geo.dedupe.kinship import (
    are_departments,
    bears_site,
    begins_longer,
    compare_names,
    names_a_town,
)
from geo.dedupe.towns import are_one_to_the_mail, find_zips, measure_miles

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from numpy.typing import NDArray

    from geo.dedupe.features import Features

    Flags: TypeAlias = NDArray[np.bool_]
    Bits: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]
    Codes: TypeAlias = NDArray[np.int32]

_Part = TypeVar("_Part")

_OF_MANY: Final = (".edu", ".gov", ".mil")
_TOLL_FREE: Final = tuple(f"+1{code}" for code in (800, 833, 844, 855, 866, 877, 888))


class Pairs:
    """Comparisons of two rows each; every answer has a value a pair.

    Parameters
    ----------
    features : the listings.
    first, second : (n,) positions in `features`.
    """

    def __init__(self, features: Features, first: Rows, second: Rows) -> None:
        self._features, self._first, self._second = features, first, second

    def codes(self, field: str) -> tuple[Codes, Codes]:
        """Return the numbers of both texts, 0 where not stated."""
        codes = self._features.codes[field]
        return codes[self._first], codes[self._second]

    def stated(self, field: str) -> tuple[Flags, Flags]:
        """Tell where the first and where the second states a field."""
        one, other = self.codes(field)
        return one > 0, other > 0

    def both(self, field: str) -> Flags:
        """Tell where both state a field."""
        first, second = self.stated(field)
        return first & second

    def same(self, field: str) -> Flags:
        """Tell where both state the same."""
        one, other = self.codes(field)
        equal: Flags = one == other
        return equal & (one > 0)

    def differ(self, field: str) -> Flags:
        """Tell where both state a field, and not the same."""
        return self.both(field) & ~self.same(field)

    def other_phones(self) -> Flags:
        """Tell where telephones differ, but not where just one is toll-free: a clinic has both."""
        free = np.array([text.startswith(_TOLL_FREE) for text in self._features.texts["phone"]])
        one, other = self.codes("phone")
        alike: Flags = free[one] == free[other]
        return self.differ("phone") & alike

    def alike(self, field: str, least: float) -> Flags:
        """Tell which texts, both stated, are as alike as that."""
        return self.both(field) & (self.likeness(field) >= least)

    def streets(self) -> tuple[Flags, Flags]:
        """Tell which streets are the same, and which differ or have different house numbers."""
        same, differ = self._compare("street", self._features.streets, compare_streets)
        return same, differ | self.differ("house")

    def units(self) -> tuple[Flags, Flags]:
        """Tell which units are the same and which differ, where houses do not differ."""
        return self._compare("unit", self._features.units, compare_units)

    def slips(self, where: Flags) -> Flags:
        """Tell, within `where`, which house numbers of one street and unit are a slip apart."""
        found = np.zeros(len(self._first), dtype=bool)
        streets, units = self.codes("street"), self.codes("unit")
        for pair in np.flatnonzero(where & self.differ("house")).tolist():
            one, other = (self._features.streets[codes[pair]] for codes in streets)
            rooms = (self._features.units[codes[pair]] for codes in units)
            found[pair] = have_slip(one, other) and compare_units(*rooms) is not False
        return found

    def two_branches(self, where: Flags) -> Flags:
        """Tell, within `where`, which names have each a word of its own beside those shared."""
        names = self._features.names
        return self._ask("name", where, lambda a, b: tell_two_branches(names[a], names[b])) > 0

    def departments(self, where: Flags) -> Flags:
        """Tell, within `where`, which names are those of two departments of a house."""
        names = self._features.names
        return self._ask("name", where, lambda a, b: are_departments(names[a], names[b])) > 0

    def branches(self, least: float) -> Flags:
        """Tell which state branches less alike than that, neither being the other's name.

        Two that have their own cities in brackets are two branches.
        """
        names = self._features.names
        both = self.both("branch")
        points = self._ask("name", both, lambda a, b: differ_in_points(names[a], names[b])) > 0
        unlike = both & ~self.alike("branch", least) | points
        differ = self._ask("name", unlike, lambda a, b: branches_conflict(names[a], names[b])) > 0
        of_city = np.array([name.of_city for name in names], dtype=bool)
        one, other = self.codes("name")
        two_cities: Flags = of_city[one] & of_city[other] & self.differ("city")
        return differ | two_cities

    def same_site(self) -> Flags:
        """Tell where both have one site that is no university's or authority's, of many clinics."""
        many = [domain.endswith(_OF_MANY) for domain in self._features.texts["domain"]]
        same: Flags = self.same("domain") & ~np.array(many, dtype=bool)[self.codes("domain")[0]]
        return same

    def kinship(self, where: Flags) -> NDArray[np.int64]:
        """Return how the names belong together (`Kinship`), 0 outside of `where`."""
        names = self._features.names
        return self._ask("name", where, lambda a, b: compare_names(names[a], names[b]))

    def begin_longer(self, where: Flags) -> Flags:
        """Tell, within `where`, which of two names is the beginning of the other."""
        names = self._features.names
        return self._ask("name", where, lambda a, b: begins_longer(names[a], names[b])) > 0

    def name_a_town(self, where: Flags) -> Flags:
        """Tell, within `where`, which have one name that is that of one of their two towns."""
        names = self._features.names
        return self._ask("name", where, lambda a, b: names_a_town(names[a], names[b])) > 0

    def bear_site(self, where: Flags) -> Flags:
        """Tell, within `where`, which first or second bears the name of the site both have."""
        codes, names = self._features.codes, self._features.names
        domains = self._features.texts["domain"]
        found = np.zeros(len(self._first), dtype=bool)
        for rows in (self._first, self._second):
            for pair in np.flatnonzero(where & ~found).tolist():
                row = rows[pair]
                found[pair] = bears_site(names[codes["name"][row]], domains[codes["domain"][row]])
        return found

    def one_to_the_mail(self, where: Flags) -> Flags:
        """Tell, within `where`, which towns are one to the mail, or one's ZIP bears the other's name."""
        towns, zips = self._features.towns, self._features.texts["zip"]
        found = self._ask("town", where, lambda a, b: are_one_to_the_mail(towns[a], towns[b])) > 0
        for zip_codes, town_codes in (
            (self.codes("zip"), self.codes("town")[::-1]),
            (
                self.codes("zip")[::-1],
                self.codes("town"),
            ),
        ):
            asked = np.flatnonzero(where & ~found & (zip_codes[0] > 0) & (town_codes[0] > 0))
            for pair in asked.tolist():
                found[pair] = zips[zip_codes[0][pair]] in find_zips(towns[town_codes[0][pair]])
        return found

    def miles(self, where: Flags) -> Bits:
        """Return how far the middles of the towns are apart; NaN where not known or not asked."""
        towns = self._features.towns
        found = np.full(len(self._first), np.nan)
        one, other = self.codes("town")
        asked = np.flatnonzero(where & (one > 0) & (other > 0))
        unique, back = np.unique(
            one[asked].astype(np.int64) * len(towns) + other[asked], return_inverse=True
        )
        pairs = [(towns[key // len(towns)], towns[key % len(towns)]) for key in unique.tolist()]
        if pairs:
            found[asked] = measure_miles(pairs)[back]
        return found

    def likeness(self, field: str) -> Bits:
        """Return 0-1 a pair."""
        texts = self._features.texts[field]
        codes, other = self.codes(field)
        unique, back = np.unique(codes.astype(np.int64) * len(texts) + other, return_inverse=True)
        found = cpdist(
            [texts[code] for code in (unique // len(texts)).tolist()],
            [texts[code] for code in (unique % len(texts)).tolist()],
            scorer=fuzz.ratio,
            dtype=np.float32,
        )
        return (found / 100).astype(np.float64)[back]

    def name_likeness(self) -> Bits:
        """Return 0-1: the whole names, dimmed by how unlike the words are that tell clinics apart."""
        whole = np.maximum(self.likeness("full"), self.likeness("plain"))
        one, other = self.stated("telling")
        telling = np.where(one | other, self.likeness("telling"), 1)
        return np.where(telling < whole, (whole + telling) / 2, whole)

    def _compare(
        self, field: str, parts: list[_Part], function: Callable[[_Part, _Part], bool | None]
    ) -> tuple[Flags, Flags]:
        where = self.both(field) & ~self.differ("house")
        said = {True: 1, False: -1, None: 0}
        answers = self._ask(field, where, lambda a, b: said[function(parts[a], parts[b])])
        return answers > 0, answers < 0

    def _ask(
        self, field: str, where: Flags, function: Callable[[int, int], int]
    ) -> NDArray[np.int64]:
        """Return what a function says of two numbers of a field, 0 outside of `where`."""
        one, other = self.codes(field)
        count = int(self._features.codes[field].max(initial=0)) + 1
        asked = np.flatnonzero(where & (one > 0) & (other > 0))
        unique, back = np.unique(
            one[asked].astype(np.int64) * count + other[asked], return_inverse=True
        )
        answers = [int(function(key // count, key % count)) for key in unique.tolist()]
        found = np.zeros(len(one), dtype=np.int64)
        found[asked] = np.array(answers, dtype=np.int64)[back]
        return found
