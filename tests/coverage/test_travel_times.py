"""Tables of drives to take away: the nearest clinics of each ZIP, and the ZIPs around it."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pytest

from geo import releases, roads
from geo.coverage import travel_times
from geo.coverage.counting import pick_clinics
from geo.coverage.coverage_exports import METHODS_POINTER
from geo.coverage.demand import load_demand
from geo.errors import SchemaError
from geo.reference.road_tables import ATTRIBUTION
from geo.roads.shared_roads import share_roads

STATE = "DE"
NUMBERS = ["minutes", "low", "high", "miles"]


@pytest.fixture(scope="module")
def clinics():
    return releases.load(releases.SHIPPED).clinics


@pytest.fixture(scope="module")
def demand():
    return load_demand()


@pytest.fixture(scope="module")
def to_clinics(clinics, demand):
    return travel_times.tabulate_to_clinics(share_roads(), clinics, demand, STATE)


def test_each_zip_has_its_five_nearest_clinics_in_order(to_clinics, demand):
    zips = demand.zips[demand.zips["state"] == STATE]

    assert to_clinics["zip"].nunique() == len(zips)
    assert to_clinics.groupby("zip")["rank"].apply(list).map(len).eq(travel_times.NEAREST).all()
    assert (
        to_clinics.groupby("zip")["minutes"].apply(lambda some: some.is_monotonic_increasing).all()
    )
    assert (to_clinics["low"] <= to_clinics["minutes"]).all()
    assert (to_clinics["minutes"] <= to_clinics["high"]).all()
    adults = to_clinics.drop_duplicates("zip")["adults"].sum()
    assert adults == zips["adults"].sum()


def test_drives_are_those_of_the_command_drive_and_no_clinic_is_nearer(to_clinics, clinics, demand):
    net = share_roads()
    code = to_clinics["zip"].iloc[0]
    told = to_clinics[to_clinics["zip"] == code]
    row = list(demand.zip).index(code)
    counted = pick_clinics(clinics)
    counted = counted[
        counted["state"].isin([STATE, "PA", "NJ", "MD"]) & counted["latitude"].notna()
    ]
    counted = counted.reset_index(drop=True)
    ours = roads.drive_pairs(
        net,
        roads.join_points(net, demand.latitude[[row]], demand.longitude[[row]]),
        roads.join_points(net, *counted[["latitude", "longitude"]].to_numpy().T),
        target_radius_miles=counted["radius_miles"].fillna(0.0).to_numpy(),
    )

    nearest = ours.assign(clinic_id=counted["clinic_id"]).nsmallest(5, "minutes")
    assert sorted(nearest["clinic_id"]) == sorted(told["clinic_id"])
    one = nearest.set_index("clinic_id").loc[told["clinic_id"], NUMBERS]
    assert one.to_numpy() == pytest.approx(told[NUMBERS].to_numpy(), abs=0.11)


def test_zips_around_are_within_two_hours_and_not_the_zip_itself(demand):
    table = travel_times.tabulate_to_zips(share_roads(), demand, STATE)

    assert table["minutes"].max() <= travel_times.ZIP_MINUTES
    assert not (table["zip"] == table["to_zip"]).any()
    assert not table.duplicated(["zip", "to_zip"]).any()
    both = table.merge(table, left_on=["zip", "to_zip"], right_on=["to_zip", "zip"])
    assert len(both) > 100
    assert both["minutes_x"].to_numpy() == pytest.approx(both["minutes_y"].to_numpy(), abs=0.11)


def test_files_name_release_roads_and_method_and_the_codebook_has_their_columns(to_clinics):
    text = travel_times.to_csv(to_clinics, "2026-11-28-test")
    packed = pd.read_parquet(io.BytesIO(travel_times.to_parquet(to_clinics, "2026-11-28-test")))

    header = text.splitlines()[0].split(",")
    assert header == packed.columns.tolist()
    named = {name for entry in travel_times.CODEBOOK for name in re.split(", ", entry)}
    assert set(header) <= named
    assert "release" in travel_times.write_codebook()
    assert set(packed["release"]) == {"2026-11-28-test"}
    assert set(packed["drives_from"]) == {ATTRIBUTION}
    assert set(packed["method_page"]) == {METHODS_POINTER}
    assert np.array_equal(packed["minutes"], to_clinics["minutes"])


def test_a_state_without_zips_is_refused(demand):
    with pytest.raises(SchemaError, match="No populated ZIP lies in a state 'ZZ'"):
        travel_times.tabulate_to_zips(share_roads(), demand, "ZZ")
