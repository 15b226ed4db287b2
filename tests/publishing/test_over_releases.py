"""A measure over releases: by hand on small ones, and over one of each form that there was."""

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from geo import cli, releases
from geo.cli import release_series
from geo.coverage.demand import load_demand
from geo.publishing import over_releases
from geo.publishing.count_changes import OF_CLINICS, OF_LIST, PARTS, explain_counts
from geo.releases import folders
from tests.handmade.clinics import clinic_table, complete, release_tables

EARLIER = Path(__file__).parents[1] / "earlier"
WACO = {"state": "TX", "city": "Waco", "zip": "76701", "latitude": 31.55, "longitude": -97.14}
NAMES = ("alder", "birch", "cedar", "dogwood", "elder", "fir")
LISTED = ["alder", "alder", *NAMES[1:]]
"""Whose the seven listings are: alder has two."""


def make(*clinics):
    return clinic_table(*({**WACO, **clinic} for clinic in clinics))


def listed(*owners):
    return pd.DataFrame(
        {"listing_id": [f"L{at}" for at in range(len(owners))], "clinic_id": owners}
    )


def test_each_clinic_that_comes_or_goes_is_the_lists_or_its_own(demand):
    old = make(
        {"clinic_id": "alder"},
        {"clinic_id": "birch"},
        {"clinic_id": "cedar"},
        {"clinic_id": "dogwood"},
        {"clinic_id": "elder", "status": "closed"},
        {"clinic_id": "fir", "status": "unconfirmed"},
    )
    new = make(
        {"clinic_id": "alder"},
        {"clinic_id": "annex"},  # split from alder
        {"clinic_id": "birch", "status": "closed", "status_date": "2026-11"},
        {"clinic_id": "cedar", "status": "closed", "status_date": "2025"},  # the list was late
        {"clinic_id": "elder"},
        {"clinic_id": "fir"},
        {"clinic_id": "gum", "state": "LA", "city": "Houma"},
        {"clinic_id": "hazel", "latitude": float("nan"), "longitude": float("nan")},
        {"clinic_id": "ivy", "treatments": "at_home"},
    )
    told = explain_counts(
        (old, listed(*LISTED)),
        (new, listed("alder", "annex", "birch", "cedar", "fir", "elder", "fir", "gum")),
        date(2026, 11, 20),
        demand,
        "any",
    )

    texas = told["state"].loc["48"]
    changed = {
        "split": 1,
        "merged": -1,
        "corrected": -1,
        "reopened": 1,
        "closed": -1,
        "confirmed": 1,
    }
    assert texas[texas.ne(0)].to_dict() == changed
    assert told["state"].loc["22", "added"] == 1
    for level in ("nation", "region"):
        sums = told[level].sum()
        assert sums["added"] == 1
        assert sums[[*OF_LIST, *OF_CLINICS]].sum() == 0
    assert told["region"].loc["3", "closed"] == -1


def test_an_id_that_stands_twice_counts_once(demand):
    twice = make({"clinic_id": "alder"}, {"clinic_id": "alder"})
    none = make({"clinic_id": "birch"})
    holds = listed("alder")

    told = explain_counts((twice, holds), (none, holds), date(2026, 11, 20), demand, "any")

    assert told["nation"][[*PARTS]].sum(axis=1).tolist() == [0]


def write(day, *clinics, share, adults=1e6, **reference):
    """Write a release of the nation alone; its count follows from the clinics unless it is told."""
    table = make(*clinics)
    shown = float(table["status"].isin(["open", "unconfirmed"]).sum())
    row = {"geoid": "US", "name": "United States", "level": "nation", "treatment": "any",
           "clinics": shown, "share_within_30_miles": share, "adults": adults} | reference  # fmt: skip
    tables = release_tables(table) | {"coverage": complete("coverage", pd.DataFrame([row]))}
    for name in ("listings", "fields"):
        tables[name]["listing_id"] = [f"L-{clinic['clinic_id']}" for clinic in clinics]
    folder = releases.write(tables, folders.root(), as_of=date(2026, 11, day), inputs={})
    path = folder / "manifest.json"
    made = json.loads(path.read_text()) | {"made_at": f"2026-11-{day}T03:00:00Z"}
    path.write_text(json.dumps(made))
    return folder.name


@pytest.fixture(scope="module")
def demand():
    return load_demand()


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Six releases of a home of its own.

    A clinic more, one closed, other people, another method, and a count that follows from no clinics.
    """
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patches:
        patches.setenv("CLINIC_FINDER_HOME", str(folder / "home"))
        patches.setattr(folders, "SHIPPED", folder / "shipped")
        yield write_six(folder)


def write_six(folder):
    alder, birch = {"clinic_id": "alder"}, {"clinic_id": "birch"}
    gone = birch | {"status": "closed", "status_date": "2026-11-12"}
    ids = [
        write(10, alder, share=0.4),
        write(11, alder, birch, share=0.5),
        write(12, alder, gone, share=0.4),
        write(13, alder, gone, share=0.41, adults=2e6),
        write(14, alder, gone, share=0.42, adults=2e6),
        write(15, alder, gone, share=0.42, adults=2e6, clinics=7.0),
    ]
    shutil.copytree(folders.root() / ids[0], folder / "shipped")
    releases.switch(ids[-1], who="ann")
    return ids


def test_a_change_is_told_by_what_it_comes_of(kept, demand):
    found = over_releases.read_kept()
    rows = over_releases.tabulate_measure(found, demand, "nation", "share_within_30_miles")

    assert rows["release"].tolist() == kept
    assert rows["change"].tolist()[1:] == pytest.approx([0.1, -0.1, 0.01, 0.01, 0])
    assert rows["clinics_change"].tolist() == [pd.NA, 1, -1, 0, 0, 6]
    assert rows["by_list"].tolist() == [pd.NA, 1, 0, 0, 0, pd.NA]
    assert rows["by_clinics"].tolist() == [pd.NA, 0, -1, 0, 0, pd.NA]
    assert rows["definition"].tolist()[:4] == ["", "", "", "people"]
    assert rows["definition"].tolist()[4:] == ["worked_out_anew"] * 2
    assert rows[[*PARTS]].iloc[5].isna().all()


def test_releases_of_each_form_stand_in_one_table(demand):
    every = [*sorted(EARLIER.glob("release-*")), releases.SHIPPED]
    kept = [
        over_releases._read(str(number), releases.read_manifest(folder)["id"], str(folder))
        for number, folder in enumerate(every)
    ]

    rows = over_releases.tabulate_measure(kept, demand, "region", "share_within_60_minutes")
    counties = over_releases.tabulate_measure(kept, demand, "county", "clinics_per_million_adults")

    assert rows["schema"].drop_duplicates().tolist() == [1, 2, 3, 4]
    by_road = rows["schema"].eq(4)
    assert rows["value"].notna().tolist() == by_road.tolist()
    assert rows.loc[by_road, "definition"].eq("first_measured").all()
    assert rows.loc[by_road, "clinics_change"].equals(rows.loc[by_road, "by_list"])  # none closed
    assert set(counties["release"]) == {kept[-1].id}
    assert counties[["by_list", "by_clinics", "clinics_change"]].isna().all(axis=None)


@pytest.mark.usefixtures("kept")
def test_the_command_prints_the_table_and_names_the_measures(demand, monkeypatch):
    monkeypatch.setattr(release_series, "load_demand", lambda: demand)
    run = CliRunner().invoke
    words = ["coverage", "--over-releases", "--by", "nation"]

    shown = run(cli.app, words)
    assert shown.exit_code == 0, shown.stderr
    assert "41.0%" in shown.stdout
    assert "-10.0 points" in shown.stdout
    assert "people or places of" in shown.stdout
    taken = run(cli.app, [*words, "--measure", "clinics", "--format", "json"])
    assert [row["by_clinics"] for row in json.loads(taken.stdout)] == [None, 0, -1, 0, 0, None]
    assert "of_release" in run(cli.app, [*words, "--format", "csv"]).stdout
    wrong = run(cli.app, [*words, "--measure", "luck"])
    assert wrong.exit_code == 2
    assert "share_within_30_miles" in " ".join(wrong.stderr.split())
