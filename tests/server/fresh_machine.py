"""A machine to install on: the guide's commands, in a file system and a network of their own.

Run as a program in a mount namespace of its own (`run`), over whose /etc, /opt and /var lies a layer
that is gone with it. What a container cannot do is stood in for: `apt-get` looks packages up,
`certbot` makes a certificate of its own, `systemctl` starts what a unit says, as its user and in the
network, without systemd's walls.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OctKey

from tests.browser.conftest import ROOT

MODULE = "tests.server.fresh_machine"
HOST = "clinics.example.org"
PROVIDER_PORT = 9100
REFUSED = "This test needs root and namespaces of its own: `unshare --mount --net`."
_LAYERS = ("/etc", "/opt", "/root", "/var")
_STAND_INS = ("apt-get", "certbot", "systemctl")
_NETWORK = "FRESH_MACHINE_NETWORK"
_PATIENCE_SECONDS = 1_500
_START_SECONDS = 180
_UNITS = Path("/etc/systemd/system")


def run(commands: str, folder: Path) -> dict[str, str]:
    """Return what is met where the commands were followed.

    Parameters
    ----------
    commands : a script for a shell.
    folder : where it is run; it holds the wheel and the list of packages.

    Raises
    ------
    AssertionError : there may be no namespaces here, or a command failed.
    """
    apart = ["unshare", "--mount", "--propagation", "private"]
    permitted = subprocess.run([*apart, "--net", "true"], capture_output=True, check=False)
    assert permitted.returncode == 0, REFUSED
    (folder / "commands.sh").write_text(f"set -eu\n{commands}")
    done = subprocess.run(
        [*apart, sys.executable, "-m", MODULE, "follow", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    met: dict[str, str] = json.loads((folder / "met.json").read_text())
    return met


def follow(folder: Path) -> None:
    """Follow the commands, and write down what a visitor and a watchman meet."""
    _lay_over()
    stand_ins = Path("/opt/stand-ins")
    stand_ins.mkdir()
    for name in _STAND_INS:
        words = f'cd {ROOT} && exec {sys.executable} -m {MODULE} {name} "$@"'
        (stand_ins / name).write_text(f"#!/bin/sh\n{words}\n")
        (stand_ins / name).chmod(0o755)
    apart = ["unshare", "--net"]
    people = json.dumps({"sub": "op", "email": "op@your.site", "email_verified": True})
    with contextlib.ExitStack() as stack:
        network = stack.enter_context(_running(*apart, "sleep", str(_PATIENCE_SECONDS)))
        os.environ[_NETWORK] = str(network.pid)
        while not Path(f"/proc/{network.pid}/cmdline").read_text().startswith("sleep"):
            time.sleep(0.05)  # it has a network of its own from then on
        _inside("ip", "link", "set", "lo", "up")
        provider = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"]
        ports = ["--port", str(PROVIDER_PORT), "--user-claims", people]
        stack.enter_context(_running(*_enter(), *provider, *ports))
        stack.callback(_systemctl, "stop")
        subprocess.run(
            ["/bin/sh", "commands.sh"],
            cwd=folder,
            env={**os.environ, "PATH": f"{stand_ins}:{os.environ['PATH']}"},
            check=True,
        )
        (folder / "met.json").write_text(json.dumps(_look_round()))


@contextlib.contextmanager
def _running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(words)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _lay_over() -> None:
    """Lay a layer of memory over the folders that an installation writes to."""
    _do("mount", "-t", "tmpfs", "tmpfs", "/mnt")
    for folder in _LAYERS:
        upper, work = Path("/mnt/upper" + folder), Path("/mnt/work" + folder)
        upper.mkdir(parents=True)
        work.mkdir(parents=True)
        layers = f"lowerdir={folder},upperdir={upper},workdir={work}"
        _do("mount", "-t", "overlay", "overlay", "-o", layers, folder)
    _do("mount", "-t", "tmpfs", "tmpfs", "/run")
    python = Path(sys.base_prefix)
    if python.is_relative_to("/root"):  # where Debian's own lies, all may run it
        _do("chmod", "711", "/root")


def _look_round() -> dict[str, str]:
    """Return what stands at each address, as curl writes it, and in the logs."""
    site = f"https://{HOST}"
    met = {
        "page": _curl(f"{site}/?place=60601"),
        "plain": _curl(f"http://{HOST}/?place=60601"),
        "login": _curl(f"{site}/auth/login?provider={_sign_provider()}"),
        "outside": _curl(f"{site}/healthz"),
        "inside": _curl("http://127.0.0.1:8080/healthz"),
        "script": _curl(f"{site}/_stcore/health"),
    }
    _systemctl("start", "clinic-finder-backup.service")
    home = Path("/var/lib/clinic-finder")
    met["backups"] = " ".join(path.name for path in (home / "backups").iterdir())
    met["owner"] = pwd.getpwuid((home / "backups").stat().st_uid).pw_name
    logs = Path("/var/log/nginx")
    met["log"] = (logs / "clinic-finder.access.log").read_text()
    met["errors"] = (logs / "clinic-finder.error.log").read_text()
    return met


def _sign_provider() -> str:
    """Return what the button of the operators' pages asks the login with."""
    secrets = tomllib.loads(Path("/var/lib/clinic-finder/.streamlit/secrets.toml").read_text())
    claims = {"provider": "default", "exp": int(time.time()) + 120}
    key = OctKey.import_key(secrets["auth"]["cookie_secret"])
    return jwt.encode({"alg": "HS256"}, claims, key)


def _curl(address: str) -> str:
    known = [f"{HOST}:{port}:127.0.0.1" for port in (80, 443)]
    words = ["curl", "-s", "-k", "-i", "--resolve", known[0], "--resolve", known[1], address]
    return _inside(*words, "-H", "Accept: text/html")


def _enter() -> list[str]:
    return ["nsenter", f"--net=/proc/{os.environ[_NETWORK]}/ns/net"]


def _inside(*words: str) -> str:
    return _do(*_enter(), *words)


def _do(*words: str) -> str:
    """Run a program; return what it prints."""
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout


def _end(pid: int) -> None:
    """End what the command of a unit started, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _START_SECONDS
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)


def _is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def _apt_get(*words: str) -> None:
    """Look up whether Debian has what is to be installed."""
    for name in (word for word in words if not word.startswith("-") and word != "update"):
        if name != "install":
            _do("apt-cache", "show", name)


def _certbot(*words: str) -> None:
    """Make a certificate where certbot would, if the folder of the challenge is there."""
    assert Path(words[words.index("-w") + 1]).is_dir()
    host = words[words.index("-d") + 1]
    live = Path("/etc/letsencrypt/live") / host
    live.mkdir(parents=True)
    _do(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}"),
        *("-keyout", str(live / "privkey.pem"), "-out", str(live / "fullchain.pem")),
    )


def _systemctl(verb: str, *words: str) -> None:
    """Do of what systemd does as much as a container can."""
    nginx = ["/usr/sbin/nginx", "-c", "/etc/nginx/nginx.conf"]
    units = [word for word in words if not word.startswith("-")]
    if verb == "reload":
        assert units == ["nginx"]
        _do(*nginx, "-t")
        _do(*_enter(), *nginx)
    elif verb == "stop":
        for pid in (Path("/run/serving.pid"), Path("/run/nginx.pid")):
            if pid.exists():
                _end(int(pid.read_text()))
    else:
        _do("systemd-analyze", "verify", "--man=no", *(str(_UNITS / each) for each in units))
        for unit in units:
            if unit.endswith(".service"):
                _start(_UNITS / unit)
            else:
                assert (_UNITS / unit).with_suffix(".service").is_file()


def _start(unit: Path) -> None:
    """Start what a unit says; wait until it is done, or until the site answers."""
    lines = [line.partition("=") for line in unit.read_text().splitlines() if "=" in line]
    said = {name: value for name, _, value in lines if not name.startswith("#")}
    user, home = said["User"], Path(said["WorkingDirectory"])
    for name in said["StateDirectory"].split():
        folder = Path("/var/lib") / name
        folder.mkdir(exist_ok=True)
        shutil.chown(folder, user, user)
        folder.chmod(int(said["StateDirectoryMode"], 8))
    name, _, value = said["Environment"].partition("=")
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", name: value}
    for key in ("ExecStart", "ExecStartPost"):
        if key not in said:
            continue
        words: Sequence[str] = shlex.split(said[key].replace("%%", "%"))
        command = [*_enter(), *as_user, *words]
        if said["Type"] == "oneshot":
            subprocess.run(command, cwd=home, env=environment, check=True)
            continue
        with Path("/var/log/serving.log").open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=home,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        Path("/run/serving.pid").write_text(str(process.pid))
        deadline = time.monotonic() + _START_SECONDS
        while "Clinic Finder is at" not in (told := Path("/var/log/serving.log").read_text()):
            assert process.poll() is None, told
            assert time.monotonic() < deadline, told
            time.sleep(0.2)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "follow":
        follow(Path(rest[0]))
    else:
        {"apt-get": _apt_get, "certbot": _certbot, "systemctl": _systemctl}[what](*rest)
