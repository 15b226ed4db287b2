"""The workspace read once for each state it is in, then only looked up: clinics and their listings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import phonenumbers

from geo.clinics.listings import COLUMNS
from geo.clinics.resolving import resolve
from geo.geocoding.gazetteer import Gazetteer, locate_clinics
from geo.sources import cleaning
from geo.workspace import (
    accepted_positions,
    clinic_facts,
    decisions,
    positions,
    stored_listings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.places import PlaceFinder
    from geo.workspace import Workspace

_PHONE_LIKE: Final = re.compile(r"[\d\s()+.-]{7,}")
_WORD: Final = re.compile(r"[^\W_]+")
_WHOLE_WORD: Final = 2
"""Words up to this many letters, such as a state's code, are no beginnings of longer ones."""


@dataclass(frozen=True, eq=False)
class WorkingList:
    """What is known of all clinics, by the decisions so far.

    Parameters
    ----------
    state : names the state of the workspace: its path, the newest decision and its time, the day.
    listings : `geo.clinics.listings.COLUMNS` of those that have a clinic.
    clinics : resolved as of today and located, by `clinic_id`; degrees, EPSG:4326.
    fields : which listing gave which field, as `geo.clinics.resolving.resolve` tells it.
    licences : of listings, by id.
    missing : ids of listings that their source no longer holds.
    without_clinic : how many listings wait for one.
    haystack : the words of each clinic, each after a space; the index of `clinics`.
    digits : its telephone numbers and NPIs.
    """

    state: tuple[str, int, str, str]
    listings: pd.DataFrame
    clinics: pd.DataFrame
    fields: pd.DataFrame
    licences: Mapping[str, str]
    missing: frozenset[str]
    without_clinic: int
    haystack: pd.Series[str]
    digits: pd.Series[str]

    def has(self, clinic_id: str) -> bool:
        """Tell whether there is such a clinic."""
        return bool(self.clinics["clinic_id"].eq(clinic_id).any())

    def clinic(self, clinic_id: str) -> dict[str, Any]:
        """Return the row of a clinic that is there."""
        rows = self.clinics[self.clinics["clinic_id"].eq(clinic_id)]
        return {str(name): value for name, value in rows.to_dict("records")[0].items()}

    def listings_of(self, clinic_id: str) -> pd.DataFrame:
        """Return the listings of a clinic."""
        return self.listings[self.listings["clinic_id"].eq(clinic_id)]

    def values_of(self, clinic_id: str) -> dict[str, str]:
        """Return what the fields that can be edited say now; `note` is the operator's own."""
        return clinic_facts.find_now(self.clinic(clinic_id), self.listings_of(clinic_id))

    def find(self, typed: str) -> pd.DataFrame:
        """Return the clinics that a text means, whatever their status, best first.

        Parameters
        ----------
        typed : the beginnings of words of a name (of any listing), address, city or id; a state, a
            ZIP, a telephone number or an NPI.
        """
        number = re.sub(r"\D", "", typed)
        if _PHONE_LIKE.fullmatch(typed.strip()) and len(number) >= 7:  # noqa: PLR2004  a local number
            found = self.digits.str.contains(number[-10:], regex=False)
        else:
            found = self.clinics["clinic_id"].ne("")
            for word in fold(typed).split():
                ending = " " if len(word) <= _WHOLE_WORD else ""
                found &= self.haystack.str.contains(f" {word}{ending}", regex=False)
            if state := cleaning.clean_state(typed).value:
                found |= self.clinics["state"].eq(state)
        hits = self.clinics[found]
        begins = hits["name"].map(fold).str.startswith(fold(typed).strip())
        return (
            hits.assign(later=~begins)
            .sort_values(["later", "state", "city", "name", "clinic_id"])
            .drop(columns="later")
        )

    def find_alike(self, clinic_id: str) -> pd.DataFrame:
        """Return other clinics with the telephone number, website or street of a clinic."""
        clinic = self.clinic(clinic_id)
        alike = self.clinics["clinic_id"].eq("")
        for names in (("phone",), ("website",), ("street", "zip")):
            if all(clinic[name] for name in names):
                same = self.clinics["clinic_id"].ne(clinic_id)
                for name in names:
                    same &= self.clinics[name].eq(clinic[name])
                alike |= same
        return self.clinics[alike]

    def tabulate(self) -> pd.DataFrame:
        """Return a row a clinic for editing many at once, as `geo.workspace.bulk` reads it."""
        facts = self.clinics["clinic_id"].map(clinic_facts.facts_id)
        said = self.listings.set_index("listing_id")[[*clinic_facts.OWN]]
        own = said.reindex(facts).fillna("").astype("str").set_axis(self.clinics.index)
        shown = ["status", "status_date", "evidence", "source_date", "listings"]
        where = ["latitude", "longitude", "precision"]
        columns = ["clinic_id", *clinic_facts.EDITABLE, *where, *shown, "why"]
        return self.clinics.assign(**{str(name): said for name, said in own.items()}, why="")[
            columns
        ]


def read(
    workspace: Workspace, finder: PlaceFinder, state: tuple[str, int, str, str]
) -> WorkingList:
    """Read the workspace as it stands at one moment.

    Raises
    ------
    WorkspaceError : it cannot be read.
    SchemaError : a listing or a position breaks its contract.
    """
    with workspace.snapshot():
        current, accepted = stored_listings.current(workspace), positions.agreed(workspace)
        licences, missing = stored_listings.licences(workspace), stored_listings.missing(workspace)
    known = current[current["clinic_id"].ne("")].reset_index(drop=True)
    clinics, fields = resolve(known, decisions.now().date())
    located = locate_clinics(clinics, Gazetteer(finder), decisions.today())
    placed = accepted_positions.apply(located, accepted).reset_index(drop=True)
    said = known.groupby("clinic_id")[["name", "phone", "npi"]].agg(" ".join)
    said = said.reindex(placed["clinic_id"]).set_axis(placed.index)
    words = ["clinic_id", "name", "street", "unit", "city", "state", "zip"]
    text = placed[words].agg(" ".join, axis=1) + " " + said["name"]
    numbers = placed["phone"] + " " + placed["npi"] + " " + said["phone"] + " " + said["npi"]
    return WorkingList(
        state=state,
        listings=known,
        clinics=placed,
        fields=fields,
        licences=dict(zip(licences["listing_id"], licences["licence"], strict=True)),
        missing=frozenset(missing["listing_id"]),
        without_clinic=len(current) - len(known),
        haystack=text.map(fold),
        digits=numbers,
    )


def find_unpublished(
    working: WorkingList, listings: pd.DataFrame, clinics: pd.DataFrame
) -> frozenset[str]:
    """Return the ids of the clinics that a release made now would show otherwise than another does.

    The ageing of sources is left out: it goes on without any change.

    Parameters
    ----------
    working : what the workspace says now.
    listings, clinics : the tables of the other release; degrees, EPSG:4326.
    """
    columns = list(COLUMNS)
    ours, theirs = (
        set(table[columns].itertuples(index=False, name=None))
        for table in (working.listings, listings)
    )
    clinic = columns.index("clinic_id")
    changed = {row[clinic] for row in ours ^ theirs}
    point = ["latitude", "longitude"]
    before = clinics.set_index("clinic_id")[point].reindex(working.clinics["clinic_id"])
    now = working.clinics.set_index("clinic_id")[point]
    moved = now.ne(before) & ~(now.isna() & before.isna())
    return frozenset(changed | {*now.index[moved.any(axis=1)]})


def fold(text: str) -> str:
    """Return the words of a text in lower case without accents, each between spaces."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.lower())
        if not unicodedata.combining(letter)
    )
    return f" {' '.join(_WORD.findall(plain))} "


def write_phone(number: str) -> str:
    """Return a telephone number as people write it; "" stays."""
    if not number:
        return ""
    parsed = phonenumbers.parse(number, "US")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
