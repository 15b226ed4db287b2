"""What systemd needs to run the site: its service, its weekly refresh, and a backup each night."""

from __future__ import annotations

from typing import Final

from geo.refreshing import timer

USER: Final = "clinic-finder"
HOME: Final = "/var/lib/clinic-finder"
"""The operators' state; what they set stands in `/etc/default/clinic-finder`, if it is there."""

KEPT_DAYS: Final = 30
"""Backups older than this are deleted, after another was made: each holds visitors' reports of its
day, which are promised to be gone after 90."""

_LEAST: Final = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
PrivateDevices=yes
PrivateTmp=yes
RemoveIPC=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
UMask=0077"""

_SETTING: Final = f"""\
User={USER}
WorkingDirectory={HOME}
StateDirectory=clinic-finder clinic-finder/backups
StateDirectoryMode=0700
Environment=CLINIC_FINDER_HOME={HOME}
EnvironmentFile=-/etc/default/clinic-finder
{_LEAST}"""

_SERVICE: Final = """\
[Unit]
Description=Clinic Finder
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
{setting}
ExecStart={command}
# After an update, `systemctl reload` replaces one process after the other; no search is lost.
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
TimeoutStopSec=60
Restart=always
RestartSec=2
LimitNOFILE=16384

[Install]
WantedBy=multi-user.target
"""

_BACKUP: Final = """\
[Unit]
Description=Back up the workspace of Clinic Finder

[Service]
Type=oneshot
{setting}
ExecStart=/bin/sh -ec 'exec {command} {home}/backups/$(date +%%F).zip'
ExecStartPost=/usr/bin/find {home}/backups -name "*.zip" -mtime +{days} -delete
Nice=10
"""

_BACKUP_TIMER: Final = """\
[Unit]
Description=Back up the workspace of Clinic Finder each night

[Timer]
OnCalendar=02:00
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
"""


def list_units(workers: int | None, listen: str) -> dict[str, str]:
    """Return the texts of all units, by the names of their files.

    They run as the user `USER`, who may write to `HOME` alone.

    Parameters
    ----------
    workers : of `clinic-finder serve`; None for as many as it takes by itself.
    listen : of the same.
    """
    number = [] if workers is None else ["--workers", str(workers)]
    command = timer.write_command("serve", *number, "--listen", listen)
    backup = timer.write_command("backup")
    return {
        "clinic-finder.service": _SERVICE.format(setting=_SETTING, command=command),
        **timer.list_units(["--publish-if-safe"], _SETTING),
        "clinic-finder-backup.service": _BACKUP.format(
            setting=_SETTING, command=backup, home=HOME, days=KEPT_DAYS
        ),
        "clinic-finder-backup.timer": _BACKUP_TIMER,
    }
