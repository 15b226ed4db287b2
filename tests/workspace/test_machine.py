"""Any sequence of decisions: undone in reverse it leaves the start, and no version is ever lost."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from geo.errors import GeoError, WorkspaceError
from geo.places.precision import Precision
from geo.sources import curated
from geo.workspace import (
    calling,
    case_resolving,
    cases,
    database,
    decisions,
    editing,
    intake,
    linking,
    merging,
    opening,
    positions,
    stored_listings,
    undoing,
)
from tests.examples import examples
from tests.handmade.workspace import WHO, content, gather, make_source, open_small, positions_of

pytestmark = pytest.mark.long

FIELDS = st.sampled_from(
    [
        {"phone": ""},
        {"phone": "541 555 0123"},
        {"treatments": "im"},
        {"treatments": "iv;nasal"},
        {"city": "Keizer"},
        {"street": "", "unit": ""},
        {"name": "Renamed"},
    ]
)
NUMBER = st.integers(0, 9)


class Machine(RuleBasedStateMachine):
    template: Path

    @initialize()
    def open(self):
        self.home = Path(tempfile.mkdtemp(prefix="machine-"))
        shutil.copy(self.template, self.home / database.FILE)
        self.small = opening.open(self.home)
        self.start = self.state()
        self.versions = self.read_versions()

    def state(self):
        return (
            content(stored_listings.current(self.small)),
            [case["subject"] for case in cases.open_cases(self.small).to_dict("records")],
            positions.agreed(self.small).to_dict("records"),
            stored_listings.points(self.small).to_dict("records"),
        )

    def read_versions(self):
        return set(self.small.read("SELECT * FROM versions"))

    def pick(self, number):
        found = sorted({*stored_listings.current(self.small)["clinic_id"]} - {""})
        return found[number % len(found)]

    def attempt(self, act):
        """Do what can be done; what is refused must leave nothing behind."""
        head = decisions.head(self.small)
        try:
            act()
        except GeoError:
            assert decisions.head(self.small) == head

    @rule(number=NUMBER, fields=FIELDS)
    def edit(self, number, fields):
        self.attempt(lambda: editing.edit(self.small, self.pick(number), fields, who=WHO))

    @rule(name=st.sampled_from(["Fir", "Alder"]))
    def add(self, name):
        self.attempt(lambda: editing.add(self.small, {"name": name, "state": "OR"}, who=WHO))

    @rule(number=NUMBER, what=st.sampled_from(["close", "reopen", "withdraw"]))
    def say(self, number, what):
        act = getattr(editing, what)
        self.attempt(lambda: act(self.small, self.pick(number), who=WHO, reason="So it is."))

    @rule(one=NUMBER, other=NUMBER)
    def merge(self, one, other):
        self.attempt(lambda: merging.merge(self.small, self.pick(one), self.pick(other), who=WHO))

    @rule(number=NUMBER)
    def split(self, number):
        clinic_id = self.pick(number)
        first = stored_listings.of_clinic(self.small, clinic_id)["listing_id"].iloc[0]
        self.attempt(lambda: merging.split(self.small, clinic_id, [first], who=WHO))

    @rule(number=NUMBER, outcome=st.sampled_from(calling.OUTCOMES), fields=FIELDS)
    def call(self, number, outcome, fields):
        self.attempt(
            lambda: calling.note_call(
                self.small, self.pick(number), outcome, fields=fields, who=WHO
            )
        )

    @rule(keys=st.sets(st.sampled_from("abcdef")), city=st.sampled_from(["Bend", "Salem"]))
    def ingest(self, keys, city):
        batch = gather(*[(key, {"city": city, "state": "OR"}) for key in sorted(keys)])
        intake.ingest(self.small, make_source(), [batch], file_name="", file_sha256="", who=WHO)

    @rule()
    def match(self):
        linking.assign_new(self.small)

    @rule(number=NUMBER, pin=st.booleans())
    def place(self, number, pin):
        clinic_id = self.pick(number)
        if pin:
            positions.verify(self.small, clinic_id, 45.0 + number, -120.0, who=WHO)
        pins = self.pins()
        positions.agree(self.small, positions_of((clinic_id, 44.0, -120.0)))
        assert self.pins() == pins

    def pins(self):
        placed = positions.agreed(self.small)
        return placed[placed["precision"].eq(Precision.VERIFIED)].to_numpy().tolist()

    @rule(number=NUMBER)
    def resolve_case(self, number):
        found = cases.open_cases(self.small).to_dict("records")
        if found:
            case = found[number % len(found)]
            choice = cases.CHOICES[case["kind"]][number % 2]
            self.attempt(
                lambda: case_resolving.resolve_case(
                    self.small, int(case["case_id"]), choice, who=WHO
                )
            )

    @rule(number=NUMBER)
    def undo_some(self, number):
        last = decisions.head(self.small)
        self.attempt(lambda: undoing.undo(self.small, max(last - number, 2), who=WHO))

    def teardown(self):
        if not hasattr(self, "small"):
            return
        kept = self.read_versions()
        assert self.versions <= kept
        for decision in decisions.history(self.small, limit=1000):
            if decision.kind not in {"start", "undo"} and decision.standing:
                undoing.undo(self.small, decision.id, who=WHO)
        assert self.state() == self.start
        assert self.read_versions() == kept
        for number in range(1, decisions.head(self.small) + 1):
            assert decisions.find(self.small, number).id == number  # none is missing
        with pytest.raises(WorkspaceError):
            undoing.undo(self.small, 1, who=WHO)
        self.small.close()
        shutil.rmtree(self.home)


@pytest.fixture
def template(tmp_path, monkeypatch):
    open_small(tmp_path, monkeypatch).close()
    monkeypatch.setattr(curated, "PATH", tmp_path / "gone.csv")
    monkeypatch.setattr(Machine, "template", tmp_path / "home" / database.FILE, raising=False)


def run(count, steps):
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("template")
def test_decisions_undone_in_reverse_leave_the_start():
    run(count=examples(5).max_examples, steps=8)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("template")
def test_long_sequences_of_decisions_undone_in_reverse_leave_the_start():
    run(count=60, steps=25)
