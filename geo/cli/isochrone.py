"""What `isochrone` takes and does: who can drive to a place within so many minutes, as a file."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated, Final

import typer

from geo.cli.shell import answer, note

_FORMS: Final = (".geojson", ".json", ".parquet")


def isochrone(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="PLACE|CLINIC_ID",
            help='A ZIP, "City, ST", "latitude, longitude", a clinic or its id.',
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Where to write the area: FILE.geojson, or FILE.parquet (GeoParquet).",
        ),
    ],
    minutes: Annotated[
        float, typer.Option(metavar="N", help="How long a drive, at most 240.")
    ] = 60,
) -> None:
    """Write the area from where a place can be driven to, and tell how many adults live there.

    It is estimated offline, without traffic and without ferries. Adults are those of the ZIPs whose
    populated point is within the minutes; the two numbers in brackets are if every drive is slow,
    and if every drive is quick.

    For instance:

    ```
    clinic-finder isochrone 60601 --minutes 60 --out chicago.geojson
    clinic-finder isochrone "Boise, ID" --minutes 90 --out boise.parquet
    ```
    """
    form = out.suffix.lower()
    if form not in _FORMS:
        raise typer.BadParameter("--out ends in .geojson or .parquet.")
    from geo.api.drive_area_verb import find_drive_area  # noqa: PLC0415  # 330 ms: pandas
    from geo.coverage import drive_area  # noqa: PLC0415  # 660 ms

    area = find_drive_area(" ".join(words).strip(), minutes=minutes)
    if form == ".parquet":
        out.write_bytes(drive_area.to_geoparquet(area))
    else:
        out.write_text(drive_area.to_geojson(area), encoding="utf-8")
    row = area.iloc[0]
    answer(
        f"About {row['adults']:,} adults ({row['adults_low']:,} to {row['adults_high']:,}) live "
        f"within {row['minutes']:g} minutes' drive of {row['name']}, without traffic."
    )
    if row["radius_miles"]:
        note(
            f"It is known to within {row['radius_miles']:.0f} miles only; the range allows for that."
        )
    if area.attrs["told"]:
        note(area.attrs["told"])
    note(f"Roads: {row['attribution']}")
