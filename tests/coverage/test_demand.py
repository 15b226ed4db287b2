import numpy as np
import pandas as pd
import pytest

from geo import reference
from geo.coverage.demand import LEVELS, build_demand, load_demand, read_vintages
from geo.errors import SchemaError
from tests.handmade.demand import demand_of


@pytest.fixture(scope="module")
def real():
    return load_demand()


def people(demand, level, geoid):
    """Return population and adults of an area."""
    area = demand.areas[level].set_index("geoid").loc[geoid]
    return area["population"], area["adults"]


def test_the_nation_is_the_50_states_and_dc(real):
    assert people(real, "nation", "US") == (331_093_495, 257_880_530)
    assert [len(real.areas[level]) for level in LEVELS] == [1, 4, 9, 56, 3235]


def test_counties_add_up_to_states_and_on_to_the_nation(real):
    areas = real.areas
    for column in ("population", "adults"):
        states = areas["state"].set_index("state")[column]
        by_county = areas["county"].groupby("state")[column].sum(min_count=1)
        pd.testing.assert_series_equal(by_county, states.sort_index(), check_names=False)
        for inner, outer in (("state", "division"), ("state", "region"), ("division", "region")):
            inside = areas[inner][areas[inner][outer].ne("")].groupby(outer)[column].sum()
            assert inside.to_dict() == areas[outer].set_index("name")[column].to_dict()
        assert areas["region"][column].sum() == areas["nation"][column].sum()


def test_counties_have_the_people_that_the_reference_table_gives_them(real):
    table = reference.load("counties").set_index("county_geoid")

    for column in ("population", "adults"):
        counted = real.areas["county"].set_index("geoid")[column]
        np.testing.assert_array_equal(counted, table[column].reindex(counted.index))


def test_the_parts_of_a_zip_hold_its_people(real):
    for whole, part in (
        (real.population, real.share_population),
        (real.adults, real.share_adults),
    ):
        assert (np.bincount(real.share_zip, weights=part) == whole).all()
        assert (part >= 0).all()


def test_connecticut_has_its_planning_regions(real):
    counties = real.areas["county"]
    connecticut = counties[counties["state"] == "CT"]

    assert list(connecticut["geoid"]) == [f"09{code}" for code in range(110, 191, 10)]
    assert (connecticut["adults"] > 50_000).all()


def test_alaska_has_its_new_areas(real):
    assert people(real, "county", "02063")[0] > 5_000
    assert people(real, "county", "02066")[0] > 1_000
    assert "02261" not in set(real.areas["county"]["geoid"])


def test_virginia_has_its_cities(real):
    virginia = real.areas["county"].query("state == 'VA'").set_index("geoid")

    assert len(virginia) == 133
    assert (virginia.loc[virginia.index >= "51510", "adults"] > 0).all()
    assert (virginia.index >= "51510").sum() == 38
    assert virginia.loc["51810", "population"] == pytest.approx(457_000, rel=0.05)  # Virginia Beach


def test_puerto_rico_has_people_and_no_region(real):
    in_puerto_rico = real.zips["state"].eq("PR").to_numpy()

    assert people(real, "state", "72") == (3_272_382, 2_706_206)
    for level in ("nation", "region", "division"):
        assert (real.area[level][in_puerto_rico] == -1).all()
        assert (real.area[level][~in_puerto_rico] >= 0).all()
    assert not real.is_in_nation("state")[real.areas["state"]["state"].eq("PR")].any()
    assert real.is_in_nation("state").sum() == 51


def test_territories_have_no_figures_rather_than_none(real):
    territories = real.areas["state"].set_index("state").loc[["AS", "GU", "MP", "VI"]]

    assert territories[["population", "adults"]].isna().all(axis=None)


def test_areal_weights_hold_every_adult_once(real):
    for level in LEVELS:
        weights = real.areal_weights(level)
        known = np.nan_to_num(real.areas[level]["adults"])
        assert (weights.total() == known).all()
        assert weights.size == len(known)


def test_people_are_allocated_to_counties_in_whole():
    demand = demand_of(
        {"population": 10, "adults": 7},
        shares=[("00000", "17001", 0.55), ("00000", "17003", 0.45)],
    )

    assert people(demand, "county", "17001") == (6, 4)  # 5.5 and 3.85, each by its remainder
    assert people(demand, "county", "17003") == (4, 3)
    assert people(demand, "region", "2") == (10, 7)
    assert np.isnan(people(demand, "county", "06001")).all()
    assert np.isnan(people(demand, "nation", "US")).sum() == 0


def test_zips_without_people_are_left_out():
    demand = demand_of({}, {"population": 0.0}, {"population": float("nan")})

    assert demand.zip.tolist() == ["00000"]
    assert demand.zips.loc[0, "density"] == pytest.approx(1000 / 3)


def test_the_order_of_the_tables_does_not_matter(real):
    tables = [reference.load(name) for name in ("zips", "zip_county")]
    shapes = [
        pd.DataFrame(reference.load(name).drop(columns="geometry"))
        for name in ("states", "counties")
    ]

    turned = build_demand(*(table[::-1] for table in (*tables, *shapes)))

    assert (turned.share_adults == real.share_adults).all()
    assert (turned.share_zip == real.share_zip).all()
    for level in LEVELS:
        pd.testing.assert_frame_equal(turned.areas[level], real.areas[level])


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"state": "TX"}, "ZIP 00000 has a state that the table of states lacks"),
        ({"latitude": float("nan")}, "ZIP 00000 has people, but no point"),
        ({"state": "GU"}, "ZIP 00000 has people, but a share in no county"),
    ],
)
def test_a_zip_that_belongs_nowhere_is_refused(wrong, reason):
    with pytest.raises(SchemaError, match=reason):
        demand_of(wrong)


def test_a_county_that_is_not_listed_is_refused():
    with pytest.raises(SchemaError, match="county 17999, which the counties table lacks"):
        demand_of({}, shares=[("00000", "17999", 1.0)])


def test_vintages_are_those_of_the_sources():
    assert read_vintages() == ("ACS 2018-22", "December 2025")
