"""Writes down every way a Python process reaches out; loaded at its start from PYTHONPATH.

The processes it starts inherit it. A line is the event and where it was to go, as JSON. Where it is
asked to, a process also tells how many of its living objects hold a text: the text is read from a
file when the signal comes, and what was found goes beside it.
"""

import gc
import json
import os
import signal
import sys
from pathlib import Path

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


def _count_holders(text: str) -> int:
    """Count the texts, bytes and messages that can be reached from what the collector knows."""
    from google.protobuf.message import Message  # noqa: PLC0415  where a server has loaded it

    content = text.encode()
    seen: dict[int, object] = {}
    left = gc.get_objects()
    count = 0
    while left:
        each = left.pop()
        if id(each) in seen:
            continue
        seen[id(each)] = each  # held, or another object would get its number
        if isinstance(each, str):
            count += text in each and each != text
        elif isinstance(each, bytes | bytearray):
            count += content in each and each != content
        else:
            if isinstance(each, Message):
                count += content in each.SerializePartialToString()
            left += gc.get_referents(each)
    return count


def _tell_holders(*_: object) -> None:
    asked = Path(_ASKED)
    count = _count_holders(asked.read_text("utf-8"))
    part = asked.with_name(f"{asked.name}.part")
    part.write_text(str(count), "utf-8")
    part.replace(asked.with_name(f"{asked.name}.found"))


_ASKED = os.environ.get("WATCHED_MEMORY", "")
if _ASKED and "streamlit" in " ".join(sys.orig_argv):
    signal.signal(signal.SIGUSR2, _tell_holders)
