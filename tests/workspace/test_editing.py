"""Clinics by hand: what each change says, what it leaves alone, and that it can be undone."""

import datetime as dt

import pytest

from geo.clinics.resolving import resolve
from geo.errors import SchemaError, SourceError, WorkspaceError
from geo.exporting.clinic_exports import to_csv
from geo.workspace import (
    bulk,
    calling,
    case_resolving,
    cases,
    decisions,
    editing,
    merging,
    positions,
    stored_listings,
    undoing,
)
from tests.handmade.workspace import WHO, content, open_small, positions_of

ALDER, BIRCH, CEDAR = "alder-salem-or", "birch-bend-or", "cedar-boise-id"
TODAY = "2026-11-23"


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setattr(decisions, "now", lambda: dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
    with open_small(tmp_path, monkeypatch) as opened:
        yield opened


def resolved(small):
    clinics, _ = resolve(stored_listings.current(small), dt.date(2026, 11, 23))
    return clinics.set_index("clinic_id")


ACTIONS = {
    "add": lambda ws: editing.add(ws, {"name": "Fir", "state": "or", "city": "Bend"}, who=WHO)[1],
    "edit": lambda ws: editing.edit(ws, ALDER, {"phone": "", "city": "Keizer"}, who=WHO),
    "close": lambda ws: editing.close(ws, ALDER, closed_on="2026-10", who=WHO),
    "reopen": lambda ws: editing.reopen(ws, CEDAR, who=WHO),
    "withdraw": lambda ws: editing.withdraw(ws, ALDER, who=WHO, reason="No ketamine."),
    "merge": lambda ws: merging.merge(ws, ALDER, BIRCH, who=WHO),
    "split": lambda ws: merging.split(ws, ALDER, ["S2"], who=WHO)[1],
    "report": lambda ws: editing.enter_report(ws, BIRCH, "Moved away.", who=WHO),
    "call": lambda ws: calling.note_call(ws, ALDER, "wrong_number", who=WHO),
    "verify": lambda ws: positions.verify(ws, ALDER, 44.9, -123.0, who=WHO),
    "locate": lambda ws: positions.agree(ws, positions_of((ALDER, 44.9, -123.0))),
}


@pytest.mark.parametrize("act", ACTIONS.values(), ids=ACTIONS)
def test_every_action_is_undone_and_redone_by_one_decision_each(small, act):
    def state():
        return (
            content(stored_listings.current(small)),
            cases.open_cases(small).to_dict("records"),
            positions.agreed(small).to_dict("records"),
        )

    before = state()
    done = act(small)
    after = state()
    undone = undoing.undo(small, done, who=WHO, reason="A mistake.")

    assert state() == before
    assert not decisions.find(small, done).standing
    assert decisions.find(small, undone).undoes == done
    with pytest.raises(WorkspaceError, match="undone already"):
        undoing.undo(small, done, who=WHO)
    undoing.undo(small, undone, who=WHO)
    assert state() == after
    assert (after != before) or decisions.find(small, done).kind == "call"


def test_who_when_what_and_why_are_kept(small):
    done = editing.edit(small, ALDER, {"phone": "(541) 555-0123"}, who=f" {WHO} ", reason="Called.")
    found = decisions.find(small, done)
    assert (found.who, found.at, found.reason) == (WHO, "2026-11-23T12:00:00Z", "Called.")
    assert found.payload == {
        "fields": {"phone": "+15415550123"},
        "was": {"phone": "+15035550111"},
    }
    assert [one.kind for one in decisions.history(small, f"clinic:{ALDER}")] == ["edit", "start"]
    assert decisions.history(small)[0] == found
    assert decisions.history(small, "run:1")[0].kind == "start"
    with pytest.raises(SchemaError, match="Nobody is named"):
        editing.close(small, ALDER, who="")


def test_an_edit_states_only_what_changed(small):
    editing.edit(
        small, ALDER, {"phone": "541 555 0123", "website": "https://alder.example/"}, who=WHO
    )
    own = stored_listings.current(small).set_index("listing_id").loc[f"operator:{ALDER}"]
    stated = {name: value for name, value in own.items() if value}
    assert stated == {
        "clinic_id": ALDER,
        "name": "Alder",
        "phone": "+15415550123",
        "evidence": "operator",
        "source": "the site's operator",
        "source_date": TODAY,
    }
    assert small.read("SELECT name FROM versions WHERE listing_id LIKE 'operator:%'") == [("",)]


@pytest.mark.parametrize(
    ("clinic_id", "status"), [(ALDER, "open"), (BIRCH, "unconfirmed"), (CEDAR, "closed")]
)
def test_an_edit_says_nothing_of_whether_the_clinic_operates(small, clinic_id, status):
    assert resolved(small).loc[clinic_id, "status"] == status
    editing.edit(small, clinic_id, {"phone": "541 555 0123"}, who=WHO)
    assert resolved(small).loc[clinic_id, "status"] == status


@pytest.mark.parametrize(
    "fields",
    [
        {"phone": ""},
        {"website": "", "treatments": "im"},
        {"treatments": ""},
        {"unit": ""},
        {"street": "", "zip": ""},
        {"city": "Keizer", "zip": "97303"},
        {"street": "2 Elm St", "unit": ""},
        {"name": "Alder Clinic", "npi": "1234567893"},
        {"note": "Ring twice."},
    ],
    ids=str,
)
def test_the_clinic_says_what_the_operator_says(small, fields):
    editing.edit(small, ALDER, fields, who=WHO)
    clinic = resolved(small).loc[ALDER]
    own = stored_listings.current(small).set_index("listing_id").loc[f"operator:{ALDER}"]
    for name, value in fields.items():
        assert (own if name == "note" else clinic)[name] == value
    kept = stored_listings.versions(small, "S1").iloc[0]
    assert (kept["phone"], kept["unit"], kept["treatments"]) == (
        "+15035550111",
        "Suite 2",
        "iv;oral",
    )


def test_what_was_refused_counts_again_once_it_is_stated_again(small):
    editing.edit(small, ALDER, {"treatments": "im"}, who=WHO)
    editing.edit(small, ALDER, {"treatments": "iv;im"}, who=WHO)
    known = stored_listings.current(small).set_index("listing_id")["treatments"]
    assert known[["S1", "S2", f"operator:{ALDER}"]].tolist() == ["iv", "im", "iv;im"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"phone": "12"}, "phone: '12' is no"),
        ({"state": "Oregano"}, "no state"),
        ({"treatments": "iv;tea"}, "'tea' is none of its codes"),
        ({"npi": "1234567890"}, "check digit"),
        ({"name": " "}, "name of a clinic cannot be emptied"),
        ({"status": "open"}, "'status' is not one to edit"),
        ({"phone": "+1 503 555 0111"}, "Nothing would change"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused_in_words_and_nothing_kept(small, fields, told):
    with pytest.raises(SchemaError, match=told):
        editing.edit(small, ALDER, fields, who=WHO)
    assert decisions.head(small) == 1


def test_a_clinic_that_is_not_there_is_told(small):
    with pytest.raises(WorkspaceError, match="no clinic 'nowhere'"):
        editing.close(small, "nowhere", who=WHO)
    with pytest.raises(WorkspaceError, match="no clinic 'nowhere'"):
        merging.merge(small, ALDER, "nowhere", who=WHO)
    with pytest.raises(SchemaError, match="itself"):
        merging.merge(small, ALDER, ALDER, who=WHO)
    assert decisions.head(small) == 1


def test_a_new_clinic_operates_and_has_an_id_of_its_own(small):
    first, _ = editing.add(small, {"name": "Alder", "city": "Salem", "state": "Oregon"}, who=WHO)
    assert first == "alder-salem-or-2"
    clinic = resolved(small).loc[first]
    assert (clinic["status"], clinic["city"], clinic["evidence"]) == ("open", "Salem", "operator")
    for lacking in ({"name": "Elm"}, {"state": "OR"}):
        with pytest.raises(SchemaError, match="needs a"):
            editing.add(small, lacking, who=WHO)


def test_closed_withdrawn_and_operating_again(small):
    editing.close(small, ALDER, closed_on="2026-10", who=WHO)
    assert resolved(small).loc[ALDER, ["status", "status_date"]].tolist() == ["closed", "2026-10"]
    editing.withdraw(small, ALDER, who=WHO, reason="Asked to be left out.")
    assert resolved(small).loc[ALDER, "status"] == "withdrawn"
    editing.reopen(small, ALDER, who=WHO)
    assert resolved(small).loc[ALDER, "status"] == "open"
    with pytest.raises(SchemaError, match="for a reason"):
        editing.withdraw(small, ALDER, who=WHO, reason=" ")
    with pytest.raises(SchemaError, match="operating_date"):
        editing.close(small, ALDER, closed_on="May", who=WHO)


def test_a_merge_takes_listings_and_fills_gaps_but_not_a_withdrawal(small):
    editing.edit(small, BIRCH, {"phone": "541 555 0123", "website": "birch.example"}, who=WHO)
    editing.edit(small, ALDER, {"website": ""}, who=WHO)
    editing.withdraw(small, BIRCH, who=WHO, reason="The same as Alder.")

    merging.merge(small, ALDER, BIRCH, who=WHO)

    clinics = resolved(small)
    assert list(clinics.index) == [ALDER, CEDAR]
    clinic = clinics.loc[ALDER]
    assert (clinic["status"], clinic["name"], clinic["city"]) == ("open", "Alder", "Salem")
    assert (clinic["phone"], clinic["website"]) == ("+15035550111", "https://birch.example/")
    assert set(stored_listings.of_clinic(small, ALDER)["listing_id"]) == {
        "S1", "S2", "S3", f"operator:{ALDER}",
    }  # fmt: skip


def test_a_clinic_confirmed_by_a_call_stays_so_after_a_merge(small):
    calling.note_call(small, BIRCH, "open", who=WHO)
    merging.merge(small, CEDAR, BIRCH, who=WHO)
    clinic = resolved(small).loc[CEDAR]
    assert (clinic["status"], clinic["name"]) == ("open", "Cedar")


def test_a_split_leaves_the_clinic_something(small):
    for named in ([], ["S1", "S2"], ["S3"]):
        with pytest.raises(SchemaError):
            merging.split(small, ALDER, named, who=WHO)
    new_id, _ = merging.split(small, ALDER, ["S2"], who=WHO)
    assert new_id == "alder-ketamine-salem-or"
    assert resolved(small).loc[[ALDER, new_id], "phone"].tolist() == [
        "+15035550111",
        "+15035550199",
    ]


@pytest.mark.parametrize(
    ("outcome", "extra", "status", "phone"),
    [
        ("open", {}, "open", "+15035550111"),
        ("changed", {"fields": {"phone": "541-555-0123"}}, "open", "+15415550123"),
        ("no_answer", {}, "unconfirmed", "+15035550111"),
        ("closed", {"closed_on": "2026-09"}, "closed", "+15035550111"),
        ("wrong_number", {}, "unconfirmed", ""),
    ],
)
def test_a_call_and_what_came_of_it(small, outcome, extra, status, phone):
    editing.edit(small, BIRCH, {"phone": "503-555-0111"}, who=WHO)
    calling.note_call(small, BIRCH, outcome, who=WHO, **extra)
    clinic = resolved(small).loc[BIRCH]
    assert (clinic["status"], clinic["phone"]) == (status, phone)
    assert small.read("SELECT clinic_id, date, outcome FROM calls") == [(BIRCH, TODAY, outcome)]


def test_a_call_that_makes_no_sense_is_refused(small):
    with pytest.raises(SchemaError, match="no outcome"):
        calling.note_call(small, BIRCH, "maybe", who=WHO)
    with pytest.raises(SchemaError, match="'open' instead"):
        calling.note_call(small, BIRCH, "changed", who=WHO)


def test_what_later_decisions_build_on_is_not_undone_before_them(small):
    first = editing.edit(small, BIRCH, {"phone": "541 555 0123"}, who=WHO)
    second = editing.edit(small, BIRCH, {"city": "Redmond"}, who=WHO)
    other = editing.edit(small, ALDER, {"phone": "541 555 0124"}, who=WHO)
    with pytest.raises(WorkspaceError, match=rf"build on decision {first}: {second} \(edit of"):
        undoing.undo(small, first, who=WHO)
    undo_second = undoing.undo(small, second, who=WHO)
    undo_first = undoing.undo(small, first, who=WHO)
    with pytest.raises(WorkspaceError, match=rf"{undo_first} \(undo"):
        undoing.undo(small, undo_second, who=WHO)  # it would say Redmond of an edit that is no more
    undoing.undo(small, undo_first, who=WHO)
    undoing.undo(small, undo_second, who=WHO)
    clinic = resolved(small).loc[BIRCH]
    assert (clinic["phone"], clinic["city"]) == ("+15415550123", "Redmond")
    assert decisions.find(small, other).standing


def test_a_merge_into_a_clinic_that_was_merged_away_is_not_redone(small):
    first = merging.merge(small, BIRCH, CEDAR, who=WHO)
    back = undoing.undo(small, first, who=WHO)
    second = merging.merge(small, ALDER, BIRCH, who=WHO)
    with pytest.raises(WorkspaceError, match=rf"{second} \(merge"):
        undoing.undo(small, back, who=WHO)
    new_id, added = editing.add(small, {"name": "Fir", "state": "OR"}, who=WHO)
    calling.note_call(small, new_id, "no_answer", who=WHO)
    with pytest.raises(WorkspaceError, match="call"):
        undoing.undo(small, added, who=WHO)


def test_the_start_and_what_never_was_cannot_be_undone(small):
    with pytest.raises(WorkspaceError, match="start of the workspace"):
        undoing.undo(small, 1, who=WHO)
    with pytest.raises(WorkspaceError, match="no decision 77"):
        undoing.undo(small, 77, who=WHO)


def test_a_report_waits_until_it_was_looked_into(small):
    editing.enter_report(small, BIRCH, "Moved away.", received="2026-11-01", who=WHO)
    [case] = cases.open_cases(small, "report").to_dict("records")
    assert (case["clinic_id"], case["facts"]) == (
        BIRCH,
        {"says": "Moved away.", "received": "2026-11-01"},
    )
    case_resolving.resolve_case(small, case["case_id"], "done", who=WHO)
    assert cases.open_cases(small).empty
    with pytest.raises(SchemaError, match="says nothing"):
        editing.enter_report(small, BIRCH, " ", who=WHO)


def test_an_edited_export_is_previewed_then_applied_as_one_decision(small, tmp_path):
    editing.edit(small, CEDAR, {"name": "=Cedar+1"}, who=WHO)
    exported = resolved(small).reset_index()
    edited = exported.copy()
    edited.loc[edited["clinic_id"].eq(ALDER), ["phone", "zip"]] = ["5415550123", "<empty>"]
    edited.loc[edited["clinic_id"].eq(BIRCH), "website"] = "birch.example"
    path = tmp_path / "edited.csv"
    path.write_text(to_csv(edited, "r1").replace("+15035550199", "15035550199"))

    previewed = bulk.preview(small, path)

    assert previewed.changes[["clinic_id", "field", "was", "becomes"]].to_numpy().tolist() == [
        [ALDER, "zip", "97301", ""],
        [ALDER, "phone", "+15035550111", "+15415550123"],
        [BIRCH, "website", "", "https://birch.example/"],
    ]
    assert (len(previewed.rejects), previewed.unchanged) == (0, 1)
    before = content(stored_listings.current(small))
    done = bulk.apply(small, previewed, who=WHO)
    assert resolved(small).loc[BIRCH, "website"] == "https://birch.example/"
    assert done in [one.id for one in decisions.history(small, f"clinic:{BIRCH}")]
    with pytest.raises(WorkspaceError, match="changed since the preview"):
        bulk.apply(small, previewed, who=WHO)
    undoing.undo(small, done, who=WHO)
    assert content(stored_listings.current(small)) == before


def test_rows_that_cannot_be_used_are_told_and_the_others_stay(small, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(
        "clinic_id,phone,why\n"
        f"{ALDER},12,\n{BIRCH},541-555-0123,rang\n{BIRCH},541-555-0124,\nnowhere,,\n{CEDAR},1\n"
        f"{CEDAR},,\n"
    )
    previewed = bulk.preview(small, path)
    assert previewed.rejects["line"].tolist() == [2, 4, 5, 6]
    assert [reason.split(";")[0] for reason in previewed.rejects["reason"]] == [
        "phone: '12' is no number that the US numbering plan allows",
        f"clinic '{BIRCH}' stands in an earlier row too",
        "there is no clinic 'nowhere'",
        "has 2 cells, not 3",
    ]
    assert previewed.changes["why"].tolist() == ["rang"]
    assert previewed.unchanged == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,phone\n", "lacks 'clinic_id'"),
        ("clinic_id,colour\n", "has no column to change"),
        ("clinic_id,phone,phone\n", "has 'phone' twice"),
        ('clinic_id,phone\na,"1\n', "not a CSV"),
    ],
)
def test_a_file_of_another_form_is_refused(small, tmp_path, text, told):
    (tmp_path / "rows.csv").write_text(text)
    with pytest.raises(SourceError, match=told):
        bulk.preview(small, tmp_path / "rows.csv")
    (tmp_path / "none.csv").write_text("clinic_id,phone\n")
    nothing = bulk.preview(small, tmp_path / "none.csv")
    with pytest.raises(SchemaError, match="Nothing would change"):
        bulk.apply(small, nothing, who=WHO)


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (",", "cp1252")]
)
def test_a_list_is_taken_as_spreadsheets_save_it_and_says_what_it_passes_over(
    small, tmp_path, delimiter, encoding
):
    path = tmp_path / "rows.csv"
    rows = (
        ("clinic_id", "city", "phne", "status", "latitude"),
        (ALDER, "Peñasco", "1", "closed", "1"),
    )
    path.write_bytes("\r\n".join(map(delimiter.join, rows)).encode(encoding))

    previewed = bulk.preview(small, path)

    assert previewed.changes[["field", "becomes"]].to_numpy().tolist() == [["city", "Peñasco"]]
    assert dict(previewed.ignored) == {
        "phne": "is no column of the list; did you mean phone?",
        "status": "is not changed by a file",
        "latitude": "latitude and longitude are set together",
    }


def test_another_point_is_a_pin_for_a_reason_alone(small, tmp_path):
    path = tmp_path / "rows.csv"
    heading = "clinic_id;latitude;longitude;why\n"
    path.write_text(
        f"{heading}{ALDER};44,9429;-123,0351;its own map\n{BIRCH};44.06;-121.3;\n"
        f"{CEDAR};43.615001;-116.2023;seen\nnowhere;;;\n"
    )
    stands = {CEDAR: (43.615, -116.2023), ALDER: (44.9, -123.0)}

    previewed = bulk.preview(small, path, stands)

    (row,) = previewed.changes.to_dict("records")
    assert (row["clinic_id"], row["field"]) == (ALDER, bulk.PIN)
    assert (row["was"], row["becomes"]) == ("44.900000, -123.000000", "44.942900, -123.035100")
    assert previewed.unchanged == 1
    assert "say in the column why" in previewed.rejects["reason"].iloc[0]
    done = bulk.apply(small, previewed, who=WHO)
    (pin,) = positions.agreed(small).to_dict("records")
    assert (pin["precision"], pin["latitude"]) == ("verified", 44.9429)
    undoing.undo(small, done, who=WHO)
    assert positions.agreed(small).empty
    path.write_text(f"{heading}{ALDER};123;44;why\n{BIRCH};44;;why\n")
    assert len(bulk.preview(small, path, stands).rejects) == 2
