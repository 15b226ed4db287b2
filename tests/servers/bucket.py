"""A server on 127.0.0.1 that gives out a folder as web servers do and as S3 does, or fails to."""

import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.servers import running

S3 = "http://s3.amazonaws.com/doc/2006-03-01/"


def list_keys(root, bucket, query):
    """Return the names below a prefix, as S3's ListObjectsV2 does with a delimiter."""
    prefix = query.get("prefix", [""])[0]
    keys = sorted(
        path.relative_to(root / bucket).as_posix()
        for path in (root / bucket).rglob("*")
        if path.is_file()
    )
    below = [key for key in keys if key.startswith(prefix)]
    files = [key for key in below if "/" not in key[len(prefix) :]]
    folders = sorted(
        {prefix + key[len(prefix) :].split("/")[0] + "/" for key in below if key not in files}
    )
    contents = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{(root / bucket / key).stat().st_size}</Size>"
        "<LastModified>2026-11-28T00:00:00.000Z</LastModified><ETag>e</ETag></Contents>"
        for key in files
    )
    prefixes = "".join(
        f"<CommonPrefixes><Prefix>{escape(each)}</Prefix></CommonPrefixes>" for each in folders
    )
    return (
        f'<ListBucketResult xmlns="{S3}"><Name>{bucket}</Name><Prefix>{escape(prefix)}</Prefix>'
        f"<KeyCount>{len(files)}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>"
        f"{contents}{prefixes}</ListBucketResult>"
    ).encode()


@contextmanager
def serve(root):  # noqa: C901  a handler knows the folder that it serves
    """Serve what lies in a folder, whose folders are the buckets.

    Yields `url`, `paths` (those asked for so far) and `fault`: "" or how each request fails:
    `hang` (no answer), `drip` (a byte now and then), `endless` (more and more), `elsewhere` (sent to
    another address).
    """
    root, done = Path(root), threading.Event()
    state = SimpleNamespace(url="", paths=[], fault="")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            parts = urlsplit(self.path)
            path, query = unquote(parts.path), parse_qs(parts.query)
            state.paths.append(path)
            if state.fault:
                self.fail()
                return
            file = root / path.lstrip("/")
            if "list-type" in query:
                bucket = path.strip("/").split("/")[0]
                self.reply(200, list_keys(root, bucket, query), "application/xml")
            elif file.is_file():
                self.reply(200, file.read_bytes(), "application/octet-stream")
            elif file.is_dir() and path.endswith("/"):
                names = (each.name + "/" * each.is_dir() for each in sorted(file.iterdir()))
                links = "".join(f'<a href="{name}">{name}</a>' for name in names)
                self.reply(200, f"<html>{links}</html>".encode(), "text/html")
            else:
                error = b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"
                self.reply(404, error, "application/xml")

        do_HEAD = do_GET  # noqa: N815 - http.server's name

        def reply(self, status, body, kind):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def fail(self):
            self.close_connection = True
            if state.fault == "elsewhere":
                self.send_response(302)
                self.send_header("Location", f"{state.url}/moved/current")
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif state.fault == "hang":
                done.wait(60)
            else:
                self.send_response(200)
                self.send_header("Content-Type", "application/octet-stream")
                self.end_headers()
                chunk, pause = (b"2", 0.2) if state.fault == "drip" else (bytes(1 << 20), 0.0)
                while not done.wait(pause):
                    self.wfile.write(chunk)

        def log_message(self, *_):
            """Keep the tests' output clean."""

    with running.run(Handler, done) as state.url:
        yield state


def answer_as_s3(patches, url):
    """Let s3fs take the server for S3."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patches.delenv(name)
    patches.setenv("AWS_ENDPOINT_URL_S3", url)
    patches.setenv("AWS_ACCESS_KEY_ID", "k")
    patches.setenv("AWS_SECRET_ACCESS_KEY", "s")
    patches.setenv("AWS_DEFAULT_REGION", "us-east-1")
    patches.setenv("AWS_EC2_METADATA_DISABLED", "true")
