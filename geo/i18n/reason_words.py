"""What each reason says, by its code."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.i18n.language import format_miles, mark, nmark
from geo.i18n.reason_forms import GROUPED, PERCENT_TENTH, TENTH, Words, write_dollars
from geo.i18n.verdict_words import VERDICT_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.i18n.reason_forms import Form

_DOLLARS: Final[Mapping[str, Form]] = {"low": write_dollars, "high": write_dollars}
_PERCENTS: Final[Mapping[str, Form]] = {"low": PERCENT_TENTH, "high": PERCENT_TENTH}
_PEOPLE: Final[Mapping[str, Form]] = {"low": GROUPED, "high": GROUPED}

_OF_GROUPS: Final = {
    "income_lowest": Words(
        mark(
            "adults living in ZIPs where the median household income is in the lowest quarter "
            "(up to {high})"
        ),
        _DOLLARS,
    ),
    "income_second": Words(
        mark(
            "adults living in ZIPs where the median household income is in the second quarter "
            "(above {low}, up to {high})"
        ),
        _DOLLARS,
    ),
    "income_third": Words(
        mark(
            "adults living in ZIPs where the median household income is in the third quarter "
            "(above {low}, up to {high})"
        ),
        _DOLLARS,
    ),
    "income_highest": Words(
        mark(
            "adults living in ZIPs where the median household income is in the highest quarter "
            "(above {low})"
        ),
        _DOLLARS,
    ),
    "income_unknown": Words(
        mark("adults living in ZIPs where the median household income is not known")
    ),
    "age_lowest": Words(
        mark(
            "adults living in ZIPs where the share of people aged 65 and over is in the lowest "
            "quarter (up to {high})"
        ),
        _PERCENTS,
    ),
    "age_second": Words(
        mark(
            "adults living in ZIPs where the share of people aged 65 and over is in the second "
            "quarter (above {low}, up to {high})"
        ),
        _PERCENTS,
    ),
    "age_third": Words(
        mark(
            "adults living in ZIPs where the share of people aged 65 and over is in the third "
            "quarter (above {low}, up to {high})"
        ),
        _PERCENTS,
    ),
    "age_highest": Words(
        mark(
            "adults living in ZIPs where the share of people aged 65 and over is in the highest "
            "quarter (above {low})"
        ),
        _PERCENTS,
    ),
    "age_unknown": Words(
        mark("adults living in ZIPs where the share of people aged 65 and over is not known")
    ),
    "vehicles_lowest": Words(
        mark(
            "adults living in ZIPs where the share of households without a vehicle is in the "
            "lowest quarter (up to {high})"
        ),
        _PERCENTS,
    ),
    "vehicles_second": Words(
        mark(
            "adults living in ZIPs where the share of households without a vehicle is in the "
            "second quarter (above {low}, up to {high})"
        ),
        _PERCENTS,
    ),
    "vehicles_third": Words(
        mark(
            "adults living in ZIPs where the share of households without a vehicle is in the "
            "third quarter (above {low}, up to {high})"
        ),
        _PERCENTS,
    ),
    "vehicles_highest": Words(
        mark(
            "adults living in ZIPs where the share of households without a vehicle is in the "
            "highest quarter (above {low})"
        ),
        _PERCENTS,
    ),
    "vehicles_unknown": Words(
        mark("adults living in ZIPs where the share of households without a vehicle is not known")
    ),
    "density_sparsest": Words(
        mark("adults living in ZIPs where there are fewer than {high} people a square mile"),
        _PEOPLE,
    ),
    "density_between": Words(
        mark("adults living in ZIPs where there are {low} to {high} people a square mile"),
        _PEOPLE,
    ),
    "density_densest": Words(
        mark("adults living in ZIPs where there are {low} and more people a square mile"),
        _PEOPLE,
    ),
}
"""What the kinds of ZIPs are called: dimension and group; of density the classes at the ends."""

_OF_AGES: Final = {
    "age_under_1": Words(mark("under 1 year")),
    "age_1_to_2": Words(mark("1 to 2 years")),
    "age_2_to_5": Words(mark("2 to 5 years")),
    "age_5_and_older": Words(mark("5 years and older")),
    "age_undated": Words(mark("undated")),
}
"""How old a source is."""

_OF_PLACES: Final = {
    "matched_zip": Words(mark("We matched the ZIP, not the street.")),
    "matched_city": Words(mark("We matched the city, not the street.")),
    "listed_as_closed": Words(mark("{clinic} is listed as closed.")),
    "listed_as_withdrawn": Words(mark("{clinic} is listed as withdrawn.")),
    "clinic_without_point": Words(
        mark("Where {clinic} is was not recorded, so there are no distances.")
    ),
    "clinics_of_one_name": Words(
        nmark(
            "{count} clinic of this name is in {city}; this is one of them.",
            "{count} clinics of this name are in {city}; this is one of them.",
        )
    ),
    "post_office_boxes": Words(
        mark(
            "{zip} is a ZIP code of post-office boxes: distances count from its post office and may "
            "be {distance} off."
        ),
        {"distance": format_miles},
    ),
    "state_before_city": Words(mark("{state} is taken as the state, not as the city {city}.")),
    "city_before_state": Words(mark("{city} is taken as the city, not as the state.")),
    "counted_from_people": Words(
        mark(
            "Distances count from the middle of where the people of {place} live; nearly all of them "
            "live within {distance} of it."
        ),
        {"distance": format_miles},
    ),
    "showing_spelled": Words(mark("Showing {place}. Did you mean something else?")),
    "zip_without_zero": Words(mark("{typed} is read as the ZIP code {zip}.")),
    "one_of_twins": Words(mark("Distances count from {place}; {other} is next to it.")),
    "not_known_beside": Words(
        mark("We do not know “{name}”; distances count from {place}."),
    ),
    "whole_place_taken": Words(mark("Showing all of {place}.")),
    "zip_not_listed": Words(
        mark("{zip} is not in our list of ZIP codes; we took {place}."),
    ),
    "zip_of_another_city": Words(
        mark("{zip} is a ZIP code of {here}, not of {there}; we took the ZIP.")
    ),
    "territory": Words(
        mark("{territory} is in none of the four census regions, so regional figures leave it out.")
    ),
}
"""How a place was understood that a person typed."""

_OF_PAIRS: Final = {
    "same_name": Words("same name"),
    "similar_name": Words("similar name"),
    "same_address": Words("same address"),
    "same_street": Words("same street"),
    "similar_house": Words("house numbers a slip apart"),
    "same_unit": Words("same unit"),
    "same_zip": Words("same ZIP"),
    "same_city": Words("same city"),
    "same_phone": Words("same phone"),
    "same_website": Words("same website"),
    "same_npi": Words("same NPI"),
    "different_names": Words("different names"),
    "different_addresses": Words("different house numbers or streets"),
    "different_units": Words("different units"),
    "different_cities": Words("different cities"),
    "different_branches": Words("different branches"),
    "different_states": Words("different states"),
    "as_like_another": Words("as like another clinic"),
}
"""What agrees and differs between two listings; operators read it, in English."""

_OF_POINTS: Final = {
    "far_outside_state": Words("The point lies more than {limit} miles outside of {state}."),
    "far_outside_country": Words(
        "The point lies more than {limit} miles outside of any county of the United States."
    ),
    "outside": Words("The point lies {miles} miles outside of {area}.", {"miles": TENTH}),
    "in_another_county": Words("The point lies in {county}, but ZIP {zip} in {counties}."),
    "in_no_county": Words("The point lies in no county, but ZIP {zip} in {counties}."),
    "far_from_zip": Words(
        "The point is {miles} miles from the middle of ZIP {zip}, which reaches {reach} miles.",
        {"miles": TENTH, "reach": TENTH},
    ),
    "another_house_number": Words(
        "The geocoder found the house number {found} instead of {asked}."
    ),
    "another_zip": Words("The geocoder found the ZIP {found} instead of {asked}."),
    "another_state": Words("The geocoder found the state {found} instead of {asked}."),
    "weak_match": Words("The match is weak: the address found is not quite the one asked for."),
    "moved": Words("The point is {miles} miles from the last agreed position.", {"miles": TENTH}),
    "several_fit": Words("{count} places fit the address equally well."),
    "some_fit": Words("Several places fit the address equally well."),
    "lost_outside_city": Words(
        "No geocoder finds the address, and the last agreed position lies outside of its city."
    ),
    "lost_outside_zip": Words(
        "No geocoder finds the address, and the last agreed position lies outside of its ZIP."
    ),
}
"""What speaks against a geocoder's point; operators read it, in English."""

WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {**VERDICT_WORDS, **_OF_GROUPS, **_OF_AGES, **_OF_PLACES, **_OF_PAIRS, **_OF_POINTS}
)
