"""The schema versions of a release: every earlier one is read, compared and returned to."""

import datetime as dt
import hashlib
import json
import shutil

import pandas as pd
import pytest

from geo import releases
from geo.clinics.fields import FIELDS
from geo.errors import ReleaseError
from geo.publishing.diff import compare
from geo.releases import folders, loading, schemas
from geo.releases.schemas import Column
from tests.earlier import making
from tests.handmade.clinics import clinic_table, release_tables

AS_OF = dt.date(2026, 11, 23)
EARLIER = sorted(making.HERE.glob("release-*"))
NAN = float("nan")
NEXT = {
    "clinics": (Column("made_up"), Column("chairs", "float64", NAN)),
    "listings": (Column("made_up"),),
    "fields": (Column("checked", "bool", fill=False), Column("times", "int64", 1)),
    "verdicts": (Column("why_told", derived=True),),
    "reasons": (Column("code", derived=True),),
}


@pytest.fixture
def next_schema(monkeypatch):
    """Let the program know one schema version more than it does."""
    monkeypatch.setattr(schemas, "VERSIONS", (*schemas.VERSIONS, NEXT))
    return schemas.newest()


@pytest.fixture
def tables():
    """Return the tables of a little release, as this program writes them."""
    return release_tables(
        clinic_table(
            {"clinic_id": "a", "name": "Añejo", "latitude": 41.5, "longitude": -87.25},
            {"clinic_id": "b", "name": "Nowhere", "status": "closed"},
        )
    )


def hash_as_at_first(tables, as_of):
    """Return the content's sha256 as it was before there were schema versions."""
    digest = hashlib.sha256(as_of.isoformat().encode())
    for name in sorted(tables):
        digest.update(f"\n{name}\n".encode())
        digest.update(tables[name].to_csv(index=False, lineterminator="\n").encode())
    return digest.hexdigest()


def write(tables, root):
    return releases.write(tables, root, as_of=AS_OF, inputs={})


def change_manifest(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def put(folder, name, table):
    """Put another table into a release, as its maker would have."""
    content = table.to_parquet(None, index=False)
    (folder / f"{name}.parquet").write_bytes(content)
    files = releases.read_manifest(folder)["files"]
    files[f"{name}.parquet"] = hashlib.sha256(content).hexdigest()
    change_manifest(folder, files=files)


def names_of(name):
    return {column.name for version in schemas.VERSIONS for column in version.get(name, ())}


def test_a_small_release_of_every_earlier_schema_is_kept():
    kept = {loading.schema_of(releases.read_manifest(folder)) for folder in EARLIER}

    assert kept >= set(range(1, schemas.newest()))
    assert 1 in kept
    assert "schema" not in releases.read_manifest(EARLIER[0])


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_field_has_its_columns_since_the_schema_that_it_names(field):
    for name, has_it in (("clinics", field.origin is not None), ("listings", field.listed)):
        declared = [
            number
            for number, version in enumerate(schemas.VERSIONS, start=1)
            if field.name in {column.name for column in version.get(name, ())}
        ]
        assert declared == [field.since] * has_it, f"VERSIONS of geo.releases.schemas, {name}"


@pytest.mark.parametrize("folder", EARLIER, ids=lambda folder: folder.name)
def test_a_release_of_an_earlier_schema_is_read_and_says_what_it_said(folder):
    release = releases.load(folder)

    for name, table in release.tables.items():
        assert set(table) == names_of(name)
    assert releases.content_sha256(release.tables, release.as_of) == release.manifest["content"]
    assert release.manifest["counts"]["clinics"] == len(release.clinics) == 7
    assert compare(release, releases.load(releases.SHIPPED)).not_compared == ()
    assert compare(release, release).is_empty


@pytest.mark.parametrize("folder", EARLIER, ids=lambda folder: folder.name)
def test_a_release_of_an_earlier_schema_is_put_to_use_and_returned_to(
    folder, tables, tmp_path, monkeypatch
):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    earlier = shutil.copytree(folder, folders.root() / releases.read_manifest(folder)["id"])
    releases.switch(earlier.name)
    releases.switch(write(tables, folders.root()).name)

    assert releases.find_previous() == earlier.name
    releases.switch(earlier.name, kind="rollback")

    assert (
        releases.current().clinics["name"].tolist()
        == releases.load(folder).clinics["name"].tolist()
    )


def test_the_shipped_release_is_called_after_what_it_says():
    release = releases.load(releases.SHIPPED)

    content = releases.content_sha256(release.tables, release.as_of)
    assert release.manifest["content"] == content
    assert release.id == f"{release.as_of}-{content[:8]}"
    assert {name: set(table) for name, table in release.tables.items()} == {
        name: names_of(name) for name in release.tables
    }


def test_a_table_of_the_first_schema_is_hashed_with_its_empty_columns_as_ever(tables):
    assert tables["clinics"]["npi"].eq("").all()
    first = {
        name: table[[column.name for column in schemas.VERSIONS[0][name]]]
        for name, table in tables.items()
    }

    assert releases.content_sha256(tables, AS_OF) == hash_as_at_first(first, AS_OF)
    assert releases.content_sha256(
        tables | {"clinics": tables["clinics"].drop(columns="npi")}, AS_OF
    ) != hash_as_at_first(first, AS_OF)


def test_the_order_of_columns_says_nothing(tables):
    turned = {name: table[reversed(list(table))] for name, table in tables.items()}

    assert releases.content_sha256(turned, AS_OF) == releases.content_sha256(tables, AS_OF)


def test_a_later_schema_fills_what_an_earlier_release_was_made_without(next_schema):
    release = releases.load(EARLIER[0])

    assert next_schema == len(schemas.VERSIONS)
    assert release.clinics["made_up"].tolist() == [""] * 7
    assert release.clinics["chairs"].isna().all()
    assert not release.fields["checked"].any()
    assert release.fields["times"].eq(1).all()
    for name, columns in NEXT.items():
        if name in release.tables:
            for column in columns:
                assert release.tables[name][column.name].dtype == column.dtype


def test_a_later_schema_changes_no_content_until_it_says_something(next_schema, tmp_path):
    earlier = releases.load(EARLIER[0])

    again = releases.load(write(dict(earlier.tables), tmp_path))

    assert again.id == earlier.id
    assert again.manifest["schema"] == next_schema
    assert releases.same_content(again, earlier)
    assert compare(earlier, again).is_empty


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("clinics", "made_up", "yes"),
        ("clinics", "chairs", 4.0),
        ("fields", "checked", True),
        ("fields", "times", 2),
    ],
)
@pytest.mark.usefixtures("next_schema")
def test_a_later_column_counts_as_soon_as_one_row_says_something(name, column, value, tmp_path):
    earlier = releases.load(EARLIER[0])
    table = earlier.tables[name].copy()
    table.loc[0, column] = value

    written = write(dict(earlier.tables) | {name: table}, tmp_path)

    assert written.name != earlier.id
    assert releases.load(written).tables[name][column].tolist()[0] == value
    assert not releases.same_content(releases.load(written), earlier)


@pytest.mark.usefixtures("next_schema")
def test_what_only_says_the_same_in_another_form_is_no_content(tmp_path):
    earlier = releases.load(EARLIER[0])
    verdicts = earlier.tables["verdicts"].assign(why_told="too_few")
    reasons = pd.DataFrame({"code": ["too_few"]})

    written = write(dict(earlier.tables) | {"verdicts": verdicts, "reasons": reasons}, tmp_path)

    assert written.name == earlier.id
    assert releases.load(written).tables["verdicts"]["why_told"].eq("too_few").all()
    assert releases.load(written).tables["reasons"]["code"].tolist() == ["too_few"]


def test_the_shipped_release_is_shipped_anew_for_a_later_schema(tmp_path, tables, monkeypatch):
    shipped = releases.ship(write(tables, tmp_path), tmp_path / "shipped")
    first = releases.read_manifest(shipped)
    monkeypatch.setattr(schemas, "VERSIONS", (*schemas.VERSIONS, NEXT))
    filled = dict(releases.load(shipped).tables)

    releases.ship(write(filled, tmp_path), shipped)

    now = releases.read_manifest(shipped)
    assert (now["id"], now["content"]) == (first["id"], first["content"])
    assert now["schema"] == first["schema"] + 1


def test_a_release_of_a_newer_program_is_refused(tables, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    newer = write(tables, folders.root())
    change_manifest(newer, schema=schemas.newest() + 1)
    told = (
        f"{newer.name} was made by a newer version of this program (its schema is "
        f"{schemas.newest() + 1}, known are up to {schemas.newest()}); update the program."
    )

    for refuse in (releases.load, releases.read_manifest):
        with pytest.raises(ReleaseError) as refused:
            refuse(newer)
        assert str(refused.value).endswith(told)
    with pytest.raises(ReleaseError, match="newer version of this program"):
        releases.switch(newer.name)
    assert newer.name not in releases.find_all()
    assert releases.current_folder() == releases.SHIPPED


@pytest.mark.parametrize("schema", [0, -1, "1", True, 1.0, None])
def test_a_schema_that_is_no_number_is_refused(tables, tmp_path, schema):
    folder = write(tables, tmp_path)
    change_manifest(folder, schema=schema)

    with pytest.raises(ReleaseError, match="not the manifest of a release"):
        releases.load(folder)


def test_a_table_without_a_column_of_its_schema_is_damaged(tables, tmp_path):
    folder = write(tables, tmp_path)
    put(folder, "clinics", tables["clinics"].drop(columns="phone"))

    with pytest.raises(
        ReleaseError, match=r"clinics\.parquet is damaged \(the table clinics lacks .* phone\)"
    ):
        releases.load(folder)


def test_a_column_of_another_type_is_damaged(tables, tmp_path):
    folder = write(tables, tmp_path)
    put(folder, "listings", tables["listings"].assign(zip=1001))

    with pytest.raises(ReleaseError, match=r"the column zip of listings is of type int64, not str"):
        releases.load(folder)


@pytest.mark.usefixtures("next_schema")
def test_a_column_that_its_own_schema_had_is_not_filled(tables, tmp_path):
    filled = {name: schemas.fill(name, table) for name, table in tables.items()}
    folder = write(filled, tmp_path)
    put(folder, "clinics", filled["clinics"].drop(columns="chairs"))

    with pytest.raises(ReleaseError, match="lacks the column chairs"):
        releases.load(folder)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"phone": None}, "the table clinics lacks the column phone"),
        ({"zip": 1001}, "the column zip of clinics is of type int64, not str"),
    ],
)
def test_what_breaks_the_schema_is_not_written(tables, tmp_path, change, told):
    (name, value), *_ = change.items()
    clinics = tables["clinics"].drop(columns=name)
    broken = clinics if value is None else clinics.assign(**change)

    with pytest.raises(ReleaseError, match=f"cannot be written: {told}"):
        write(tables | {"clinics": broken}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_table_without_rows_may_be_of_any_type(tables, tmp_path):
    empty = pd.DataFrame(columns=[column.name for column in schemas.VERSIONS[0]["overlaps"]])

    folder = write(tables | {"overlaps": empty}, tmp_path)

    assert releases.load(folder).tables["overlaps"].empty
