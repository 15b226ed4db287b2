import re

import pytest

from geo.sources.address_lines import part_street
from geo.sources.whole_address import part_whole

WHOLE = {
    "3315 S General McMullen, Bldg 171, Ste 7002 San Antonio, TX 78236 US": (
        "3315 S General McMullen", "Bldg 171, Ste 7002", "San Antonio", "TX", "78236",
    ),
    "601 PENNSYLVANIA AVE NW STE 900 S BLDG WASHINGTON, DC 200042625 USA": (
        "601 PENNSYLVANIA AVE NW", "STE 900 S BLDG", "WASHINGTON", "DC", "20004",
    ),
    "14855 Blanco Rd.  #108 San Antonio TX 78216": (
        "14855 Blanco Rd.", "#108", "San Antonio", "TX", "78216",
    ),
    "4347 W Northwest Hwy Ste 130 Unit 359  Dallas TX  75220-3866": (
        "4347 W Northwest Hwy", "Ste 130 Unit 359", "Dallas", "TX", "75220",
    ),
    "70 STRAWBERRY HILL AVE\nTHE FAIRFIELD, APT 12-3B\nSTAMFORD, CT 06902-2630": (
        "70 STRAWBERRY HILL AVE", "THE FAIRFIELD, APT 12-3B", "STAMFORD", "CT", "06902",
    ),
    "11410 183rd Pl, Suite NE Orland Park, IL 60467, USA": (
        "11410 183rd Pl", "Suite NE", "Orland Park", "IL", "60467",
    ),
    "PO Box 1, Seattle, WA 98103": ("PO Box 1", "", "Seattle", "WA", "98103"),
    "800 BIESTERFIELD RD STE 402 ELK GROVE VILLAGE IL 60007": (
        "800 BIESTERFIELD RD", "STE 402", "ELK GROVE VILLAGE", "IL", "60007",
    ),
    "2817 South 294th E. Ave Broken Arrow, OK 74014 US": (
        "2817 South 294th E. Ave", "", "Broken Arrow", "OK", "74014",
    ),
    "1 Webster Avenue, Atrium Suite 202 Poughkeepsie, NY 12601": (
        "1 Webster Avenue", "Atrium Suite 202", "Poughkeepsie", "NY", "12601",
    ),
    "32 1/2 Main Street, Concord, NH 03301": ("32 1/2 Main Street", "", "Concord", "NH", "03301"),
    "One Market Plaza, Spear Tower, Suite 3600, San Francisco, California 94105": (
        "One Market Plaza", "Spear Tower, Suite 3600", "San Francisco", "CA", "94105",
    ),
    "123 Main St St Paul MN 55101": ("123 Main St", "", "St Paul", "MN", "55101"),
    "PO Box 12, 44 Oak St, Salem OR 97301": ("44 Oak St", "PO Box 12", "Salem", "OR", "97301"),
    "1 Calle Sol, Ponce, Puerto Rico 00730": ("1 Calle Sol", "", "Ponce", "PR", "00730"),
    "12 Main St Boston 02114": ("12 Main St", "", "Boston", "MA", "02114"),
    "350 5th Ave, New York, New York": ("350 5th Ave", "", "New York", "NY", ""),
    "742 Evergreen Terrace; Springfield; IL; 62701": (
        "742 Evergreen Terrace", "", "Springfield", "IL", "62701",
    ),
    "4700 S. 900 E. Ste 30 Salt Lake City UT 84117": (
        "4700 S. 900 E.", "Ste 30", "Salt Lake City", "UT", "84117",
    ),
    "W123N456 Main St, Menomonee Falls, WI 53051": (
        "W123N456 Main St", "", "Menomonee Falls", "WI", "53051",
    ),
    "100 Main St, Floor 3, Suite B, Winston-Salem, NC": (
        "100 Main St", "Floor 3, Suite B", "Winston-Salem", "NC", "",
    ),
    "12 Main St, Unknownville, TX 75999": ("12 Main St", "", "Unknownville", "TX", "75999"),
    "New York, NY 10001": ("", "", "New York", "NY", "10001"),
}  # fmt: skip


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_address_is_parted_and_nothing_of_it_is_lost(text):
    found = part_whole(text)

    assert found[:5] == WHOLE[text]
    assert found.left == ""
    said = re.findall(r"[^\W_]+", " ".join(found[:3]).casefold())
    words = re.findall(r"[^\W_]+", text.casefold())
    told = {"us", "usa", "california", "puerto", "rico", found.state.casefold()}
    assert [word for word in words if word not in said and word not in told] == [
        word for word in words if word.startswith(found.zip or "-") or word in {"3866", "2630"}
    ]


def test_what_cannot_be_parted_stays_in_the_street_and_is_told():
    assert part_whole("Behind the mill, ask for Pat") == (
        "Behind the mill", "ask for Pat", "", "", "", "Behind the mill, ask for Pat",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("800 Preston Avenue\nPeterson Building", ("800 Preston Avenue", "Peterson Building")),
        ("Peterson Building, 800 Preston Avenue", ("800 Preston Avenue", "Peterson Building")),
        ("Suite 12, 14 Oak St", ("14 Oak St", "Suite 12")),
        ("Ste 4 100 Main St", ("100 Main St", "Ste 4")),
        ("14 Oak St Rear", ("14 Oak St", "Rear")),
        ("14 Oak St, 2nd Floor, Suite B", ("14 Oak St", "2nd Floor, Suite B")),
        ("14 Oak St c/o Example Hospital", ("14 Oak St", "c/o Example Hospital")),
        ("800 Preston Ave Bldg B Ste 20", ("800 Preston Ave", "Bldg B Ste 20")),
        ("100 Main St, NW", ("100 Main St, NW", "")),
        ("100 Unit Rd", ("100 Unit Rd", "")),
        ("2 Building Way", ("2 Building Way", "")),
        ("1 Ste Genevieve Dr", ("1 Ste Genevieve Dr", "")),
        ("121\nMAIN ST", ("121 MAIN ST", "")),
        ("Suite 5", ("", "Suite 5")),
        ("", ("", "")),
    ],
)
def test_a_street_is_parted_from_its_unit(text, parts):
    assert part_street(text) == parts
