"""What `times` takes and does: tables of drives from ZIPs, to clinics or to other ZIPs, as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from geo.cli.shell import answer, note


class To(StrEnum):
    """What is driven to."""

    CLINICS = "clinics"
    ZIPS = "zips"


def times(
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to write: FILE.csv or FILE.parquet.")
    ],
    to: Annotated[
        To, typer.Option(help="The five nearest clinics, or all ZIPs within 120 minutes.")
    ] = To.CLINICS,
    state: Annotated[
        str | None, typer.Option(metavar="XX", help="ZIPs of one state only, as PA.")
    ] = None,
) -> None:
    """Write how long it takes from each ZIP to the nearest clinics, or to the ZIPs around.

    Minutes are without traffic, estimated offline; nine in ten drives take between low and high.
    What the columns mean is written beside, as FILE.codebook.csv.

    For instance:

    ```
    clinic-finder times --state PA --out pennsylvania.csv
    clinic-finder times --to zips --state VT --out vermont.parquet
    ```

    The whole country takes minutes, and between ZIPs gigabytes of memory.
    """
    form = out.suffix.lower()
    if form not in {".csv", ".parquet"}:
        raise typer.BadParameter("--out ends in .csv or .parquet.")
    from geo import releases  # noqa: PLC0415  # 390 ms
    from geo.coverage import travel_times  # noqa: PLC0415  # 330 ms: pandas
    from geo.coverage.demand import load_demand  # noqa: PLC0415  # 560 ms
    from geo.reference.road_tables import ATTRIBUTION  # noqa: PLC0415  # 330 ms: pandas
    from geo.roads.shared_roads import share_roads  # noqa: PLC0415  # 330 ms: pandas

    letters = state and state.upper()
    release = releases.current()
    demand = load_demand()
    table = (
        travel_times.tabulate_to_clinics(share_roads(), release.clinics, demand, letters)
        if to is To.CLINICS
        else travel_times.tabulate_to_zips(share_roads(), demand, letters)
    )
    if form == ".csv":
        out.write_text(travel_times.to_csv(table, release.id), encoding="utf-8")
    else:
        out.write_bytes(travel_times.to_parquet(table, release.id))
    codebook = out.with_suffix(".codebook.csv")
    codebook.write_text(travel_times.write_codebook(), encoding="utf-8")
    answer(f"{len(table):,} drives from {table['zip'].nunique():,} ZIPs are in {out}.")
    note(f"Codebook: {codebook}. Roads: {ATTRIBUTION}. Release {release.id}.")
