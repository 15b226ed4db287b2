"""The trips of a course: one sentence a treatment, from far away alone, by road alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.guidance.other_ways import tell_at_home
from geo.guidance.trips import plan_trips
from geo.i18n import language
from tests.handmade.clinics import clinic_table


def clinics(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = clinic_table(
        *({"clinic_id": name, "name": name, "treatments": codes} for name, codes, _miles in rows)
    )
    return table.assign(drive_miles=[miles for _name, _codes, miles in rows])


def test_each_treatment_is_told_of_its_own_nearest_clinic() -> None:
    found = clinics(
        ("Near", "im", 2.0), ("Both", "iv;esketamine", 80.0), ("Spray", "esketamine", 33.0)
    )
    infusion, spray = plan_trips(found)
    assert infusion.treatment == "IV infusion"
    assert infusion.sentence == (
        "Often six infusions over two to three weeks: at Both that is 6 trips of about 160 miles by "
        "road there and back, some 960 miles in all, and someone must take you home each time."
    )
    assert "at Spray that is 8 trips of about 70 miles" in spray.sentence
    assert [trip.treatment for trip in plan_trips(found, "esketamine")] == [spray.treatment]
    assert plan_trips(found, "im") == []


def test_nothing_is_reckoned_from_near_by_nor_where_no_road_is_known() -> None:
    assert plan_trips(clinics(("A", "iv", 30.0), ("B", "iv", 300.0))) == []
    assert plan_trips(clinics(("Island", "iv", np.nan))) == []
    assert plan_trips(clinics(("A", "iv", 90.0)).drop(columns="drive_miles")) == []
    assert plan_trips(clinics()) == []


def test_trips_and_what_is_right_of_home_are_told_in_spanish_too() -> None:
    with language.using("es"):
        (told,) = plan_trips(clinics(("Clínica", "iv", 60.0)))
        assert "6 viajes" in told.sentence
        assert "120 millas (193 km)" in told.sentence
        assert "nunca se envía a casa" in tell_at_home()
