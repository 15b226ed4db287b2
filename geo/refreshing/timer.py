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

_UNITS: Final = """\
# Two files for /etc/systemd/system; then:
#   systemctl daemon-reload && systemctl enable --now clinic-finder-refresh.timer

# clinic-finder-refresh.service
[Unit]
Description=Refresh the list of clinics
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
{environment}
ExecStart={command}
# 4 says that a draft waits for an operator, 5 that another refresh is at work.
SuccessExitStatus=4 5
Nice=10
TimeoutStartSec=6h

# clinic-finder-refresh.timer
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
    beside = Path(sys.executable).with_name("clinic-finder")
    program = [str(beside)] if beside.is_file() else [sys.executable, "-P", "-m", "geo"]
    return _UNITS.format(
        user=os.getuid(),
        environment="\n".join(
            f"Environment={_quote(f'{name}={value}')}" for name, value in variables.items()
        ),
        command=" ".join(_quote(word) for word in (*program, "refresh", *options)),
    )


def _quote(word: str) -> str:
    """Return a word as systemd reads it: quoted, and nothing in it replaced by anything."""
    plain = word.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"' if set(plain) & set(" \t\\\"';$") else plain
