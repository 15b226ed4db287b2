"""The people of files by the ZIP point nearest to them, and how long they drive from there."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

from geo.coverage.coverage_draws import PER_MILE
from geo.coverage.demand import load_demand
from geo.coverage.drive_draws import UNREACHED
from geo.errors import SchemaError
from geo.scale.files import plan
from geo.scale.zip_drives import join_drives
from geo.scale.zip_people import NO_ZIP, ZipPeople, count_people, count_unit, merge_people
from geo.units import to_ecef
from tests.handmade.blocks import scatter_blocks, write_files

BLOCKS = scatter_blocks(3_000)


@pytest.fixture(scope="module")
def zip_points():
    return load_demand().xyz


def test_people_are_added_up_by_county_and_nearest_zip(tmp_path, zip_points):
    blocks = BLOCKS.copy()
    blocks.loc[::7, ["latitude", "longitude"]] = np.nan
    units, layout = plan(write_files(blocks, tmp_path), unit_rows=500)

    counted = count_people(units, layout)

    located = blocks["latitude"].notna()
    points = to_ecef(blocks["latitude"][located], blocks["longitude"][located])
    blocks["zip"] = NO_ZIP
    blocks.loc[located, "zip"] = cKDTree(zip_points).query(points)[1]
    blocks["county"] = blocks["geoid"].str[:5].astype("int64")
    expected = blocks.groupby(["county", "zip"])["population"].sum()
    assert len(units) > 3
    assert list(zip(counted.county, counted.zip, strict=True)) == expected.index.tolist()
    assert counted.people.tolist() == expected.tolist()


def test_the_bits_are_the_same_however_the_rows_are_dealt_out(tmp_path):
    units, layout = plan(write_files(BLOCKS, tmp_path), unit_rows=500)
    parts = [count_unit(unit, layout, batch_rows=97) for unit in units]
    whole = count_people(units, layout)
    for order in (parts, parts[::-1], [merge_people(parts[:2]), merge_people(parts[2:])]):
        merged = merge_people(order)
        assert merged.key.tobytes() == whole.key.tobytes()
        assert merged.people.tobytes() == whole.people.tobytes()


def test_more_people_than_64_bits_hold_are_refused():
    part = ZipPeople(np.array([1]), np.array([2**62]))
    with pytest.raises(SchemaError, match="64 bits"):
        merge_people([part, part])


def test_areas_take_the_minutes_of_their_zips():
    """Ten people in one county, four of another, one without a point, three in no county."""
    people = ZipPeople(
        (np.array([0, 1001, 1001, 1001, 6075]) << 20) | np.array([2, 0, 1, NO_ZIP, 2]),
        np.array([3, 6, 4, 1, 4]),
    )
    minutes = np.array([[20, 70, 400], [40, 70, 25], [50, 80, 29]], dtype=np.int32) * PER_MILE
    minutes[0, 2] = UNREACHED
    table = pd.DataFrame({"geoid": ["01001", "06075"]})

    joined = join_drives(table, people, minutes, "county")

    assert joined["share_within_30_minutes"].tolist() == [0.0, 1.0]
    assert joined["share_within_30_minutes_high"].tolist() == [0.6, 1.0]
    assert joined["share_within_60_minutes"].tolist() == [0.6, 1.0]
    assert joined["share_within_90_minutes_low"].tolist() == [1.0, 0.0]
    assert joined["median_minutes_to_nearest"].tolist() == [40.0, 29.0]
    assert np.isnan(joined["median_minutes_to_nearest_high"][1])
    nation = join_drives(pd.DataFrame({"geoid": ["US"]}), people, minutes, "nation")
    assert nation["share_within_60_minutes"].tolist() == pytest.approx([10 / 14])
