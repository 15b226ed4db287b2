"""A small country to measure by hand: five states, six counties, a few ZIPs."""

import pandas as pd

from geo.coverage.demand import build_demand

STATES = pd.DataFrame(
    [
        ("06", "CA", "California", "Pacific", "West"),
        ("17", "IL", "Illinois", "East North Central", "Midwest"),
        ("18", "IN", "Indiana", "East North Central", "Midwest"),
        ("66", "GU", "Guam", "", ""),
        ("72", "PR", "Puerto Rico", "", ""),
    ],
    columns=["state_fips", "state", "name", "division", "region"],
    dtype="str",
)
COUNTIES = pd.DataFrame(
    [
        ("06001", "Alameda County", "06"),
        ("17001", "Adams County", "17"),
        ("17003", "Alexander County", "17"),
        ("18001", "Adams County", "18"),
        ("66010", "Guam", "66"),
        ("72001", "Adjuntas Municipio", "72"),
    ],
    columns=["county_geoid", "name", "state_fips"],
    dtype="str",
).merge(STATES.drop(columns="name"), on="state_fips")
ZIP = {
    "city": "",
    "city_aliases": "",
    "state": "IL",
    "latitude": 40.0,
    "longitude": -89.0,
    "land_area_sq_miles": 3.0,
    "population": 1000.0,
    "adults": 800.0,
    "median_household_income": 60_000.0,
    "share_65_plus": 0.2,
    "share_no_vehicle": 0.05,
}
FIRST_COUNTY = {"CA": "06001", "IL": "17001", "IN": "18001", "PR": "72001"}


def demand_of(*zips, shares=()):
    """Return the demand of ZIPs, each naming only what matters to the test.

    `shares` are (zip, county_geoid, people_share); a ZIP without one lies in its state's first county.
    """
    table = pd.DataFrame([{**ZIP, "zip": f"{row:05d}", **one} for row, one in enumerate(zips)])
    table = table.astype({"city": "str", "city_aliases": "str", "state": "str", "zip": "str"})
    shared = {code for code, *_ in shares}
    whole = [
        (code, FIRST_COUNTY[state], 1.0)
        for code, state in zip(table["zip"], table["state"], strict=True)
        if code not in shared and state in FIRST_COUNTY
    ]
    zip_county = pd.DataFrame([*shares, *whole], columns=["zip", "county_geoid", "people_share"])
    return build_demand(table, zip_county, STATES.copy(), COUNTIES.copy())
