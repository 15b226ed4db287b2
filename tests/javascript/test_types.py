"""Our scripts, checked by TypeScript's compiler for what their comments say of types."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.javascript import node, protocol

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def tools() -> Path:
    return node.provide_tools()


def check(tools: Path, settings: Path) -> str:
    """Return what the compiler says."""
    done = node.run(
        tools / "node_modules" / "typescript" / "bin" / "tsc",
        "--project",
        settings,
        "--typeRoots",
        tools / "node_modules" / "@types",
    )
    return f"{done.stdout}{done.stderr}".strip()


def test_our_scripts_hold_their_types(tools: Path) -> None:
    scripts = [path for at in ("*.js", "pocket/*.js") for path in protocol.SCRIPTS.glob(at)]
    assert [
        each.name for each in scripts if not each.read_text("utf-8").startswith("// @ts-check")
    ] == []
    assert check(tools, node.FOLDER / "tsconfig.json") == ""


def test_a_field_that_python_does_not_send_is_told(tools: Path, tmp_path: Path) -> None:
    scripts = tmp_path / "data" / "assets"
    scripts.mkdir(parents=True)
    for path in [*protocol.SCRIPTS.glob("*.d.ts"), protocol.SCRIPTS / "leave.js"]:
        shutil.copy(path, scripts)
    settings = tmp_path / "tests" / "javascript" / "tsconfig.json"
    settings.parent.mkdir(parents=True)
    shutil.copy(node.FOLDER / "tsconfig.json", settings)
    leave = scripts / "leave.js"
    leave.write_text(leave.read_text("utf-8").replace("data.help", "data.hint"), "utf-8")
    told = check(tools, settings)
    assert "Property 'hint' does not exist on type 'LeaveMessage'" in told


def test_where_npm_reaches_nothing_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "npm warn something else\nnpm error code ECONNREFUSED\nnpm error network\n"
    monkeypatch.setattr(node, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(
        node, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, stdout="", stderr=told)
    )
    with pytest.raises(
        pytest.fail.Exception, match=r"fetch TypeScript \(npm error code E\w+\); see"
    ):
        node.provide_tools()
    assert list((tmp_path / "kept").iterdir()) == []
