import datetime as dt
import shutil
import threading

import pandas as pd
import pytest

from geo import releases, workspace
from geo.errors import ReleaseError
from geo.publishing import limits, publishing
from geo.publishing.diff import compare
from geo.releases import folders, loading, switching
from geo.sources import table
from geo.workspace import (
    cases,
    decisions,
    editing,
    geocoding_run,
    ingestion,
    positions,
    stored_listings,
)
from tests.handmade import small_home
from tests.handmade.clinics import clinic_table, release_tables

pytestmark = pytest.mark.long

ANN = "ann@example.org"


@pytest.fixture(autouse=True)
def source(program, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    return small_home.use_program(program, monkeypatch)


@pytest.fixture
def opened():
    with workspace.open() as found:
        yield found


def prepare(opened, **options):
    return publishing.prepare(opened, small_home.AS_OF, **options)


def take_in(opened, source):
    reading = ingestion.open_table(source, table.guess(source), title="A list")
    return ingestion.ingest(opened, reading, who=ANN)


def any_clinic(opened, number=0):
    return sorted(set(stored_listings.current(opened)["clinic_id"]))[number]


def kinds(opened, *wanted):
    return [
        (decision.kind, decision.payload["after"], decision.reason)
        for decision in reversed(decisions.history(opened))
        if decision.kind in wanted
    ]


def test_a_new_workspace_gives_the_shipped_release(opened):
    draft = prepare(opened)

    done = publishing.publish(opened, draft, who=ANN)

    assert draft.diff.is_empty
    assert draft.refusals == ()
    assert done.switch is None
    assert done.release_id == releases.read_manifest(folders.SHIPPED)["id"] == releases.current_id()


def test_from_a_source_to_a_release_and_back(opened, source):
    summary, counts = take_in(opened, source)
    located = geocoding_run.geocode(opened, "gazetteer")
    base = releases.current_id()
    draft = prepare(opened)

    assert (summary.read, summary.accepted, summary.rejected) == (6, 5, 1)
    assert counts.clinics == small_home.NEW
    assert located.clinics == small_home.CLINICS + small_home.NEW
    assert len(draft.diff.added) == small_home.NEW
    assert draft.base == base
    assert releases.current_id() == base

    done = publishing.publish(opened, draft, who=ANN)

    assert releases.current_id() == done.release_id != base
    assert len(releases.current().clinics) == small_home.CLINICS + small_home.NEW
    assert releases.current().manifest["inputs"].keys() == {
        "workspace/listings",
        "workspace/positions",
    }

    back = publishing.rollback(opened, who=ANN)

    assert (back.before, back.after) == (done.release_id, base)
    assert releases.current_id() == base
    assert len(stored_listings.current(opened)) == len(releases.current().listings) + small_home.NEW
    assert kinds(opened, "publish", "rollback") == [
        ("publish", done.release_id, ""),
        ("rollback", base, ""),
    ]


def test_the_first_rollback_returns_to_what_was_shipped_even_after_an_update(
    opened, tmp_path, monkeypatch
):
    base = releases.current_id()
    editing.edit(opened, any_clinic(opened), {"phone": "+12065550100"}, who=ANN)
    publishing.publish(opened, prepare(opened), who=ANN)
    newer = releases.write(
        release_tables(clinic_table({"clinic_id": "x", "name": "X"})),
        tmp_path / "newer",
        as_of=dt.date(2030, 1, 1),
        inputs={},
    )
    monkeypatch.setattr(folders, "SHIPPED", newer)

    publishing.rollback(opened, who=ANN)

    assert releases.current_id() == base
    with pytest.raises(ReleaseError, match="nothing to return to"):
        publishing.rollback(opened, who=ANN)


def test_one_can_return_to_any_release_by_its_id(opened):
    base = releases.current_id()
    ids = []
    for phone in ("+12065550100", "+12065550101"):
        editing.edit(opened, any_clinic(opened), {"phone": phone}, who=ANN)
        ids.append(publishing.publish(opened, prepare(opened), who=ANN).release_id)

    publishing.rollback(opened, "shipped", who=ANN)
    assert releases.current_id() == base
    publishing.rollback(opened, ids[1], who=ANN, reason="the other was right")
    assert releases.current_id() == ids[1]
    with pytest.raises(ReleaseError, match="in use already"):
        publishing.rollback(opened, ids[1], who=ANN)
    with pytest.raises(ReleaseError, match="There is no release"):
        publishing.rollback(opened, "2026-01-01-00000000", who=ANN)
    assert kinds(opened, "rollback")[-1] == ("rollback", ids[1], "the other was right")


def test_what_changed_since_the_preview_has_to_be_looked_at_again(opened):
    clinic = any_clinic(opened)
    editing.edit(opened, clinic, {"phone": "+12065550100"}, who=ANN)
    draft = prepare(opened)
    editing.edit(opened, clinic, {"phone": "+12065550199"}, who="ben@example.org")

    with pytest.raises(ReleaseError, match="changed since the preview; look again"):
        publishing.publish(opened, draft, who=ANN)

    assert not folders.pointer().exists()
    publishing.publish(opened, prepare(opened), who=ANN)
    assert "+12065550199" in set(releases.current().clinics["phone"])


def test_another_release_published_since_the_preview_is_noticed(opened):
    clinic = any_clinic(opened)
    editing.edit(opened, clinic, {"phone": "+12065550100"}, who=ANN)
    drafts = [prepare(opened), prepare(opened)]
    publishing.publish(opened, drafts[0], who=ANN)

    with pytest.raises(ReleaseError, match="changed since the preview"):
        publishing.publish(opened, drafts[1], who=ANN)


def test_what_does_not_touch_the_release_does_not_void_the_preview(opened):
    editing.edit(opened, any_clinic(opened), {"phone": "+12065550100"}, who=ANN)
    draft = prepare(opened)
    decisions.record(opened, "call", "clinic:x", {}, who="ben@example.org")

    assert publishing.publish(opened, draft, who=ANN).switch is not None


def test_two_operators_at_once_are_told(opened):
    editing.edit(opened, any_clinic(opened), {"phone": "+12065550100"}, who=ANN)
    draft = prepare(opened)
    told = []

    def publish_too():
        with workspace.open() as own:
            try:
                publishing.publish(own, draft, who="ben@example.org")
            except ReleaseError as error:
                told.append(str(error))

    with releases.lock(ANN):
        other = threading.Thread(target=publish_too)
        other.start()
        other.join()

    assert len(told) == 1
    assert told[0].startswith(f"{ANN} (process ")


def test_too_many_closed_clinics_take_a_reason(opened):
    for number in range(5):
        editing.close(opened, any_clinic(opened, number), who=ANN)
    draft = prepare(opened)

    assert draft.refusals[0].startswith("5 of 40 clinics shown would be closed, withdrawn or ")
    with pytest.raises(ReleaseError, match=r"5 of 40 clinics.*give a reason"):
        publishing.publish(opened, draft, who=ANN)
    with pytest.raises(ReleaseError, match="give a reason"):
        publishing.publish(opened, draft, who=ANN, force="  ")
    assert not folders.pointer().exists()

    done = publishing.publish(opened, draft, who=ANN, force="the chain closed")

    assert kinds(opened, "publish") == [("publish", done.release_id, "the chain closed")]
    recorded = decisions.history(opened, f"release:{done.release_id}")[0]
    assert recorded.payload["refusals"] == list(draft.refusals)
    assert recorded.payload["closed"] == 5


def test_a_few_closed_clinics_take_none(opened):
    for number in range(2):
        editing.close(opened, any_clinic(opened, number), who=ANN)

    assert prepare(opened).refusals == ()


def test_a_source_that_shrank_takes_a_reason(opened):
    with opened.change():
        decided = decisions.record(opened, "hold", "run:9", {}, who=ANN)
        cases.add(opened, decided, "shrunk", "run:9", reason="It shrank.", facts={"run_id": 9})

    assert prepare(opened).refusals == ("It shrank.",)
    assert prepare(opened).open_cases == 1


def limit_diff(before, after, *, share=None):
    tables = []
    for number, clinics in enumerate((before, after)):
        made = release_tables(clinics)
        made["listings"]["listing_id"] = [f"L-{name}" for name in clinics["clinic_id"]]
        if share:
            coverage = {"geoid": "2", "name": "Midwest", "level": "region", "treatment": "any"}
            made["coverage"] = pd.DataFrame([coverage | {"share_within_30_miles": share[number]}])
        tables.append(made)
    return compare(*tables)


NO_CASES = pd.DataFrame({"reason": []})
TEN = clinic_table(
    *(
        {"clinic_id": f"c{n}", "name": f"C{n}", "latitude": 40.0, "longitude": -89.0}
        for n in range(10)
    )
)


@pytest.mark.parametrize(
    ("shown", "added", "status", "refused"),
    [
        (10, 50, "open", False),
        (10, 51, "open", True),
        (10, 51, "unconfirmed", True),
        (10, 90, "closed", False),
        (600, 60, "open", False),
        (600, 61, "open", True),
    ],
)
def test_a_tenth_or_fifty_is_the_limit_of_additions(shown, added, status, refused):
    many = pd.concat([TEN.head(1)] * (shown + added), ignore_index=True)
    many["clinic_id"] = [f"c{number}" for number in range(len(many))]
    after = many.assign(status=["open"] * shown + [status] * added)

    found = list(limits.find_refusals(limit_diff(after.head(shown), after), NO_CASES))

    assert bool(found) is refused
    assert all(text.startswith(f"{added} clinics would be shown that were not") for text in found)


def test_clinics_that_are_shown_again_are_additions_too():
    many = pd.concat([TEN.head(1)] * 60, ignore_index=True)
    many["clinic_id"] = [f"c{number}" for number in range(len(many))]
    before = many.assign(status=["open"] + ["closed"] * 59)

    found = list(limits.find_refusals(limit_diff(before, many.assign(status="open")), NO_CASES))

    assert [text[:10] for text in found] == ["59 clinics"]


@pytest.mark.parametrize(("lost", "refused"), [(2, False), (3, True)])
def test_a_fifth_fewer_points_is_the_limit(lost, refused):
    after = TEN.copy()
    after.loc[: lost - 1, ["latitude", "longitude"]] = float("nan")

    found = list(limits.find_refusals(limit_diff(TEN, after), NO_CASES))

    assert [text[:28] for text in found] == (["7 clinics would have a point"] if refused else [])


@pytest.mark.parametrize(
    ("share", "refused"),
    [
        ((0.70, 0.651), False),
        ((0.70, 0.64), True),
        ((0.64, 0.70), False),
        ((0.5, float("nan")), True),
    ],
)
def test_five_points_of_a_regions_share_is_the_limit(share, refused):
    found = list(limits.find_refusals(limit_diff(TEN, TEN, share=share), NO_CASES))

    assert bool(found) is refused
    assert all(text.startswith("Midwest: adults with a clinic within 30 miles") for text in found)


def test_a_clinic_that_nobody_saw_is_not_lost_and_a_merged_one_neither():
    before = TEN.assign(status=["closed"] + ["open"] * 9)
    merged = limit_diff(before, before.iloc[:9])
    merged.removed["merged_into"] = "c1"

    assert list(limits.find_refusals(limit_diff(before, before.iloc[1:]), NO_CASES)) == []
    assert list(limits.find_refusals(merged, NO_CASES)) == []
    assert list(limits.find_refusals(limit_diff(before, before.iloc[:9]), NO_CASES)) == [
        "1 of 9 clinics shown would be closed, withdrawn or removed (11%; the limit is 10%)."
    ]


def test_records_and_coordinates_under_the_odbl_can_be_left_out(opened, source):
    reading = ingestion.open_table(
        source, table.guess(source), title="OSM", licence="ODbL (OpenStreetMap)"
    )
    ingestion.ingest(opened, reading, who=ANN)
    clinic = any_clinic(opened)
    position = {
        "clinic_id": clinic,
        "latitude": 38.0,
        "longitude": -122.0,
        "precision": "address",
        "radius_miles": 0.05,
        "geocoder": "nominatim",
        "geocoded_date": "2026-11-23",
        "coordinate_licence": "ODbL (OpenStreetMap)",
        "address": "",
    }
    positions.agree(opened, pd.DataFrame([position]))

    full, free = prepare(opened), prepare(opened, without_odbl=True)

    assert len(full.tables["clinics"]) == small_home.CLINICS + small_home.NEW
    assert len(free.tables["clinics"]) == small_home.CLINICS
    licences = [set(draft.tables["origins"]["licence"]) for draft in (full, free)]
    assert licences == [{"", "ODbL (OpenStreetMap)"}, {""}]
    point = full.tables["clinics"].set_index("clinic_id").loc[clinic, "coordinate_licence"]
    assert point == "ODbL (OpenStreetMap)"
    assert not free.tables["clinics"]["coordinate_licence"].str.contains("ODbL").any()
    assert publishing.publish(opened, free, who=ANN).switch is None


def test_an_operators_pin_is_published(opened):
    clinic = any_clinic(opened)
    state = releases.current().clinics.set_index("clinic_id").loc[clinic, "state"]
    point = {"CA": (36.74, -119.79), "TX": (31.55, -97.15)}[state]
    positions.verify(opened, clinic, *point, who=ANN)

    publishing.publish(opened, prepare(opened), who=ANN)

    found = releases.current().clinics.set_index("clinic_id").loc[clinic]
    assert (found["latitude"], found["longitude"], found["precision"]) == (*point, "verified")


def test_a_publication_cut_off_before_it_was_recorded_is_recorded_later(opened, monkeypatch):
    editing.edit(opened, any_clinic(opened), {"phone": "+12065550100"}, who=ANN)
    draft = prepare(opened)
    with monkeypatch.context() as cut:
        cut.setattr(publishing, "_record", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publishing.publish(opened, draft, who=ANN)
    assert kinds(opened, "publish") == []

    assert publishing.catch_up(opened) == 1
    assert publishing.catch_up(opened) == 0

    assert kinds(opened, "publish") == [("publish", releases.current_id(), "")]
    assert decisions.history(opened, f"release:{releases.current_id()}")[0].who == ANN


def test_a_switch_cut_off_before_the_pointer_is_done_anew(opened, monkeypatch):
    base = releases.current_id()
    editing.edit(opened, any_clinic(opened), {"phone": "+12065550100"}, who=ANN)
    with monkeypatch.context() as cut:
        cut.setattr(switching, "_point", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publishing.publish(opened, prepare(opened), who=ANN)
    assert releases.current_id() == base

    done = publishing.publish(opened, prepare(opened), who=ANN)

    assert releases.current_id() == done.release_id
    assert len(kinds(opened, "publish")) == len(releases.history()) == 1


def test_old_releases_go_by_the_rule(opened, monkeypatch):
    monkeypatch.setattr(releases.retention, "KEPT", 1)
    monkeypatch.setattr(releases.retention, "KEPT_MONTHS", 0)
    published = []
    for number in range(3):
        phone = f"+1206555010{number}"
        editing.edit(opened, any_clinic(opened), {"phone": phone}, who=ANN)
        published.append(publishing.publish(opened, prepare(opened), who=ANN))

    assert [len(done.removed) for done in published] == [0, 1, 1]
    assert published[2].removed == (published[0].release_id,)
    assert {path.name for path in folders.root().glob("2*")} == {
        done.release_id for done in published[1:]
    }


def publish_a_change(opened, phone):
    editing.edit(opened, any_clinic(opened), {"phone": phone}, who=ANN)
    return publishing.publish(opened, prepare(opened), who=ANN).release_id


def test_publishing_and_going_back_write_where_the_releases_are_read(opened, mounted, tmp_path):
    ids = [publish_a_change(opened, f"+1206555010{number}") for number in range(2)]

    assert (mounted / "current").read_text().strip() == ids[1] == releases.current_id()
    assert {path.name for path in mounted.glob("*-*")} >= set(ids)
    assert not (tmp_path / "releases").exists()
    assert publishing.rollback(opened, who=ANN).after == ids[0]
    assert (mounted / "current").read_text().strip() == ids[0] == releases.current_id()


@pytest.mark.parametrize("how", ["emptied", "moved"])
def test_where_what_was_published_has_gone_nothing_is_until_it_is_put_back(opened, mounted, how):
    used = publish_a_change(opened, "+12065550100")
    draft = prepare(opened)
    shutil.rmtree(mounted)
    loading._mirror.cache_clear()  # as after a restart
    if how == "moved":
        with pytest.raises(ReleaseError, match="is not there; mount or make it"):
            prepare(opened)
        with pytest.raises(ReleaseError, match="is not there; mount or make it"):
            publishing.rollback(opened, used, who=ANN)
        assert not mounted.exists()
    mounted.mkdir()

    for refused in (lambda: prepare(opened), lambda: publishing.publish(opened, draft, who=ANN)):
        with pytest.raises(ReleaseError, match=f"lost its pointer.*clinic-finder rollback {used}"):
            refused()

    assert publishing.rollback(opened, used, who=ANN).after == used
    assert "+12065550100" in set(releases.load(mounted / used).clinics["phone"])
    publish_a_change(opened, "+12065550199")


def test_at_an_address_nothing_is_published(opened, monkeypatch, tmp_path):
    draft = prepare(opened)
    monkeypatch.setenv("CLINIC_FINDER_RELEASES", "https://127.0.0.1:9/releases")
    before = sorted(tmp_path.rglob("*"))
    for refused in (
        lambda: prepare(opened),
        lambda: publishing.publish(opened, draft, who=ANN),
        lambda: publishing.rollback(opened, "shipped", who=ANN),
    ):
        with pytest.raises(ReleaseError, match="publish and roll back where they are made"):
            refused()
    assert sorted(tmp_path.rglob("*")) == before
