"""Files of demand in the form of census blocks, scattered about the points of real ZIPs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo import reference


def scatter_blocks(rows: int, seed: int = 0) -> pd.DataFrame:
    """Return blocks with a GEOID of 15 digits, a point and people, in the order of the GEOIDs."""
    zips = reference.load("zips").query("population > 0 and county_geoid != ''")
    random = np.random.default_rng(seed)
    near = zips.sample(rows, replace=True, random_state=seed).sort_values("county_geoid")
    number = random.integers(0, 10**10, rows)
    return pd.DataFrame(
        {
            "geoid": near["county_geoid"].to_numpy()
            + pd.Series(number).astype("str").str.zfill(10),
            "population": random.integers(0, 200, rows).astype(np.int32),
            "latitude": near["latitude"].to_numpy() + random.normal(0, 0.01, rows),
            "longitude": near["longitude"].to_numpy() + random.normal(0, 0.01, rows),
        }
    )


def write_files(
    blocks: pd.DataFrame, folder: Path, files: int = 3, row_group_rows: int = 500
) -> str:
    """Write blocks to so many files and return the pattern of their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(np.array_split(np.arange(len(blocks)), files)):
        table = pa.Table.from_pandas(blocks.iloc[part], preserve_index=False)
        pq.write_table(table, folder / f"part-{number}.parquet", row_group_size=row_group_rows)
    return str(folder / "*.parquet")
