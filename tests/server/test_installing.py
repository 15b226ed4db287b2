"""The guide's way from an empty Debian to a running site, followed by its own words."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT
from tests.requirements import PRODUCT_LIST, TOOLS_LIST
from tests.server import fresh_machine

GUIDE = ROOT / "geo" / "server" / "README.md"
MOST_COMMANDS = 15
NEEDED = ("unshare", "nsenter", "ip", "curl", "openssl", "adduser", "systemd-analyze")


def read_commands() -> str:
    """Return the script that the guide gives."""
    (script,) = re.findall(
        r"^```sh\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return str(script)


def test_the_guide_needs_at_most_fifteen_commands():
    without_text = re.sub(r"<<END\n.*?^END$", "", read_commands(), flags=re.MULTILINE | re.DOTALL)
    commands = [line for line in re.split(r"\n|&&|;", without_text) if line.strip()]
    assert 5 < len(commands) <= MOST_COMMANDS


def test_the_commands_take_a_newer_build_of_the_same_version_too() -> None:
    # pip leaves what is there of a version that it has, whatever the wheel holds.
    (program,) = [line for line in read_commands().splitlines() if line.endswith("*.whl")]
    assert {"--no-deps", "--force-reinstall"} < {*program.split()}


@pytest.mark.nightly
@pytest.mark.timeout(3_000)
def test_the_guide_leads_from_an_empty_system_to_a_site_with_a_login(tmp_path: Path) -> None:
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        pytest.skip(f"these programs are not installed: {', '.join(missing)}")
    build = [shutil.which("uv") or "uv", "build", "--wheel"]
    words = ["--build-constraints", TOOLS_LIST, "--require-hashes", "--out-dir", tmp_path]
    subprocess.run([*build, *words], cwd=ROOT, check=True, capture_output=True)
    shutil.copy(PRODUCT_LIST, tmp_path / "requirements.txt")
    provider = f"http://127.0.0.1:{fresh_machine.PROVIDER_PORT}"

    met = fresh_machine.run(read_commands().replace("https://your.provider", provider), tmp_path)

    assert met["page"].startswith("HTTP/2 200")
    assert "Clinic Finder" in met["page"]
    assert "Secure" in re.findall(r"(?i)set-cookie: clinic_finder_replica.*", met["page"])[0]
    assert "strict-transport-security" in met["page"]
    assert met["plain"].startswith("HTTP/1.1 308")
    assert f"https://{fresh_machine.HOST}/" in met["plain"]
    assert f"location: {provider}/" in met["login"].lower()
    assert f"https%3A%2F%2F{fresh_machine.HOST}%2Foauth2callback" in met["login"]
    assert met["outside"].startswith("HTTP/2 404")
    told = json.loads(met["inside"].splitlines()[-1])
    assert told["status"] in {"ok", "shipped"}
    assert told["replicas"] >= 1
    assert met["script"].startswith("HTTP/2 200")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\.zip", met["backups"])
    assert met["owner"] == "clinic-finder"
    assert "GET / 200" in met["log"]
    for told_of_a_visitor in ("60601", "127.0.0.1", "curl"):
        assert told_of_a_visitor not in met["log"] + met["errors"]
