import datetime as dt
import json
import subprocess
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest

from geo import releases
from geo.errors import ReleaseError
from geo.places.precision import Precision
from geo.reference.road_tables import ATTRIBUTION
from geo.releases import contents, folders
from tests.handmade.clinics import clinic_table, complete, release_tables

AS_OF = dt.date(2026, 11, 23)
CLINICS = clinic_table(
    {"clinic_id": "a", "name": "Añejo", "zip": "01001", "latitude": 41.5, "longitude": -87.25},
    {"clinic_id": "b", "name": "Nowhere", "status": "closed"},
)


@pytest.fixture
def written(tmp_path):
    return releases.write(
        release_tables(CLINICS), tmp_path / "releases", as_of=AS_OF, inputs={"listings.csv": "0f"}
    )


@pytest.fixture
def at_home(written, monkeypatch):
    """Make the written release the one in use."""
    (written.parent / "current").write_text(f"{written.name}\n")
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(written.parent.parent))
    return written


def test_a_release_comes_back_as_it_was_written(written):
    release = releases.load(written)

    for name, table in release_tables(CLINICS).items():
        pd.testing.assert_frame_equal(release.tables[name], table)
    assert release.clinics["zip"].tolist() == ["01001", ""]
    assert release.as_of == AS_OF
    assert release.id == written.name
    assert release.id.startswith("2026-11-23-")


def test_the_manifest_says_what_is_inside(written):
    manifest = json.loads((written / "manifest.json").read_text())

    assert manifest["counts"] == {
        "clinics": 2,
        "located": 1,
        "listings": 2,
        "open": 1,
        "unconfirmed": 0,
        "closed": 1,
        "withdrawn": 0,
    }
    assert manifest["inputs"] == {"listings.csv": "0f"}
    assert sorted(manifest["files"]) == ["clinics.parquet", "fields.parquet", "listings.parquet"]
    assert manifest["made_at"].endswith("Z")


def test_minutes_by_road_say_whose_roads_they_are_from(tmp_path):
    rows = pd.DataFrame({"geoid": ["01"], "minutes": [30]})
    tables = release_tables(CLINICS) | {"reach_by_road": complete("reach_by_road", rows)}
    folder = releases.write(tables, tmp_path, as_of=AS_OF, inputs={})
    told = {path.stem: pq.read_schema(path).metadata for path in folder.glob("*.parquet")}

    assert {name for name, held in told.items() if b"drives_from" in held} == {"reach_by_road"}
    assert "OpenStreetMap" in told["reach_by_road"][b"drives_from"].decode()
    assert json.loads((folder / "manifest.json").read_text())["drives_from"] == ATTRIBUTION
    pd.testing.assert_frame_equal(
        releases.load(folder).tables["reach_by_road"], tables["reach_by_road"]
    )


def test_the_id_follows_content_and_date_alone(tmp_path, written):
    tables = release_tables(CLINICS)

    again = releases.write(tables, tmp_path / "again", as_of=AS_OF, inputs={})
    later = releases.write(tables, tmp_path / "again", as_of=dt.date(2026, 11, 24), inputs={})
    other = releases.write(
        release_tables(CLINICS.assign(name="x")), tmp_path / "again", as_of=AS_OF, inputs={}
    )

    assert again.name == written.name
    assert len({written.name, later.name, other.name}) == 3
    assert releases.same_content(releases.load(again), releases.load(written))
    assert not releases.same_content(releases.load(later), releases.load(written))
    assert not releases.same_content(releases.load(other), releases.load(written))


def test_writing_the_same_release_twice_leaves_it_as_it_is(tmp_path, written):
    before = {path: path.stat().st_mtime_ns for path in written.iterdir()}

    again = releases.write(
        release_tables(CLINICS), tmp_path / "releases", as_of=AS_OF, inputs={"listings.csv": "0f"}
    )

    assert again == written
    assert {path: path.stat().st_mtime_ns for path in written.iterdir()} == before


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    tables = release_tables(CLINICS)

    with pytest.raises(ReleaseError, match="needs the table fields"):
        releases.write(
            {"clinics": tables["clinics"], "listings": tables["listings"]},
            tmp_path,
            as_of=AS_OF,
            inputs={},
        )
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReleaseError, match="cannot be written"):
        releases.write(tables, tmp_path / "file", as_of=AS_OF, inputs={})

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ["manifest.json", "clinics.parquet", "fields.parquet"])
def test_a_missing_file_is_named_with_what_to_do(at_home, name):
    (at_home / name).unlink()

    with pytest.raises(ReleaseError, match=rf"{name} is missing; bring .* or return to another"):
        releases.current()


@pytest.mark.parametrize("name", ["manifest.json", "clinics.parquet", "listings.parquet"])
def test_a_damaged_file_is_named(at_home, name):
    content = bytearray((at_home / name).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (at_home / name).write_bytes(content)

    with pytest.raises(ReleaseError, match=f"{name} is damaged"):
        releases.current()


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../../etc"},
        {"as_of": "2026-11-22"},
        {"files": {"../clinics.parquet": "0f"}},
        {"files": {}},
        {"counts": None},
    ],
)
def test_a_manifest_that_is_none_is_refused(written, change):
    path = written / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    with pytest.raises(ReleaseError, match="not the manifest of a release"):
        releases.load(written)


def test_a_file_that_is_no_table_is_refused(written):
    path = written / "manifest.json"
    manifest = json.loads(path.read_text())
    (written / "fields.parquet").write_bytes(b"")
    manifest["files"]["fields.parquet"] = (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    path.write_text(json.dumps(manifest))

    with pytest.raises(ReleaseError, match=r"fields\.parquet is no Parquet table"):
        releases.load(written)


def test_the_missing_shipped_release_says_how_to_build_it(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setattr(folders, "SHIPPED", tmp_path / "none")

    with pytest.raises(ReleaseError, match="run `clinic-finder data release`"):
        releases.current_id()


def test_the_pointer_is_read_at_each_call(tmp_path, at_home, monkeypatch):
    assert releases.current_id() == at_home.name
    assert releases.current().clinics["name"].tolist() == ["Añejo", "Nowhere"]

    newer = releases.write(
        release_tables(CLINICS.assign(name="x")), at_home.parent, as_of=AS_OF, inputs={}
    )
    (at_home.parent / "current").write_text(newer.name)
    assert releases.current_id() == newer.name

    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "elsewhere"))
    assert releases.current_folder() == releases.SHIPPED


@pytest.mark.parametrize("pointed", ["../../etc", "", "/etc", "2026-11-23-1a2b3c4d/.."])
def test_a_pointer_leads_nowhere_but_to_a_release(at_home, pointed):
    (at_home.parent / "current").write_text(pointed)

    with pytest.raises(ReleaseError, match="does not hold the id of a release"):
        releases.current_id()


def test_a_pointer_to_a_release_that_is_gone_is_said(at_home):
    (at_home.parent / "current").write_text("2026-11-23-00000000")

    with pytest.raises(ReleaseError, match=r"manifest\.json is missing"):
        releases.current_id()


def test_shipping_replaces_another_release_and_keeps_the_same(tmp_path, written):
    shipped = tmp_path / "data" / "release"
    shipped.parent.mkdir()

    def ship(name, inputs):
        tables = release_tables(CLINICS.assign(name=name) if name else CLINICS)
        releases.ship(releases.write(tables, tmp_path, as_of=AS_OF, inputs=inputs), shipped)
        return (shipped / "manifest.json").stat().st_ino

    made_at = releases.read_manifest(written)["made_at"]
    releases.ship(written, shipped)
    assert releases.read_manifest(shipped)["made_at"] == made_at
    assert not written.exists()

    first = (shipped / "manifest.json").stat().st_ino
    assert ship("", {"listings.csv": "0f"}) == first
    assert ship("", {"listings.csv": "1e"}) != first
    assert releases.load(shipped).manifest["inputs"] == {"listings.csv": "1e"}
    ship("x", {"listings.csv": "1e"})
    assert releases.load(shipped).clinics["name"].tolist() == ["x", "x"]
    assert [path.name for path in shipped.parent.iterdir()] == ["release"]


def test_shipping_mends_a_damaged_release(tmp_path, written):
    shipped = tmp_path / "shipped"
    releases.ship(written, shipped)
    (shipped / "clinics.parquet").write_bytes(b"damaged")

    releases.ship(
        releases.write(release_tables(CLINICS), tmp_path, as_of=AS_OF, inputs={}), shipped
    )

    assert len(releases.load(shipped).clinics) == 2


def test_geodataframe_has_no_point_where_there_is_none():
    frame = releases.as_geodataframe(CLINICS)

    assert frame.crs == "EPSG:4326"
    assert (frame.geometry[0].x, frame.geometry[0].y) == (-87.25, 41.5)
    assert frame.geometry[1] is None
    assert "geometry" not in CLINICS


def test_the_shipped_release_loads_without_heavy_imports():
    code = (
        "import sys\n"
        "from geo import releases\n"
        "release = releases.load(releases.SHIPPED)\n"
        "assert len(release.clinics) > 500, len(release.clinics)\n"
        "print(sorted({'geopandas', 'pandera', 'shapely', 'streamlit'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_all_releases_are_found_the_one_in_use_first_and_damaged_ones_left_out(at_home):
    older = releases.write(
        release_tables(CLINICS), at_home.parent, as_of=dt.date(2026, 1, 1), inputs={}
    )
    broken = releases.write(
        release_tables(CLINICS), at_home.parent, as_of=dt.date(2026, 2, 1), inputs={}
    )
    (broken / "manifest.json").write_text("{}")
    shipped = releases.read_manifest(releases.SHIPPED)["id"]

    found = releases.find_all()

    assert list(found) == [at_home.name, older.name, shipped]
    assert found[older.name] == older


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("name", "two\nlines"),
        ("city", "next\x85line"),
        ("website", "https://example.org/\r\nSet-Cookie: a=b"),
        ("status", "wide open"),
        ("treatments", "iv;<script>"),
        ("precision", "somewhere"),
        ("evidence", "hearsay"),
        ("source_date", "2026-13-01"),
    ],
)
def test_what_no_page_can_read_is_refused_wherever_it_was_made(tmp_path, column, said):
    tables = release_tables(CLINICS.assign(**{column: said}))
    if column == "status":
        tables["listings"]["operating"] = "yes"
    folder = releases.write(tables, tmp_path, as_of=AS_OF, inputs={})

    with pytest.raises(ReleaseError, match=f"the column {column} of .* holds what is none"):
        releases.load(folder)


def test_the_kinds_of_points_are_those_of_places():
    assert list(Precision) == contents.PRECISIONS
