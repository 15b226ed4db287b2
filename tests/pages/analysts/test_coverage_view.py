"""From coverage tables to what the Coverage page is given, on the shipped release."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geo import releases
from geo.coverage import coverage_exports
from geo.coverage.coverage_table import NATION, Coverage
from geo.coverage.differences import find_differences, read_verdicts
from geo.i18n.language import using
from geo.i18n.reasons import Said
from pages.analysts.parts import (
    comparison,
    coverage_curves,
    coverage_details,
    coverage_view,
    question,
    region_table,
)
from pages.analysts.parts.coverage_view import Choice
from pages.analysts.parts.measures import MEASURES, write_number

if TYPE_CHECKING:
    import pandas as pd

GEOMETRY = Path(releases.SHIPPED).parent / "assets" / "geometry"
NEAR = MEASURES["share_within_30_miles"]


@pytest.fixture(scope="module")
def release() -> releases.Release:
    return releases.load(releases.SHIPPED)


@pytest.fixture(scope="module")
def coverage(release: releases.Release) -> Coverage:
    return Coverage(release.tables["coverage"], "any")


@pytest.fixture(scope="module")
def verdicts(release: releases.Release) -> pd.DataFrame:
    return read_verdicts(release.table("verdicts"))


def drawn(name: str) -> list[str]:
    """Return the GEOIDs that the map draws, in the order it takes values in."""
    features = json.loads((GEOMETRY / name).read_text())["features"]
    ids = sorted(feature["properties"]["id"] for feature in features)
    return [geoid for geoid in ids if geoid[:2] not in {"60", "66", "69", "78"}]


def test_values_of_counties_stand_in_the_order_of_the_geometry(coverage: Coverage) -> None:
    assert coverage.level("county").sort_index()["geoid"].tolist() == drawn("counties.geojson")
    data = coverage_view.build_map(
        coverage, Choice("county", NEAR, "any"), selected=None, clinics=[]
    )
    assert data["geoids"] == []
    assert len(data["values"]) == len(drawn("counties.geojson"))


def test_regions_and_divisions_colour_every_state_but_puerto_rico(coverage: Coverage) -> None:
    for level, count in (("region", 4), ("division", 9)):
        parents = coverage.parents(level)
        assert set(drawn("states.geojson")) - set(parents) == {"72"}
        assert len(set(parents.values())) == count


@pytest.mark.parametrize("level", coverage_view.LEVELS)
@pytest.mark.parametrize("key", MEASURES)
def test_the_table_ranks_the_worst_served_first(
    coverage: Coverage, verdicts: pd.DataFrame, level: str, key: str
) -> None:
    measure = MEASURES[key]
    table = coverage_view.build_table(
        coverage, Choice(level, measure, "any"), verdicts=verdicts, selected=None
    )
    shown = [row[0] for row in table["rows"] if not row[2]]
    rows = coverage.level(level).loc[shown]
    found = find_differences(rows, coverage.area(NATION), key, verdicts)
    values = (rows[key] if found is None else found["difference"]).dropna().tolist()
    assert values == sorted(values, reverse=not measure.least_is_worst)
    assert table["scale"]["from"] <= table["scale"]["to"]


def test_the_table_says_by_how_much_an_area_differs_from_the_rest(
    coverage: Coverage, verdicts: pd.DataFrame
) -> None:
    table = coverage_view.build_table(
        coverage, Choice("region", NEAR, "any"), verdicts=verdicts, selected=None
    )

    told = {row[3]: row[6] for row in table["rows"]}
    assert [column["label"] for column in table["columns"]][3] == "Against the rest"
    judged = verdicts[verdicts["kind"].eq("distance")].set_index("name")
    for name in ("Midwest", "South", "West"):
        sign = "\N{MINUS SIGN}" if judged.loc[name, "difference"] < 0 else "+"
        points = f"{abs(judged.loc[name, 'difference']) * 100:.1f}"
        assert told[name] == f"{sign}{points} {judged.loc[name, 'verdict']}"
    assert "Ranked by the difference to the rest of the country, in points." in table["caption"]


def test_an_older_release_has_no_measures_by_road(release: releases.Release) -> None:
    table = release.tables["coverage"]
    by_road = [name for name in table if "minutes" in name or name == "adults_not_reached"]
    older = Coverage(table.assign(**dict.fromkeys(by_road, math.nan)), "any")
    now = Coverage(table, "any")

    offered = coverage_view.list_measures(older)

    assert {*MEASURES} - {*offered} == {key for key in MEASURES if "minutes" in key}
    assert coverage_view.list_measures(now) == [*MEASURES]
    compared = comparison.build_comparison(older, [("region", "2")])
    assert [row[0] for row in compared["rows"]] == offered


def test_curves_are_of_the_most_populous_areas_and_the_nation(
    release: releases.Release, coverage: Coverage
) -> None:
    for name, steps in (("reach", "miles"), ("reach_by_road", "minutes")):
        rows, count = coverage_curves.select(
            release.table(name), coverage, Choice("county", NEAR, "any", ("region", "3"))
        )
        shown = rows.groupby("area")
        assert count == 17
        assert len(shown) == 10
        assert {"Texas", "Florida", "United States"} < {*shown.groups}
        assert all(
            each[steps].is_unique and each["share"].is_monotonic_increasing for _, each in shown
        )


def test_files_hold_how_many_clinics_there_are_and_the_codebook_says_what_that_is(
    release: releases.Release, coverage: Coverage
) -> None:
    totals = release.table("totals")
    states = coverage.inside("state", ("region", "2"))

    rows = coverage_exports.join_totals(states, totals)

    added = [name for name in totals if name not in {"level", "geoid", "name"}]
    assert [*rows.columns] == [*states.columns, *added]
    assert rows["geoid"].tolist() == states["geoid"].tolist()
    assert rows["clinics_known"].notna().all()
    counties = coverage.inside("county", ("state", "17"))
    assert coverage_exports.join_totals(counties, totals) is counties
    assert coverage_exports.join_totals(states, None) is states
    told = {name.strip() for names in coverage_exports.CODEBOOK for name in names.split(",")}
    plain = {name.removesuffix("_low").removesuffix("_high") for name in added}
    assert plain <= told
    parsed = json.loads(
        coverage_exports.to_geojson(rows.assign(total_at_1_high=math.inf), "state", "r"),
        parse_constant=pytest.fail,
    )
    assert len(parsed["features"]) == 12


def test_areas_lead_down_to_the_counties_of_a_state(coverage: Coverage) -> None:
    level, inside = "region", NATION
    for geoid in ("2", "3", "17"):
        choice = Choice(level, NEAR, "any", inside)
        assert geoid in coverage.inside(level, inside)["geoid"]
        level, inside = coverage_view.drill_down(choice, geoid)
    assert (level, inside) == ("county", ("state", "17"))
    assert len(coverage.inside(level, inside)) == 102
    assert coverage_view.drill_down(Choice("county", NEAR, "any", inside), "17031") == (
        "county",
        ("state", "17"),
    )


def test_each_region_stands_beside_its_divisions(
    coverage: Coverage, verdicts: pd.DataFrame
) -> None:
    table = coverage_view.build_table(
        coverage, Choice("region", NEAR, "any"), verdicts=verdicts, selected=None
    )
    parts = [row[3] for row in table["rows"] if row[2]]
    assert len(parts) == 9
    midwest = [row[3] for row in table["rows"]].index("Midwest")
    assert {row[3] for row in table["rows"][midwest + 1 : midwest + 3]} == {
        "East North Central",
        "West North Central",
    }


def test_minutes_by_road_stand_beside_the_miles(coverage: Coverage) -> None:
    drive = MEASURES["median_minutes_to_nearest"]
    nation = coverage.area(NATION)
    assert MEASURES["share_within_60_minutes"].label == "Adults within 60 minutes by road"
    assert drive.write(float(nation[drive.key])) == "22 min"
    assert coverage_view.build_legend(drive)[0] == "under 15 min"
    assert drive.key in [row[0] for row in comparison.build_comparison(coverage, [])["rows"]]


@pytest.mark.parametrize("treatment", ["im", "oral"])
@pytest.mark.parametrize("level", coverage_view.LEVELS)
def test_a_bar_has_both_ends_or_is_not_drawn(
    release: releases.Release, verdicts: pd.DataFrame, level: str, treatment: str
) -> None:
    measured = Coverage(release.tables["coverage"], treatment)
    for key in ("median_minutes_to_nearest", "median_minutes_to_third"):
        choice = Choice(level, MEASURES[key], treatment)
        table = coverage_view.build_table(measured, choice, verdicts=verdicts, selected=None)
        for row in table["rows"]:
            assert sum(end is None for end in row[5]) in {0, 3}


@pytest.mark.parametrize("measure", MEASURES.values())
def test_the_legend_has_a_class_for_every_number(measure) -> None:
    legend = coverage_view.build_legend(measure)
    assert len(legend) == len(measure.breaks) + 1 == 5
    assert list(measure.breaks) == sorted(measure.breaks)


def test_no_data_is_said_and_never_zero() -> None:
    for kind in ("share", "miles", "minutes", "rate", "count"):
        assert write_number(math.nan, kind) == "N/A"


def test_the_question_is_answered_from_the_verdicts(
    coverage: Coverage, verdicts: pd.DataFrame
) -> None:
    answer = question.answer(verdicts, coverage, question.MIDWEST)
    assert answer.question == "Is the Midwest underserved?"
    leads = [lead for lead, _ in answer.lines]
    assert leads[1] == "By minutes on the road: Lower, but not by 5 points for sure."
    assert leads[2] == "By supply: Cannot be judged from this list."
    told = " ".join(said.words for _, said in answer.lines[2:])
    midwest = coverage.inside("state", question.MIDWEST)["name"].tolist()
    assert len(midwest) == 12
    for name in ["East North Central", "West North Central", *midwest]:
        assert f"{name} (" in told
    assert "Kansas (\N{MINUS SIGN}" in told  # as in the table
    assert "(-" not in told


def test_areas_that_are_not_named_are_counted(
    coverage: Coverage, verdicts: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "_MOST_NAMES", 3)
    told = {
        lead: said.words
        for lead, said in question.answer(verdicts, coverage, question.MIDWEST).lines
    }

    (low,) = (words for lead, words in told.items() if lead.startswith("For:"))
    assert low.count(" points)") == 3
    assert re.search("points\\), and [0-9]+ more[.]$", low)


def test_a_reason_that_is_kept_without_a_code_is_shown_in_english_and_marked_so(
    coverage: Coverage, verdicts: pd.DataFrame
) -> None:
    without = verdicts.assign(why_code="", why_figures="")
    with using("es"):
        now = question.answer(verdicts, coverage, question.MIDWEST)
        before = question.answer(without, coverage, question.MIDWEST)

    assert {said.language for _, said in now.lines} == {""}
    assert [said.language for _, said in before.lines[:2]] == ["en", "en"]
    assert "of adults have a listed clinic" in before.lines[0][1].words
    assert [lead for lead, _ in before.lines] == [lead for lead, _ in now.lines]


def test_words_in_another_language_than_the_page_are_marked_up() -> None:
    assert coverage_details.mark_up(Said("1 < 2")) == "1 &lt; 2"
    assert coverage_details.mark_up(Said("1 < 2", "en")) == '<span lang="en">1 &lt; 2</span>'
    assert region_table.name_cell(Said("undated")) == "Undated"
    assert region_table.name_cell(Said("undated", "en")) == ["Undated", "en"]
