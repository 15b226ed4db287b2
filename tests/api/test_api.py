"""`import geo`: its verbs on the shipped release, and that the command line answers the same."""

import inspect
import json
import os
import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point
from typer.testing import CliRunner

import geo
from geo import cli, reference
from geo.api import area_verbs
from geo.errors import CrsError, PlaceError, ReleaseError, SchemaError
from geo.units import geodesic_miles

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("CLINIC_FINDER_RELEASES", raising=False)


@pytest.fixture(scope="module")
def release():
    return geo.open_release("shipped")


def command(*words):
    result = CliRunner().invoke(cli.app, [*map(str, words)])
    assert result.exit_code == 0, result.stderr
    return result.stdout.rstrip("\n")


def test_each_verb_is_there_documented_and_typed():
    assert 10 <= len(geo.__all__) <= 15
    assert geo.__all__ == sorted(geo.__all__)
    for name in geo.__all__:
        verb = getattr(geo, name)
        assert verb.__name__ == name
        for part in ("Parameters\n", "Returns\n", "Raises\n"):
            assert part in verb.__doc__, name
        annotations = inspect.signature(verb).parameters.values()
        assert all(each.annotation is not inspect.Parameter.empty for each in annotations), name
    assert {*geo.__all__} <= {*dir(geo)}


def test_what_is_no_verb_is_said_as_python_says_it():
    with pytest.raises(AttributeError, match="no attribute 'find_ketamine'"):
        _ = geo.find_ketamine


def test_a_release_is_opened_by_its_id_too(release):
    assert geo.open_release().id == geo.open_release(release.id).id == release.id
    with pytest.raises(ReleaseError, match="no release 'newest'"):
        geo.open_release("newest")


def test_clinics_are_points_with_the_names_of_their_areas(release):
    clinics = geo.load_clinics(release)

    assert clinics["clinic_id"].tolist() == release.clinics["clinic_id"].tolist()
    assert clinics.crs == "EPSG:4326"
    located = clinics["latitude"].notna()
    assert clinics.geometry.notna().tolist() == located.tolist()
    counties = reference.load_shapeless("counties").set_index("county_geoid")
    placed = clinics[clinics["county_geoid"].ne("")]
    assert len(placed) > 400
    assert placed["county"].tolist() == counties.loc[placed["county_geoid"], "name"].tolist()
    assert clinics["county"].eq("").equals(clinics["county_geoid"].eq(""))
    ohio = clinics[clinics["state"] == "OH"]
    assert set(ohio["state_name"]) == {"Ohio"}
    assert set(ohio["region"]) == {"Midwest"}
    assert "county" not in release.clinics  # what is shared is left alone


def test_points_of_ones_own_are_joined_to_their_areas(release):
    clinics = geo.load_clinics(release)
    bare = clinics.loc[clinics["latitude"].notna(), ["state", "geometry"]]

    joined = geo.join_regions(bare, state_column="state")

    expected = clinics.loc[bare.index, ["county_geoid", "division", "region"]]
    assert joined[[*expected]].to_numpy().tolist() == expected.to_numpy().tolist()
    with pytest.raises(CrsError):
        geo.join_regions(bare.to_crs(5070))


def test_the_nearest_are_the_nearest_of_those_that_are_shown(release):
    clinics = release.clinics
    shown = clinics[
        clinics["status"].isin(["open", "unconfirmed"])
        & clinics["latitude"].notna()
        & clinics["treatments"].ne("at_home")
    ]
    origins = np.array([[41.88, -87.63], [47.0, -109.0], [21.3, -157.9]])

    found = geo.find_nearest(origins, k=5, release=release)

    assert found["origin"].tolist() == [0] * 5 + [1] * 5 + [2] * 5
    for row, origin in enumerate(origins):
        miles = np.sort(geodesic_miles(*origin, shown["latitude"], shown["longitude"]))[:5]
        assert found.loc[found["origin"] == row, "distance_miles"].tolist() == pytest.approx(miles)
    assert len(geo.find_nearest([(41.88, -87.63)])) == 1
    with pytest.raises(SchemaError):
        geo.find_nearest([(141.88, -87.63)], release=release)


def test_a_text_and_its_place_are_searched_alike(release):
    by_text = geo.search_clinics("Portland, OR", limit=3, release=release)
    place = geo.find_place("Portland, OR", release=release).place

    again = geo.search_clinics(place, limit=3, release=release)

    assert by_text.place == place
    assert again.clinics.equals(by_text.clinics)
    with pytest.raises(PlaceError) as raised:
        geo.find_place("Springfield", release=release)
    assert len(raised.value.candidates) >= 8


@pytest.mark.parametrize("form", ["json", "geojson", "csv"])
def test_a_search_is_exported_as_the_command_line_prints_it(form):
    result = geo.search_clinics("60601", within_miles=25, treatment="esketamine")

    printed = command(
        "find", "60601", "--within", 25, "--treatment", "esketamine", "--format", form
    )

    assert geo.export(result, form, query="60601") == printed
    assert json.loads(geo.export(result, "json"))["query"] == result.place.label


@pytest.mark.parametrize("form", ["json", "geojson", "csv"])
def test_clinics_are_exported_as_the_command_line_prints_them(release, form):
    printed = command("clinics", "--format", form)

    assert geo.export(release.clinics, form) == printed
    joined = geo.export(geo.load_clinics(release), form, release=release)
    assert "Cook County" in joined
    assert "POINT" not in joined


@pytest.mark.parametrize("form", ["json", "geojson", "csv"])
def test_coverage_is_exported_as_the_command_line_prints_it(form):
    rows = geo.load_coverage("division", treatment="esketamine")

    printed = command("coverage", "--by", "division", "--treatment", "esketamine", "--format", form)

    assert len(rows) == 9
    assert geo.export(rows, form) == geo.export(geo.add_shapes(rows), form) == printed


def test_verdicts_stand_beside_the_areas_that_were_judged(release):
    judged = geo.load_coverage("state", release=release)

    assert judged["distance"].notna().all()
    assert "distance" not in geo.load_coverage("state", treatment="iv", release=release)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_scores_are_exported_as_the_command_line_prints_them(form, monkeypatch):
    monkeypatch.setattr(area_verbs, "score_areas", partial(area_verbs.score_areas, draws=2))
    scores = geo.score_access("region", method="2sfca", catchment_miles=60)

    assert geo.export(scores, form) == command("access", "--method", "2sfca", "--format", form)
    with pytest.raises(ValueError, match="no GeoJSON"):
        geo.export(scores, "geojson")


def test_shapes_hold_the_points_of_their_areas():
    shapes = geo.add_shapes(geo.load_coverage("region")).set_index("name").geometry

    assert shapes["Midwest"].contains(Point(-87.7, 41.85))
    assert not shapes["South"].contains(Point(-87.7, 41.85))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: geo.load_coverage("city"), ValueError),
        (lambda: geo.load_coverage("state", treatment="tea"), ValueError),
        (lambda: geo.score_access(method="4sfca"), ValueError),
        (lambda: geo.search_clinics("60601", within_miles=-1), ValueError),
        (lambda: geo.add_shapes(pd.DataFrame({"name": ["Ohio"]})), SchemaError),
        (lambda: geo.export(pd.DataFrame({"name": ["Ohio"]}), "csv"), SchemaError),
        (lambda: geo.export(geo.load_coverage(), "xlsx"), ValueError),
        (
            lambda: geo.export(
                pd.concat([geo.load_coverage("region"), geo.load_coverage("state")]), "geojson"
            ),
            SchemaError,
        ),
        (lambda: geo.choose_sites(1, region="Atlantis"), PlaceError),
        (lambda: geo.choose_sites(1.5, region="VT"), geo.errors.GeoError),
        (lambda: geo.choose_sites(1, region="VT", candidates="gone.csv"), SchemaError),
        (lambda: geo.score_access("zip"), ValueError),
        (lambda: geo.search_clinics("60601", limit=2.5), ValueError),
        (lambda: geo.find_nearest([(41.88, -87.63)], k=1.5), ValueError),
        (lambda: geo.find_nearest([("north", "west")]), SchemaError),
        (lambda: geo.find_nearest([(41.88, -87.63, 180.0)]), SchemaError),
        (lambda: geo.find_place(60601), TypeError),
        (lambda: geo.search_clinics(60601), TypeError),
        (
            lambda: geo.join_regions(pd.DataFrame({"latitude": ["x"], "longitude": ["y"]})),
            SchemaError,
        ),
        (lambda: geo.export([], "csv"), SchemaError),
        (lambda: geo.export(geo.find_nearest([(41.88, -87.63)]), "geojson"), SchemaError),
        (lambda: geo.export(geo.load_coverage().drop(columns="level"), "geojson"), SchemaError),
    ],
)
def test_what_cannot_be_answered_is_refused(call, error):
    with pytest.raises(error):
        call()


def test_a_traceback_tells_which_places_may_have_been_meant():
    for call in (lambda: geo.find_place("Springfield"), lambda: geo.choose_sites(region="Midwst")):
        with pytest.raises(PlaceError) as raised:
            call()
        assert raised.value.candidates[0] in raised.value.__notes__[0]


def test_errors_are_at_hand_before_any_verb_is():
    code = "import geo; print(geo.errors.GeoError.__mro__[1].__name__)"

    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert run.stdout == "Exception\n"


def test_answers_and_releases_can_be_sent_to_another_process(release):
    found = geo.search_clinics("60601", limit=3, release=release)

    sent, answer = pickle.loads(pickle.dumps((release, found)))  # noqa: S301  # our own

    assert sent.id == release.id
    assert sent.clinics.equals(release.clinics)
    with pytest.raises(TypeError):
        sent.tables["clinics"] = answer.clinics
    assert answer.clinics.equals(found.clinics)


def test_whoever_checks_types_sees_those_of_the_verbs():
    assert (ROOT / "geo" / "py.typed").is_file()


SCRIPT = """
import geo
{guard}print(geo.choose_sites(1, within_miles=30, region="VT").sites["state"].tolist())
"""


@pytest.mark.service
def test_a_script_that_is_piped_in_is_told_to_be_saved():
    run = subprocess.run(
        [sys.executable, "-"],
        input=SCRIPT.format(guard='if __name__ == "__main__": '),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert run.returncode == 1
    assert "save it as a file" in run.stderr.splitlines()[-1]


@pytest.mark.service
@pytest.mark.parametrize("guard", ["", 'if __name__ == "__main__": '])
def test_a_script_chooses_sites_under_a_guard_and_is_told_where_it_has_none(guard, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(guard=guard))

    run = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    if guard:
        assert (run.returncode, run.stdout, run.stderr) == (0, "['VT']\n", "")
    else:
        assert run.returncode == 1
        assert run.stdout == ""
        assert run.stderr.count("Traceback") == 1
        last = run.stderr.splitlines()[-1]
        assert 'put the call under `if __name__ == "__main__":`' in last
