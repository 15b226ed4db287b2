import csv
import datetime as dt
import functools
import io
import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from geo import cli, reference, releases
from geo.exporting.terminal import plain
from geo.publishing import building
from geo.units import geodesic_miles
from tests.handmade.clinics import clinic_table, release_tables

CHICAGO = {"latitude": 41.8858, "longitude": -87.6181, "city": "Chicago", "state": "IL"}
NOWHERE = {"latitude": float("nan"), "longitude": float("nan"), "radius_miles": float("nan")}
CLINICS = clinic_table(
    {
        "clinic_id": "loop",
        "name": "Loop Clinic",
        "street": "1 Main St",
        "zip": "60601",
        "phone": "+13125550100",
        "website": "https://example.org/",
        "treatments": "iv;esketamine",
        **CHICAGO,
        "latitude": 41.9,
        "precision": "address",
        "radius_miles": 0.05,
    },
    {
        "clinic_id": "formula",
        "name": '=HYPERLINK("http://evil.example")',
        "treatments": "",
        "status": "unconfirmed",
        **CHICAGO,
        "latitude": 41.95,
        "radius_miles": 8.0,
    },
    {
        "clinic_id": "escape",
        "name": "Red\x1b[31m \u202eesreveR\x07",
        **CHICAGO,
        "latitude": 42.3,
        "radius_miles": 20.0,
    },
    {
        "clinic_id": "bloomington",
        "name": "Bloomington Añejo",
        "city": "Bloomington",
        "state": "IL",
        "latitude": 40.4842,
        "longitude": -88.9937,
    },
    {"clinic_id": "adrift", "name": "Adrift", "state": "IL", "precision": "", **NOWHERE},
    {"clinic_id": "gone", "name": "Gone", "status": "closed", **CHICAGO},
    {"clinic_id": "remote", "name": "Remote", "treatments": "at_home", **CHICAGO},
    {
        "clinic_id": "denver",
        "name": "Mile High",
        "city": "Denver",
        "state": "CO",
        "latitude": 39.74,
        "longitude": -104.98,
    },
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    written = releases.write(
        release_tables(CLINICS), home / "releases", as_of=dt.date(2026, 11, 23), inputs={}
    )
    (home / "releases" / "current").write_text(written.name)
    return home


@pytest.fixture
def run(home, monkeypatch):
    """Return a function that runs the command line on the small release."""
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "130")
    return lambda *words: CliRunner().invoke(cli.app, [str(word) for word in words])


@pytest.fixture
def find(run):
    """Return a function that runs `find --format json` and reads its answer."""

    def find(*words):
        result = run("find", *words, "--format", "json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return find


def ids(answer, group="clinics"):
    return [clinic["clinic_id"] for clinic in answer[group]]


def test_find_json_is_the_agreed_form(find):
    answer = find("60601", "--within", "25")

    assert list(answer) == [
        "query", "place", "within_miles", "within_minutes", "release", "drives", "clinics", "unlocated", "at_home",
        "nearest_outside",
    ]  # fmt: skip
    assert answer["query"] == "60601"
    assert answer["place"] == {
        "label": "Chicago, IL 60601",
        "kind": "zip",
        "latitude": pytest.approx(41.8858, abs=0.02),
        "longitude": pytest.approx(-87.6181, abs=0.02),
        "precision": "zip",
        "radius_miles": 1.0,
    }
    assert answer["within_miles"] == 25
    assert answer["release"].startswith("2026-11-23-")
    assert list(answer["clinics"][0]) == [
        "rank", *CLINICS.columns, "distance_miles", "may_be_within", "drive",
    ]  # fmt: skip
    assert list(answer["clinics"][0]["drive"]) == [
        "minutes", "low", "high", "miles", "method", "reason",
    ]  # fmt: skip
    assert ids(answer) == ["loop", "formula", "escape"]
    assert [clinic["may_be_within"] for clinic in answer["clinics"]] == [False, False, True]
    assert ids(answer, "unlocated") == ["adrift"]
    assert ids(answer, "at_home") == ["remote"]
    assert answer["nearest_outside"]["clinic_id"] == "bloomington"


def test_find_json_prints_geodesics_between_the_points_it_prints(find):
    answer = find("60601", "--limit", "50")

    place = answer["place"]
    assert len(answer["clinics"]) == 5
    for clinic in answer["clinics"]:
        miles = geodesic_miles(
            place["latitude"], place["longitude"], clinic["latitude"], clinic["longitude"]
        )
        assert clinic["distance_miles"] == pytest.approx(float(miles), abs=1e-9)


def test_find_json_says_null_for_unknown_and_lists_treatments(find):
    loop, formula = find("60601", "--limit", "2")["clinics"]

    assert loop["treatments"] == ["iv", "esketamine"]
    assert loop["unit"] is None
    assert loop["listings"] == 1
    assert formula["treatments"] == []
    assert formula["phone"] is None
    (adrift,) = find("60601")["unlocated"]
    assert (adrift["latitude"], adrift["radius_miles"], adrift["precision"]) == (None, None, None)


def test_find_takes_words_with_and_without_quotes(find):
    assert find("chicago,", "il")["place"]["label"] == "Chicago, IL"
    assert find("Chicago, IL")["query"] == "Chicago, IL"


def test_find_filters_and_limits(find):
    assert ids(find("60601", "--treatment", "esketamine")) == ["loop"]
    assert ids(find("60601", "--limit", "1")) == ["loop"]
    assert ids(find("60601", "--within", "0.1")) == ["loop", "formula"]
    assert ids(find("41.8858, -87.6181", "--within", "0.1")) == ["formula"]


def test_find_takes_the_words_around_a_place(run, find):
    answer = find("Spravato near 60601")

    assert (answer["place"]["label"], ids(answer)) == ("Chicago, IL 60601", ["loop"])
    told = run("find", "clinics in 60601 that take Medicaid").stderr
    assert "Ask the clinics and your plan." in told
    assert "None listed in Puerto Rico." in run("find", "Puerto Rico").stderr
    assert "Showing Chicago, IL." in run("find", "Chicgo").stderr


def test_a_state_lists_its_clinics_by_city_without_distance(run, find):
    answer = find("Illinois")

    assert answer["place"]["kind"] == "state"
    assert answer["place"]["latitude"] is None
    assert ids(answer)[0] == "bloomington"
    assert {clinic["distance_miles"] for clinic in answer["clinics"]} == {None}
    assert "radius was not used" in run("find", "Illinois", "--within", "5").stderr


def test_a_clinics_name_leads_to_it(find):
    answer = find("Mile High")

    assert answer["place"]["kind"] == "clinic"
    assert ids(answer)[0] == "denver"
    assert answer["clinics"][0]["distance_miles"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ["41.88, -87.63"],
        ["41.88", "-87.63"],
        ["41.88,-87.63", "--limit", "3"],
        ["--limit", "3", "41.88", "-87.63"],
        ["--", "41.88", "-87.63"],
    ],
)
def test_a_minus_in_a_place_is_no_option(run, words):
    result = run("find", "--format", "json", *words)

    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["place"]["longitude"] == -87.63


def test_a_place_that_begins_with_a_minus_reaches_the_place_search(run):
    for words in (["-87.6, 41.8"], ["-87.6", "41.8"]):
        result = run("find", *words)

        assert result.exit_code == 1
        assert result.stdout == ""
        assert "No such option" not in result.stderr


def test_an_ambiguous_place_lists_its_candidates_on_stderr(run):
    result = run("find", "Springfield", "--format", "json")

    assert result.exit_code == 1
    assert result.stdout == ""
    question, *candidates = result.stderr.splitlines()
    assert "Springfield" in question
    assert len(candidates) >= 8
    assert candidates[0].strip() == "Springfield, MO"


@pytest.mark.parametrize(
    "place",
    ["", "  ", "99999", "x" * 10_000, "\N{PILE OF POO}", "<script>", "'; DROP TABLE x", "0, 0"],
)
def test_a_bad_place_gets_one_sentence(run, place):
    result = run("find", place)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["find"], "PLACE"),
        (["find", "60601", "--within", "0"], "above 0"),
        (["find", "60601", "--within", "-5"], "above 0"),
        (["find", "60601", "--within", "nan"], "above 0"),
        (["find", "60601", "--within", "inf"], "above 0"),
        (["find", "60601", "--within", "far"], "--within"),
        (["find", "60601", "--limit", "0"], "--limit"),
        (["find", "60601", "--limit", "-3"], "--limit"),
        (["find", "60601", "--limit", "2.5"], "--limit"),
        (["find", "60601", "--treatment", "magic"], "assisted_therapy"),
        (["find", "60601", "--format", "xml"], "geojson"),
        (["find", "60601", "--near", "5"], "--near"),
        (["clinics", "--state", "ZZ"], "no state"),
        (["clinics", "--status", "shut"], "withdrawn"),
        (["data", "release", "--as-of", "soon"], "--as-of"),
        (["dance"], "dance"),
    ],
)
def test_wrong_use_exits_2_and_says_what_is_right(run, words, said):
    result = run(*words)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr


def test_find_csv_keeps_every_clinic_and_runs_no_formula(run):
    result = run("find", "60601", "--within", "25", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(row["found_as"], row["clinic_id"]) for row in rows] == [
        ("ranked", "loop"),
        ("ranked", "formula"),
        ("ranked", "escape"),
        ("at_home", "remote"),
        ("unlocated", "adrift"),
    ]
    assert rows[0]["treatments"] == "iv;esketamine"
    assert rows[0]["phone"] == "+13125550100"
    assert rows[1]["name"] == '\'=HYPERLINK("http://evil.example")'
    assert {row["release"][:11] for row in rows} == {"2026-11-23-"}
    assert (rows[0]["rank"], rows[0]["may_be_within"]) == ("1", "False")
    assert (rows[4]["rank"], rows[4]["latitude"], rows[4]["distance_miles"]) == ("", "", "")
    assert len(rows[0]["distance_miles"]) > 10


def test_find_geojson_has_null_geometry_where_there_is_no_point(run):
    answer = json.loads(run("find", "60601", "--format", "geojson").stdout)

    assert answer["type"] == "FeatureCollection"
    assert answer["release"].startswith("2026-11-23-")
    features = {feature["id"]: feature for feature in answer["features"]}
    assert features["loop"]["geometry"] == {"type": "Point", "coordinates": [-87.6181, 41.9]}
    assert features["loop"]["properties"]["rank"] == 1
    assert features["adrift"]["geometry"] is None
    assert features["adrift"]["properties"]["found_as"] == "unlocated"


@pytest.mark.parametrize("width", ["40", "80", "130", "200"])
def test_find_table_says_what_matters_at_any_width(run, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)

    text = run("find", "60601", "--within", "25").stdout

    assert max(len(line) for line in text.splitlines()) <= int(width)
    flat = " ".join(text.split())
    for said in (
        "3 clinics within 25 miles of Chicago, IL 60601, 1 of them perhaps farther",
        "Loop Clinic",
        "ask the clinic",
        "the city is known",
        "may be within",
        "Adrift",
        "Remote",
        "not a census",
        "988",
        "2026-11-23-",
        "You must not drive until the next day, after sleep. Someone must take you home.",
    ):
        assert (said.split()[0] if int(width) > 100 else said) in flat  # cells wrap apart
    assert flat.count("Someone must take you home.") == 1


def test_the_terminal_gets_no_escape_of_a_clinics(run):
    for words in (["find", "60601", "--within", "25"], ["clinics"]):
        text = run(*words).stdout

        assert "esreveR" in text
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
        assert "[31m" not in text


def test_markup_in_a_name_is_printed_as_it_is():
    assert plain("a [red]b[/red] \x1b]0;title\x07c\td\r\u200b") == "a [red]b[/red] c d"


def test_a_want_of_memory_is_a_sentence(run, monkeypatch):
    def fail(*_, **__):
        raise MemoryError

    monkeypatch.setattr(releases, "load", fail)
    monkeypatch.setattr(releases, "current", fail)
    told = run("find", "60601")
    assert told.exit_code == 1
    assert told.stderr == (
        "There is too little memory for this; give the program more, or ask for less.\n"
    )


def test_nothing_within_says_where_the_nearest_is(run):
    text = " ".join(run("find", "Moline, IL", "--within", "10").stdout.split())

    assert "No clinic within 10 miles of Moline, IL" in text
    assert "The nearest is Bloomington Añejo, in or near Bloomington, IL" in text
    assert "--within 250 holds one" in text


def test_filters_say_how_many_they_removed(run):
    text = run("find", "60601", "--within", "25", "--treatment", "esketamine").stdout

    assert "2 more without the filter on treatment." in text


def test_a_wanted_fact_is_listed_and_what_is_not_known_comes_apart(find, run):
    words = ("60601", "--within", "25", "--with", "payment=medicaid")

    answer = find(*words)

    assert answer["wanted"] == {"payment": "medicaid"}
    assert ids(answer) == []
    assert ids(answer, "not_known") == ["loop", "formula", "escape"]
    assert answer["known"] == {"payment": {"known": 0, "clinics": 3}}
    table = run("find", *words).stdout
    assert "No clinic within 25 miles of Chicago, IL 60601 is known to be as you chose" in table
    assert "Not known to be so" in table
    rows = csv.DictReader(io.StringIO(run("find", *words, "--format", "csv").stdout))
    assert [row["clinic_id"] for row in rows if row["found_as"] == "not_known"] == [
        "loop", "formula", "escape",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (["gold"], "names no fact"),
        (["payment=gold"], "names no code of payment"),
        (["name=x"], "names no fact"),
        (["payment=medicaid", "payment=medicare"], "payment is asked for twice"),
    ],
)
def test_a_fact_that_nobody_can_ask_for_is_a_wrong_use(run, facts, said):
    result = run("find", "60601", *(word for fact in facts for word in ("--with", fact)))

    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", " ").split())


def test_a_limit_says_how_many_it_cut(run):
    assert "2 more with a higher --limit." in run(
        "find", "60601", "--within", "25", "--limit", "1"
    ).stdout  # fmt: skip


def test_clinics_lists_every_one(run):
    answer = json.loads(run("clinics", "--format", "json").stdout)

    assert ids(answer) == CLINICS["clinic_id"].tolist()
    assert answer["release"].startswith("2026-11-23-")
    rows = list(csv.DictReader(io.StringIO(run("clinics", "--format", "csv").stdout)))
    assert len(rows) == len(CLINICS)
    assert len(json.loads(run("clinics", "--format", "geojson").stdout)["features"]) == 8
    assert "8 clinics" in run("clinics").stdout


def test_clinics_of_a_state_or_status(run):
    assert ids(json.loads(run("clinics", "--state", "co", "--format", "json").stdout)) == ["denver"]
    closed = json.loads(run("clinics", "--status", "closed", "--format", "json").stdout)
    assert ids(closed) == ["gone"]
    none = run("clinics", "--state", "VT", "--format", "csv")
    assert (none.exit_code, len(none.stdout.splitlines())) == (0, 1)


def test_status_says_which_release(run):
    facts = json.loads(run("status", "--format", "json").stdout)

    assert facts["release"].startswith("2026-11-23-")
    assert (facts["clinics"], facts["located"], facts["closed"]) == (8, 7, 1)
    assert facts["made_at"].endswith("Z")
    assert facts["shipped"] is False
    known = facts["known_of_clinics"]
    assert (known["name"], known["state"], known["payment"]) == (8, 8, 0)
    printed = run("status").stdout
    assert facts["release"] in printed
    assert "8 name" in printed


def test_a_damaged_release_is_named_and_exits_1(run, monkeypatch, tmp_path):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "current").write_text("2026-11-23-00000000")

    for words in (["find", "60601"], ["clinics"], ["status"]):
        result = run(*words)

        assert result.exit_code == 1
        assert result.stdout == ""
        assert "manifest.json is missing" in result.stderr


def test_help_teaches(run):
    text = run("find", "--help").stdout

    assert 'clinic-finder find "Portland, OR" --within 25' in text
    assert "exit code is 1" in " ".join(text.split())
    assert "find" in run("--help").stdout


def test_help_loads_no_table_library():
    code = (
        "import sys\n"
        "from geo.cli import app\n"
        "try:\n    app(['find', '--help'])\n"
        "except SystemExit as done:\n    assert done.code == 0\n"
        "print({'pandas', 'numpy', 'scipy'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.endswith("set()\n")


def test_data_check_prints_what_the_shipped_data_cover(run):
    result = run("data", "check")

    assert result.exit_code == 0, result.stderr
    for figure in ("3,144", "331,093,495", releases.read_manifest(releases.SHIPPED)["id"]):
        assert figure in result.stdout


def test_data_check_names_what_is_wrong(run, monkeypatch, tmp_path):
    monkeypatch.setattr(reference, "check", functools.partial(reference.check, tmp_path))

    result = run("data", "check")

    assert result.exit_code == 1
    assert "sources.toml" in result.stderr


def test_data_build_shows_where_it_is_and_then_checks(run, monkeypatch):
    steps = []

    def build(target, report):
        steps.append(target)
        report("fetching a package", 1, 2)
        report("done", 2, 2)

    monkeypatch.setattr(reference, "build", build)

    result = run("data", "build")

    assert result.exit_code == 0, result.stderr
    assert steps == [reference.DATA]
    assert "2/2" in result.stderr
    assert "331,093,495" in result.stdout


def test_data_release_prints_the_id_alone(run, monkeypatch, tmp_path):
    shipped = tmp_path / "release"
    monkeypatch.setattr(building, "build_release", lambda *_, **__: release_tables(CLINICS))
    rebuild = functools.partial(building.rebuild_shipped, shipped=shipped)
    monkeypatch.setattr(building, "rebuild_shipped", rebuild)

    result = run("data", "release", "--as-of", "2026-11-23")

    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{releases.read_manifest(shipped)['id']}\n"
    assert "as of 2026-11-23" in result.stderr


def test_python_m_geo_is_the_command(home, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))

    done = subprocess.run(
        [sys.executable, "-m", "geo", "status", "--format", "json"],
        capture_output=True, check=True,
    )  # fmt: skip

    assert json.loads(done.stdout)["clinics"] == 8
