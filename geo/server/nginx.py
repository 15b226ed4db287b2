"""More visitors than one process carries: the configuration of nginx before several replicas.

A visitor stays with one replica, by a cookie that holds a random number and nothing else; if that
replica dies, the next request goes to another; one that is full is not taken for dead. What is
logged holds no address of a visitor and no query string. `write_front` is of the nginx that others
reach by https, before the one that `clinic-finder serve` starts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError
from geo.server import full_replica
from geo.server.api.api_settings import BELOW

if TYPE_CHECKING:
    from collections.abc import Sequence

COOKIE: Final = "clinic_finder_replica"

HEALTH_PATH: Final = "/healthz"
"""Where whoever watches over the site asks, on its own machine."""

GENERATION: Final = "X-Clinic-Finder-Generation"
"""The header by which the answer at `/healthz` says which configuration gave it."""

_ADDRESS: Final = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}")
_NOT_AS_IT_STANDS: Final = frozenset('"$\\')
_LAST_PORT: Final = 65_535
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def write_nginx(
    replicas: Sequence[str],
    listen: str,
    folder: str,
    *,
    certificate: str | None = None,
    certificate_key: str | None = None,
    watch: tuple[str, int] | None = None,
    for_programs: str | None = None,
) -> str:
    """Return a whole configuration of nginx, for `nginx -c`.

    Parameters
    ----------
    replicas : the addresses of the running apps, `host:port`, one or more. Who stays with which is
        told by their order, so that one may be replaced and no other loses anybody.
    listen : where nginx is to listen, `host:port`.
    folder : where nginx keeps its process id, logs and buffers; it must be there.
    certificate, certificate_key : files for https; without them it is plain http, for a machine
        behind another proxy or for a trial.
    watch : of `clinic-finder serve`: the address that answers `/healthz` for all replicas, and the
        number of this configuration. No log of requests is kept then, and errors go to stderr.
    for_programs : the address of an app of its own for what asks the API, so that no visitor waits
        for programs; without it each request of theirs goes to any replica.

    Raises
    ------
    SchemaError : an address is not `host:port`, none is given, only one of the two files is, or a
        path holds what nginx reads as its own.

    Source
    ------
    ngx_http_split_clients_module, ngx_http_upstream_module (`backup`), ngx_http_proxy_module
    (websockets).
    """
    wrong = [
        address
        for address in (*replicas, listen, *filter(None, [for_programs]))
        if not is_address(address)
    ]
    if wrong:
        raise SchemaError(f"The address {wrong[0]!r} is not host:port; write 127.0.0.1:8501.")
    if not replicas:
        raise SchemaError("Name at least one replica, as 127.0.0.1:8501.")
    if (certificate is None) != (certificate_key is None):
        raise SchemaError("Give both the certificate and its key, or neither.")
    paths = (folder, certificate or "", certificate_key or "")
    if unsafe := next((path for path in paths if _NOT_AS_IT_STANDS & set(path)), None):
        raise SchemaError(
            f'nginx does not take ", $ or \\ in {unsafe!r} as they stand; use another path.'
        )
    tls = (
        f'\n    ssl_certificate "{certificate}";\n    ssl_certificate_key "{certificate_key}";'
        if certificate
        else ""
    )
    return _TEMPLATE.format(
        folder=folder,
        logs=_write_logs(folder) if watch is None else "access_log off;",
        errors=f'"{folder}/error.log"' if watch is None else "stderr",
        shares=_write_shares(len(replicas)),
        upstreams=_write_upstreams(replicas),
        programs="" if for_programs is None else _PROGRAMS.format(below=BELOW),
        program_group=""
        if for_programs is None
        else f"\n{_write_group('programs', for_programs, replicas[0])}",
        listen=f"{listen} ssl" if certificate else listen,
        tls=tls,
        cookie=COOKIE,
        front=full_replica.HEADER,
        full=full_replica.STATUS,
        handing_on=_HANDING_ON.format(connection="$connection_upgrade", scheme="$visitor_scheme"),
        forwarding=_FORWARDING,
        health="" if watch is None else _HEALTH.format(path=HEALTH_PATH, address=watch[0],
                                                       header=GENERATION, number=watch[1]),
    )  # fmt: skip


def write_front(host: str, serving: str) -> str:
    """Return a site for the nginx of the system: https before `clinic-finder serve`.

    It is put among the files that Debian's nginx reads within `http`, as
    `/etc/nginx/conf.d/clinic-finder.conf`; the certificate is where certbot puts it.

    Parameters
    ----------
    host : the name by which visitors reach the site.
    serving : where `clinic-finder serve` listens, `host:port`.

    Raises
    ------
    SchemaError : the name is none of a host, or the address is not `host:port`.
    """
    if not _HOST.fullmatch(host):
        raise SchemaError(f"{host!r} is no name of a host; write it as clinics.example.org.")
    if not is_address(serving):
        raise SchemaError(f"The address {serving!r} is not host:port; write 127.0.0.1:8080.")
    return _FRONT.format(
        host=host,
        serving=serving,
        form=_FORM,
        health=HEALTH_PATH,
        handing_on=_HANDING_ON.format(connection="$clinic_finder_connection", scheme="$scheme"),
    )


def is_address(text: str) -> bool:
    """Tell whether a text is `host:port`."""
    return bool(_ADDRESS.fullmatch(text)) and 0 < int(text.rpartition(":")[2]) <= _LAST_PORT


def _write_logs(folder: str) -> str:
    return f'log_format lean {_FORM};\n  access_log "{folder}/access.log" lean;'


def _write_shares(count: int) -> str:
    """Return which part of the visitors each replica has, the last one what is left."""
    equal = [f"    {100 / count:.2f}% replica{number};" for number in range(1, count)]
    return "\n".join([*equal, f"    * replica{count};"])


def _write_upstreams(replicas: Sequence[str]) -> str:
    """Return a group for each replica: itself, and the next one for when it is gone."""
    return "\n".join(
        _write_group(
            f"replica{at + 1}",
            address,
            replicas[(at + 1) % len(replicas)] if len(replicas) > 1 else None,
        )
        for at, address in enumerate(replicas)
    )


def _write_group(name: str, address: str, other: str | None) -> str:
    lines = [f"    server {address} max_fails=1 fail_timeout=5s;"]
    if other is not None:
        lines.append(f"    server {other} backup;")
    return "\n".join([f"  upstream {name} {{", *lines, "  }"])


# $uri is the path without the query string; no address of a visitor, no referrer, no cookie.
_FORM: Final = "'$time_iso8601 $request_method $uri $status $body_bytes_sent $request_time'"

_HANDING_ON: Final = """\
client_max_body_size 200m;  # an operator's upload; the app has its own limit

    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection {connection};
    proxy_set_header X-Forwarded-Proto {scheme};
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;  # for the limits a client
    proxy_set_header X-Real-IP $remote_addr;
    proxy_read_timeout 24h;  # a websocket may rest as long as a page is open
    proxy_buffering off;"""

_FORWARDING: Final = "".join(
    f"$http_{name}"
    for name in (
        "forwarded", "via", "x_real_ip", "x_forwarded_for", "x_forwarded_host", "x_forwarded_proto"
    )
)  # fmt: skip
"""What is empty unless a proxy hands the request on."""

_HEALTH: Final = """

    # For whoever watches over the site on this machine; nothing is here for others.
    location = {path} {{
      if ($is_asked_here = 0) {{ return 404; }}
      add_header {header} {number} always;
      proxy_pass http://{address};
    }}"""

_PROGRAMS: Final = """

    # Other programs have an app of their own, so that no visitor waits for them.
    location {below} {{
      set $front "";
      proxy_pass http://programs;
      proxy_next_upstream error timeout;
    }}"""

_TEMPLATE: Final = """\
worker_processes auto;
worker_shutdown_timeout 30s;
pid "{folder}/nginx.pid";
error_log {errors} crit;  # lesser entries hold whole requests

events {{ worker_connections 4096; }}

http {{
  {logs}
  client_body_temp_path "{folder}/body";
  proxy_temp_path "{folder}/proxy";
  fastcgi_temp_path "{folder}/fastcgi";
  uwsgi_temp_path "{folder}/uwsgi";
  scgi_temp_path "{folder}/scgi";
  server_tokens off;

  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  # A proxy on this machine is believed when it says that visitors came by https.
  map "$remote_addr $http_x_forwarded_proto" $visitor_scheme {{
    default $scheme;
    "127.0.0.1 https" https;
    "::1 https" https;
  }}
  # From this machine, by its own name, with none of the headers that a proxy adds: a page elsewhere
  # whose name leads here asks by that name.
  map "$remote_addr $host {forwarding}" $is_asked_here {{
    default 0;
    "~^(127[.]0[.]0[.]1|::1) (localhost|127[.][0-9.]+|\\[::1\\]) $" 1;
  }}
  map $visitor_scheme $secure {{ default ''; https '; Secure'; }}
  map $cookie_{cookie} $replica_key {{ default $cookie_{cookie}; '' $request_id; }}
  map $cookie_{cookie} $replica_cookie {{
    default '';
    '' "{cookie}=$request_id; Path=/; HttpOnly; SameSite=Lax$secure";
  }}
  split_clients $replica_key $replica {{
{shares}
  }}

{upstreams}{program_group}

  server {{
    listen {listen};{tls}
    {handing_on}
    proxy_set_header {front} $front;  # left out where it is empty
    proxy_connect_timeout 1s;

    location / {{
      set $front nginx;
      proxy_pass http://$replica;
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
      proxy_pass http://$replica;
      proxy_next_upstream off;
    }}{programs}{health}
  }}
}}
"""

_FRONT: Final = """\
# /etc/nginx/conf.d/clinic-finder.conf: https before `clinic-finder serve`
log_format clinic_finder {form};
map $http_upgrade $clinic_finder_connection {{ default upgrade; '' close; }}

server {{
  listen 80;
  listen [::]:80;
  server_name {host};
  server_tokens off;
  access_log off;
  error_log /var/log/nginx/clinic-finder.error.log emerg;  # lesser entries say who asked
  location /.well-known/acme-challenge/ {{ root /var/www/html; }}  # asked when certbot renews
  location / {{ return 308 https://{host}$request_uri; }}
}}

server {{
  listen 443 ssl http2;
  listen [::]:443 ssl http2;
  server_name {host};
  server_tokens off;
  ssl_certificate /etc/letsencrypt/live/{host}/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/{host}/privkey.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:clinic_finder:10m;
  ssl_session_tickets off;
  add_header Strict-Transport-Security max-age=31536000 always;

  # No address of a visitor, and nothing that stands behind a question mark.
  access_log /var/log/nginx/clinic-finder.access.log clinic_finder;
  error_log /var/log/nginx/clinic-finder.error.log emerg;  # as above

  location = {health} {{ return 404; }}
  location / {{
    {handing_on}
    proxy_pass http://{serving};
  }}
}}
"""
