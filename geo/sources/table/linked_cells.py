"""Where the cells of a sheet link to: in the place of a text such as "Website", or beside a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.sources.table.cells import Row

_TELLING: Final = re.compile(
    r"\b(web|website|site|url|link|homepage|page|www|e-?mail|mail)s?\b", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"\w\.\w|@")


@dataclass(frozen=True)
class Links:
    """Which columns link, and where that is told.

    Attributes
    ----------
    replaced : columns, from 0, whose link stands in the place of a text that is no address.
    added : the names of further columns, one for each of `beside`.
    beside : columns whose link stands in a column of its own.
    """

    replaced: frozenset[int] = frozenset()
    added: list[str] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)

    def fill(self, cells: list[str], links: Mapping[int, str]) -> list[str]:
        """Return the cells of a row with its links, a cell for each added column behind them."""
        if links:
            cells = [
                links[at]
                if at in links and at in self.replaced and not _ADDRESS.search(cell)
                else cell
                for at, cell in enumerate(cells)
            ]
        return [*cells, *(links.get(at, "") for at in self.beside)]


def find_links(heading: Sequence[str], rows: Iterable[Row]) -> Links:
    """Return which columns of a sheet link, as its first rows show.

    Parameters
    ----------
    heading : the columns' names.
    rows : behind the heading.
    """
    linked = sorted({at for row in rows for at in row.links if at < len(heading)})
    beside = [at for at in linked if not _TELLING.search(heading[at])]
    added: list[str] = []
    for at in beside:
        name = f"{heading[at]} link"
        while name in heading or name in added:
            name += " 2"
        added.append(name)
    return Links(frozenset(linked) - set(beside), added, beside)
