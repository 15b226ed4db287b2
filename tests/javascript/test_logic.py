"""What our scripts work out without a page, by node's own runner: `*.test.mjs` beside this file."""

from __future__ import annotations

from tests.javascript import node


def test_the_logic_of_our_scripts() -> None:
    files = sorted(node.FOLDER.glob("*.test.mjs"))
    assert len(files) > 3
    done = node.run("--test", "--test-reporter=dot", *files)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
