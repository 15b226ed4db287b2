"""Writes down every way a Python process reaches out; loaded at its start from PYTHONPATH.

The processes it starts inherit it. A line is the event and where it was to go, as JSON.
"""

import json
import os
import sys

_LOG = os.environ.get("WATCHED_REACHING_OUT", "")
_EVENTS = frozenset(
    {
        "socket.connect",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.getnameinfo",
        "urllib.Request",
        "http.client.connect",
        "ftplib.connect",
        "smtplib.connect",
        "webbrowser.open",
        "subprocess.Popen",
        "os.system",
    }
)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event in _EVENTS:
        told = [repr(each) for each in arguments if not hasattr(each, "fileno")]
        line = json.dumps([event, *told]) + "\n"
        opened = os.open(_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(opened, line.encode())
        os.close(opened)


if _LOG:
    sys.addaudithook(_note)
