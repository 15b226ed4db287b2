"""Where sites may lie, what they change, and who gains: by hand and on the shipped release."""

import numpy as np
import pandas as pd
import pytest

from geo import reference, releases
from geo.clinics.vocabulary import EVIDENCE
from geo.coverage.coverage_draws import nearest_distances
from geo.coverage.demand import load_demand
from geo.coverage.differences import read_verdicts
from geo.coverage.measures import WITHIN_MILES
from geo.coverage.verdicts import LEAST_DIFFERENCE
from geo.errors import PlaceError, SchemaError
from geo.siting import reversal
from geo.siting.candidate_sites import (
    COLUMNS,
    find_candidates,
    list_candidates,
    place_candidates,
    read_candidates,
)
from geo.siting.effect import measure_baseline, measure_effect, tabulate_gains
from geo.siting.question import COVERAGE, DISTANCE, pose
from geo.siting.reversal import count_to_reverse
from geo.siting.sites import count_listings, describe_sites
from geo.siting.siting_context import SitingContext
from geo.siting.solving import answer_first
from geo.siting.study_area import LEVELS, find_area, get_area
from geo.siting.supply import SupplyError, add_sites, find_supply
from geo.units import geodesic_miles
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

pytestmark = pytest.mark.long

BILLINGS = {"latitude": 45.78329, "longitude": -108.50069}


@pytest.fixture(scope="module")
def demand():
    return load_demand()


@pytest.fixture(scope="module")
def cities():
    return reference.load("cities")


@pytest.fixture(scope="module")
def counties():
    return reference.load("counties")


@pytest.fixture(scope="module")
def shipped():
    return releases.load(releases.SHIPPED)


@pytest.fixture(scope="module")
def supply(shipped, demand):
    return find_supply(shipped.clinics, demand)


@pytest.fixture(scope="module")
def baseline(supply, demand):
    return measure_baseline(supply, demand)


@pytest.fixture(scope="module")
def montana(demand, supply, cities):
    """Return a setting in Montana, its candidates, and three good sites of them."""
    context = SitingContext(demand, find_area(demand, "MT"), supply, 60)
    sites = list_candidates(demand, context.area, cities)
    return context, sites, sites.take([*answer_first(pose(context, sites, add=3)).sites])


# Areas


@pytest.mark.parametrize(
    ("text", "level", "name"),
    [
        ("", "nation", "United States (50 states and DC)"),
        ("us", "nation", "United States (50 states and DC)"),
        ("Midwest", "region", "Midwest"),
        (" new  ENGLAND", "division", "New England"),
        ("mt", "state", "Montana"),
        ("Washington", "state", "Washington"),
        ("DC", "state", "District of Columbia"),
        ("West", "region", "West"),
        ("puerto rico", "state", "Puerto Rico"),
    ],
)
def test_an_area_is_found_by_name_or_code(demand, text, level, name):
    area = find_area(demand, text)

    assert (area.level, area.name) == (level, name)
    found = demand.areas[level].set_index("geoid").loc[area.geoid, "adults"]
    assert demand.adults[area.inside].sum() == found
    assert set(demand.zips["state"][area.inside]) == area.states


def test_an_unknown_area_is_refused_with_names_like_it(demand):
    with pytest.raises(PlaceError, match="'Midwst' is no census region") as caught:
        find_area(demand, "Midwst")

    assert caught.value.candidates[0] == "Midwest"


def test_an_area_without_known_people_is_refused(demand):
    with pytest.raises(PlaceError, match="No adults are known to live in Guam"):
        find_area(demand, "Guam")
    with pytest.raises(PlaceError, match="no state with the Census code '99'"):
        get_area(demand, "state", "99")


# Candidates


def test_candidates_are_cities_and_zips_of_the_area_with_people_enough(demand, cities):
    area = find_area(demand, "New England")

    sites = list_candidates(demand, area, cities, 10_000)

    assert [*sites.columns] == [*COLUMNS]
    assert set(sites["state"]) == {"CT", "MA", "ME", "NH", "RI", "VT"}
    assert sites["population"].min() >= 10_000
    assert sites["population"].is_monotonic_decreasing
    assert sites["site"].iloc[0] == "city:Boston, MA"
    assert sites["site"].is_unique
    kinds = sites["site"].str.split(":").str[0].value_counts()
    assert (
        kinds["city"] == (cities["state"].isin(area.states) & (cities["population"] >= 1e4)).sum()
    )
    assert kinds["zip"] == (area.inside & (demand.population >= 1e4)).sum()
    state_of = dict(zip(demand.zip, demand.zips["state"], strict=True))
    assert (sites["zip"].map(state_of) == sites["state"]).all()
    assert len(list_candidates(demand, area, cities, 20_000)) < len(sites)


def test_a_citys_zip_is_the_nearest_of_its_state(demand, cities):
    sites = list_candidates(demand, find_area(demand, "KS"), cities, 20_000).set_index("site")

    row = sites.loc["city:Kansas City, KS"]

    own = demand.zips[demand.zips["state"] == "KS"]
    miles = geodesic_miles(row["latitude"], row["longitude"], own["latitude"], own["longitude"])
    assert row["zip"] == own["zip"].iloc[int(np.argmin(miles))]


def test_the_order_of_the_cities_does_not_matter(demand, cities):
    area = find_area(demand, "MT")

    shuffled = list_candidates(demand, area, cities.sample(frac=1, random_state=1))

    pd.testing.assert_frame_equal(shuffled, list_candidates(demand, area, cities))


def test_a_clicked_point_is_named_after_the_nearest_zip_in_its_state(demand, counties):
    points = pd.DataFrame([BILLINGS, {"latitude": 39.1141, "longitude": -94.6275}])

    sites = place_candidates(points, demand, counties).set_index("state")

    assert set(sites.index) == {"MT", "KS"}  # the second is a mile from Missouri
    assert sites.loc["MT", "site"] == "point:45.78329,-108.50069"
    assert sites.loc["MT", "name"] == "near Billings"
    assert sites.loc["KS", "zip"].startswith("66")


def test_a_point_outside_the_country_is_refused(demand, counties):
    points = pd.DataFrame([BILLINGS, {"latitude": 50.0, "longitude": -106.0}])

    with pytest.raises(PlaceError, match=r"50\.00000, -106\.00000 is not in the United States"):
        place_candidates(points, demand, counties)
    with pytest.raises(SchemaError, match="Row 2"):
        place_candidates(points.assign(latitude=[45.0, np.nan]), demand, counties)


def test_a_list_of_ones_own_is_read(demand, counties, tmp_path):
    path = tmp_path / "ours.csv"
    path.write_text("name,latitude,longitude\nOld mill,45.8,-108.5\n,46.6,-112.0\n")

    sites = read_candidates(path, demand, counties)

    assert sorted(sites["name"]) == ["Old mill", "near Helena"]
    assert set(sites["state"]) == {"MT"}
    assert (sites["population"] == 0).all()
    path.write_text("latitude,longitude,population\n45.8,-108.5,few\n46.6,west,9\n")
    with pytest.raises(SchemaError, match="Row 2 of the sites has no point"):
        read_candidates(path, demand, counties)
    path.write_text("name,latitude\nOld mill,45.8\n")
    with pytest.raises(SchemaError, match="longitude"):
        read_candidates(path, demand, counties)
    with pytest.raises(SchemaError, match="cannot be read"):
        read_candidates(tmp_path / "none.csv", demand, counties)


def test_the_text_of_a_site_brings_it_back(demand, cities, counties, montana):
    _, listed, _ = montana
    clicked = place_candidates(pd.DataFrame([BILLINGS]), demand, counties)
    wanted = pd.concat([listed.take([30, 2, 11]), clicked], ignore_index=True)

    found = find_candidates([*wanted["site"]], demand, cities, counties)

    pd.testing.assert_frame_equal(found, wanted)
    (row,) = find_candidates(["point:45.8,-108.5"], demand, cities, counties).to_dict("records")
    assert (row["site"], row["latitude"]) == ("point:45.80000,-108.50000", 45.8)
    assert find_candidates([], demand, cities, counties).empty


@pytest.mark.parametrize(
    "text", ["city:Atlantis, MT", "zip:00000", "point:x,y", "point:9", "", "x"]
)
def test_a_text_that_stands_for_no_site_is_refused(demand, cities, counties, text):
    with pytest.raises(PlaceError, match="stands for no site"):
        find_candidates(["zip:59101", text], demand, cities, counties)


# Supply


def test_clinics_that_count_are_open_and_offer_what_is_asked():
    here = {"latitude": 40.0, "longitude": -89.0, "radius_miles": 0.0}
    there = {"latitude": 40.5, "longitude": -89.0, "radius_miles": 0.0}
    clinics = clinic_table(
        {"clinic_id": "iv", "treatments": "iv", **here},
        {"clinic_id": "spray", "treatments": "esketamine;iv", **there},
        {"clinic_id": "closed", "status": "closed", **here},
        {"clinic_id": "adrift", "treatments": "esketamine"},
    )
    small = demand_of({"latitude": 40.0, "longitude": -89.0})

    assert find_supply(clinics, small, draws=1).distances.tolist() == [[0]]
    spray = find_supply(clinics, small, "esketamine", draws=2)
    assert spray.distances.tolist() == 2 * [
        [np.rint(geodesic_miles(40.0, -89.0, 40.5, -89.0) * 1000)]
    ]
    assert [*spray.clinics["clinic_id"]] == ["spray", "adrift"]
    assert [*spray.located["clinic_id"]] == ["spray"]
    with pytest.raises(SupplyError, match="offer im"):
        find_supply(clinics, small, "im")
    with pytest.raises(SupplyError, match="known place counts"):
        find_supply(clinics.tail(1), small)


# Sites


def test_sites_are_ranked_by_what_they_add_to_those_before(montana):
    context, _, chosen = montana

    table = describe_sites(chosen, context, COVERAGE)

    assert [*table["rank"]] == [1, 2, 3]
    assert table["adults_gained"].is_monotonic_decreasing
    nearest = context.supply.distances
    adults = np.where(context.area.inside, context.demand.adults, 0)
    for rank in (1, 2, 3):
        after = add_sites(context.demand, nearest, table.head(rank))
        gained = ((nearest > 60_000) & (after <= 60_000)).mean(axis=0) @ adults
        assert table["adults_gained"].head(rank).sum() == pytest.approx(gained, abs=2)
        saved = ((nearest - after) @ adults).mean() / adults.sum() / 1000
        assert table["mean_miles_saved"].head(rank).sum() == pytest.approx(saved)
    shuffled = describe_sites(chosen.iloc[::-1], context, COVERAGE)
    pd.testing.assert_frame_equal(shuffled, table)


def test_the_gains_are_what_the_solver_says_they_are(montana):
    context, sites, _ = montana
    for objective in (COVERAGE, DISTANCE):
        answer = answer_first(pose(context, sites, objective=objective, add=4))

        table = describe_sites(sites.take([*answer.sites]), context, objective)

        adults = context.demand.adults[context.area.inside].sum()
        if objective == COVERAGE:
            assert table["adults_gained"].sum() == pytest.approx(answer.value, abs=2)  # rounded
        else:
            saved = table["mean_miles_saved"].sum() * adults * 1000
            assert saved == pytest.approx(answer.value)
            assert table["mean_miles_saved"].is_monotonic_decreasing


def test_a_site_beside_a_clinic_gains_little_and_comes_last(montana, counties):
    context, _, chosen = montana
    clinic = context.supply.located.query("state == 'MT'")[["latitude", "longitude"]].head(1)
    beside = place_candidates(clinic, context.demand, counties)

    table = describe_sites(pd.concat([beside, chosen]), context, COVERAGE)

    assert table["site"].iloc[-1] == beside["site"].iloc[0]
    # The clinic is known to its city: in some draws it stands further off.
    assert table["adults_gained"].iloc[-1] < 0.02 * table["adults_gained"].iloc[-2]
    assert table["mean_miles_saved"].iloc[-1] < 0.1
    assert describe_sites(chosen.head(0), context, COVERAGE).empty


def test_listings_around_a_site_are_counted_by_evidence():
    clinics = clinic_table(
        {"clinic_id": "here", "latitude": 40.0, "longitude": -89.0},
        {"clinic_id": "near", "latitude": 40.8, "longitude": -89.0, "status": "unconfirmed"},
        {"clinic_id": "far", "latitude": 41.0, "longitude": -89.0},
        {"clinic_id": "closed", "latitude": 40.0, "longitude": -89.0, "status": "closed"},
        {"clinic_id": "adrift"},
    )
    evidence = {"here": ["press", "registry"], "near": ["press"], "far": ["operator"]}
    listed = {**evidence, "closed": ["press"], "adrift": ["press"]}
    listings = pd.DataFrame(
        [(clinic, kind) for clinic, kinds in listed.items() for kind in kinds],
        columns=["clinic_id", "evidence"],
    )
    sites = pd.DataFrame({"latitude": [40.0, 30.0], "longitude": [-89.0, -89.0]}, index=[7, 3])

    table = count_listings(sites, clinics, listings)

    assert [*table.index] == [7, 3]
    assert table.loc[7].to_dict() == {
        "listings_within_60_miles": 3,
        **{f"listings_{kind}": {"press": 2, "registry": 1}.get(kind, 0) for kind in EVIDENCE},
    }
    assert (table.loc[3] == 0).all()


# Before and after


def test_before_is_what_the_release_says(shipped, baseline):
    rows = shipped.table("coverage")
    rows = rows[rows["treatment"].eq("any") & rows["level"].isin(LEVELS)]

    by_road = [name for name in rows if "minutes" in name or name == "adults_not_reached"]
    straight = rows.drop(columns=by_road).reset_index(drop=True)
    pd.testing.assert_frame_equal(baseline.table, straight)


def test_adding_never_lowers_coverage(montana, baseline):
    context, _, chosen = montana

    effect = measure_effect(chosen, context, baseline)

    before, after = effect.before, effect.after
    assert effect.before is baseline.table
    assert [*after.columns] == [*before.columns]
    assert (after.dtypes == before.dtypes).all()
    for end in ("", "_low", "_high"):
        for miles in WITHIN_MILES:
            name = f"share_within_{miles}_miles{end}"
            assert (after[name].dropna() >= before[name].dropna()).all()
        for name in (f"mean_distance_miles{end}", f"median_distance_miles{end}"):
            assert (after[name].dropna() <= before[name].dropna()).all()
    assert all(a > b for a, b in zip(effect.share_after, effect.share_before, strict=True))
    same = before["mean_distance_miles"].notna() & (
        before["mean_distance_miles"] == after["mean_distance_miles"]
    )
    assert "Florida" in set(before["name"][same])
    assert {"Montana", "Mountain", "West"} & set(before["name"][same]) == set()


def test_new_clinics_are_counted_where_they_stand(montana, baseline):
    context, _, chosen = montana

    effect = measure_effect(chosen, context, baseline)

    more = (effect.after["clinics"] - effect.before["clinics"]).groupby(effect.before["level"])
    assert (more.sum() == 3).all()
    state = effect.before["name"] == "Montana"
    assert (effect.after["clinics"] - effect.before["clinics"])[state].item() == 3
    assert (effect.after["clinics_open"] - effect.before["clinics_open"])[state].item() == 3
    rate = effect.after["clinics"] / effect.after["adults"] * 1e6
    assert effect.after["clinics_per_million_adults"][state].item() == pytest.approx(
        rate[state].item()
    )


def test_the_share_of_the_area_is_that_of_its_row(montana, baseline):
    context, _, chosen = montana
    effect = measure_effect(chosen, context, baseline)

    for told, rows in ((effect.share_before, effect.before), (effect.share_after, effect.after)):
        row = rows[rows["name"] == "Montana"].iloc[0]
        names = [f"share_within_60_miles{end}" for end in ("", "_low", "_high")]
        assert told == pytest.approx(tuple(row[names]))


def test_nothing_changes_without_a_site(montana, baseline):
    context, _, chosen = montana

    effect = measure_effect(chosen.head(0), context, baseline)

    assert effect.after is effect.before
    assert effect.share_after == effect.share_before


def test_a_site_has_an_effect_on_what_offers_it(demand, shipped, cities):
    rare = find_supply(shipped.clinics, demand, "esketamine", draws=2)
    base = measure_baseline(rare, demand)
    context = SitingContext(demand, find_area(demand, "MT"), rare, 60)

    effect = measure_effect(list_candidates(demand, context.area, cities).head(1), context, base)

    assert set(effect.after["treatment"]) == {"esketamine"}
    state = effect.after["name"] == "Montana"
    assert (effect.after["clinics"] - effect.before["clinics"])[state].item() == 1


def test_who_gains_adds_up_in_every_dimension(montana):
    context, _, chosen = montana

    table = tabulate_gains(chosen, context)

    gained = describe_sites(chosen, context, COVERAGE)["adults_gained"].sum()
    adults = context.demand.adults[context.area.inside].sum()
    assert set(table["dimension"]) == {"income", "age", "vehicles", "density"}
    for _, rows in table.groupby("dimension"):
        assert rows["adults_gained"].sum() == pytest.approx(gained, abs=len(rows))  # rounded
        assert rows["adults"].sum() == adults
    assert (table["adults_after"] - table["adults_before"] == table["adults_gained"]).all()
    assert table["label"].str.startswith("adults living in ZIPs where").all()


# What would turn a verdict


def judged(demand, distances, level, geoid):
    """Return both ends of the difference that `geo.coverage.verdicts` judges, of distances alone."""
    inside = get_area(demand, level, geoid).inside
    rest = (demand.area["nation"] >= 0) & ~inside
    near = distances <= 30_000
    share, elsewhere = (
        near[:, some] @ demand.adults[some] / demand.adults[some].sum() for some in (inside, rest)
    )
    ranked = np.sort(share - elsewhere)
    return ranked[9], ranked[189]


def with_clinics(demand, distances, zips):
    points = (zips[axis].to_numpy() for axis in ("latitude", "longitude"))
    return np.minimum(distances, nearest_distances(demand.xyz, *points))


@pytest.mark.parametrize(
    ("level", "name"), [("state", "Wyoming"), ("division", "East South Central")]
)
def test_a_low_verdict_is_turned_by_so_many_clinics_and_no_fewer(demand, baseline, level, name):
    area = find_area(demand, name)

    turned = count_to_reverse(demand, baseline.distances, level, area.geoid)

    assert turned.verdict == "low"
    assert turned.clinics == len(turned.zips) > 1
    assert set(turned.zips["state"]) <= area.states
    fewer = with_clinics(demand, baseline.distances, turned.zips.iloc[:-1])
    enough = with_clinics(demand, baseline.distances, turned.zips)
    assert judged(demand, fewer, level, area.geoid)[1] <= -LEAST_DIFFERENCE
    assert judged(demand, enough, level, area.geoid)[1] > -LEAST_DIFFERENCE


def test_a_high_verdict_is_turned_by_clinics_elsewhere(demand, baseline):
    area = find_area(demand, "California")

    turned = count_to_reverse(demand, baseline.distances, "state", area.geoid)

    assert turned.verdict == "high"
    assert "CA" not in set(turned.zips["state"])
    fewer = with_clinics(demand, baseline.distances, turned.zips.iloc[:-1])
    enough = with_clinics(demand, baseline.distances, turned.zips)
    assert judged(demand, fewer, "state", area.geoid)[0] >= LEAST_DIFFERENCE
    assert judged(demand, enough, "state", area.geoid)[0] < LEAST_DIFFERENCE


def test_the_verdicts_to_turn_are_those_of_the_release(demand, baseline, shipped):
    verdicts = read_verdicts(shipped.table("verdicts"))
    verdicts = verdicts[(verdicts["kind"] == "distance") & (verdicts["level"] == "division")]

    for row in verdicts.itertuples():
        turned = count_to_reverse(demand, baseline.distances, row.level, row.geoid)
        assert turned.verdict == row.verdict
        assert (turned.clinics is None) == (row.verdict not in {"low", "high"})


def test_a_verdict_that_too_many_would_turn_is_not_turned(demand, baseline, monkeypatch):
    monkeypatch.setattr(reversal, "MOST_CLINICS", 2)

    turned = count_to_reverse(demand, baseline.distances, "state", "56")

    assert turned.clinics is None
    assert len(turned.zips) == 2
