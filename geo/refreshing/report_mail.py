"""The report of a refresh by mail: handed to the system's sendmail, which knows where it goes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from email.message import EmailMessage
from typing import Final

from geo.errors import SchemaError

VARIABLE: Final = "CLINIC_FINDER_REFRESH_ADDRESS"
"""Names the mail address that reports go to."""

_ADDRESS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,253}")
_PLACES: Final = os.pathsep.join((os.defpath, "/usr/sbin", "/usr/lib"))
_SECONDS: Final = 60.0


def read_address() -> str:
    """Return the address that is set, "" where none is.

    Raises
    ------
    SchemaError : what is set is no mail address.
    """
    address = os.environ.get(VARIABLE, "").strip()
    if address and not _ADDRESS.fullmatch(address):
        raise SchemaError(f"{VARIABLE} holds no mail address; set one, as ops@your.site.")
    return address


def send(address: str, subject: str, text: str) -> str:
    """Hand a mail to the system's sendmail; return why it could not be, a sentence, "" where it was.

    Parameters
    ----------
    address : of `read_address`.
    subject : of one line.
    text : of the mail.
    """
    program = shutil.which("sendmail") or shutil.which("sendmail", path=_PLACES)
    if program is None:
        return "The report was not mailed: there is no sendmail here; install one, such as msmtp."
    mail = EmailMessage()
    mail["To"] = address
    mail["Subject"] = subject
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    mail.set_content(text)
    try:
        done = subprocess.run(  # noqa: S603  the system's own program; the address begins with no sign
            [program, "-i", address],
            input=mail.as_bytes(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The report was not mailed: {program} could not be run ({type(error).__name__})."
    if done.returncode:
        return (
            f"The report was not mailed: {program} ended with {done.returncode}; its own log tells "
            "why."
        )
    return ""
