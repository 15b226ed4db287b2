"""More visitors than one process carries: the configuration of nginx before several replicas.

A visitor stays with one replica, by a cookie that holds a random number and nothing else; if that
replica dies, the next request goes to another; one that is full is not taken for dead. What is
logged holds no address of a visitor and no query string.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError
from geo.server import full_replica

if TYPE_CHECKING:
    from collections.abc import Sequence

COOKIE: Final = "clinic_finder_replica"

_ADDRESS: Final = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}")
_SECURE: Final = "; Secure"


def write_nginx(
    replicas: Sequence[str],
    listen: str,
    folder: str,
    *,
    certificate: str | None = None,
    certificate_key: str | None = None,
) -> str:
    """Return a whole configuration of nginx, for `nginx -c`.

    Parameters
    ----------
    replicas : the addresses of the running apps, `host:port`, one or more.
    listen : where nginx is to listen, `host:port`.
    folder : where nginx keeps its process id, logs and buffers; it must be there.
    certificate, certificate_key : files for https; without them it is plain http, for a machine
        behind another proxy or for a trial.

    Raises
    ------
    SchemaError : an address is not `host:port`, none is given, or only one of the two files is.

    Source
    ------
    ngx_http_upstream_module (`hash ... consistent`), ngx_http_proxy_module (websockets).
    """
    wrong = [address for address in (*replicas, listen) if not _ADDRESS.fullmatch(address)]
    if wrong:
        raise SchemaError(f"The address {wrong[0]!r} is not host:port; write 127.0.0.1:8501.")
    if not replicas:
        raise SchemaError("Name at least one replica, as 127.0.0.1:8501.")
    if (certificate is None) != (certificate_key is None):
        raise SchemaError("Give both the certificate and its key, or neither.")
    unsafe = [text for text in (folder, certificate, certificate_key) if text and '"' in text]
    if unsafe:
        raise SchemaError(f"The path {unsafe[0]!r} holds a quotation mark; use another.")
    servers = "\n".join(
        f"    server {address} max_fails=1 fail_timeout=5s;" for address in replicas
    )
    tls = (
        f'\n    ssl_certificate "{certificate}";\n    ssl_certificate_key "{certificate_key}";'
        if certificate
        else ""
    )
    return _TEMPLATE.format(
        folder=folder,
        servers=servers,
        listen=f"{listen} ssl" if certificate else listen,
        tls=tls,
        cookie=COOKIE,
        secure=_SECURE if certificate else "",
        front=full_replica.HEADER,
        full=full_replica.STATUS,
    )


# $uri is the path without the query string; no address of a visitor, no referrer, no cookie.
_TEMPLATE: Final = """\
worker_processes auto;
pid "{folder}/nginx.pid";
error_log "{folder}/error.log" crit;  # lesser entries hold whole requests

events {{ worker_connections 4096; }}

http {{
  log_format lean '$time_iso8601 $request_method $uri $status $body_bytes_sent $request_time';
  access_log "{folder}/access.log" lean;
  client_body_temp_path "{folder}/body";
  proxy_temp_path "{folder}/proxy";
  fastcgi_temp_path "{folder}/fastcgi";
  uwsgi_temp_path "{folder}/uwsgi";
  scgi_temp_path "{folder}/scgi";
  server_tokens off;

  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  map $cookie_{cookie} $replica_key {{ default $cookie_{cookie}; '' $request_id; }}
  map $cookie_{cookie} $replica_cookie {{
    default '';
    '' "{cookie}=$request_id; Path=/; HttpOnly; SameSite=Lax{secure}";
  }}

  upstream app {{
    hash $replica_key consistent;
{servers}
  }}

  server {{
    listen {listen};{tls}
    client_max_body_size 200m;  # an operator's upload; the app has its own limit

    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;  # for the limits a client
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header {front} $front;  # left out where it is empty
    proxy_connect_timeout 1s;
    proxy_read_timeout 24h;  # a websocket may rest as long as a page is open
    proxy_buffering off;

    location / {{
      set $front nginx;
      proxy_pass http://app;
      proxy_next_upstream error timeout http_502 http_503;
      proxy_next_upstream_tries 2;
      proxy_intercept_errors on;
      error_page {full} = @full;
      add_header Set-Cookie $replica_cookie always;
    }}

    # The replica is full: its own page says so. It is not dead, so whoever is inside stays; and no
    # cookie is given, so that a newcomer who looks again may find room at another.
    location @full {{
      set $front "";
      proxy_pass http://app;
      proxy_next_upstream off;
    }}
  }}
}}
"""
