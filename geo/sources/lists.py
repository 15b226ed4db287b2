"""The lists of clinics that somebody compiled, and which of them say something of the others.

Sources that were compiled from the same origin are of one list: what they share tells nothing of
what both miss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class SourceList:
    """A list of clinics that somebody compiled: one or more sources of listings.

    Parameters
    ----------
    name : what it is called.
    independent : whether it was compiled without looking at the other lists named here.
    reason : how that is known.
    day : when it was compiled, as `2026-11-28` or less exactly; "" where its listings alone tell.
    """

    name: str
    independent: bool
    reason: str
    day: str = ""


NPI_REGISTRY: Final = SourceList(
    "NPI registry (NPPES)",
    independent=True,
    reason="providers register themselves with Medicare's administration",
)
SAMHSA: Final = SourceList(
    "SAMHSA treatment locator",
    independent=True,
    reason="facilities answer the government's own yearly survey",
)
OPENSTREETMAP: Final = SourceList(
    "OpenStreetMap",
    independent=True,
    reason="volunteers map what they see in their own towns",
)

LISTS: Final = (
    NPI_REGISTRY,
    SAMHSA,
    SourceList(
        "directory of TMS practices",
        independent=True,
        reason="compiled for another treatment, from a maps service",
    ),
    OPENSTREETMAP,
    SourceList(
        "2026 clinic directory",
        independent=False,
        reason="it does not say what it was compiled from, and has about as many clinics a state",
        day="2026",
    ),
    SourceList(
        "Washington State clinic list",
        independent=False,
        reason="it does not say what it was compiled from",
    ),
    SourceList(
        "article on ketamine for anxiety",
        independent=False,
        reason="it names examples, taken from where is not known",
    ),
    SourceList(
        "copy of one chain's site",
        independent=False,
        reason="it holds one chain alone, which says nothing of others",
    ),
    SourceList(
        "clinics found by place",
        independent=True,
        reason="395 places were searched one by one, without looking at any list",
        day="2026-11-28",
    ),
)
"""The lists among the sources of this program and those that `data/listing_sources.csv` tells of,
in the order in which tables show them. Clinics' own pages and the press are in none: they were
looked up one by one, after other lists."""

MEASURED_BY: Final = ("2026 clinic directory", "clinics found by place")
"""The two lists by whose overlap it is estimated how many clinics there are: the same everywhere, and
chosen before any overlap was counted. The second was compiled without looking at the first."""
