"""Addresses taken apart, and the words for how well a point is known."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.places.address import Address, normalise, parse, split_unit
from geo.places.precision import INTERPOLATED_RADIUS_MILES, Precision
from tests.examples import examples

PARSED = [
    (
        "123 N Michigan Ave Ste 400, Chicago, IL 60601",
        Address("123 N Michigan Ave", "Ste 400", "Chicago", "IL", "60601"),
    ),
    (
        "712 N. Dearborn St.\nChicago, Illinois 60654-1234",
        Address("712 N. Dearborn St", "", "Chicago", "Illinois", "60654"),
    ),
    (
        "Quiet Water Clinic of Chicago\n712 N. Dearborn St.\r\nChicago, IL",
        Address("712 N. Dearborn St", "", "Chicago", "IL", ""),
    ),
    (
        "233 S Wacker Dr #4410 Chicago IL",
        Address("233 S Wacker Dr", "#4410", "Chicago", "IL", ""),
    ),
    (
        "1 E Erie St Unit B Chicago IL 60611 USA",
        Address("1 E Erie St", "Unit B", "Chicago", "IL", "60611"),
    ),
    (
        "500 5th Ave, 3rd Floor, New York, NY",
        Address("500 5th Ave", "3rd Floor", "New York", "NY", ""),
    ),
    (
        "4 Park Plaza, Floor 3 Boston MA 02116",
        Address("4 Park Plaza", "Floor 3", "Boston", "MA", "02116"),
    ),
    ("Suite 4, 100 Main St, Boise ID", Address("100 Main St", "Suite 4", "Boise", "ID", "")),
    ("100 Main St, Miami, FL 33101", Address("100 Main St", "", "Miami", "FL", "33101")),
    (
        "1 River Rd, Sault Ste. Marie, MI 49783",
        Address("1 River Rd", "", "Sault Ste. Marie", "MI", "49783"),
    ),
    ("123 Main St, St. Louis, MO", Address("123 Main St", "", "St. Louis", "MO", "")),
    (
        "\uff11\uff12\uff13 Main St, Boise, ID \uff18\uff13\uff17\uff10\uff12",  # full-width digits
        Address("123 Main St", "", "Boise", "ID", "83702"),
    ),
    ("1640 North Arlington Heights Road, Suite 101",
     Address("1640 North Arlington Heights Road", "Suite 101", "", "", "")),
    ("PO Box 123, Springfield MO 65801", Address("PO Box 123", "", "Springfield", "MO", "65801")),
    ("60601", Address(zip="60601")),
    ("", Address()),
    ("💊", Address()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "address"), PARSED)
def test_is_taken_apart(text, address):
    assert parse(text) == address


@pytest.mark.parametrize(
    ("line", "rest", "unit"),
    [
        ("21 Oak St, Ste. 4, Tulsa, OK", "21 Oak St, Tulsa, OK", "Ste. 4"),
        ("21 Oak St #200, Tulsa, OK", "21 Oak St, Tulsa, OK", "#200"),
        ("21 Oak St, Bldg. 3, Suite B-12, Tulsa", "21 Oak St, Tulsa", "Bldg. 3, Suite B-12"),
        ("21 Oak St FL 2, Miami, FL 33101", "21 Oak St, Miami, FL 33101", "FL 2"),
        ("21 Suite Rd, Tulsa, OK", "21 Suite Rd, Tulsa, OK", ""),
        ("Ste. Genevieve, MO", "Ste. Genevieve, MO", ""),
    ],
)
def test_the_unit_is_split_off(line, rest, unit):
    assert split_unit(line) == (rest, unit)


def test_lines_become_one():
    assert normalise(" 1 Elm St \r\n\n Boise,\tID\u2028USA,,") == "1 Elm St, Boise, ID, USA"


@given(st.text(max_size=400))
@example("1 Main St, Boise, ID 83702, 1 Main St, Boise, ID 83702")
@example("Suite Suite Suite # # ½")
@example("9" * 400)
@example("#1 " * 100)
@example(" " * 400)
@example("\ud800")
@examples(150)
def test_no_text_is_too_strange(text):
    address = parse(text)

    assert address.zip == "" or (len(address.zip) == 5 and address.zip.isdecimal())
    assert normalise(normalise(text)) == normalise(text)


def test_precision_is_in_the_order_of_trust():
    assert [level.value for level in sorted(Precision, key=lambda level: level.rank)] == [
        "verified", "address", "interpolated", "interpolated_weak", "street", "zip", "zip_po_box",
        "city", "given", "state", "none",
    ]  # fmt: skip


def test_precision_has_the_radii_and_words_of_its_level():
    assert Precision("verified").radius_miles == 0.02
    assert Precision("zip_po_box").radius_miles == 14.0
    assert Precision("given").radius_miles == 0.0
    assert Precision("zip").radius_miles is None
    assert dict(INTERPOLATED_RADIUS_MILES) == {"urban": 0.1, "suburban": 0.3, "rural": 1.8}
    assert Precision("city").words == "the city is known, the street is not"
    assert Precision("zip").words == "the ZIP is known, the street is not"
    assert len({level.words for level in Precision}) == len(Precision)
