"""The units of a systemd timer that refreshes the list each week."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.paths import RELEASES_VARIABLE, find_home
from geo.refreshing import report_mail

if TYPE_CHECKING:
    from collections.abc import Sequence

SERVICE: Final = "clinic-finder-refresh.service"
TIMER: Final = "clinic-finder-refresh.timer"

_HEADING: Final = f"""\
# Two files for /etc/systemd/system; then:
#   systemctl daemon-reload && systemctl enable --now {TIMER}
"""

_SERVICE: Final = """\
[Unit]
Description=Refresh the list of clinics
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{setting}
ExecStart={command}
# 4 says that a draft waits for an operator, 5 that another refresh is at work.
SuccessExitStatus=4 5
Nice=10
TimeoutStartSec=6h
"""

_TIMER: Final = """\
[Unit]
Description=Refresh the list of clinics each week

[Timer]
OnCalendar=Sun 03:00
RandomizedDelaySec=1h
Persistent=true

[Install]
WantedBy=timers.target
"""


def write_units(options: Sequence[str]) -> str:
    """Return the texts of a service and a timer, to be put into two files.

    Parameters
    ----------
    options : of `clinic-finder refresh`, as the service is to give them.
    """
    variables = {"CLINIC_FINDER_HOME": str(find_home().resolve())}
    for name in (RELEASES_VARIABLE, report_mail.VARIABLE):
        if os.environ.get(name):
            variables[name] = os.environ[name]
    setting = [
        f"User={os.getuid()}",
        *(f"Environment={_quote(f'{name}={value}')}" for name, value in variables.items()),
    ]
    units = list_units(options, "\n".join(setting))
    return "\n".join([_HEADING, *(f"# {name}\n{text}" for name, text in units.items())])


def list_units(options: Sequence[str], setting: str) -> dict[str, str]:
    """Return the texts of the service and the timer, by the names of their files.

    Parameters
    ----------
    options : of `clinic-finder refresh`, as the service is to give them.
    setting : the lines that say as whom, and where, it is run.
    """
    command = write_command("refresh", *options)
    return {SERVICE: _SERVICE.format(setting=setting, command=command), TIMER: _TIMER}


def write_command(*words: str) -> str:
    """Return how systemd starts this program with these words."""
    beside = Path(sys.executable).with_name("clinic-finder")
    program = [str(beside)] if beside.is_file() else [sys.executable, "-P", "-m", "geo"]
    return " ".join(_quote(word) for word in (*program, *words))


def _quote(word: str) -> str:
    """Return a word as systemd reads it: quoted, and nothing in it replaced by anything."""
    plain = word.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{plain}"' if set(plain) & set(" \t\\\"';$") else plain
