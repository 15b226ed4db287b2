"""What the areas are told: by hand on a small country, and on the shipped release."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import releases
from geo.coverage import measures
from geo.coverage.counting import list_treatments, pick_clinics
from geo.coverage.demand import LEVELS, load_demand
from geo.coverage.position_draws import draw_positions, stated_positions
from geo.units import geodesic_miles
from tests.examples import examples
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

ORIGIN = {"latitude": 40.0, "longitude": -89.0}
SQUARE = [
    {"state": "IL", "adults": 100.0, "latitude": 40.0, "longitude": -89.0},
    {"state": "IL", "adults": 200.0, "latitude": 40.5, "longitude": -89.0},
    {"state": "IN", "adults": 300.0, "latitude": 40.5, "longitude": -88.0},
    {"state": "CA", "adults": 400.0, "latitude": 40.0, "longitude": -88.0},
    {"state": "PR", "adults": 500.0, "latitude": 18.2, "longitude": -66.5},
]
# By the lengths of a degree on WGS84: 111.042 km north at 40.25 N, 85.394 km east at 40 N and
# 85.081 km at 40.25 N; the diagonal by Pythagoras.
SIDES = (0.0, 34.499, 63.128, 53.061)


@pytest.fixture(scope="module")
def real():
    return load_demand()


@pytest.fixture(scope="module")
def shipped():
    release = releases.load(releases.SHIPPED)
    return pick_clinics(release.clinics)


@pytest.fixture(scope="module")
def table():
    """The coverage table of the shipped release."""
    return releases.load(releases.SHIPPED).table("coverage")


def measure_all(clinics, demand, draws=None, treatment=measures.ANY):
    """Return the table of one treatment, and the reach it is made of."""
    located = clinics[clinics["latitude"].notna()]
    positions = (
        stated_positions(located, demand)
        if draws is None
        else draw_positions(located, demand, draws)
    )
    reached = measures.measure(located, demand, positions, treatment)
    return measures.tabulate(clinics, demand, positions, reached, treatment), reached


def area(table, level, geoid):
    return table[(table["level"] == level) & (table["geoid"] == geoid)].iloc[0]


def test_a_square_by_hand():
    clinics = clinic_table({"clinic_id": "a", "state": "IL", "county_geoid": "17001", **ORIGIN})

    table, _ = measure_all(clinics, demand_of(*SQUARE))

    nation = area(table, "nation", "US")
    assert nation["adults"] == 1000
    assert nation["clinics"] == 1
    assert nation["clinics_per_million_adults"] == 1000
    assert nation["adults_within_15_miles"] == 100
    assert nation["adults_within_30_miles"] == 100
    assert nation["adults_within_60_miles"] == 100 + 200 + 400
    assert nation["adults_within_100_miles"] == 1000
    assert nation["adults_beyond_60_miles"] == 300
    assert nation["share_within_60_miles"] == 0.7
    person_miles = 200 * SIDES[1] + 300 * SIDES[2] + 400 * SIDES[3]
    assert nation["mean_distance_miles"] == pytest.approx(person_miles / 1000, abs=0.01)
    assert nation["median_distance_miles"] == pytest.approx(SIDES[3], abs=0.01)

    midwest = area(table, "region", "2")
    assert (midwest["adults"], midwest["clinics"]) == (600, 1)
    assert midwest["share_within_60_miles"] == 0.5
    assert midwest["median_distance_miles"] == pytest.approx(SIDES[1], abs=0.01)

    west = area(table, "region", "4")
    assert west["clinics"] == 0
    assert west["clinics_per_million_adults"] == 0
    assert west["share_within_30_miles"] == 0
    assert west["mean_distance_miles"] == pytest.approx(SIDES[3], abs=0.01)

    state = area(table, "state", "17")
    assert state["mean_distance_miles"] == pytest.approx(200 * SIDES[1] / 300, abs=0.01)
    assert area(table, "county", "17001")["clinics"] == 1
    assert (table["clinics_estimated"] == False).all()  # noqa: E712


def test_no_data_is_not_none():
    clinics = clinic_table({"clinic_id": "a", "state": "IL", "county_geoid": "17001", **ORIGIN})

    table, _ = measure_all(clinics, demand_of(*SQUARE))

    known_of_all = ["clinics", "clinics_open", "clinics_unconfirmed", "clinics_unlocated"]
    numbers = table.select_dtypes("float64").columns.difference(known_of_all)
    assert area(table, "state", "66")[numbers].isna().all()
    assert area(table, "county", "17003")[numbers].isna().all()
    assert area(table, "state", "66")["clinics"] == 0
    assert np.isnan(area(table, "county", "17001")["clinics_unlocated"])


def test_without_a_clinic_there_is_no_distance():
    lost = clinic_table({"clinic_id": "lost", "state": "IL"})

    table, reached = measure_all(lost, demand_of(*SQUARE))

    nation = area(table, "nation", "US")
    assert reached == {}
    assert (nation["clinics"], nation["clinics_unlocated"]) == (0, 1)
    assert nation["rate_high"] > 0
    distances = table.columns[table.columns.str.contains("miles")]
    assert len(distances) == 23
    assert table[distances].isna().all(axis=None)
    curve = measures.tabulate_curve(demand_of(*SQUARE), reached)
    assert curve.empty
    assert list(curve)[3:] == ["miles", "share", "share_low", "share_high"]


def test_each_treatment_has_its_own_clinics():
    clinics = clinic_table(
        {"clinic_id": "a", "state": "IL", "treatments": "iv", **ORIGIN},
        {"clinic_id": "b", "state": "CA", "treatments": "esketamine;oral", **ORIGIN}
        | {"longitude": -88.0},
    )

    table, _ = measure_all(clinics, demand_of(*SQUARE), treatment="oral")

    nation = area(table, "nation", "US")
    assert set(table["treatment"]) == {"oral"}
    assert nation["clinics"] == 1
    assert nation["adults_within_15_miles"] == 400
    assert area(table, "state", "17")["clinics"] == 0


def test_the_curve_by_hand():
    clinics = clinic_table({"clinic_id": "a", "state": "IL", **ORIGIN})
    demand = demand_of(*SQUARE)

    _, reached = measure_all(clinics, demand)
    curve = measures.tabulate_curve(demand, reached)

    nation = curve[curve["level"] == "nation"].set_index("miles")["share"]
    assert nation.index.tolist() == list(range(0, 151, 5))
    assert nation.loc[[0, 30, 35, 50, 55, 60, 65]].tolist() == [0.1, 0.1, 0.3, 0.3, 0.7, 0.7, 1.0]
    assert set(curve.loc[curve["level"] == "state", "geoid"]) == {"06", "17", "18", "72"}
    assert "county" not in set(curve["level"])


def test_a_citys_clinic_is_spread_over_its_counties():
    demand = demand_of(
        {"city": "Quincy", "population": 300},
        {"city": "Quincy", "population": 100, "latitude": 40.1},
        shares=[("00001", "17003", 1.0)],
    )
    town = {"city": "Quincy", "state": "IL", "precision": "city", "radius_miles": 9.0}
    clinics = clinic_table({"clinic_id": "a", **town, **ORIGIN, "county_geoid": "17001"})

    table, _ = measure_all(clinics, demand, draws=1000)

    first, second = (area(table, "county", geoid) for geoid in ("17001", "17003"))
    assert first["clinics"] == pytest.approx(0.75, abs=0.05)
    assert first["clinics"] + second["clinics"] == pytest.approx(1)
    assert first["clinics_estimated"]
    assert second["clinics_estimated"]
    assert area(table, "state", "17")["clinics"] == 1
    assert not area(table, "state", "17")["clinics_estimated"]


def test_borders_to_other_countries_are_told():
    table, _ = measure_all(clinic_table(), demand_of(*SQUARE))

    told = table.set_index(["level", "geoid"])["beside_another_country"]
    assert told["nation", "US"]
    assert told["region", "4"]
    assert not told["region", "2"]  # Illinois and Indiana are all of it here
    assert told["county", "06001"]
    assert not told["county", "17001"]


def test_inner_areas_add_up_to_outer_ones_in_every_draw(real, shipped):
    table, reached = measure_all(shipped, real, draws=2)
    areas = real.areas

    def add_up(values, inner, outer, column):
        return [
            values[..., (areas[inner][column] == key).to_numpy()].sum(axis=-1)
            for key in areas[outer]["name" if outer != "state" else "state"]
        ]

    for inner, outer, column in (
        ("county", "state", "state"),
        ("state", "division", "division"),
        ("division", "region", "region"),
    ):
        for miles in measures.WITHIN_MILES:
            sums = add_up(reached[inner].within_miles(miles), inner, outer, column)
            assert (reached[outer].within_miles(miles) == np.array(sums).T).all()
        person_miles = add_up(reached[inner].person_miles, inner, outer, column)
        assert (reached[outer].person_miles == np.array(person_miles).T).all()
    assert (
        reached["region"].person_miles.sum(axis=1) == reached["nation"].person_miles[:, 0]
    ).all()
    assert len(table) == sum(len(areas[level]) for level in LEVELS)


def test_counts_of_the_shipped_release_add_up(table):
    for treatment, rows in table.groupby("treatment"):
        for count in ("clinics", "clinics_open", "clinics_unconfirmed"):
            state = rows[rows["level"] == "state"].set_index("state")[count]
            county = rows[rows["level"] == "county"].groupby("state")[count].sum()
            np.testing.assert_allclose(county, state[county.index], atol=1e-9, err_msg=treatment)
            for outer in ("division", "region"):
                inner = rows[(rows["level"] == "state") & rows[outer].ne("")]
                sums = inner.groupby(outer)[count].sum()
                names = rows[rows["level"] == outer].set_index("name")[count]
                assert sums.to_dict() == names.to_dict()
            regions = rows.loc[rows["level"] == "region", count].sum()
            assert regions == area(rows, "nation", "US")[count]
        assert (rows["clinics_open"] + rows["clinics_unconfirmed"]).tolist() == pytest.approx(
            rows["clinics"].tolist()
        )


def test_the_order_of_the_clinics_changes_nothing(real, shipped):
    some = shipped.iloc[::5]

    one, _ = measure_all(some, real, draws=3)
    other, _ = measure_all(some.sample(frac=1, random_state=7), real, draws=3)

    pd.testing.assert_frame_equal(one, other, check_exact=True)


@examples(25)
@given(data=st.data())
def test_another_clinic_lowers_no_share(data):
    demand = demand_of(
        *({**zip_, "city": city} for zip_, city in zip(SQUARE, "ababc", strict=True)),
        {"state": "IL", "city": "b", "latitude": 40.2, "land_area_sq_miles": 900.0},
    )
    clinics = [
        {
            "clinic_id": f"clinic-{number}",
            "state": data.draw(st.sampled_from(["IL", "IN", "CA"])),
            "city": data.draw(st.sampled_from("abc")),
            "precision": data.draw(st.sampled_from(["city", "address"])),
            "latitude": data.draw(st.sampled_from([39.9, 40.0, 40.4])),
            "longitude": data.draw(st.sampled_from([-89.0, -88.6, -88.0])),
            "radius_miles": 40.0,
        }
        for number in range(data.draw(st.integers(2, 5)))
    ]

    fewer, more = (
        measure_all(clinic_table(*some), demand, draws=7)[0] for some in (clinics[:-1], clinics)
    )

    for column in fewer.columns[fewer.columns.str.contains("within")]:
        assert (more[column] >= fewer[column]).to_numpy()[fewer[column].notna()].all(), column
    for column in fewer.columns[fewer.columns.str.contains("distance")]:
        assert (more[column] <= fewer[column]).to_numpy()[fewer[column].notna()].all(), column
    assert (more["clinics"] >= fewer["clinics"]).all()


def test_a_state_by_brute_force(real, shipped):
    located = shipped[shipped["latitude"].notna()]
    table, _ = measure_all(shipped, real)
    zips = real.zips[real.zips["state"] == "VT"]

    miles = geodesic_miles(
        zips["latitude"].to_numpy()[:, None],
        zips["longitude"].to_numpy()[:, None],
        located["latitude"].to_numpy(),
        located["longitude"].to_numpy(),
    ).min(axis=1)

    vermont = area(table, "state", "50")
    adults = zips["adults"].to_numpy()
    assert vermont["mean_distance_miles"] == pytest.approx(np.average(miles, weights=adults), 1e-4)
    for limit in measures.WITHIN_MILES:
        assert vermont[f"adults_within_{limit}_miles"] == adults[miles <= limit].sum()
    each = np.sort(np.repeat(miles, adults.astype(int)))
    assert vermont["median_distance_miles"] == pytest.approx(each[len(each) // 2], abs=0.001)


def test_the_shipped_table_has_every_area_for_every_treatment(table, shipped):
    assert list(dict.fromkeys(table["treatment"])) == list_treatments(shipped)
    sizes = {"nation": 1, "region": 4, "division": 9, "state": 56, "county": 3235}
    for _, rows in table.groupby("treatment"):
        assert rows["level"].value_counts().to_dict() == sizes
    assert not table.duplicated(["level", "geoid", "treatment"]).any()
    for level, digits in (("state", 2), ("county", 5)):
        assert (table.loc[table["level"] == level, "geoid"].str.len() == digits).all()


def test_the_shipped_figures_are_in_order(table):
    known = table[table["adults"].notna()]

    for name in (
        "mean_distance_miles",
        "median_distance_miles",
        *(f"share_within_{miles}_miles" for miles in measures.WITHIN_MILES),
    ):
        assert (known[f"{name}_low"] <= known[name]).all()
        assert (known[name] <= known[f"{name}_high"]).all()
    for nearer, farther in ((15, 30), (30, 60), (60, 100)):
        shares = [known[f"share_within_{miles}_miles"] for miles in (nearer, farther)]
        assert (shares[0] <= shares[1]).all()
        assert shares[0].between(0, 1).all()
    assert (known["rate_low"] <= known["clinics_per_million_adults"]).all()
    assert (known["clinics_per_million_adults"] <= known["rate_high"]).all()
    assert (known["adults_within_60_miles"] + known["adults_beyond_60_miles"]).tolist() == (
        known["adults"].tolist()
    )
    of_adults = known["share_within_30_miles"] * known["adults"]
    assert of_adults.tolist() == pytest.approx(known["adults_within_30_miles"].tolist())
    unknown = table[table["adults"].isna()]
    assert len(unknown) == 17 * table["treatment"].nunique()
    assert unknown["share_within_30_miles"].isna().all()


@pytest.mark.parametrize(
    ("state", "geoids"),
    [
        ("CT", [f"09{code}" for code in range(110, 191, 10)]),
        ("AK", ["02063", "02066"]),
        ("VA", ["51510", "51600", "51610", "51810"]),
        ("PR", ["72001", "72127"]),
    ],
)
def test_new_and_odd_counties_are_measured(table, state, geoids):
    counties = table[(table["level"] == "county") & (table["treatment"] == "any")]
    of_state = counties[counties["state"] == state].set_index("geoid")

    assert of_state.loc[geoids, "share_within_100_miles"].notna().all()
    assert (of_state.loc[geoids, "adults"] > 0).all()
    if state == "CT":
        assert list(of_state.index) == geoids


def test_puerto_rico_stands_outside_the_regions(table):
    island = table[(table["state"] == "PR") & (table["level"] == "state")]

    assert (island["region"] == "").all()
    assert (island["adults"] == 2_706_206).all()
    nation = table[table["level"] == "nation"]
    assert (nation["adults"] == 257_880_530).all()
