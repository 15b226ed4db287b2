"""Taking in a source: all of it at once, or nothing; versions, counts, held runs, cases."""

import pytest

from geo.errors import SchemaError, SourceError, WorkspaceError
from geo.workspace import (
    case_resolving,
    cases,
    intake,
    linking,
    merging,
    runs,
    stored_listings,
    undoing,
)
from tests.handmade.workspace import WHO, content, gather, make_source, open_small


@pytest.fixture
def small(tmp_path, monkeypatch):
    with open_small(tmp_path, monkeypatch) as opened:
        yield opened


def take(small, *batches, source=None):
    return intake.ingest(
        small,
        source or make_source(),
        batches,
        file_name="a.csv",
        file_sha256="ab" * 32,
        who=WHO,
    )


def records(*keys, **fields):
    return [(str(key), dict(fields)) for key in keys]


def test_every_record_is_counted_and_kept(small):
    first = gather(*records(1, 2), skip=5, reject=("9",), notes=[("1234567893", "x", "", "r")])
    second = gather(("3", {"phone": "12", "point": ("47.6", "-122.3")}))
    summary = take(small, first, second)

    assert summary.state == "complete"
    assert (summary.read, summary.not_relevant) == (9, 5)
    assert (summary.accepted, summary.rejected) == (3, 1)
    assert (summary.added, summary.changed, summary.unchanged, summary.missing) == (3, 0, 0, 0)
    assert runs.rejects(small, summary.id)[["line", "record", "reason"]].to_numpy().tolist() == [
        [3, "9", "it has no name"]
    ]
    assert runs.cleared_fields(small, summary.id)["listing_id"].tolist() == ["table:a:3"]
    assert runs.notices(small, summary.id)["npi"].tolist() == ["1234567893"]
    assert stored_listings.points(small).to_numpy().tolist() == [
        ["table:a:3", 47.6, -122.3, "ODbL"]
    ]
    licences = stored_listings.licences(small).set_index("listing_id")["licence"]
    assert (licences["table:a:1"], licences["S1"]) == ("CC0", "")
    assert runs.list_runs(small)[0] == summary


def test_the_same_content_is_no_new_version_but_its_date_is(small):
    take(small, gather(("1", {"source_date": "2026-01"})))
    again = take(small, gather(("1", {"source_date": "2026-02"})))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    observations = stored_listings.versions(small, "table:a:1")
    assert observations["source_date"].tolist() == ["2026-02", "2026-01"]
    known = stored_listings.current(small).set_index("listing_id")
    assert known.loc["table:a:1", "source_date"] == "2026-02"


def test_a_changed_content_is_a_new_version_and_the_old_one_stays(small):
    take(small, gather(("1", {"city": "Salem"})))
    again = take(small, gather(("1", {"city": "Bend"})))
    back = take(small, gather(("1", {"city": "Salem"})))

    assert (again.changed, back.changed) == (1, 1)
    kept = stored_listings.versions(small, "table:a:1")
    assert kept["city"].tolist() == ["Salem", "Bend", "Salem"]
    assert kept["run_id"].tolist() == [back.id, again.id, back.id - 2]
    assert kept["sha256"].nunique() == 2


def test_what_a_source_no_longer_holds_stays_and_is_marked(small):
    take(small, gather(*records(*range(10))))
    second = take(small, gather(*records(*range(1, 10))))
    take(small, gather(*records(*range(1, 10))))
    take(small, gather(*records(1), name="table:b"), source=make_source("table:b"))

    assert second.missing == 1
    assert stored_listings.missing(small).to_numpy().tolist() == [
        ["table:a:0", "table:a", second.id]
    ]
    assert "table:a:0" in set(stored_listings.current(small)["listing_id"])
    take(small, gather(*records(*range(10))))
    assert stored_listings.missing(small).empty


def test_nothing_is_seen_of_a_source_that_breaks_off(small):
    before = content(stored_listings.current(small))

    def batches():
        yield gather(*records(1))
        assert content(stored_listings.current(small)) == before
        assert runs.list_runs(small)[0].source == "curated"
        raise SourceError("The file ends early.")

    with pytest.raises(SourceError, match="ends early"):
        intake.ingest(small, make_source(), batches(), file_name="", file_sha256="", who=WHO)
    assert content(stored_listings.current(small)) == before
    assert small.read("SELECT COUNT(*) FROM staged") == [(0,)]
    assert small.read("SELECT COUNT(*) FROM versions") == [(4,)]


def test_a_record_in_two_batches_is_rejected_once(small):
    summary = take(small, gather(*records(1)), gather(*records(1, 2)))
    assert (summary.read, summary.accepted, summary.rejected) == (3, 2, 1)
    assert runs.rejects(small, summary.id)["record"].tolist() == ["table:a:1"]


def test_two_sources_are_not_taken_in_at_once(small):
    def batches():
        yield gather(*records(1))
        take(small, gather(*records(2)))

    with pytest.raises(WorkspaceError, match="Another program is taking in a source"):
        intake.ingest(small, make_source(), batches(), file_name="", file_sha256="", who=WHO)


def test_a_batch_that_breaks_the_contract_is_refused(small):
    batch = gather(*records(1))
    batch.listings.loc[0, "state"] = "Oregon"
    with pytest.raises(SchemaError, match="Oregon"):
        take(small, batch)
    with pytest.raises(SchemaError, match="Nobody"):
        intake.ingest(small, make_source(), [], file_name="", file_sha256="", who=" ")


def shrink(small, state="WA"):
    take(small, gather(*records(*range(10), state=state)))
    return take(small, gather(*records(*range(7), state=state)))


def test_a_source_that_shrank_is_held_until_it_is_accepted(small):
    held = shrink(small)
    assert (held.state, held.decision_id) == ("held", None)
    assert "7 listings instead of 10" in cases.open_cases(small, "shrunk")["reason"].iloc[0]
    assert stored_listings.missing(small).empty

    done = case_resolving.resolve_case(small, held.case_id, "accept", who=WHO)

    assert runs.summarise(small, held.id).state == "complete"
    assert len(stored_listings.missing(small)) == 3
    assert cases.open_cases(small).empty
    undoing.undo(small, done, who=WHO)
    assert runs.summarise(small, held.id).state == "held"
    assert stored_listings.missing(small).empty
    again = case_resolving.resolve_case(small, held.case_id, "discard", who=WHO)
    assert runs.summarise(small, held.id).state == "discarded"
    undoing.undo(small, again, who=WHO)
    case_resolving.resolve_case(small, held.case_id, "accept", who=WHO)
    assert len(stored_listings.missing(small)) == 3


def test_a_held_run_is_overtaken_by_a_newer_one(small):
    held = shrink(small)
    take(small, gather(*records(*range(10))))
    assert cases.open_cases(small).empty
    with pytest.raises(WorkspaceError, match="not open"):
        case_resolving.resolve_case(small, held.case_id, "accept", who=WHO)
    assert small.read("SELECT COUNT(*) FROM staged") == [(0,)]


@pytest.mark.parametrize(
    ("left", "state"), [(8, "complete"), (7, "held")], ids=["a fifth", "more than a fifth"]
)
def test_how_much_a_source_may_lose(small, left, state):
    take(small, gather(*records(*range(10))))
    assert take(small, gather(*records(*range(left)))).state == state


@pytest.mark.parametrize(("left", "state"), [(2, "complete"), (1, "held"), (0, "held")])
def test_how_much_a_source_may_lose_in_a_state(small, left, state):
    many = records(*range(40))
    take(small, gather(*many, *records("a", "b", "c", "d", state="OR")))
    few = gather(*many, *records(*"abcd"[:left], state="OR"))
    summary = take(small, few)
    assert summary.state == state
    if state == "held":
        facts = cases.open_cases(small, "shrunk")["facts"].iloc[0]
        assert facts["states"] == {"OR": [4, left]}


def test_an_undone_run_is_not_compared_with(small):
    first = take(small, gather(*records(*range(10))))
    undoing.undo(small, first.decision_id, who=WHO)
    assert runs.summarise(small, first.id).state == "undone"
    assert len(stored_listings.current(small)) == 4
    assert take(small, gather(*records(1))).state == "complete"


def test_a_deactivated_npi_that_we_list_is_looked_at_once(small):
    take(small, gather(("1", {"npi": "1234567893"})))
    linking.assign_new(small)
    notes = [("1234567893", "deactivated", "2026-05-01", "The NPI was deactivated.")]
    notes.append(("1992999999", "deactivated", "2026-05-01", "Another's."))
    for _ in range(2):
        take(small, gather(("1", {"npi": "1234567893"}), notes=notes))

    [case] = cases.open_cases(small, "deactivated").to_dict("records")
    assert case["facts"] == {"npi": "1234567893", "date": "2026-05-01"}
    done = case_resolving.resolve_case(small, case["case_id"], "keep", who=WHO)
    take(small, gather(("1", {"npi": "1234567893"}), notes=notes))
    assert cases.open_cases(small).empty
    undoing.undo(small, done, who=WHO)
    case_resolving.resolve_case(small, case["case_id"], "close", who=WHO)
    assert "closed" in set(stored_listings.of_clinic(small, case["clinic_id"])["operating"])


@pytest.mark.parametrize(
    ("choice", "says"), [("operates", "yes"), ("close", "closed"), ("keep", None)]
)
def test_a_word_of_status_that_is_not_known_is_asked_about_once(small, choice, says):
    for _ in range(2):
        take(small, gather(("1", {"operating": "Zone 4"}), ("2", {"operating": "Revoked"})))
        linking.assign_new(small)

    [case] = cases.open_cases(small, "status").to_dict("records")
    assert "'Zone 4' does not tell" in case["reason"]
    stated = stored_listings.of_clinic(small, case["clinic_id"])
    assert stated["operating"].tolist() == ["unconfirmed"]
    case_resolving.resolve_case(small, case["case_id"], choice, who=WHO)
    take(small, gather(("1", {"operating": "Zone 4"}), ("2", {"operating": "Revoked"})))
    assert cases.open_cases(small).empty
    told = stored_listings.of_clinic(small, case["clinic_id"])["operating"]
    assert set(told) == {"unconfirmed", says} - {None}


def test_a_word_of_status_that_is_known_by_now_asks_nothing(small):
    take(small, gather(("1", {"operating": "Zone 4"})))
    take(small, gather(("1", {"operating": "Active"})))

    assert cases.open_cases(small).empty


def test_new_listings_get_clinics_by_rule_and_operators_answers_hold(small):
    take(
        small,
        gather(
            (
                "1",
                {
                    "name": "Alder",
                    "city": "Salem",
                    "state": "OR",
                    "phone": "503-555-0111",
                    "street": "1 Oak Street, Suite 2",
                    "zip": "97301",
                },
            ),
            ("2", {"name": "Spruce", "city": "Tacoma"}),
        ),
    )
    counts = linking.assign_new(small)
    known = stored_listings.current(small).set_index("listing_id")["clinic_id"]

    assert (counts.joined, counts.founded, counts.clinics) == (1, 1, 1)
    assert known["table:a:1"] == "alder-salem-or"
    assert known["table:a:2"] == "spruce-tacoma-wa"
    assert linking.assign_new(small).decision_id is None

    new_id, _ = merging.split(small, "alder-salem-or", ["table:a:1"], who=WHO)
    answers = linking.find_answers(small)
    assert set(answers["same"]) == {False}
    assert len(answers) == 2
    assert stored_listings.of_clinic(small, new_id)["listing_id"].tolist() == ["table:a:1"]
    with pytest.raises(WorkspaceError, match="split"):
        undoing.undo(small, counts.decision_id, who=WHO)


def test_the_id_of_a_clinic_that_is_no_more_is_not_given_again(small):
    summary = take(small, gather(("1", {"name": "Spruce", "city": "Tacoma"})))
    first = linking.assign_new(small)
    undoing.undo(small, first.decision_id, who=WHO)
    linking.assign_new(small)
    known = stored_listings.current(small).set_index("listing_id")["clinic_id"]
    assert known["table:a:1"] == "spruce-tacoma-wa-2"
    with pytest.raises(WorkspaceError, match="assign"):
        undoing.undo(small, summary.decision_id, who=WHO)


@pytest.mark.parametrize(("choice", "clinics"), [("same", 1), ("different", 2)])
def test_a_pair_in_doubt_is_two_clinics_until_it_is_decided(small, choice, clinics):
    take(small, gather(("1", {"name": "Spruce", "city": "Tacoma"}), ("2", {"name": "Fir"})))
    linking.assign_new(small)
    with small.change():
        cases.add(
            small,
            1,
            "duplicate",
            "pair:table:a:1|table:a:2",
            reason="They look alike.",
            facts={"listing_a": "table:a:1", "listing_b": "table:a:2", "score": 0.7},
        )
    before = content(stored_listings.current(small))
    case_id = int(cases.open_cases(small, "duplicate")["case_id"].iloc[0])

    done = case_resolving.resolve_case(small, case_id, choice, who=WHO)

    known = stored_listings.current(small).set_index("listing_id")["clinic_id"]
    assert known[["table:a:1", "table:a:2"]].nunique() == clinics
    assert linking.find_answers(small)["same"].tolist() == [choice == "same"]
    assert cases.open_cases(small).empty
    undoing.undo(small, done, who=WHO)
    assert content(stored_listings.current(small)) == before
    assert len(cases.open_cases(small)) == 1
    with pytest.raises(SchemaError, match="no choice"):
        case_resolving.resolve_case(small, case_id, "accept", who=WHO)
