"""Groups of listings that grow by joining, unless two of their members contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.dedupe.addresses import are_one_house, contradict, stand_elsewhere
from geo.dedupe.branches import are_of_two_branches
from geo.dedupe.kinship import are_departments

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.dedupe.addresses import Address
    from geo.dedupe.kinship import Name


class Clusters:
    """Listings by position, each at first alone or with the others of its existing clinic."""

    def __init__(
        self,
        clinics: list[str],
        addresses: list[Address],
        names: list[Name],
        different: set[tuple[int, int]],
    ) -> None:
        """Take each listing's clinic ("" if undecided), address and name, and the pairs told apart."""
        count = len(clinics)
        self._parent = list(range(count))
        self._clinic = list(clinics)
        self._apart: dict[int, set[int]] = {}
        for one, other in different:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)
        self._addresses: list[set[Address]] = [
            {address} if any(map(any, address)) else set() for address in addresses
        ]
        self._names: list[set[Name]] = [{name} for name in names]
        self._members: list[list[int]] = [[row] for row in range(count)]
        existing: dict[str, int] = {}
        for row, clinic in enumerate(self._clinic):
            if clinic and existing.setdefault(clinic, row) != row:
                self._unite(existing[clinic], row)

    def find(self, row: int) -> int:
        """Return the listing that stands for a listing's cluster: its first one."""
        while self._parent[row] != row:
            self._parent[row] = self._parent[self._parent[row]]
            row = self._parent[row]
        return row

    def roots(self) -> list[int]:
        """Return, a listing, the one that stands for its cluster."""
        return [self.find(row) for row in range(len(self._parent))]

    def join(self, one: int, other: int) -> bool:
        """Make one cluster of two, unless something speaks against it; tell whether they are one."""
        low, high = sorted((self.find(one), self.find(other)))
        if low == high:
            return True
        if self.stand_apart(low, high):
            return False
        self._unite(low, high)
        return True

    def stand_apart(self, one: int, other: int) -> bool:
        """Tell whether two clusters are not one and cannot become one."""
        return self._are_kept_apart(one, other, contradict)

    def stand_elsewhere(self, one: int, other: int) -> bool:
        """Tell the same, but of two that only differ in the unit of one house."""
        return self._are_kept_apart(one, other, stand_elsewhere)

    def join_by_answer(self, one: int, other: int) -> bool:
        """Make one cluster of two, unless both are existing clinics; tell whether they are one."""
        low, high = sorted((self.find(one), self.find(other)))
        if low != high and not self._are_two_clinics(low, high):
            self._unite(low, high)
        return self.find(low) == self.find(high)

    def told_apart(self, one: int, other: int) -> bool:
        """Tell whether an operator said of listings of two clusters that they differ."""
        if not self._apart:
            return False
        few, many = sorted(
            (self._members[self.find(one)], self._members[self.find(other)]), key=len
        )
        others = set(many)
        return any(not others.isdisjoint(self._apart.get(row, ())) for row in few)

    def _are_kept_apart(
        self, one: int, other: int, differ: Callable[[Address, Address], bool]
    ) -> bool:
        low, high = sorted((self.find(one), self.find(other)))
        return low != high and (
            self._are_two_clinics(low, high)
            or self.told_apart(low, high)
            or self._contradict(low, high, differ)
            or self._are_branches(low, high)
        )

    def _are_two_clinics(self, low: int, high: int) -> bool:
        return bool(self._clinic[low] and self._clinic[high])

    def _contradict(self, low: int, high: int, differ: Callable[[Address, Address], bool]) -> bool:
        """Tell whether addresses of two clusters differ.

        What an operator joined may have several addresses; then all of the other's must be among
        them.
        """
        few, many = sorted((self._addresses[low], self._addresses[high]), key=len)
        return not few <= many and any(differ(one, other) for one in few for other in many)

    def _are_branches(self, low: int, high: int) -> bool:
        """Tell whether names of two clusters are of two departments, or two branches of other houses.

        Else two branches would become one by way of a listing that names the chain alone.
        """
        named = [(one, other) for one in self._names[low] for other in self._names[high]]
        if any(are_departments(one, other) for one, other in named):
            return True
        return any(are_of_two_branches(one, other) for one, other in named) and not any(
            are_one_house(one, other)
            for one in self._addresses[low]
            for other in self._addresses[high]
        )

    def _unite(self, low: int, high: int) -> None:
        low, high = sorted((self.find(low), self.find(high)))
        self._parent[high] = low
        self._clinic[low] = self._clinic[low] or self._clinic[high]
        self._addresses[low] = self._addresses[low] | self._addresses[high]
        self._names[low] = self._names[low] | self._names[high]
        self._members[low] += self._members[high]
        self._members[high] = []
