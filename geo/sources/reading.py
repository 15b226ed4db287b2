"""What every source hands over: batches of listings, rejects with reasons, points and notices.

A source module has `SOURCE` (of `geo.sources.descriptors`) and `read(path, ...) ->
Iterator[Batch]`, and reads so:

    builder = BatchBuilder.of(SOURCE)
    for record in records:
        if not is_relevant(record["name"]):
            builder.skip()                                    # counts as read and not relevant
        else:
            builder.add(
                "1234567893:0",                               # the record's key in its source
                {"name": ..., "street": ..., "state": ...},   # as the source wrote them
                raw={...},                                    # its facts, no personal names
                line=7, point=("47.6", "-122.3"), point_licence="ODbL (OpenStreetMap)",
            )
        if builder.full:
            yield builder.take()
    yield builder.take()

`BatchBuilder.add(key, fields, *, raw, line=0, point=None, point_licence="")` takes any of `FIELDS`;
`BatchBuilder.skip(count=1)`, `BatchBuilder.reject(key, reason, *, raw, line=0)` and
`BatchBuilder.note(npi, kind, date, reason)` do the rest. The functions that clean single fields are
those of `geo.sources.form_cleaning`, by the field's form.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.clinics import fields
from geo.clinics.listings import COLUMNS, find_faults
from geo.sources.cleaning import (
    Cleaned,
    clean_point,
    clean_state,
    clean_street,
    clean_text,
    clean_website,
    show,
)
from geo.sources.form_cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.sources.descriptors import Source

FIELDS: Final = tuple(each.name for each in fields.FIELDS if each.column)
"""What a source may say of a place; an unknown is "" or left out."""

_READ_APART: Final = frozenset({"name", "street", "unit", "city", "state"})
"""Of these one tells something of another, or of the whole record."""

_CLEANED: Final = tuple(
    each for each in fields.FIELDS if each.column and each.name not in _READ_APART
)

BATCH_SIZE: Final = 5_000
"""Listings and rejects after which a `BatchBuilder` is full."""

BATCH_CHARACTERS: Final = 50_000_000
"""Characters of records as they stood after which it is full too: some files have very long ones."""

_REJECTS: Final = ("record", "reason", "raw")
_NOTICES: Final = ("npi", "kind", "date", "reason")
_CLEARED_FIELDS: Final = ("listing_id", "column", "was", "reason")
_KEY_LENGTH: Final = 80


@dataclass(frozen=True)
class Batch:
    """What one stretch of a source says.

    Attributes
    ----------
    listings : `geo.clinics.listings.COLUMNS`, validated; `clinic_id` is "".
    rejects : `line` (int, 0 where unknown), `record` (the source's key or ""), `reason`, `raw`
        (a JSON object).
    points : `listing_id`, `latitude`, `longitude` (degrees, EPSG:4326), `licence`; a row for each
        listing whose source gives a usable point.
    notices : `npi`, `kind`, `date`, `reason`: what an operator must look at. `deactivated`: the
        registry has taken the NPI back; `truncated`: the source has more than was read, `npi` "".
    cleared_fields : `listing_id`, `column`, `was`, `reason`: optional fields that were emptied;
        `coordinates` stands for a point that was left out.
    read, not_relevant : records; `read == not_relevant + len(listings) + len(rejects)`.
    """

    listings: pd.DataFrame
    rejects: pd.DataFrame
    points: pd.DataFrame
    notices: pd.DataFrame
    cleared_fields: pd.DataFrame
    read: int
    not_relevant: int


@dataclass
class BatchBuilder:
    """Gathers a source's records into batches; counts every one of them.

    Parameters
    ----------
    name : the source's; a listing's id is `name:key`.
    title : the source in plain words.
    url : an address for records that name none themselves.
    evidence : one of `geo.clinics.vocabulary.EVIDENCE`.
    today : the last day that is no future; today in UTC unless told.
    """

    name: str
    title: str
    url: str
    evidence: str
    today: date = field(default_factory=lambda: datetime.now(tz=UTC).date())
    _listings: list[dict[str, str]] = field(default_factory=list, init=False)
    _origin: dict[str, tuple[int, str]] = field(default_factory=dict, init=False)
    _rejects: list[tuple[int, str, str, str]] = field(default_factory=list, init=False)
    _points: list[tuple[str, float, float, str]] = field(default_factory=list, init=False)
    _notices: list[tuple[str, str, str, str]] = field(default_factory=list, init=False)
    _cleared_fields: list[tuple[str, str, str, str]] = field(default_factory=list, init=False)
    _seen: set[str] = field(default_factory=set, init=False)
    _not_relevant: int = field(default=0, init=False)
    _characters: int = field(default=0, init=False)

    @classmethod
    def of(cls, source: Source) -> BatchBuilder:
        """Return what gathers the records of a source under its name, title, url and evidence."""
        return cls(name=source.name, title=source.title, url=source.url, evidence=source.evidence)

    @property
    def full(self) -> bool:
        """Whether so much is gathered that it should be taken."""
        held = len(self._listings) + len(self._rejects) + len(self._notices)
        return held >= BATCH_SIZE or self._characters >= BATCH_CHARACTERS

    def skip(self, count: int = 1) -> None:
        """Count records that do not speak of what is looked for."""
        self._not_relevant += count

    def reject(self, key: str, reason: str, *, raw: Mapping[str, object], line: int = 0) -> None:
        """Keep a record that cannot become a listing, with the reason."""
        self._rejects.append((line, clean_text(key), reason, self._write_raw(raw)))

    def note(self, npi: str, kind: str, day: str, reason: str) -> None:
        """Keep what an operator must look at; it is no record of its own."""
        self._notices.append((npi, kind, day, reason))

    def add(
        self,
        key: str,
        fields: Mapping[str, str],
        *,
        raw: Mapping[str, object],
        line: int = 0,
        point: tuple[str | float | None, str | float | None] | None = None,
        point_licence: str = "",
        reject_raw: Mapping[str, object] | None = None,
        remarks: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        """Make a listing of a record, or a reject where it names no place.

        Parameters
        ----------
        key : what tells this record from the source's others, for good.
        fields : any of `FIELDS`, as the source wrote them. An optional one that cannot be used is
            emptied and told in `cleared_fields`; without a name or a state the record is rejected.
            Where one that names tell, such as `treatments`, is left out, the name is asked.
        raw : the record's facts without personal names.
        line : where the record stands in its file, from 1; 0 where that means nothing.
        point : latitude and longitude in degrees, EPSG:4326.
        point_licence : under which the point may be used.
        reject_raw : the record as it stood, for a reject to mend and feed again; `raw` unless told.
        remarks : what its reader found doubtful: column, what stood there, why.
        """
        listing_id = f"{self.name}:{clean_key(key)}"
        name = clean_text(fields.get("name", ""))
        state = clean_state(fields.get("state", ""))
        faults = ["it has no name"] if not name else []
        if not state.value:
            faults.append(f"state: {state.reason}" if state.reason else "it has no state")
        if listing_id in self._seen:
            faults.append(f"an earlier record has its key {show(clean_text(key))} too")
        if faults:
            whole = raw if reject_raw is None else reject_raw
            self.reject(key, "; ".join(faults), raw=whole, line=line)
            return
        self._seen.add(listing_id)
        cleaned = self._clean(fields, name, state.value)
        was = {column: clean_text(fields.get(column, "")) for column in cleaned}
        at = clean_point(*point) if point else None
        if at and at.point:
            self._points.append((listing_id, *at.point, point_licence))
        elif at and point:
            cleaned["coordinates"] = Cleaned("", at.reason)
            was["coordinates"] = ", ".join(clean_text(str(value or "")) for value in point)
        self._cleared_fields += [
            (listing_id, column, was[column], value.reason)
            for column, value in cleaned.items()
            if value.reason
        ] + [(listing_id, *remark) for remark in remarks]
        street, unit = clean_street(fields.get("street", ""), fields.get("unit", ""))
        self._origin[listing_id] = (line, clean_text(key))
        self._listings.append(
            {
                "listing_id": listing_id,
                "clinic_id": "",
                "name": name,
                "street": street,
                "unit": unit,
                "city": clean_text(fields.get("city", "")).strip(" ,"),
                "state": state.value,
                "source": self.title,
                "raw": self._write_raw(raw),
                **{column: value.value for column, value in cleaned.items() if column in COLUMNS},
            }
        )

    def take(self) -> Batch:
        """Return what was gathered since the last batch, validated, and begin the next.

        A listing that breaks the contract in spite of all cleaning becomes a reject.
        """
        listings = _text_table(self._listings, COLUMNS)
        points = pd.DataFrame(
            self._points, columns=["listing_id", "latitude", "longitude", "licence"]
        ).astype({"listing_id": "str", "latitude": "f8", "longitude": "f8", "licence": "str"})
        cleared_fields = _text_table(self._cleared_fields, _CLEARED_FIELDS)
        faults = find_faults(listings) if len(listings) else None
        if faults is not None and len(faults):
            bad = listings.loc[faults["row"].unique()]
            reasons = (
                (faults["column"] + ": " + faults["reason"]).groupby(faults["row"]).agg("; ".join)
            )
            self._rejects += [
                (*self._origin[listing_id], reason, raw)
                for listing_id, reason, raw in zip(
                    bad["listing_id"], reasons, bad["raw"], strict=True
                )
            ]
            listings = listings.drop(bad.index).reset_index(drop=True)
            points = points[points["listing_id"].isin(listings["listing_id"])]
            cleared_fields = cleared_fields[
                cleared_fields["listing_id"].isin(listings["listing_id"])
            ]
        rejects = _text_table([row[1:] for row in self._rejects], _REJECTS)
        rejects.insert(0, "line", pd.Series([row[0] for row in self._rejects], dtype="int64"))
        batch = Batch(
            listings=listings,
            rejects=rejects,
            points=points.reset_index(drop=True),
            notices=_text_table(self._notices, _NOTICES),
            cleared_fields=cleared_fields.reset_index(drop=True),
            read=self._not_relevant + len(listings) + len(rejects),
            not_relevant=self._not_relevant,
        )
        for gathered in (
            self._listings,
            self._rejects,
            self._points,
            self._notices,
            self._cleared_fields,
        ):
            gathered.clear()
        self._origin.clear()
        self._not_relevant = self._characters = 0
        return batch

    def _write_raw(self, raw: Mapping[str, object]) -> str:
        text = write_raw(raw)
        self._characters += len(text)
        return text

    def _clean(self, said: Mapping[str, str], name: str, state: str) -> dict[str, Cleaned]:
        """Return the optional fields that are not of the address, each in its form."""
        cleaned = {}
        for each in _CLEANED:
            text = said.get(each.name, name if each.in_name else "")
            found = clean(each.form, text, state=state, today=self.today)
            # That a name tells nothing is no fault of it.
            cleaned[each.name] = found if each.name in said else Cleaned(found.value)
        url = cleaned["source_url"]
        cleaned["source_url"] = Cleaned(url.value or clean_website(self.url).value, url.reason)
        kind = cleaned["evidence"]
        cleaned["evidence"] = Cleaned(kind.value or self.evidence, kind.reason)
        return cleaned


def clean_key(key: str) -> str:
    """Return a key fit for a listing's id; two keys never become one.

    A key of letters, digits and `_ . : -` stays; any other gets a hash of itself behind what of it
    is allowed.
    """
    allowed = re.sub(r"[^A-Za-z0-9_.:-]+", "-", key)
    if allowed == key and key and len(key) <= _KEY_LENGTH:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{allowed[: _KEY_LENGTH // 2]}-{digest}"


def hash_key(*parts: str) -> str:
    """Return a key for a record that has none: a hash of its name and address, however spaced."""
    line = "\x1f".join(clean_text(part).casefold() for part in parts)
    return hashlib.sha256(line.encode()).hexdigest()[:16]


def write_raw(raw: Mapping[str, object]) -> str:
    """Return a record's facts as a JSON object in ASCII."""
    return json.dumps(raw, default=str)


def _text_table(rows: Iterable[Any], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns), dtype="str")
