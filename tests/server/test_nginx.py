"""The configuration of nginx: what it refuses, and that nginx itself takes it."""

import shutil
import subprocess

import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import SchemaError
from geo.server.app_processes import reach
from geo.server.nginx import COOKIE, write_nginx

NGINX = shutil.which("nginx") or ""


def test_each_replica_and_the_cookie_stand_in_it():
    text = write_nginx(["127.0.0.1:8501", "[::1]:8502"], "0.0.0.0:80", "/run/clinics")
    assert "server 127.0.0.1:8501 max_fails=1" in text
    assert "server [::1]:8502 max_fails=1" in text
    assert f'{COOKIE}=$request_id; Path=/; HttpOnly; SameSite=Lax$secure"' in text
    assert "listen 0.0.0.0:80;" in text
    for header in ("X-Real-IP $remote_addr;", "X-Forwarded-For $proxy_add_x_forwarded_for;"):
        assert f"proxy_set_header {header}" in text


def test_with_a_certificate_the_cookie_travels_by_https_alone():
    text = write_nginx(
        ["127.0.0.1:8501"], "0.0.0.0:443", "/run", certificate="/c.pem", certificate_key="/k.pem"
    )
    assert "listen 0.0.0.0:443 ssl;" in text
    assert "map $visitor_scheme $secure { default ''; https '; Secure'; }" in text


def test_nothing_that_tells_a_visitor_is_logged():
    text = write_nginx(["127.0.0.1:8501"], "127.0.0.1:80", "/run")
    (form,) = [line for line in text.splitlines() if "log_format" in line]
    for told in ("remote_addr", "request_uri", "args", "referer", "cookie", "user_agent"):
        assert told not in form
    assert "$request " not in form


@pytest.mark.parametrize(
    ("replicas", "options", "words"),
    [
        ([], {}, "at least one replica"),
        (["localhost"], {}, "not host:port"),
        (["127.0.0.1:1; include /etc/passwd"], {}, "not host:port"),
        (["127.0.0.1:8501"], {"certificate": "/c.pem"}, "both the certificate"),
        (["127.0.0.1:8501"], {"folder": '/a"b'}, "does not take"),
        (["127.0.0.1:8501"], {"folder": "/a$b"}, "does not take"),
    ],
)
def test_what_would_be_another_configuration_is_refused(replicas, options, words):
    folder = options.pop("folder", "/run")
    with pytest.raises(SchemaError, match=words):
        write_nginx(replicas, "127.0.0.1:80", folder, **options)


@pytest.mark.parametrize(
    ("listen", "reached"),
    [
        ("0.0.0.0:80", "127.0.0.1:80"),
        ("[::]:80", "[::1]:80"),  # where nginx takes IPv6 alone
        ("[::1]:80", "[::1]:80"),
        ("10.0.0.5:80", "10.0.0.5:80"),
    ],
)
def test_what_listens_everywhere_is_reached_by_the_same_protocol(listen, reached):
    assert reach(listen) == reached


@pytest.mark.skipif(not NGINX, reason="Debian's nginx-light is not installed")
def test_nginx_takes_what_the_command_prints(tmp_path):
    result = CliRunner().invoke(
        app, ["nginx", "--replica", "127.0.0.1:8501", "--folder", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    config = tmp_path / "nginx.conf"
    config.write_text(result.stdout)
    checked = subprocess.run(
        [NGINX, "-t", "-c", str(config)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
