import datetime as dt

import numpy as np
import pandas as pd
import pytest

from geo import releases
from geo.publishing.diff import compare
from geo.publishing.diff_wording import describe, list_changes, summarise
from geo.units import geodesic_miles
from tests.handmade.clinics import clinic_table, release_tables

POINT = {"latitude": 41.5, "longitude": -87.25}
BEFORE = (
    {"clinic_id": "a", "name": "Alpha", "state": "IL", "phone": "+13125550100", **POINT},
    {"clinic_id": "b", "name": "Beta", "state": "IL", **POINT},
    {"clinic_id": "c", "name": "Gamma", "city": "Gary", "state": "IN"},
)


def tables(*clinics, coverage=None, verdicts=None):
    made = release_tables(clinic_table(*clinics))
    made["listings"]["listing_id"] = [f"L-{clinic['clinic_id']}" for clinic in clinics]
    extra = {"coverage": coverage, "verdicts": verdicts}
    return made | {name: table for name, table in extra.items() if table is not None}


def coverage_of(share, *, name="Midwest", level="region", treatment="any", rate=2.0):
    return pd.DataFrame(
        {
            "geoid": ["2"],
            "name": [name],
            "level": [level],
            "treatment": [treatment],
            "clinics": [110.0],
            "clinics_per_million_adults": [rate],
            "share_within_30_miles": [0.5],
            "share_within_60_miles": [share],
        }
    )


def with_changes(**changes):
    return [row | changes.get(row["clinic_id"], {}) for row in BEFORE]


def test_a_release_differs_in_nothing_from_itself():
    release = releases.load(releases.SHIPPED)

    diff = compare(release, release)

    assert diff.is_empty
    assert diff.not_compared == ()
    assert summarise(diff) == "Nothing changes."
    assert describe(diff) == {}
    assert list_changes(diff).empty


def test_added_and_removed_clinics():
    new = {"clinic_id": "d", "name": "Delta", "city": "Gary", "state": "IN", "precision": "zip"}

    diff = compare(tables(*BEFORE), tables(*BEFORE[1:], new))

    assert diff.added["clinic_id"].tolist() == ["d"]
    assert diff.removed["clinic_id"].tolist() == ["a"]
    assert describe(diff) == {
        "added": ["Delta [d], Gary, IN (open; zip)"],
        "removed": ["Alpha [a], IL"],
    }
    assert summarise(diff) == "3 → 3 clinics, 2 → 1 with a point: 1 clinic added, 1 removed."


def test_a_merge_and_a_split_are_named():
    merged = tables(*BEFORE[:1], BEFORE[2])
    gone = tables(*BEFORE)["listings"].query("clinic_id == 'b'").assign(clinic_id="a")
    merged["listings"] = pd.concat([merged["listings"], gone], ignore_index=True)

    assert compare(tables(*BEFORE), merged).removed["merged_into"].tolist() == ["a"]
    assert compare(merged, tables(*BEFORE)).added["split_from"].tolist() == ["a"]
    assert describe(compare(tables(*BEFORE), merged))["removed"] == ["Beta [b], IL, merged into a"]


def test_fields_are_compared_one_by_one():
    after = with_changes(a={"phone": "", "name": "Alfa"}, c={"treatments": "iv;esketamine"})

    diff = compare(tables(*BEFORE), tables(*after))

    rows = diff.changed[["clinic_id", "field", "before", "after"]].to_numpy().tolist()
    assert rows == [
        ["a", "name", "Alpha", "Alfa"],
        ["a", "phone", "+13125550100", ""],
        ["c", "treatments", "iv", "iv;esketamine"],
    ]
    assert describe(diff)["changed"][1] == "Alfa [a]: phone +13125550100 → nothing"
    assert diff.moved.empty


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("open", "closed", "closed"),
        ("closed", "withdrawn", "withdrawn"),
        ("withdrawn", "unconfirmed", "reopened"),
        ("closed", "open", "reopened"),
        ("open", "unconfirmed", "unconfirmed"),
        ("unconfirmed", "open", "confirmed"),
    ],
)
def test_a_change_of_status_has_a_name(before, after, change):
    diff = compare(
        tables(*with_changes(b={"status": before})), tables(*with_changes(b={"status": after}))
    )

    assert diff.statuses.to_numpy().tolist() == [["b", "Beta", "IL", change, before, after]]
    assert diff.changed.empty
    assert f"{before} → {after}" in describe(diff)["statuses"][0]


def test_a_move_says_how_far_and_how_well_it_is_known():
    after = with_changes(
        a={"latitude": 41.6, "precision": "address"},
        b={"latitude": np.nan, "longitude": np.nan, "precision": "none"},
        c=POINT,
    )

    diff = compare(tables(*BEFORE), tables(*after))

    miles = geodesic_miles(41.5, -87.25, 41.6, -87.25)
    assert diff.moved["clinic_id"].tolist() == ["a", "b", "c"]
    assert diff.moved["miles"].tolist() == pytest.approx([miles, np.nan, np.nan], nan_ok=True)
    assert describe(diff)["moved"][:2] == [
        "Alpha [a], IL: 6.90 mi (city → address)",
        "Beta [b], IL: city → no point",
    ]


def test_a_point_better_known_without_moving_is_told():
    diff = compare(tables(*BEFORE), tables(*with_changes(a={"precision": "verified"})))

    assert diff.moved["miles"].tolist() == [0.0]
    assert describe(diff)["moved"] == ["Alpha [a], IL: 0.00 mi (city → verified)"]


def test_the_impact_on_coverage_reads_as_a_sentence():
    diff = compare(
        tables(*BEFORE, coverage=coverage_of(0.612)), tables(*BEFORE, coverage=coverage_of(0.589))
    )

    assert describe(diff)["coverage"] == ["Midwest within 60 miles 61.2% → 58.9%"]
    assert len(diff.coverage) == 1
    assert list_changes(diff).to_numpy().tolist() == [
        ["coverage", "region:2", "Midwest", "share_within_60_miles", "0.612", "0.589"]
    ]


@pytest.mark.parametrize("other", [{"treatment": "iv"}, {"level": "county"}, {"share": 0.61200001}])
def test_other_treatments_counties_and_rounding_are_no_impact(other):
    before, after = ({"share": 0.612} | side for side in ({}, other))
    if "share" not in other:
        before = before | other
        after = after | {"share": 0.1}

    diff = compare(
        tables(*BEFORE, coverage=coverage_of(**before)),
        tables(*BEFORE, coverage=coverage_of(**after)),
    )

    assert diff.coverage.empty


def test_a_figure_that_becomes_unknown_is_a_change():
    diff = compare(
        tables(*BEFORE, coverage=coverage_of(0.612)), tables(*BEFORE, coverage=coverage_of(np.nan))
    )

    assert describe(diff)["coverage"] == ["Midwest within 60 miles 61.2% → not known"]


def test_a_verdict_that_turns_is_told():
    verdicts = pd.DataFrame(
        {
            "level": ["region"],
            "geoid": ["2"],
            "name": ["Midwest"],
            "kind": ["distance"],
            "verdict": ["not different"],
            "why": ["x"],
            "difference_low": [-0.06],
            "difference_high": [0.01],
        }
    )

    diff = compare(
        tables(*BEFORE, verdicts=verdicts), tables(*BEFORE, verdicts=verdicts.assign(verdict="low"))
    )

    assert describe(diff)["verdicts"] == ["Midwest distance not different → low"]


def test_what_an_older_release_lacks_is_said():
    diff = compare(tables(*BEFORE), tables(*BEFORE, coverage=coverage_of(0.6)))

    assert diff.not_compared == (
        "The first was made without coverage, not compared.",
        "The first and the second were made without verdicts, not compared.",
    )
    assert diff.is_empty


def test_the_order_of_rows_is_no_difference():
    assert compare(tables(*BEFORE), tables(*BEFORE[::-1])).is_empty


def test_the_long_table_holds_every_change():
    after = with_changes(
        a={"phone": ""}, b={"status": "closed"}, c=POINT | {"precision": "address"}
    )
    new = {"clinic_id": "d", "name": "Delta", "state": "IN"}

    rows = list_changes(compare(tables(*BEFORE), tables(*after, new)))

    assert rows.to_numpy().tolist() == [
        ["added", "d", "Delta", "clinic", "", "open"],
        ["statuses", "b", "Beta", "status", "open", "closed"],
        ["changed", "a", "Alpha", "phone", "+13125550100", ""],
        ["moved", "c", "Gamma", "point", "city", "41.5, -87.25 (address)"],
    ]


def test_two_releases_on_disk_are_compared(tmp_path):
    folders = [
        releases.write(side, tmp_path, as_of=dt.date(2026, 11, 23), inputs={})
        for side in (tables(*BEFORE), tables(*BEFORE[:2]))
    ]

    diff = compare(*(releases.load(folder) for folder in folders))

    assert diff.removed["clinic_id"].tolist() == ["c"]
    assert (diff.before["clinics"], diff.after["clinics"]) == (3, 2)
