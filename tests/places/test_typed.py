"""More texts as people type them: on a phone, in a hurry, half in Spanish; and what is right."""

import pytest

from geo import reference
from geo.errors import PlaceError
from geo.places import AmbiguousPlaceError, PlaceFinder


@pytest.fixture(scope="module")
def finder():
    return PlaceFinder(*(reference.load(name) for name in ("zips", "cities", "states")))


SEARCHED = [
    # counties
    ("PG County Maryland", "Prince George's County, MD"),
    ("condado orange california", "Orange County, CA"),
    ("condado miami dade", "Miami-Dade County, FL"),
    ("harris county tx ketamine", "Harris County, TX"),
    ("Anoka county mn.", "Anoka County, MN"),
    # regions, with their directions and states as people shorten them
    ("NE ohio", "Northeast Ohio, OH"),
    ("NW Indiana", "Northwest Indiana, IN"),
    ("so fla", "South Florida, FL"),
    ("Northern mn", "Northern Minnesota, MN"),
    ("N. Michigan", "Northern Michigan, MI"),
    ("southern cal", "Southern California, CA"),
    ("thumb of michigan", "The Thumb, MI"),
    ("The Valley AZ", "Valley of the Sun, AZ"),
    ("SE Iowa", "Iowa"),
    ("smoky mtns tn", "Smoky Mountains, TN"),
    ("Lake Norman", "Lake Norman, NC"),
    ("big bear", "Big Bear, CA"),
    ("Kona", "Kona, HI"),
    ("the bay", "San Francisco Bay Area, CA"),
    ("Bryan College Station TX", "Brazos Valley, TX"),
    # Spanish
    ("Ciudad de Oklahoma", "Oklahoma City, OK"),
    ("ciudad de kansas", "Kansas City, MO"),
    ("california del sur", "Southern California, CA"),
    ("nuevo mejico", "New Mexico"),
    ("chicago illinois español", "Chicago, IL"),
    ("Houston, Tejas, EEUU", "Houston, TX"),
    ("San Francisco, California, EE. UU.", "San Francisco, CA"),
    ("doctores que recetan ketamina en orlando", "Orlando, FL"),
    # institutions with their place
    ("Texas A&M college station", "College Station, TX"),
    ("University of Michigan Ann Arbor", "Ann Arbor, MI"),
    ("St Josephs hospital phoenix", "Phoenix, AZ"),
    # a place beside the larger one that it is in; airports
    ("Hilo big island", "Hilo, HI"),
    ("Cape cod hyannis", "Hyannis, MA"),
    ("ketamine clinic nyc manhattan", "Manhattan, NY"),
    ("South Beach miami", "South Beach, Miami Beach, FL"),
    ("newark new jersey airport", "Newark Liberty International Airport (EWR)"),
    # abbreviations, and words written as one
    ("Bham", "Birmingham, AL"),
    ("Balto md", "Baltimore, MD"),
    ("colo springs", "Colorado Springs, CO"),
    ("NW Portland", "Portland, OR"),
    ("stlouis", "St. Louis, MO"),
    ("stpaul mn", "Saint Paul, MN"),
    ("austintexas", "Austin, TX"),
    ("Charleston W.Va.", "Charleston, WV"),
    ("Sioux falls so dak", "Sioux Falls, SD"),
    ("charlotte no carolina", "Charlotte, NC"),
    # addresses and ZIPs
    ("Hollywood Blvd & Highland, Los Angeles", "Los Angeles, CA"),
    ("N4512 county hwy E, Kewaunee WI", "Kewaunee, WI"),
    ("E5555 hwy 33 Reedsburg WI 53959", "Reedsburg, WI 53959"),
    (
        "Vitalitas - 5350 S Roslyn St #380, Greenwood Village CO 80111",
        "Englewood, CO 80111",
    ),
    ("5401 burlington vermont", "Burlington, VT 05401"),
    ("6510 ct", "New Haven, CT 06510"),
    ("606O1", "Chicago, IL 60601"),
    # words around a place
    ("veteran ketamine el paso", "El Paso, TX"),
    ("ketamine for ptsd veterans San Antonio", "San Antonio, TX"),
    ("online ketamine florida", "Florida"),
    ("at-home ketamine texas", "Texas"),
    ("psychiatrist who prescribes ketamine boulder", "Boulder, CO"),
    ("Molina medicaid ketamine houston", "Houston, TX"),
    ("kaiser spravato san jose ca", "San Jose, CA"),
    ("Field trip health nyc", "New York, NY"),
    ("Innerbloom ketamine therapy san marcos ca", "San Marcos, CA"),
    # misspelled
    ("denver colarado", "Denver, CO"),
    ("Cleveland ohoi", "Cleveland, OH"),
    ("Newark new jersy", "Newark, NJ"),
    ("Pittsburg pa", "Pittsburgh, PA"),
    ("san antonio, texs", "San Antonio, TX"),
]


@pytest.mark.parametrize(("typed", "label"), SEARCHED)
def test_is_searched_at_once(finder, typed, label):
    assert finder.find(typed).place.label == label


def test_what_is_abroad_is_called_by_its_own_name(finder):
    with pytest.raises(PlaceError, match="The nearest places to Montréal in the US are these"):
        finder.find("montreal")


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("vancouver bc", "Bellingham, WA"),
        ("Vancouver BC, Canada", "Bellingham, WA"),
        ("windsor ontario", "Detroit, MI"),
        ("Nogales sonora", "Nogales, AZ"),
        ("calgary ab", None),
        ("Halifax, NS", None),
    ],
)
def test_a_city_with_its_province_is_abroad(finder, typed, near):
    with pytest.raises(PlaceError, match="We list the United States only") as caught:
        finder.find(typed)
    assert near in caught.value.candidates if near else not caught.value.candidates


@pytest.mark.parametrize(
    ("typed", "label"), [("ontario ca", "Ontario, CA"), ("Sonora, TX", "Sonora, TX")]
)
def test_a_province_that_is_a_town_of_ours_is_the_town(finder, typed, label):
    assert finder.find(typed).place.label == label


@pytest.mark.parametrize("typed", ["Yale", "Emory university", "the hospital", "airport"])
def test_an_institution_is_no_hamlet_of_its_name(finder, typed):
    with pytest.raises(PlaceError, match="We do not know this place"):
        finder.find(typed)


def test_the_valley_is_asked_about(finder):
    with pytest.raises(AmbiguousPlaceError, match=r"^Which valley\?") as caught:
        finder.find("the valley")
    assert {"San Fernando Valley (the Valley), CA", "Rio Grande Valley, TX"} <= set(
        caught.value.candidates
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("mindful spravato denver", "We do not know “mindful”; distances count from Denver, CO."),
        ("Portland oregan", "Showing Portland, OR. Did you mean something else?"),
        ("Laurel highland ketamine boston", "We do not know “Laurel highland”"),
        ("SW Nebraska", "Showing all of Nebraska."),
        ("2139 cambridge ma", "2139 is read as the ZIP code 02139."),
    ],
)
def test_the_note_tells_what_was_left_out(finder, typed, told):
    assert told in finder.find(typed).place.note


def test_a_number_before_a_road_is_no_zip(finder):
    assert finder.find("2139 Main St, Boston MA").place.label == "Boston, MA"


def test_a_corner_without_a_city_is_asked_for_one(finder):
    with pytest.raises(PlaceError, match="by its ZIP code or by its city and state"):
        finder.find("santa monica blvd & la brea")


def test_a_name_beside_a_search_is_no_small_town_unless_its_state_is_typed(finder):
    with pytest.raises(PlaceError, match="We know no"):
        finder.find("Zenith ketamine Loogootee")
    assert finder.find("Zenith ketamine Loogootee IN").place.label == "Loogootee, IN"
