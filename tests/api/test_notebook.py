"""The notebook that ships with the data: it runs as it stands, by the public API alone."""

import ast
import json
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import geo

PATH = Path(__file__).resolve().parents[2] / "data" / "examples" / "coverage.ipynb"
CELLS = json.loads(PATH.read_text("utf-8"))["cells"]
CODE = ["".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "code"]


def run_cell(source, names):
    """Run a cell as Jupyter does; return what its last line gives."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, PATH.name, "exec"), names)  # noqa: S102  our own
    return last and eval(compile(ast.Expression(last.value), PATH.name, "eval"), names)  # noqa: S307


def test_the_notebook_is_kept_without_what_it_printed():
    assert len(CELLS) == 12
    for cell in CELLS:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_the_notebook_takes_what_is_public_alone():
    nodes = [node for source in CODE for node in ast.walk(ast.parse(source))]
    imported = {node.names[0].name for node in nodes if isinstance(node, ast.Import)}
    used = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "geo"
    }
    assert imported == {"geo", "pandas", "matplotlib.pyplot"}
    assert not any(isinstance(node, ast.ImportFrom) for node in nodes)
    assert used <= {*geo.__all__}


@pytest.mark.service
def test_the_notebook_answers_whether_the_midwest_is_underserved(monkeypatch, capsys):
    drawn = []
    monkeypatch.setattr(plt, "show", lambda: drawn.append(plt.gcf().axes))
    plt.switch_backend("Agg")
    names = {"__name__": "__main__"}
    try:
        given = [run_cell(source, names) for source in CODE]
    finally:
        plt.close("all")

    release = geo.open_release("shipped")
    regions = geo.load_coverage("region", release=release).set_index("name")
    midwest = regions.loc["Midwest"]
    share, low, high = (
        100 * midwest[f"share_within_60_minutes{end}"] for end in ("", "_low", "_high")
    )
    tables = [table for table in given if hasattr(table, "columns")]
    shown = capsys.readouterr().out
    assert tables[0].loc["Midwest"].iloc[0] == f"{share:.1f} ({low:.1f} to {high:.1f})"
    assert len(tables[1]) == 12
    assert len(drawn) == 2
    assert "% of adults within 60 minutes" in drawn[1][1].get_ylabel()
    assert f"Drive: {midwest['drive']}. {midwest['drive_why']}" in shown
    assert f"Supply: {midwest['supply']}. {midwest['supply_why']}" in shown
