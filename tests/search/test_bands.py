"""The order on pages: by bands, in a band first whom one can reach, and nobody lost on the way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.search import bands
from geo.search.bands import arrange, name_band
from geo.search.searching import SearchResult
from tests.handmade.clinics import clinic_table, place_at

HERE = place_at(41.0, -88.0, label="Here", state="IL")
A_CLINIC = st.fixed_dictionaries(
    {
        "miles": st.floats(0, 400),
        "minutes": st.one_of(st.just(float("nan")), st.floats(0, 400)),
        "phone": st.sampled_from(["", "+13125550123"]),
        "website": st.sampled_from(["", "https://example.org/"]),
        "reason": st.sampled_from(["", "ferry"]),
    }
)


def result_of(clinics: list[dict], *, by_minutes: bool = False) -> SearchResult:
    """Return a search in the order that `searching` gives: by distance, or by drive."""
    kept = sorted(
        clinics, key=lambda each: (each["minutes"], each["miles"])[not by_minutes]
    )  # NaN may stand anywhere; what is asked of the order holds whatever comes in
    table = clinic_table(
        *(
            {"clinic_id": f"c{at}", "phone": each["phone"], "website": each["website"]}
            for at, each in enumerate(kept)
        )
    )
    table.insert(0, "rank", range(1, len(table) + 1))
    return SearchResult(
        place=HERE,
        within_miles=None,
        clinics=table.assign(
            distance_miles=[each["miles"] for each in kept],
            drive_minutes=[each["minutes"] for each in kept],
            drive_reason=[each["reason"] for each in kept],
            drive_method="graph",
        ),
        unlocated=table.iloc[:0],
        at_home=table.iloc[:0],
        certain=len(kept),
        by_minutes=by_minutes,
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(A_CLINIC, min_size=1, max_size=25), st.booleans())
def test_bands_ascend_those_within_reach_lead_each_and_else_nothing_moves(
    clinics: list[dict], by_minutes: bool
) -> None:
    before = result_of(clinics, by_minutes=by_minutes)
    after = arrange(before).clinics

    came = {name: at for at, name in enumerate(before.clinics["clinic_id"])}
    reach = bands.can_reach(after)
    keys = [
        (band, not can, came[name])
        for band, can, name in zip(after["band"], reach, after["clinic_id"], strict=True)
    ]
    assert keys == sorted(keys)
    assert after["rank"].tolist() == list(range(1, len(after) + 1))
    same = after.set_index("clinic_id").loc[list(came)].drop(columns=["rank", "band"])
    pd.testing.assert_frame_equal(same, before.clinics.set_index("clinic_id").drop(columns="rank"))
    ends = bands.ENDS_MINUTES if by_minutes else bands.ENDS_MILES
    column = "drive_minutes" if by_minutes else "distance_miles"
    for band, value in zip(after["band"], after[column], strict=True):
        low = 0 if band == 0 else ends[min(band, len(ends)) - 1]
        high = ends[band] if band < len(ends) else np.inf
        assert np.isnan(value) or low <= value <= high


def test_one_whom_nobody_can_call_comes_last_in_its_band_and_no_further() -> None:
    nobody = {"miles": 1.0, "minutes": 2.0, "phone": "", "website": "", "reason": ""}
    site = nobody | {"miles": 5.0, "website": "https://example.org/"}
    phone = nobody | {"miles": 5.1, "phone": "+13125550123"}

    found = arrange(result_of([nobody, site, phone])).clinics

    assert found["distance_miles"].tolist() == [5.0, 1.0, 5.1]
    assert found["band"].tolist() == [0, 0, 1]


def test_the_clinic_asked_for_stays_first_and_a_state_lists_by_city() -> None:
    far = {"miles": 90.0, "minutes": 99.0, "phone": "", "website": "", "reason": ""}
    near = far | {"miles": 1.0, "website": "https://example.org/"}
    result = result_of([far, near])
    asked = place_at(41.0, -88.0, kind="clinic", clinic_id="c1")
    first = arrange(SearchResult(**{**vars(result), "place": asked})).clinics
    assert first["clinic_id"].tolist() == ["c1", "c0"]
    assert name_band(int(first["band"].iloc[0]), by_drive=False) == ""

    unmeasured = result.clinics.assign(distance_miles=np.nan, city=["Aurora", "Zion"])
    state = place_at(label="Illinois", kind="state", precision="state", state="IL")
    by_city = SearchResult(**{**vars(result), "place": state, "clinics": unmeasured})
    assert arrange(by_city).clinics["clinic_id"].tolist() == ["c0", "c1"]
    assert bands.tell_rule(by_city).startswith("Ordered by city")

    one_city = unmeasured.iloc[::-1].assign(city=["Zion", "zion"])  # the first has no contact
    for name in ("clinics", "unlocated", "at_home"):
        same = arrange(SearchResult(**{**vars(by_city), name: one_city}))
        assert getattr(same, name)["clinic_id"].tolist() == ["c0", "c1"]


@pytest.mark.parametrize(
    ("band", "by_drive", "words"),
    [
        (0, False, "Up to 5 miles in a straight line"),
        (1, False, "5 to 10 miles in a straight line"),
        (5, False, "More than 100 miles in a straight line"),
        (0, True, "Up to 15 minutes' drive"),
        (3, True, "60 to 90 minutes' drive"),
        (4, True, "More than 90 minutes' drive"),
        (5, True, "Drive not known"),
        (-1, True, ""),
    ],
)
def test_a_band_says_from_where_to_where(band: int, by_drive: bool, words: str) -> None:
    assert name_band(band, by_drive=by_drive) == words


def test_a_drive_longer_than_was_worked_out_is_long_and_no_road_is_not_known() -> None:
    lost = {"miles": 9.0, "minutes": np.nan, "phone": "", "website": "", "reason": "ferry"}
    long = lost | {"miles": 400.0, "reason": ""}

    found = arrange(result_of([lost, long], by_minutes=True)).clinics

    assert [name_band(band, by_drive=True) for band in found["band"]] == [
        "More than 90 minutes' drive",
        "Drive not known",
    ]
