"""A server on loopback for as long as a test wants it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args):  # a client that has gone is no news here
        pass


@contextmanager
def run(handler: type[BaseHTTPRequestHandler], done: threading.Event) -> Iterator[str]:
    """Serve with a handler; yield the address, and in the end set `done`, for whoever waits."""
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        done.set()
        server.shutdown()
        thread.join()
        server.server_close()
