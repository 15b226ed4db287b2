"""What was measured for one release and used for the next is what measuring anew gives, to the bit."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest

from geo import releases
from geo.coverage import treatment_measures
from geo.coverage.counting import pick_clinics
from geo.coverage.position_draws import draw_positions
from geo.files import whole_files
from geo.publishing import kept_measures, measuring
from geo.publishing.kept_measures import KeptMeasures
from geo.roads import load_roads
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

DRAWS = 3
TOWNS = [
    {"state": "IL", "city": "Springfield", "latitude": 39.80, "longitude": -89.64},
    {"state": "IL", "city": "Springfield", "latitude": 39.70, "longitude": -89.70},
    {"state": "IL", "city": "Champaign", "latitude": 40.12, "longitude": -88.24},
    {"state": "IN", "city": "Indianapolis", "latitude": 39.77, "longitude": -86.16},
    {"state": "IN", "city": "Gary", "latitude": 41.59, "longitude": -87.35},
    {"state": "CA", "city": "Sacramento", "latitude": 38.58, "longitude": -121.49},
]
TREATMENTS = ["iv", "esketamine", "iv;esketamine"]
PRECISIONS = ["city", "zip", "street", "verified"]


@pytest.fixture(scope="module")
def demand():
    return demand_of(
        *({**town, "adults": 100.0 * (row + 1)} for row, town in enumerate(TOWNS)),
        shares=[("00001", "17001", 0.6), ("00001", "17003", 0.4)],
    )


@pytest.fixture(scope="module")
def net():
    return load_roads()


@pytest.fixture(scope="module")
def totals():
    return releases.load(releases.SHIPPED).table("totals")


@pytest.fixture
def measure(demand, net, totals, monkeypatch):
    """Return a function that measures clinics, with or without what is kept."""
    monkeypatch.setattr(measuring, "load_roads", lambda: net)

    def measure_clinics(clinics, kept=None):
        counted = pick_clinics(clinic_table(*clinics.values()))
        located = counted[counted["latitude"].notna()].reset_index(drop=True)
        positions = draw_positions(located, demand, DRAWS)
        return measuring.measure_treatments(counted, demand, positions, totals, kept)

    return measure_clinics


@pytest.fixture
def measured(monkeypatch):
    """Return the treatments that were measured and not recalled."""
    treatments = []
    original = treatment_measures.measure_treatment

    def note(*arguments):
        treatments.append(arguments[4])
        return original(*arguments)

    monkeypatch.setattr(treatment_measures, "measure_treatment", note)
    return treatments


def make_clinic(chance, number):
    town = TOWNS[chance.integers(len(TOWNS))]
    return {
        **town,
        "clinic_id": f"clinic-{number:02d}",
        "latitude": town["latitude"] + chance.uniform(-0.1, 0.1),
        "zip": f"{chance.integers(len(TOWNS)):05d}",
        "precision": str(chance.choice(PRECISIONS)),
        "treatments": str(chance.choice(TREATMENTS)),
        "status": str(chance.choice(["open", "unconfirmed"])),
    }


def change(chance, clinics, number):
    """Return the clinics with one added, removed, moved, better known or otherwise treated."""
    changed = {name: dict(row) for name, row in clinics.items()}
    name = str(chance.choice(list(changed)))
    kind = chance.choice(["add", "remove", "move", "precision", "treatments", "status", "phone"])
    if kind == "add":
        changed[f"clinic-{number:02d}"] = make_clinic(chance, number)
    elif kind == "remove" and len(changed) > 1:
        del changed[name]
    elif kind == "move":
        changed[name]["latitude"] += 0.05
    elif kind == "precision":
        changed[name]["precision"] = str(chance.choice(PRECISIONS))
    elif kind == "treatments":
        changed[name]["treatments"] = str(chance.choice(TREATMENTS))
    elif kind == "status":
        changed[name]["status"] = str(chance.choice(["open", "unconfirmed", "closed"]))
    else:
        changed[name]["phone"] = f"+1555555{number:04d}"
    return dict(sorted(changed.items()))


def assert_same(one, other):
    assert list(one) == list(other)
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, other[name], check_exact=True)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(3))
def test_after_any_changes_what_is_kept_gives_the_same_bits(measure, tmp_path, seed):
    chance = np.random.default_rng(seed)
    kept = KeptMeasures(tmp_path)
    clinics = {f"clinic-{number:02d}": make_clinic(chance, number) for number in range(4)}
    for number in range(4, 12):
        clinics = change(chance, clinics, number)
        assert_same(measure(clinics, kept), measure(clinics))


@pytest.mark.long
def test_only_what_a_change_touches_is_measured_again(measure, measured, tmp_path):
    kept = KeptMeasures(tmp_path)
    chance = np.random.default_rng(0)
    clinics = {
        name: make_clinic(chance, number) | {"clinic_id": name, "treatments": treatments}
        for number, (name, treatments) in enumerate({"a": "iv", "b": "esketamine"}.items())
    }
    measure(clinics, kept)
    assert measured == ["any", "iv", "esketamine"]
    measured.clear()

    clinics["a"] |= {"phone": "+15555550100", "status": "unconfirmed"}
    measure(clinics, kept)
    assert measured == []

    clinics["a"] |= {"latitude": clinics["a"]["latitude"] + 0.1, "precision": "verified"}
    whole = measure(clinics)
    measured.clear()
    assert_same(measure(clinics, kept), whole)
    assert measured == ["any", "iv"]

    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:200])
    measured.clear()
    assert_same(measure(clinics, kept), whole)  # cut off, as if the disk were full
    assert measured == ["any", "iv", "esketamine"]


def test_the_files_that_were_used_last_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_measures, "MOST", 2)
    kept = KeptMeasures(tmp_path)
    for name in ("one", "two", "one", "three"):
        kept.recall(name, lambda: {"numbers": np.arange(3)})
    assert {path.stem for path in tmp_path.iterdir()} == {"one", "three"}


def test_a_file_with_any_byte_changed_or_cut_off_counts_as_none(tmp_path):
    kept = KeptMeasures(tmp_path)
    made = {"numbers": np.arange(40) ** 2 % 7}
    kept.recall("one", lambda: made)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    damaged = [
        *(whole[:at] + bytes([whole[at] ^ 8]) + whole[at + 1 :] for at in range(len(whole))),
        *(whole[:size] for size in range(0, len(whole), 9)),
        np.arange(3).tobytes(),
    ]
    for content in damaged:
        path.write_bytes(content)
        assert kept.recall("one", lambda: made)["numbers"].tolist() == made["numbers"].tolist()
        path.write_bytes(whole)
    assert kept.recall("one", dict)["numbers"].tolist() == made["numbers"].tolist()


def test_what_another_user_wrote_is_read(tmp_path, monkeypatch):
    kept = KeptMeasures(tmp_path)
    kept.recall("one", lambda: {"numbers": np.arange(3)})

    def refuse(*_args, **_named):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(kept_measures.os, "utime", refuse)
    assert kept.recall("one", dict)["numbers"].tolist() == [0, 1, 2]


def test_what_is_made_stays_after_the_clock_was_set_back(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_measures, "MOST", 2)
    kept = KeptMeasures(tmp_path)
    for name in ("one", "two"):
        kept.recall(name, lambda: {"numbers": np.arange(3)})
        os.utime(tmp_path / f"{name}.npz", (4e9, 4e9))
    for name in ("three", "four"):
        kept.recall(name, lambda: {"numbers": np.arange(3)})
    assert {path.stem for path in tmp_path.iterdir()} == {"three", "four"}


def test_where_nothing_can_be_kept_it_is_measured(tmp_path, caplog):
    (tmp_path / "file").touch()
    arrays = KeptMeasures(tmp_path / "file").recall("one", lambda: {"numbers": np.arange(3)})
    assert arrays["numbers"].tolist() == [0, 1, 2]
    assert "not kept" in caplog.text


def test_on_a_full_disk_nothing_half_written_stays(tmp_path, monkeypatch, caplog):
    def refuse(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", refuse)
    KeptMeasures(tmp_path).recall("one", lambda: {"numbers": np.arange(3)})
    assert list(tmp_path.iterdir()) == []
    assert "No space left" in caplog.text
