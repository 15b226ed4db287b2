"""`clinic-finder roads calibrate`, and what `drive` says of an engine."""

import csv
import io
import json
import tomllib

import numpy as np
import pytest
from typer.testing import CliRunner

from geo import cli
from tests.servers.loopback import HTML, serve
from tests.servers.road_engines import MILES_A_MINUTE, OsrmService

HEADING = "from_latitude,from_longitude,to_latitude,to_longitude"
ILLINOIS = (36.9, -91.6, 42.6, -87.4)
SETTINGS = """# our own server
engine = "osrm"
url = "{}"

[calibration]
factor = 2.0 # an old one
low = 0.5

# the end
"""


@pytest.fixture
def osrm(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    with serve(OsrmService(ILLINOIS)) as service:
        (tmp_path / "roads.toml").write_text(SETTINGS.format(service.url), encoding="utf-8")
        yield service


@pytest.fixture
def known(tmp_path):
    """Write drives that take 0.7 of the engine's minutes, give or take a fifth, one off its roads."""
    generator = np.random.default_rng(5)
    points = generator.uniform((38, -90.5, 38, -90.5), (42, -88, 42, -88), (200, 4))
    points[0] = (43.04, -87.91, 41.88, -87.63)
    miles = np.diag(OsrmService().measure(points[:, :2], points[:, 2:]))
    minutes = miles / MILES_A_MINUTE * 0.7 * generator.uniform(0.8, 1.2, 200)
    path = tmp_path / "known.csv"
    table = np.column_stack((points, minutes))
    np.savetxt(path, table, delimiter=",", header=f"{HEADING},minutes", comments="", fmt="%.6f")
    return path


def run(*words):
    return CliRunner().invoke(cli.app, list(map(str, words)))


def test_a_factor_and_a_range_are_fitted_printed_and_not_written_unasked(osrm, known, tmp_path):
    result = run("roads", "calibrate", known)
    calibration = tomllib.loads(result.stdout)["calibration"]

    assert result.exit_code == 0, result.stderr
    assert calibration["factor"] == pytest.approx(0.7, abs=0.03)
    assert calibration["low"] == pytest.approx(0.82, abs=0.04)
    assert calibration["high"] == pytest.approx(1.18, abs=0.04)
    assert "knows 199 of 200 drives" in result.stderr
    assert "without a factor and" in result.stderr
    assert (tmp_path / "roads.toml").read_text() == SETTINGS.format(osrm.url)


def test_it_is_written_in_place_of_the_old_one_and_used(osrm, known, tmp_path):
    assert run("roads", "calibrate", known, "--write").exit_code == 0
    text = (tmp_path / "roads.toml").read_text(encoding="utf-8")
    factor = tomllib.loads(text)["calibration"]["factor"]

    assert text.startswith("# our own server\n")
    assert text.count("[calibration]") == 1
    assert "old" not in text
    assert run("roads", "calibrate", known, "--write").exit_code == 0
    assert (tmp_path / "roads.toml").read_text(encoding="utf-8") == text
    drive = run("drive", "41.88, -87.63", "39.78, -89.65", "--format", "json")
    (row,) = json.loads(drive.stdout)
    line = osrm.measure(np.array([(41.88, -87.63)]), np.array([(39.78, -89.65)]))[0, 0]
    assert row["method"] == "service"
    assert row["minutes"] == pytest.approx(line / MILES_A_MINUTE * factor, rel=1e-3)
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_first_one_is_written_at_the_end(osrm, known, tmp_path):
    (tmp_path / "roads.toml").write_text(SETTINGS.format(osrm.url).partition("\n[")[0])
    assert run("roads", "calibrate", known, "--write").exit_code == 0

    text = (tmp_path / "roads.toml").read_text(encoding="utf-8")
    assert list(tomllib.loads(text)) == ["engine", "url", "calibration"]


def test_pairs_of_a_file_are_the_engines_where_it_knows_them_and_failures_are_told(osrm, known):
    drives = run("drive", "--pairs", known)
    rows = list(csv.DictReader(io.StringIO(drives.stdout)))

    assert [row["method"] for row in rows[:2]] == ["graph", "service"]
    assert {row["method"] for row in rows[1:]} == {"service"}
    osrm.faults.append(HTML)
    drives = run("drive", "60601", "Milwaukee, WI")
    assert drives.exit_code == 0
    assert "about 105 minutes" in drives.stdout
    assert "something that is no JSON" in drives.stderr
    assert "from the highways that come with the program instead" in drives.stderr


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["41.8,-87.6,41.9,-88.0"], "with the columns"),
        ([], "holds no rows"),
        (["41.8,-87.6,41.9,-88.0,-5"], "known.csv: Minutes have to be numbers above 0; row 1"),
        (["41.8,-87.6,41.9,-88.0,inf"], "known.csv: Minutes have to be numbers above 0; row 1"),
        (["41.8,-87.6,191.9,-88.0,5"], "is no latitude"),
        (["41.8,-87.6,41.9,-88.0,20"] * 19, "knows 19 of the 19 drives, too few to fit"),
    ],
)
@pytest.mark.usefixtures("osrm")
def test_pairs_that_cannot_be_used_are_a_sentence(known, lines, said):
    heading = HEADING if said == "with the columns" else f"{HEADING},minutes"
    known.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    result = run("roads", "calibrate", known, "--write")

    assert result.exit_code == 1
    assert said in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_an_engine_that_fails_or_is_not_named_is_a_sentence(osrm, known, tmp_path):
    osrm.faults.append(HTML)
    assert "something that is no JSON" in run("roads", "calibrate", known).stderr
    (tmp_path / "roads.toml").unlink()
    result = run("roads", "calibrate", known)
    assert result.exit_code == 1
    assert "with an engine to calibrate; write one first" in " ".join(result.stderr.split())
