import pandas as pd
import pytest

from geo.clinics.licences import leave_out_odbl
from geo.errors import SchemaError, SourceError
from geo.workspace import accepted_positions
from tests.handmade.clinics import clinic_table
from tests.handmade.listings import listing_table

HERE = {"latitude": 41.5, "longitude": -87.25, "radius_miles": 8.0}
ADDRESS = {"street": "1 Main Street", "city": "Gary", "state": "IN", "zip": "46402"}
CLINICS = clinic_table(
    {"clinic_id": "a", "name": "A", **HERE, **ADDRESS},
    {
        "clinic_id": "b",
        "name": "B",
        "precision": "none",
        "geocoder": "",
        "radius_miles": float("nan"),
    },
)


def positions(*rows):
    full = {
        "clinic_id": "a",
        "latitude": 41.52,
        "longitude": -87.25,
        "precision": "address",
        "radius_miles": 0.05,
        "geocoder": "census",
        "geocoded_date": "2026-11-01",
        "coordinate_licence": "public domain (US Census)",
    }
    return pd.DataFrame([full | row for row in rows])


def applied(*rows):
    return accepted_positions.apply(CLINICS, positions(*rows)).set_index("clinic_id")


def test_a_position_is_taken_with_all_that_is_known_of_it():
    placed = accepted_positions.apply(CLINICS, positions({}, {"clinic_id": "b", "latitude": 30.0}))

    assert placed["latitude"].tolist() == [41.52, 30.0]
    assert placed["precision"].tolist() == ["address", "address"]
    assert placed["geocoder"].tolist() == ["census", "census"]
    assert placed["geocoded_date"].tolist() == ["2026-11-01"] * 2
    assert list(placed.columns) == list(CLINICS.columns)
    assert placed.dtypes.equals(CLINICS.dtypes)
    assert CLINICS["latitude"].iloc[0] == 41.5


@pytest.mark.parametrize(
    ("position", "holds"),
    [
        ({"address": "1 Main Street, Gary, IN 46402", "latitude": 30.0}, True),
        ({"address": "", "latitude": 30.0}, True),
        ({"address": "1 Main St, Gary, IN 46402"}, True),
        ({"address": "9 Elm St, Austin, TX 78701", "latitude": 30.0}, False),
        (
            {"address": "9 Elm St, Austin, TX 78701", "latitude": 30.0, "precision": "verified"},
            True,
        ),
    ],
)
def test_a_position_of_another_address_holds_where_the_present_one_is(position, holds):
    clinic = applied(position).loc["a"]

    assert (clinic["geocoder"] == "census") is holds
    assert clinic["latitude"] == (position.get("latitude", 41.52) if holds else 41.5)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"latitude": 91.0}, "no point of the Earth"),
        ({"longitude": float("nan")}, "no point of the Earth"),
        ({"latitude": 0.0, "longitude": 0.0}, "no point of the Earth"),
        ({"precision": "none"}, "precision"),
        ({"precision": "excellent"}, "precision"),
        ({"radius_miles": -1.0}, "radius"),
        ({"radius_miles": float("nan")}, "radius"),
    ],
)
def test_a_position_that_is_none_is_refused_by_name(row, reason):
    with pytest.raises(SchemaError, match=f"'a' .*{reason}"):
        applied(row)


def test_a_clinic_has_one_position():
    with pytest.raises(SchemaError, match="'a' stands twice"):
        applied({}, {})
    with pytest.raises(SchemaError, match="lack the columns precision"):
        accepted_positions.validate(positions({}).drop(columns="precision"))


def test_positions_come_back_from_a_file(tmp_path):
    path = tmp_path / "positions.csv"
    table = positions({"address": "Ä"}, {"clinic_id": "b"}).fillna("")
    table.to_csv(path, index=False)

    pd.testing.assert_frame_equal(accepted_positions.read(path), table.astype({"address": "str"}))

    path.write_text(path.read_text().replace("41.52", "north"))
    with pytest.raises(SchemaError, match="no point of the Earth"):
        accepted_positions.read(path)
    with pytest.raises(SourceError, match="cannot be read"):
        accepted_positions.read(tmp_path / "none.csv")


def test_what_is_under_the_odbl_can_be_left_out():
    listings = listing_table({}, {"listing_id": "osm:1"}, {"listing_id": "osm:2"})
    licences = {"osm:1": "ODbL (OpenStreetMap)", "osm:2": "public domain"}
    table = positions({}, {"clinic_id": "b", "coordinate_licence": "ODbL (OpenStreetMap)"})

    kept, places = leave_out_odbl(listings, licences, table)

    assert kept["listing_id"].tolist() == ["L1", "osm:2"]
    assert places["clinic_id"].tolist() == ["a"]
