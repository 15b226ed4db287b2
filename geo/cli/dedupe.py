"""What `dedupe` takes and does: say of pairs of listings whether they are one clinic."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from geo.cli.access import RowFormat
from geo.cli.shell import answer, note
from geo.exporting.terminal import plain


def dedupe(
    pairs: Annotated[
        Path,
        typer.Option(
            "--pairs",
            metavar="FILE",
            help="A CSV with a pair a row: a_name, a_street, a_unit, a_city, a_state, a_zip, "
            "a_phone, a_website, a_npi, and the same with b_.",
        ),
    ],
    output: Annotated[RowFormat, typer.Option("--format", help="How to print.")] = RowFormat.TABLE,
) -> None:
    """Say of pairs of listings whether they are one clinic, by the rule that new listings go by.

    Each pair is judged by itself, in the order given: merge (one clinic), review (an operator would
    be asked) or apart. Nothing is kept.

    For instance:

    ```
    clinic-finder dedupe --pairs pairs.csv
    clinic-finder dedupe --pairs pairs.csv --format csv > judged.csv
    ```
    """
    from geo.dedupe import judge_pairs  # noqa: PLC0415  # 530 ms
    from geo.sources.table.listing_pairs import read_pairs  # noqa: PLC0415  # 330 ms: pandas

    asked = read_pairs(pairs)
    judged = judge_pairs(asked.one, asked.other)
    judged = judged.rename(columns={"why": "reason"}).assign(score=judged["score"].round(4))
    if output is RowFormat.JSON:
        answer(json.dumps(judged.to_dict("records"), indent=2))
    elif output is RowFormat.CSV:
        answer(judged.to_csv(index=False, lineterminator="\n").rstrip("\n"))
    else:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for heading in ("Verdict", "Score", "One", "Other", "Reason"):
            table.add_column(heading, overflow="fold")
        for names, row in zip(
            zip(asked.one["name"], asked.other["name"], strict=True),
            judged.to_dict("records"),
            strict=True,
        ):
            cells = (row["verdict"], f"{row['score']:.2f}", *names, row["reason"])
            table.add_row(*(Text(plain(cell)) for cell in cells))
        Console(highlight=False).print(table)
    counts = judged["verdict"].value_counts()
    told = ", ".join(
        f"{counts.get(verdict, 0):,} {verdict}" for verdict in ("merge", "review", "apart")
    )
    note(f"{len(judged):,} pairs: {told}.")
