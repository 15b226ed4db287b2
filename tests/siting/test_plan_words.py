"""Why an answer has fewer sites than were asked for, and which sites add little."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.siting.plan_words import adds_little, tell_fewer, tell_little


@pytest.mark.parametrize(
    ("found", "objective", "told"),
    [
        (5, "coverage", ""),
        (3, "coverage", "3 of 5 sites: no further place adds an adult."),
        (3, "distance", "3 of 5 sites: no further place brings an adult nearer to a clinic."),
    ],
)
def test_fewer_sites_than_were_asked_for_say_why(found, objective, told):
    assert tell_fewer(found, 5, objective) == told


def test_sites_that_add_under_a_thousand_adults_are_marked():
    sites = pd.DataFrame({"adults_gained": [1_000, 999, 0]})

    assert [*map(adds_little, sites["adults_gained"])] == [False, True, True]
    assert tell_little(sites) == "2 sites, marked *, each add fewer than 1,000 adults."
    assert tell_little(sites.head(2)) == "1 site, marked *, adds fewer than 1,000 adults."
    assert tell_little(sites.head(1)) == ""
