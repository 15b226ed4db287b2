"""A web server on 127.0.0.1 that can be told to fail as services do."""

import json
import socket
import struct
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.servers import running


@dataclass(frozen=True)
class Reply:
    body: bytes
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float


def json_reply(document, status=200, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps(document).encode(), status, headers=named)


HTML = Reply(b"<html><body>The service is under maintenance</body></html>", kind="text/html")
RESET = Reply(b"", status=-1)
HANG = Reply(b"", status=-2)
DRIP = Reply(b" ", status=-4)
"""Promises a megabyte, and sends a byte of it now and then."""


def half(reply):
    """Return a reply that promises all of its body and breaks off in the middle."""
    return Reply(reply.body, -3, reply.kind)


class Service:
    """Answers by `answer(request)`, but first hands out what `faults` holds, one a request.

    A fault is a `Reply`, or a function that makes one of the right reply.
    """

    def __init__(self):
        self.faults = deque()
        self.requests = []
        self.lock = threading.Lock()
        self.url = ""

    def answer(self, request):
        raise NotImplementedError

    def take(self, request):
        with self.lock:
            self.requests.append(request)
            fault = self.faults.popleft() if self.faults else None
        if fault is None:
            return self.answer(request)
        return fault(self.answer(request)) if callable(fault) else fault


def _drip(handler, reply, done):
    handler.send_response(200)
    handler.send_header("Content-Type", reply.kind)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    with suppress(OSError):  # until the client has enough of it
        while not done.wait(0.02):
            handler.wfile.write(reply.body)


@contextmanager
def serve(service):
    """Serve on a free port; gives the service, whose `url` is then set."""
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self._serve()

        do_POST = do_GET  # noqa: N815 - http.server's name

        def log_message(self, *_args):
            pass

        def _serve(self):
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, parts.path, query, headers, body, time.monotonic())
            reply = service.take(request)
            if reply.status == RESET.status:
                self.close_connection = True
                # Linger for no time: the system then sends a reset instead of an end.
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.connection.close()
                return
            if reply.status == HANG.status:
                self.close_connection = True
                done.wait(10)
                return
            if reply.status == DRIP.status:
                self.close_connection = True
                _drip(self, reply, done)
                return
            is_half = reply.status == half(HTML).status
            self.send_response(200 if is_half else reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if is_half:
                self.close_connection = True
                self.wfile.write(reply.body[: len(reply.body) // 2])
            else:
                self.wfile.write(reply.body)

    with running.run(Handler, done) as service.url:
        yield service
