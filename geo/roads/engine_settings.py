"""The road engine of an installation: whom to ask, about what, and how its minutes are read.

It stands in `roads.toml` in the operator's folder; without the file nobody is asked. An example with
everything in it:

    engine = "osrm"                       # or "valhalla"
    url = "http://127.0.0.1:5000"
    allow = ["routes.clinic.example"]     # hosts beside this machine that may be asked
    profile = "driving"                   # Valhalla's: "auto"
    patients = false                      # whether a host of `allow` may learn what patients look for
    timeout_seconds = 10
    most_pairs = 10000                    # of one table: OSRM's --max-table-size squared
    most_miles = 245                      # of a straight line: Valhalla's max_matrix_distance

    [calibration]                         # `clinic-finder roads calibrate` writes it
    factor = 0.844                        # minutes for one of the engine's
    low = 0.89                            # between these factors of the result lie nine in ten drives
    high = 1.39
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from geo.errors import SourceError
from geo.fetching.targets import is_loopback, is_number
from geo.files.toml_tables import TomlTable, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE: Final = "roads.toml"

_PROFILE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_FARTHEST_MILES: Final = 10_000.0


class EngineKind(StrEnum):
    """The engines whose HTTP form is known."""

    OSRM = "osrm"
    VALHALLA = "valhalla"


_PROFILES: Final = {EngineKind.OSRM: "driving", EngineKind.VALHALLA: "auto"}
_MOST_PAIRS: Final = {EngineKind.OSRM: 10_000, EngineKind.VALHALLA: 2_500}
_MOST_MILES: Final = {EngineKind.OSRM: _FARTHEST_MILES, EngineKind.VALHALLA: 245.0}


@dataclass(frozen=True, slots=True)
class Calibration:
    """How an engine's minutes are read.

    Parameters
    ----------
    factor : minutes for one of the engine's.
    low, high : factors of the result, between which nine in ten drives lie.
    """

    factor: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """An engine and what it may be asked.

    Parameters
    ----------
    kind : which.
    url : its address, without a slash at the end.
    is_listed : whether the operator allows its host by name; else it has to be this machine.
    profile : OSRM's profile or Valhalla's costing.
    patients : whether it may be asked what patients look for though it is elsewhere.
    timeout_seconds : for one request.
    most_pairs : of origins and targets in one request.
    most_miles : of a straight line; farther pairs are not asked about.
    calibration : None where there is none.
    """

    kind: EngineKind
    url: str
    is_listed: bool
    profile: str
    patients: bool
    timeout_seconds: float
    most_pairs: int
    most_miles: float
    calibration: Calibration | None

    @property
    def name(self) -> str:
        """The engine with where it is, for messages."""
        label = "OSRM" if self.kind is EngineKind.OSRM else "Valhalla"
        return f"{label} at {urlsplit(self.url).netloc}"

    @property
    def serves_patients(self) -> bool:
        """Whether what patients look for may be told it."""
        return self.patients or not self.is_listed


def read_engine_settings(home: Path) -> EngineSettings | None:
    """Return the settings in the operator's folder; None where there is no file.

    Raises
    ------
    SourceError : the file cannot be read, or a value of it is unknown, missing or out of range; or
        the address is not this machine's and not allowed.
    """
    document = read_document(home / FILE, SourceError)
    return None if document is None else parse_engine_settings(document)


def parse_engine_settings(document: Mapping[str, Any]) -> EngineSettings:
    """Return the settings of a parsed `roads.toml`.

    Raises
    ------
    SourceError : as `read_engine_settings`.
    """
    top = TomlTable("", document, file=FILE, error=SourceError)
    named = top.text("engine", "")
    if named not in {*EngineKind}:
        raise top.fault("engine", f"one of {', '.join(EngineKind)}")
    kind = EngineKind(named)
    url = top.url("url", "")
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise top.fault("url", "an address without a name and a password")
    host = parts.hostname or ""
    is_listed = host in {each.strip().lower() for each in top.names("allow", [])}
    if is_number(host):
        is_listed = is_listed and not is_loopback(host)
        if not is_listed and not is_loopback(host):
            raise SourceError(
                f"url in {FILE} is not on this machine; if {host} may be asked, list it in `allow`."
            )
    profile = top.text("profile", _PROFILES[kind])
    if not _PROFILE.fullmatch(profile):
        raise top.fault("profile", "a name of letters, digits, _ and -")
    settings = EngineSettings(
        kind=kind,
        url=url,
        is_listed=is_listed,
        profile=profile,
        patients=top.is_true("patients"),
        timeout_seconds=top.number("timeout_seconds", 10, 0.1, 600),
        most_pairs=int(top.number("most_pairs", _MOST_PAIRS[kind], 1, 1_000_000, whole=True)),
        most_miles=top.number("most_miles", _MOST_MILES[kind], 1, _FARTHEST_MILES),
        calibration=_read_calibration(top) if top.holds("calibration") else None,
    )
    top.finish()
    return settings


def _read_calibration(top: TomlTable) -> Calibration:
    table = TomlTable("calibration", top.table("calibration"), file=FILE, error=SourceError)
    calibration = Calibration(
        table.number("factor", 1.0, 0.1, 10),
        table.number("low", 1.0, 0.01, 1),
        table.number("high", 1.0, 1, 100),
    )
    table.finish()
    return calibration
