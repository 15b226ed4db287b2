import numpy as np
import pytest

from geo import releases
from geo.coverage.groups import tabulate_groups, weighted_quartiles
from geo.coverage.position_draws import draw_positions, stated_positions
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

NEAR, FAR = {"latitude": 40.0}, {"latitude": 40.6}
CLINICS = clinic_table({"clinic_id": "a", "state": "IL", "latitude": 40.0, "longitude": -89.0})
UNKNOWN = float("nan")


def test_quartiles_by_hand():
    values = np.array([30.0, 10.0, 20.0, 40.0, UNKNOWN, 5.0])
    adults = np.array([25, 25, 25, 25, 900, 0])

    assert weighted_quartiles(values, adults).tolist() == [10, 20, 30]


def test_quartiles_hold_about_a_quarter_of_the_adults():
    rng = np.random.default_rng(3)
    values, adults = rng.normal(60_000, 9_000, 5000), rng.integers(1, 9000, 5000)

    limits = weighted_quartiles(values, adults)

    group = np.searchsorted(limits, values)
    shares = np.bincount(group, weights=adults) / adults.sum()
    assert shares == pytest.approx(0.25, abs=0.001)


@pytest.fixture(scope="module")
def table():
    """Four ZIPs of 100 adults, the poorer ones far; one of unknown income; Puerto Rico."""
    demand = demand_of(
        {"adults": 100, "median_household_income": 20_000.0, **FAR},
        {"adults": 100, "median_household_income": 40_000.0, **FAR},
        {"adults": 100, "median_household_income": 80_000.0, **NEAR},
        {"adults": 100, "median_household_income": 90_000.0, **NEAR, "state": "CA"},
        {"adults": 50, "median_household_income": UNKNOWN, **NEAR, "land_area_sq_miles": 0.1},
        {"adults": 700, "median_household_income": 15_000.0, "state": "PR"},
    )
    return tabulate_groups(demand, stated_positions(CLINICS, demand))


def group(table, level, geoid, dimension):
    here = table[(table["level"] == level) & (table["geoid"] == geoid)]
    return here[here["dimension"] == dimension].set_index("group")


def test_groups_are_of_zips_by_their_income(table):
    income = group(table, "nation", "US", "income")

    assert income["adults"].to_dict() == {
        "lowest": 100,
        "second": 100,
        "third": 100,
        "highest": 100,
        "unknown": 50,
    }
    assert income["share_within_30_miles"].tolist() == [0, 0, 1, 1, 1]
    assert income["mean_distance_miles"].tolist() == pytest.approx([41.4, 41.4, 0, 0, 0], abs=0.01)
    assert income.loc["lowest", "label"] == (
        "adults living in ZIPs where the median household income is in the lowest quarter "
        "(up to $20,000)"
    )
    assert income.loc["second", "label"].endswith("(above $20,000, up to $40,000)")
    assert income.loc["highest", "label"].endswith("(above $80,000)")


def test_quartiles_are_the_nations_in_every_region(table):
    assert group(table, "region", "4", "income")["adults"].to_dict() == {"highest": 100}
    assert group(table, "region", "2", "income").index.tolist() == [
        "lowest",
        "second",
        "third",
        "unknown",
    ]


def test_density_goes_by_classes_of_our_own(table):
    density = group(table, "nation", "US", "density")

    assert density["adults"].to_dict() == {"2": 400, "4": 50}
    assert density.loc["2", "label"] == (
        "adults living in ZIPs where there are 100 to 1,000 people a square mile"
    )


def test_a_class_begins_at_its_bound():
    areas = (1000 / 9.99, 100.0, 10.0, 0.2)
    demand = demand_of(*({"land_area_sq_miles": area} for area in areas))

    density = group(
        tabulate_groups(demand, stated_positions(CLINICS, demand)), "nation", "US", "density"
    )

    assert density.index.tolist() == ["0", "1", "2", "4"]


def test_every_label_speaks_of_zips(table):
    assert table["label"].str.startswith("adults living in ZIPs where ").all()


def test_each_dimension_holds_every_adult(table):
    sums = table[table["level"] == "nation"].groupby("dimension")["adults"].sum()

    assert sums.to_dict() == dict.fromkeys(("age", "density", "income", "vehicles"), 450)


def test_without_a_clinic_there_is_no_distance():
    demand = demand_of({})

    table = tabulate_groups(demand, draw_positions(clinic_table(), demand, 2))

    assert (table["adults"] > 0).all()
    assert table["mean_distance_miles"].isna().all()


def test_the_shipped_groups_hold_the_nation():
    table = releases.load(releases.SHIPPED).table("groups")

    nation = table[table["level"] == "nation"]
    assert set(nation.groupby("dimension")["adults"].sum()) == {257_880_530}
    regions = table[table["level"] == "region"].groupby(["dimension", "group"])["adults"].sum()
    by_group = nation.set_index(["dimension", "group"])["adults"]
    assert regions.to_dict() == by_group.to_dict()
    quarters = nation[nation["group"].isin(["lowest", "second", "third", "highest"])]
    assert (quarters["adults"] / 257_880_530).tolist() == pytest.approx([0.25] * 12, abs=0.003)
