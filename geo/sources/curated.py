"""The curated listings: `data/listings.csv`, a row a source's statement, reviewable in a diff."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.clinics.fields import FIELDS
from geo.clinics.listings import COLUMNS, find_faults
from geo.errors import SourceError
from geo.exporting.formulas import escape_table, restore
from geo.files import csv_rows
from geo.files.too_much import TooMuchError
from geo.paths import DATA
from geo.sources import descriptors

if TYPE_CHECKING:
    from pathlib import Path

SOURCE: Final = descriptors.CURATED
PATH: Final = DATA / "listings.csv"

_LATER: Final = frozenset(field.name for field in FIELDS if field.since > 1)
"""Fields that the first files had no columns for."""


def read(path: Path = PATH) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the listings of a curated file, and the rows that had to be rejected.

    Parameters
    ----------
    path : a CSV in UTF-8 whose heading holds `geo.clinics.listings.COLUMNS`, in any order; an older
        file may lack later fields, which are unknown then.

    Returns
    -------
    listings : one row a listing, the columns `geo.clinics.listings.COLUMNS`, all text, in the
        file's order.
    rejects : `line` (where the row ends in the file; the heading is line 1), `listing_id`, `reason`
        and `raw` (the row as it stood, its cells joined by " | "). Rows = listings + rejects.

    Raises
    ------
    SourceError : the file cannot be read, is not CSV in UTF-8, or has another heading.
    """
    heading, lines, rows = _read_cells(path)
    if not set(COLUMNS) - _LATER <= set(heading) <= set(COLUMNS) or len({*heading}) < len(heading):
        raise SourceError(
            f"The heading of {path.name} is {','.join(heading)!r}; give it the columns "
            f"{','.join(COLUMNS)!r}."
        )
    reasons = pd.Series("", index=range(len(rows)), dtype="str")
    for row, cells in enumerate(rows):
        if len(cells) != len(heading):
            reasons[row] = (
                f"has {len(cells)} cells, not {len(heading)}; check its quotes and commas"
            )
    table = pd.DataFrame(
        [cells for cells, reason in zip(rows, reasons, strict=True) if not reason],
        columns=heading,
        index=reasons.index[reasons.eq("")],
        dtype="str",
    ).assign(**{name: "" for name in COLUMNS if name not in heading})
    faults = find_faults(table)
    for fault in zip(faults["row"], faults["column"], faults["reason"], strict=True):
        row = table.index[int(fault[0])]
        reasons[row] += f"{'; ' if reasons[row] else ''}{fault[1]}: {fault[2]}"
    listings = table.loc[reasons.reindex(table.index).eq(""), list(COLUMNS)]
    rejected = reasons.index[reasons.ne("")]
    rejects = pd.DataFrame(
        {
            "line": [lines[row] for row in rejected],
            "listing_id": table["listing_id"].reindex(rejected, fill_value="").to_numpy(),
            "reason": reasons[rejected].to_numpy(),
            "raw": [" | ".join(rows[row]) for row in rejected],
        }
    )
    return listings.reset_index(drop=True), rejects.astype({"line": "int64"})


def write(listings: pd.DataFrame, path: Path = PATH) -> None:
    """Write listings as `read` reads them, so that a diff is small.

    They stand in the order of their ids; a later field has a column once a listing states it. Texts
    that a spreadsheet would run are disarmed.

    Parameters
    ----------
    listings : one row a listing, the columns `geo.clinics.listings.COLUMNS`, all text.
    path : where to; an existing file is replaced.
    """
    stated = [name for name in COLUMNS if name not in _LATER or listings[name].ne("").any()]
    ordered = listings.sort_values("listing_id", kind="stable")[stated]
    escape_table(ordered).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _read_cells(path: Path) -> tuple[list[str], list[int], list[list[str]]]:
    try:
        rows = csv_rows.read(path)
        _, heading = next(rows, (0, list[str]()))
        numbered = [(line, [*map(restore, cells)]) for line, cells in rows if cells]
    except OSError as error:
        raise SourceError(f"The listings {path} cannot be read: {error.strerror}.") from error
    except TooMuchError as error:
        raise SourceError(f"The listings {path.name} {error}; take them in parts.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"The listings {path.name} are not a CSV in UTF-8: {error}.") from error
    return heading, [line for line, _ in numbered], [cells for _, cells in numbered]
