"""Slips in the file of crossings, of which each is named."""

import pytest

from geo.errors import SourceError
from geo.reference.crossings import read_crossings
from geo.roads.crossing_positions import check_crossings

MACKINAC = "Mackinac"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("from_latitude", 44.77, r"less than the straight line between its ends \(Mackinac\)"),
        ("km", 8.8, r"less than the straight line between its ends \(Mackinac\)"),
        ("to_longitude", 84.72, r"off the land \(Mackinac\)"),
        ("km", 95.0, r"too near for its length \(Mackinac\)"),
        ("from_latitude", 45.79, r"at no node of the highways \(Mackinac\)"),
    ],
)
def test_a_slip_of_a_digit_is_found_and_named(network, column, value, said):
    rows = read_crossings()
    rows.loc[rows["name"] == MACKINAC, column] = value

    with pytest.raises(SourceError, match=said):
        check_crossings(network, rows)


def test_ends_that_no_road_joins_are_named_and_many_are_counted(network):
    rows = read_crossings()
    rows.loc[rows["kind"] == "ferry", "kind"] = "road"

    with pytest.raises(SourceError, match=r"no road joins its ends \(.+, .+ and \d+ more\)"):
        check_crossings(network, rows)


def test_the_crossings_that_ship_stand_where_the_highways_have_them(network):
    check_crossings(network, read_crossings())
