"""Who may work on the list of clinics: the rules, apart from the pages that ask.

Off unless somebody turns it on. Two ways: a login at an OpenID Connect provider, for the addresses
on a list; or, for one person on one machine, a local mode that holds only while the server can be
reached from that machine alone. The settings are read at each check, so that an address taken off
the list is refused at the next click.
"""

from __future__ import annotations

import hashlib
import os
import time
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.errors import AccessError
from geo.server.door import DOOR
from geo.server.locality import REFUSAL, is_local

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from geo.server.locality import Request

MODE_VARIABLE: Final = "CLINIC_FINDER_OPERATORS"
LOCAL: Final = "local"
MAX_AGE_MINUTES: Final = 60
"""How long a login holds where the settings say nothing: the provider is asked again after it."""

_CLOCK_SLACK_SECONDS: Final = 60
_ENDED: Final = "signed_out"
"""The folder in the home folder that remembers which logins were ended."""


@dataclass(frozen=True)
class Settings:
    """Who may come in.

    Parameters
    ----------
    local : whoever started the server may, from this machine, without a login.
    allow : addresses, in lower case, that may after a login.
    max_age_minutes : how long a login holds.
    """

    local: bool = False
    allow: frozenset[str] = frozenset()
    max_age_minutes: float = MAX_AGE_MINUTES

    @property
    def on(self) -> bool:
        """Whether there is any way in."""
        return self.local or bool(self.allow)


def is_local_mode() -> bool:
    """Tell whether the local mode was turned on, by the variable that does it."""
    return os.environ.get(MODE_VARIABLE, "").strip().lower() == LOCAL


def read_settings(files: Iterable[Path]) -> Settings:
    """Read the settings anew.

    Parameters
    ----------
    files : TOML files, the later one wins, with a table `operators` of `allow` (a list of
        addresses) and, if wanted, `max_age_minutes`; files that are not there are passed over.

    Raises
    ------
    AccessError : a file is not TOML, or a value is not of its kind; nobody is let in then.
    """
    table: dict[str, Any] = {}
    for path in files:
        try:
            table |= tomllib.loads(path.read_text(encoding="utf-8")).get("operators", {})
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError) as error:
            # The text of the error may hold a line of the file, and with it a secret.
            raise AccessError(
                f"The settings in {path.name} cannot be read; correct the file."
            ) from error
    allow = table.get("allow", [])
    minutes = table.get("max_age_minutes", MAX_AGE_MINUTES)
    if not isinstance(allow, list) or not all(isinstance(each, str) for each in allow):
        raise AccessError("The setting operators.allow must be a list of addresses; correct it.")
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or minutes <= 0:
        raise AccessError(
            "The setting operators.max_age_minutes must be a number above 0; correct it."
        )
    return Settings(
        local=is_local_mode(),
        allow=frozenset(each.strip().lower() for each in allow if each.strip()),
        max_age_minutes=float(minutes),
    )


def admit(
    settings: Settings, request: Request, claims: Mapping[str, Any], home: Path, now: float
) -> str:
    """Return who is asking, or refuse.

    Parameters
    ----------
    settings : as `read_settings` gives them.
    request : where the request comes from.
    claims : of the provider's identity token, checked by the server; empty without a login.
    home : the folder of the operators' state, which remembers who signed out.
    now : seconds since 1970.

    Returns
    -------
    The address of the login, or "local operator": what a decision is signed with.

    Raises
    ------
    AccessError : this visitor may not; the sentence says why and what to do.
    """
    if not settings.on:
        raise AccessError("These pages are turned off on this server.")
    if settings.local:
        _refuse_strangers(request)
        return "local operator"
    if not claims:
        raise AccessError("Sign in to work on the list of clinics.")
    address = str(claims.get("email", "")).strip().lower()
    if address not in settings.allow or claims.get("email_verified") is not True:
        raise AccessError(
            "This login may not work on the list; ask whoever runs the server to add your address."
        )
    age_seconds = now - _number(claims.get("iat"))
    if not -_CLOCK_SLACK_SECONDS <= age_seconds <= settings.max_age_minutes * 60:
        raise AccessError(
            f"Your login is older than {settings.max_age_minutes:g} minutes; sign in again."
        )
    if (home / _ENDED / mark_of(claims)).exists():
        raise AccessError("You signed out; sign in again.")
    return address


def mark_of(claims: Mapping[str, Any]) -> str:
    """Return by what this very login is told from others, once it was ended."""
    login = "\n".join(str(claims.get(name, "")) for name in ("iss", "sub", "email", "iat", "nonce"))
    return hashlib.sha256(login.encode()).hexdigest()[:32]


def write_mark(mark: str, home: Path) -> None:
    """Remember that a login was ended, so that a copy of its cookie opens nothing any more.

    Parameters
    ----------
    mark : of the login, as `mark_of` makes it.
    home : the folder of the operators' state.

    Raises
    ------
    AccessError : it cannot be written down.
    """
    path = home / _ENDED / mark
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise AccessError(
            f"The end of the login cannot be recorded ({error.strerror}); "
            "it ends by itself when it is old."
        ) from error


def forget_old_marks(home: Path, max_age_minutes: float, now: float | None = None) -> None:
    """Delete the marks of logins that are refused by their age anyway."""
    oldest = (time.time() if now is None else now) - max_age_minutes * 60 - _CLOCK_SLACK_SECONDS
    for mark in (home / _ENDED).glob("*"):
        if mark.stat().st_mtime < oldest:
            mark.unlink(missing_ok=True)


def _refuse_strangers(request: Request) -> None:
    """Refuse whoever did not come in by the address that the server showed when it started."""
    if not is_local(request):
        raise AccessError(REFUSAL)
    if not DOOR.knows(request.cookies):
        raise AccessError(
            "This browser is not let in yet: open the address that the server showed when it "
            "started, in its terminal or in the file that its log names."
        )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
