"""Adults with a condition: rates read from tables of others, matched to ZIPs, and within reach."""

import dataclasses
import gzip
import io
import zipfile

import numpy as np
import pandas as pd
import pytest

from geo.coverage.coverage_draws import PER_MILE
from geo.coverage.demand import LEVELS
from geo.coverage.need import describe_need, tabulate_need, weigh_adults
from geo.coverage.need_rates import COUNTY, ZCTA, read_rates
from geo.errors import SchemaError
from tests.handmade.demand import demand_of


def _zip(members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return packed.getvalue()


@pytest.fixture(scope="module")
def demand():
    """Return five ZIPs: three of two counties of Illinois, one of Indiana, one of California."""
    return demand_of(
        {"adults": 100.0, "zip": "60601"},
        {"adults": 300.0, "zip": "60602"},
        {"adults": 1000.0, "zip": "60603"},
        {"adults": 50.0, "zip": "46001", "state": "IN"},
        {"adults": 70.0, "zip": "90001", "state": "CA"},
        shares=[
            ("60601", "17001", 1.0),
            ("60602", "17001", 1.0),
            ("60603", "17001", 0.4),
            ("60603", "17003", 0.6),
        ],
    )


@pytest.mark.parametrize(
    ("written", "level"),
    [
        (
            "ZCTA5,TotalPopulation,DEPRESSION_CrudePrev,DEPRESSION_Crude95CI\n60601,9,20.0,(1)\n",
            ZCTA,
        ),
        ("StateAbbr,CountyFIPS,DEPRESSION_CrudePrev,DEPRESSION_AdjPrev\nIL,17001,20.0,3\n", COUNTY),
        (
            (
                "Year,LocationName,MeasureId,DataValueTypeID,Data_Value,LocationID\n"
                "2023,Adams,CASTHMA,CrdPrv,9,17001\n2023,Adams,DEPRESSION,AgeAdjPrv,19,17001\n"
                "2023,Adams,DEPRESSION,CrdPrv,20,17001\n"
            ),
            COUNTY,
        ),
        (
            (
                "LocationName,MeasureId,Data_Value_Type,Data_Value\n"
                "60601,DEPRESSION,Crude prevalence,20\n60602,COPD,Crude prevalence,8\n"
            ),
            ZCTA,
        ),
        ("geoid,rate\n60601,0.2\n", ZCTA),
        ("\ufeffGEOID,Rate\n 17001 , 20 \n", COUNTY),
        ("zip,rate\n60601,0.2\n", ZCTA),
    ],
)
def test_rates_are_known_by_their_headings(tmp_path, demand, written, level):
    path = tmp_path / "rates.csv"
    path.write_text(written, encoding="utf-8")

    rates = read_rates(path, demand)

    code = "60601" if level == ZCTA else "17001"
    assert rates.level == level
    assert rates.share.to_dict() == {code: 0.2}
    assert (rates.source, rates.empty, rates.unknown) == ("rates.csv", 0, 0)
    assert rates.is_places == ("depression" in written.lower())


@pytest.mark.parametrize(
    "content",
    [
        b"zcta;rate\r\n60601;21,3\r\n60602;-\r\n",
        b"zcta\trate\n60601\t21.3%\n60602\t*\n",
        "CountyName,zcta,rate\nDo\xf1a Ana,60601,21.3\nx,60602,NA\n".encode("cp1252"),
        'zcta,rate\n60601.0,"21,3 %"\n60602,Suppressed\n'.encode("utf-16"),
        b'GEO_ID,rate\n860Z200US60601,21.3\n"ZCTA5 60602",\n',
        b'zip,rate\n="60601",21.3\n60602,n/a\n',
        gzip.compress(b"zcta,rate\n60601,21.3\n60602,\n", mtime=0),
        _zip({"a.csv": "zcta,rate\n60601,21.3\n60602,\n", "__MACOSX/a.csv": "", "readme.txt": ""}),
    ],
)
def test_rates_are_read_however_spreadsheets_write_them(tmp_path, demand, content):
    path = tmp_path / "rates"
    path.write_bytes(content)

    rates = read_rates(path, demand)

    assert rates.share.to_dict() == {"60601": pytest.approx(0.213)}
    assert (rates.is_percent, rates.empty, rates.unknown) == (True, 1, 0)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (_zip({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "is an Excel workbook; save it"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "is an Excel workbook; save it as CSV"),
        (b"PAR1", "is a Parquet file; save it as CSV"),
        (_zip({"a.csv": "", "b.csv": ""}), "holds 2 CSV files; give one"),
        (gzip.compress(b"zcta,rate\n60601,21.3\n", mtime=0)[:-9], "cannot be read as CSV"),
    ],
)
def test_other_files_are_named_as_what_they_are(tmp_path, demand, content, told):
    path = tmp_path / "rates"
    path.write_bytes(content)

    with pytest.raises(SchemaError, match=told):
        read_rates(path, demand)


def test_an_address_is_not_asked_for(demand):
    with pytest.raises(SchemaError, match="No such file"):
        read_rates("http://127.0.0.1:9/rates.csv", demand)


def test_connecticut_by_its_former_counties_is_told(demand):
    rates = read_rates(pd.DataFrame({"fips": ["17001"], "rate": [0.5]}), demand)
    need = dataclasses.replace(weigh_adults(demand, rates), left_out=("CT",))

    assert "Connecticut is known by its planning regions" in " ".join(describe_need(need))


def test_zeros_that_a_spreadsheet_lost_are_put_back(demand):
    rates = read_rates(pd.DataFrame({"county_geoid": [6001], "rate": [30.0]}), demand)

    assert rates.share.to_dict() == {"06001": 0.3}


def test_rows_without_a_use_are_counted(demand):
    table = pd.DataFrame({"geoid": ["60601", "60602", "99999"], "rate": [0.5, np.nan, 0.1]})

    rates = read_rates(table, demand)

    assert (rates.empty, rates.unknown, len(rates.share)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "rates.csv is empty"),
        ("geoid,rate\n", "names no ZIP or county that is known"),
        ("geoid,rate\n99999,0.2\n", "names no ZIP or county that is known"),
        ("geoid,rate\n60601,\n", "has no rate for any area"),
        ("geoid,rate\n60601,0\n", "All rates of rates.csv are 0"),
        ("geoid,rate\n60601,101\n", "rate of 60601 in rates.csv is '101'; write a percentage"),
        ("geoid,rate\n60601,-1\n", "rate of 60601 in rates.csv is '-1'"),
        ("geoid,rate\n60601,n/a\n", "has no rate for any area"),
        ("geoid,rate\n60601,high\n", "rate of 60601 in rates.csv is 'high'"),
        (
            "geoid,rate\n60601,21,3\n",
            "Line 2 of rates.csv has 3 cells and its heading 2; put a number",
        ),
        ("geoid,rate,Rate\n60601,1,2\n", "more than one column 'rate'"),
        ("fips,DEPRESSION_AdjPrev\n17001,20\n", "has age-adjusted rates alone"),
        (
            "LocationID,MeasureId,DataValueTypeID,Data_Value\n17001,DEPRESSION,AgeAdjPrv,20\n",
            "has no row whose MeasureId is DEPRESSION and whose rate is crude",
        ),
        ("TractFIPS,CountyFIPS,rate\n17001000100,17001,20\n", "is by census tract or block"),
        ("geoid,rate\n17001000100,20\n", "is by census tract or block"),
        ("geoid,rate\n60601,1\n60601,2\n", "rates.csv has 60601 twice"),
        ("geoid,rate\n60601,1\n17001,2\n", "could be ZIPs or counties; name their column"),
        ("geoid,share\n60601,1\n", "lacks a column of rates"),
        ("place,rate\n60601,1\n", "lacks a column of areas"),
        ("zcta,MeasureId,Data_Value\n60601,COPD,1\n", "has no row whose MeasureId is DEPRESSION"),
        (None, "cannot be read as CSV"),
    ],
)
def test_what_is_no_table_of_rates_is_refused_in_a_sentence(tmp_path, demand, written, told):
    path = tmp_path / "rates.csv"
    if written is not None:
        path.write_text(written, encoding="utf-8")

    with pytest.raises(SchemaError, match=told) as raised:
        read_rates(path, demand)
    assert "\n" not in str(raised.value)


def test_zips_without_a_rate_take_the_mean_of_their_county_or_state(demand):
    rates = read_rates(pd.DataFrame({"zcta": ["60601", "60602"], "rate": [10.0, 30.0]}), demand)

    need = weigh_adults(demand, rates)

    # (100 x 10% + 300 x 30%) / 400 is 25%: of 400 in the county, and so of 600 in the other.
    assert need.demand.adults.tolist() == [0, 10, 90, 250, 0]  # by ZIP, Indiana's first
    counties = need.demand.areas["county"].set_index("geoid")["adults"]
    assert counties[["17001", "17003"]].tolist() == [200, 150]
    assert np.isnan(counties["18001"])
    assert need.adults == {"own": 400, "county": 400, "state": 600}
    assert need.left_out == ("CA", "IN")
    said = " ".join(describe_need(need))
    assert "400 adults of 1 ZIPs without a rate take the mean of their county" in said
    assert "Without any rate, and so left out: CA, IN." in said


def test_rates_by_county_weigh_the_parts_of_a_zip(demand):
    rates = read_rates(
        pd.DataFrame({"fips": ["17001", "17003", "18001"], "rate": [0.5, 0.1, 0.2]}), demand
    )

    need = weigh_adults(demand, rates)

    assert need.demand.adults.tolist() == [10, 50, 150, 260, 0]
    assert need.demand.areas["state"].set_index("state")["adults"][["IL", "IN"]].tolist() == [
        460,
        10,
    ]
    assert need.own["state"].sum() == 1450


def test_counties_add_up_and_no_half_adult_is_lost():
    few = demand_of(*({"adults": 2.0, "population": 3.0} for _ in range(1000)))
    rates = read_rates(pd.DataFrame({"zcta": few.zip, "rate": np.full(1000, 0.2)}), few)

    need = weigh_adults(few, rates)

    assert need.demand.adults.sum() == 400  # rounded one by one they would be none
    assert (need.demand.adults <= few.adults).all()
    for level in LEVELS:
        assert np.nansum(need.demand.areas[level]["adults"]) == 400


def test_shares_within_reach_are_of_adults_with_the_condition(demand):
    rates = read_rates(
        pd.DataFrame({"zcta": ["60601", "60602", "60603"], "rate": [50.0, 10.0, 10.0]}), demand
    )
    miles = np.array([[500, 10, 40, 200, 500], [500, 10, 20, 200, 500], [500, 10, 50, 200, 500]])

    rows = tabulate_need(weigh_adults(demand, rates), (miles * PER_MILE).astype(np.int32), "state")
    illinois = rows.set_index("state").loc["IL"]

    assert (illinois["adults"], illinois["with_condition"]) == (1400, 50 + 30 + 100)
    assert illinois["rate"] == pytest.approx(180 / 1400)
    within = illinois[[f"with_condition_within_30_miles{end}" for end in ("_low", "", "_high")]]
    assert within.tolist() == [50, 50, 80]
    assert illinois["share_with_condition_within_30_miles_high"] == pytest.approx(80 / 180)
    assert illinois["share_of_all_adults_within_30_miles"] == pytest.approx(100 / 1400)
    mean = (50 * 10 + 30 * 40 + 100 * 200) / 180
    assert illinois["mean_distance_miles_with_condition"] == pytest.approx(mean)
    assert (
        rows.set_index("state")
        .loc[["IN", "GU"]]
        .drop(columns=["level", "geoid", "name"])
        .isna()
        .all(axis=None)
    )
