"""What stands above a list of a payer that was typed, and of a territory without clinics."""

import re

import pytest

from geo import releases
from geo.api.clinic_verbs import load_place_finder
from geo.search.nearest import build_index
from geo.search.place_remarks import list_remarks
from geo.search.searching import search


@pytest.fixture(scope="module")
def release():
    return releases.load(releases.SHIPPED)


@pytest.fixture(scope="module")
def finder(release):
    return load_place_finder(release)


def remark(release, finder, typed, **asked):
    match = finder.find(typed)
    result = search(release.clinics, build_index(release.clinics), match.place, **asked)
    return result, " ".join(list_remarks(match, result, release.clinics, finder))


def test_a_typed_payer_is_counted_and_to_be_asked_about(release, finder):
    result, said = remark(release, finder, "clinics in Houston that take Medicaid", within_miles=50)

    known = result.clinics["payment"].str.split(";").map(lambda codes: "medicaid" in codes).sum()
    assert len(result.clinics) > 1
    assert said == (
        f"Medicaid: known for {known} of the {len(result.clinics)} clinics shown. "
        "Ask the clinics and your plan."
    )


def test_without_a_payer_nothing_is_said(release, finder):
    assert remark(release, finder, "Houston", within_miles=50)[1] == ""


@pytest.mark.parametrize("typed", ["Puerto Rico", "San Juan, PR", "ketamina en Ponce, PR"])
def test_of_a_territory_it_is_said_that_none_is_listed_and_how_far_the_flight_is(
    release, finder, typed
):
    said = remark(release, finder, typed)[1]

    assert said.startswith("None listed in Puerto Rico. The nearest is ")
    miles = re.search(r"a flight of about ([0-9,]+) miles\.$", said)[1]
    assert 800 < int(miles.replace(",", "")) < 1300
