"""A server on loopback that gives prepared replies, one a request, and notes what was asked."""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from geo.sources import replies as source_replies

get_here = partial(source_replies.get_bytes, trusted=True)
"""The `get` of a source whose service stands on this machine, as it does here."""


@contextmanager
def serve(replies):
    """Serve `replies`: a list of (status, headers, body), or a function of the path that gives one.

    Yields `url` (ends in "/") and `paths`, those asked for so far.
    """
    paths = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            reply = replies(self.path) if isinstance(replies, Callable) else replies.pop(0)
            status, headers, body = reply
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}/", paths=paths)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
