import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.search import searching
from geo.search.fact_filters import Known
from geo.search.nearest import build_index
from geo.search.searching import RADII_MILES, search
from geo.units import geodesic_miles
from tests.examples import examples
from tests.handmade.clinics import clinic_table, place_at

HERE = place_at(41.0, -88.0, state="IL")
DEGREE_MILES = float(geodesic_miles(41.0, -88.0, 42.0, -88.0))


def north(miles, clinic_id, **facts):
    """Return a clinic so many miles (nearly) north of HERE."""
    return {
        "clinic_id": clinic_id,
        "name": clinic_id,
        "state": "IL",
        "latitude": 41.0 + miles / DEGREE_MILES,
        "longitude": -88.0,
        "radius_miles": 0.0,
        **facts,
    }


def find(clinics, place=HERE, **asked):
    return search(clinics, build_index(clinics), place, **asked)


def ids(table):
    return table["clinic_id"].tolist()


def test_nearest_come_in_order_with_rank_and_geodesic():
    clinics = clinic_table(north(30, "far"), north(2, "near"), north(9, "middle"))

    found = find(clinics).clinics

    assert ids(found) == ["near", "middle", "far"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert not found["may_be_within"].any()
    assert set(clinics.columns) < set(found.columns)
    np.testing.assert_allclose(
        found["distance_miles"],
        geodesic_miles(41.0, -88.0, found["latitude"], found["longitude"]),
        rtol=0,
        atol=1e-9,
    )


def test_without_a_radius_ten_are_listed_however_far():
    clinics = clinic_table(*(north(40 * n, f"c{n:02}") for n in range(1, 13)))

    assert ids(find(clinics).clinics) == [f"c{n:02}" for n in range(1, 11)]
    assert ids(find(clinics, limit=12).clinics)[-1] == "c12"
    assert find(clinics, limit=3).certain == 3


def test_ties_go_to_less_uncertainty_then_newer_source_then_name_even_at_the_limit():
    clinics = clinic_table(
        north(5, "wide", radius_miles=9, source_date="2026"),
        north(5, "undated", radius_miles=2, source_date=""),
        north(5, "zebra", radius_miles=2, source_date="2025-06", name="Zebra"),
        north(5, "apple", radius_miles=2, source_date="2025-06-01", name="apple"),
        north(5, "newest", radius_miles=2, source_date="2026-02", name="zz"),
        north(5, "newer", radius_miles=2, source_date="2026", name="zz"),
        north(1, "first", radius_miles=20, source_date=""),
    )
    in_order = ["first", "newest", "newer", "apple", "zebra", "undated", "wide"]

    assert ids(find(clinics).clinics) == in_order
    for limit in range(1, 7):
        assert ids(find(clinics, limit=limit).clinics) == in_order[:limit]
        assert ids(find(clinics, within_miles=6, limit=limit).clinics) == in_order[:limit]


def test_uncertainty_of_both_points_reaches_into_the_radius():
    clinics = clinic_table(
        north(9, "inside", radius_miles=30),
        north(14, "perhaps", radius_miles=3),
        north(12, "hardly", radius_miles=0.5),
        north(40, "outside", radius_miles=20),
    )

    sharp = find(clinics, within_miles=10)
    blurred = find(clinics, place_at(41.0, -88.0, radius_miles=2.0), within_miles=10)

    assert ids(sharp.clinics) == ["inside"]
    assert ids(blurred.clinics) == ["inside", "hardly", "perhaps"]
    assert blurred.clinics["may_be_within"].tolist() == [False, True, True]
    assert (blurred.certain, blurred.may_be) == (1, 2)
    assert blurred.nearest_outside["clinic_id"] == "outside"
    assert blurred.nearest_outside["distance_miles"] == pytest.approx(40, abs=0.01)
    assert blurred.first_radius is None


def test_a_limit_cuts_the_list_and_not_the_count():
    clinics = clinic_table(
        *(north(n, f"c{n}") for n in range(1, 8)), north(11, "c", radius_miles=2)
    )

    result = find(clinics, within_miles=10, limit=2)

    assert ids(result.clinics) == ["c1", "c2"]
    assert (result.certain, result.may_be) == (7, 1)


def test_nothing_within_says_the_nearest_and_the_radius_that_has_one(monkeypatch):
    monkeypatch.setattr(searching, "RADII_MILES", (25, 50, 100, 250))
    clinics = clinic_table(north(61, "b"), north(60, "a"), north(3, "gone", status="closed"))

    result = find(clinics, within_miles=25)

    assert result.clinics.empty
    assert result.nearest_outside["clinic_id"] == "a"
    assert result.first_radius == 100
    assert find(clinics, within_miles=100).nearest_outside is None
    assert find(clinic_table(north(300, "a")), within_miles=25).first_radius is None


def test_only_open_and_unconfirmed_are_shown():
    clinics = clinic_table(
        *(
            north(n, status, status=status)
            for n, status in enumerate(["closed", "unconfirmed", "withdrawn", "open"])
        )
    )

    assert ids(find(clinics).clinics) == ["unconfirmed", "open"]
    assert ids(find(clinics, within_miles=10).clinics) == ["unconfirmed", "open"]
    assert ids(find(clinics, hide_unconfirmed=True).clinics) == ["open"]


def test_each_filter_says_how_many_more_it_removed():
    clinics = clinic_table(
        north(1, "both", treatments="iv;oral"),
        north(2, "doubted", treatments="oral", status="unconfirmed"),
        north(3, "other", treatments="iv"),
        north(4, "unknown", treatments=""),
        north(5, "neither", treatments="iv", status="unconfirmed"),
        north(6, "closed", treatments="iv", status="closed"),
        north(40, "far", treatments="im"),
    )

    filtered = find(clinics, within_miles=25, treatment="oral", hide_unconfirmed=True)

    assert ids(filtered.clinics) == ["both"]
    assert filtered.removed == {"treatment": 2, "unconfirmed": 1}
    assert find(clinics, within_miles=25).removed == {"treatment": 0, "unconfirmed": 0}
    assert ids(find(clinics, treatment="oral").clinics) == ["both", "doubted"]


def test_a_wanted_fact_lists_those_that_say_so_and_keeps_those_that_say_nothing():
    clinics = clinic_table(
        north(1, "pays", payment="medicaid;self_pay", languages="es"),
        north(2, "silent"),
        north(3, "cash", payment="self_pay", languages="es"),
        north(4, "half", payment="medicaid"),
        north(5, "doubted", payment="medicaid", languages="es", status="unconfirmed"),
        north(40, "far", payment="medicaid"),
    )

    found = find(clinics, within_miles=25, wanted={"payment": "medicaid"}, hide_unconfirmed=True)

    assert ids(found.clinics) == ["pays", "half"]
    assert (ids(found.not_known), found.certain) == (["silent"], 2)
    assert found.not_known["distance_miles"].round().tolist() == [2]
    assert found.removed == {"treatment": 0, "unconfirmed": 1, "payment": 1}
    assert (found.known["payment"].known, found.known["payment"].clinics) == (3, 4)

    both = find(clinics, within_miles=25, wanted={"payment": "medicaid", "languages": "es"})
    assert (ids(both.clinics), ids(both.not_known)) == (["pays", "doubted"], ["silent", "half"])
    assert (both.removed["payment"], both.removed["languages"]) == (1, 0)
    nearest = find(clinics, limit=2, wanted={"payment": "medicaid"})
    assert (ids(nearest.clinics), ids(nearest.not_known)) == (["pays", "half"], ["silent"])
    state = find(clinics, place_at(None, None, state="IL"), wanted={"payment": "medicaid"})
    assert ids(state.not_known) == ["silent"]


@pytest.mark.parametrize(
    ("known", "clinics", "offered"), [(0, 0, False), (1, 5, True), (1, 6, False), (0, 4, False)]
)
def test_a_fact_is_asked_for_where_a_fifth_is_known(known, clinics, offered):
    assert Known(known, clinics).is_enough is offered


def test_facts_that_nobody_knows_of_are_refused():
    for wanted in ({"payment": "gold"}, {"name": "x"}, {"treatments": "iv"}):
        with pytest.raises(ValueError, match="cannot ask for"):
            find(clinic_table(north(1, "a")), wanted=wanted)


def test_a_treatment_is_matched_whole():
    clinics = clinic_table(north(1, "a", treatments="esketamine;im"), north(2, "b"))

    assert ids(find(clinics, treatment="im").clinics) == ["a"]
    assert ids(find(clinics, treatment="iv").clinics) == ["b"]


def test_clinics_without_a_point_are_listed_apart_for_their_state():
    nowhere = {"latitude": float("nan"), "longitude": float("nan"), "radius_miles": float("nan")}
    clinics = clinic_table(
        north(1, "near"),
        north(0, "zion", **nowhere, city="Zion"),
        north(0, "aurora", **nowhere, city="aurora"),
        north(0, "closed", **nowhere, status="closed"),
        north(0, "elsewhere", **nowhere) | {"state": "TX"},
        north(0, "stateless", **nowhere) | {"state": ""},
    )

    assert ids(find(clinics).unlocated) == ["aurora", "zion"]
    assert ids(find(clinics, within_miles=5).unlocated) == ["aurora", "zion"]
    assert find(clinics, treatment="oral").unlocated.empty
    assert find(clinics, place_at(41.0, -88.0, state="")).unlocated.empty


def test_a_state_lists_its_clinics_by_city_and_name():
    clinics = clinic_table(
        north(3, "c", city="Zion"),
        north(2, "b", city="Aurora", name="Second"),
        north(1, "a", city="aurora", name="first", status="unconfirmed"),
        north(0, "d", city="", latitude=float("nan")),
        north(4, "e", city="Aurora", status="closed"),
        north(4, "f", city="Aurora") | {"state": "TX"},
    )
    state = place_at(kind="state", precision="state", state="IL", label="Illinois")

    result = find(clinics, state, within_miles=5)

    assert ids(result.clinics) == ["a", "b", "c"]
    assert result.clinics["rank"].tolist() == [1, 2, 3]
    assert result.clinics["distance_miles"].isna().all()
    assert ids(result.unlocated) == ["d"]
    assert result.within_miles is None
    assert ids(find(clinics, state, limit=2).clinics) == ["a", "b"]
    assert find(clinics, state, limit=2).certain == 3
    assert find(clinics, state, hide_unconfirmed=True).removed["unconfirmed"] == 1


def test_a_clinic_comes_first_and_then_what_is_near():
    clinics = clinic_table(
        north(0, "twin", radius_miles=1, name="A"),
        north(0, "asked", radius_miles=9, name="B", status="closed", treatments="oral"),
        north(2, "near"),
    )
    asked = place_at(41.0, -88.0, kind="clinic", clinic_id="asked", state="IL", radius_miles=9.0)

    assert ids(find(clinics, asked).clinics) == ["asked", "twin", "near"]
    assert ids(find(clinics, asked, limit=1).clinics) == ["asked"]
    assert ids(find(clinics, asked, within_miles=1).clinics) == ["asked", "twin", "near"]
    assert ids(find(clinics, asked, treatment="iv").clinics) == ["asked", "twin", "near"]
    assert find(clinics, asked).clinics["distance_miles"][0] == 0


def test_a_clinic_without_a_point_comes_with_those_of_its_state():
    clinics = clinic_table(
        north(5, "located", city="Aurora"),
        north(0, "asked", latitude=float("nan"), longitude=float("nan")),
        north(0, "also", latitude=float("nan"), longitude=float("nan")),
    )
    asked = place_at(kind="clinic", precision="none", clinic_id="asked", state="IL")

    result = find(clinics, asked)

    assert ids(result.clinics) == ["asked", "located"]
    assert ids(result.unlocated) == ["also"]


def test_at_home_alone_is_no_place_to_go_to():
    clinics = clinic_table(
        north(1, "remote", treatments="at_home"),
        north(2, "mixed", treatments="oral;at_home"),
        north(3, "abroad", treatments="at_home") | {"state": "IN"},
    )

    result = find(clinics)

    assert ids(result.clinics) == ["mixed"]
    assert ids(result.at_home) == ["remote"]
    assert ids(find(clinics, treatment="at_home").at_home) == ["remote"]
    assert find(clinics, treatment="oral").at_home.empty


def test_an_empty_table_finds_nothing():
    clinics = clinic_table()

    assert find(clinics).clinics.empty
    assert find(clinics, within_miles=5).nearest_outside is None
    assert find(clinics, place_at(kind="state", precision="state", state="IL")).clinics.empty


@pytest.mark.parametrize(
    "asked",
    [
        {"within_miles": 0},
        {"within_miles": -1},
        {"within_miles": float("nan")},
        {"within_miles": float("inf")},
        {"limit": 0},
        {"treatment": "magic"},
    ],
)
def test_what_cannot_be_asked_is_refused(asked):
    with pytest.raises(ValueError, match=r"A (radius|limit|treatment) is"):
        find(clinic_table(north(1, "a")), **asked)


def test_the_table_given_is_left_alone():
    clinics = clinic_table(north(3, "b"), north(1, "a"))
    before = clinics.copy(deep=True)

    found = find(clinics, within_miles=2).clinics
    found["name"] = "changed"

    pd.testing.assert_frame_equal(clinics, before)


@examples(60)
@given(
    seed=st.integers(0, 2**32 - 1),
    within_miles=st.sampled_from([*RADII_MILES, None]),
    limit=st.sampled_from([None, 1, 7, 500]),
    treatment=st.sampled_from([None, "iv", "im"]),
    hide=st.booleans(),
)
def test_search_agrees_with_measuring_every_clinic(seed, within_miles, limit, treatment, hide):
    random = np.random.default_rng(seed)
    clinics = clinic_table(
        *(
            {
                "clinic_id": f"c{n}",
                "name": f"{random.integers(5)}",
                "latitude": 41 + round(random.normal(0, 0.5), 1),
                "longitude": -88 + round(random.normal(0, 0.5), 1),
                "radius_miles": random.choice([0.05, 2.0, 8.0]),
                "source_date": random.choice(["", "2025", "2026-03", "2026-03-02"]),
                "treatments": random.choice(["", "iv", "im", "iv;im", "at_home"]),
                "status": random.choice(["open", "unconfirmed", "closed"]),
            }
            for n in range(80)
        )
    )
    place = place_at(41.0, -88.0, radius_miles=float(random.choice([0.0, 3.0])))

    result = find(
        clinics, place, within_miles=within_miles, limit=limit, treatment=treatment,
        hide_unconfirmed=hide,
    )  # fmt: skip

    expected = []
    outside = []
    for row in clinics.to_dict("records"):
        miles = float(geodesic_miles(41.0, -88.0, row["latitude"], row["longitude"]))
        shown = row["status"] == "open" or (row["status"] == "unconfirmed" and not hide)
        offered = treatment is None or treatment in row["treatments"].split(";")
        if not (shown and offered) or row["treatments"] == "at_home":
            continue
        may_be = miles - place.radius_miles - row["radius_miles"] <= (within_miles or 1e9)
        day = tuple([*map(int, filter(None, row["source_date"].split("-"))), 1, 1, 1][:3])
        day = day if row["source_date"] else (0, 0, 0)
        key = (miles, row["radius_miles"], [-part for part in day], row["name"], row["clinic_id"])
        (expected if may_be else outside).append((key, row["clinic_id"]))
    expected.sort()
    cut = limit or (10 if within_miles is None else None)

    assert ids(result.clinics) == [clinic_id for _, clinic_id in expected][:cut]
    assert result.clinics["distance_miles"].is_monotonic_increasing
    if within_miles is not None:
        assert result.certain + result.may_be == len(expected)
        nearest = None if result.nearest_outside is None else result.nearest_outside["clinic_id"]
        assert nearest == (min(outside)[1] if outside else None)
