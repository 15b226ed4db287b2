"""What each reason says: its code, the message it is put into, and how its figures are written."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from geo.i18n.language import format_figure, format_miles, format_percent, mark, nmark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Form: TypeAlias = Callable[[Any], str]


class Words(NamedTuple):
    """How a reason is said.

    Parameters
    ----------
    message : in English, with a placeholder for each figure; two where they go with a `count`.
    forms : name of a figure -> how it is written; one that has no form is written as it is.
    """

    message: str | tuple[str, str]
    forms: Mapping[str, Form] = MappingProxyType({})


def _written(form: str) -> Form:
    return lambda value: format_figure(float(value), form)


def _write_dollars(value: float) -> str:
    return f"${format_figure(value, ',.0f')}"


_WHOLE, _TENTH, _HUNDREDTH = _written(".0f"), _written(".1f"), _written(".2f")
_GROUPED: Final = _written(",.0f")
_PERCENT, _PERCENT_TENTH = partial(format_percent, decimals=0), partial(format_percent, decimals=1)
_RATES: Final[Mapping[str, Form]] = {
    "expected": _WHOLE,
    "ratio": _HUNDREDTH,
    "low": _HUNDREDTH,
    "high": _HUNDREDTH,
    "chance": _written(".2g"),
}
_ESTIMATE: Final[Mapping[str, Form]] = {
    "low": _WHOLE,
    "high": _WHOLE,
    "middle": _WHOLE,
    "spread": _PERCENT,
}
_SHARES: Final[Mapping[str, Form]] = {
    "here": _PERCENT_TENTH,
    "elsewhere": _PERCENT_TENTH,
    "distance": format_miles,
    "points": _TENTH,
    "low": _TENTH,
    "high": _TENTH,
    "least": _WHOLE,
}
_BOTH_SIGNS: Final = {**_SHARES, "low": _written("+.1f"), "high": _written("+.1f")}
_DOLLARS: Final[Mapping[str, Form]] = {"low": _write_dollars, "high": _write_dollars}
_PERCENTS: Final[Mapping[str, Form]] = {"low": _PERCENT_TENTH, "high": _PERCENT_TENTH}
_PEOPLE: Final[Mapping[str, Form]] = {"low": _GROUPED, "high": _GROUPED}

_SUPPLY_SHOWN: Final = (
    mark(
        "{clinics} clinics are listed where {expected} are expected: freed from how complete the "
        "list is, the rate is {ratio} of that in the rest of the country ({low} to {high}, "
        "adjusted p = {chance}), which is below it."
    ),
    mark(
        "{clinics} clinics are listed where {expected} are expected: freed from how complete the "
        "list is, the rate is {ratio} of that in the rest of the country ({low} to {high}, "
        "adjusted p = {chance}), which is above it."
    ),
)
_SUPPLY_NOT_SHOWN: Final = (
    mark(
        "{clinics} clinics are listed where {expected} are expected: freed from how complete the "
        "list is, the rate is {ratio} of that in the rest of the country ({low} to {high}, "
        "adjusted p = {chance}), which is not shown to be below it."
    ),
    mark(
        "{clinics} clinics are listed where {expected} are expected: freed from how complete the "
        "list is, the rate is {ratio} of that in the rest of the country ({low} to {high}, "
        "adjusted p = {chance}), which is not shown to be above it."
    ),
)
_FEWER: Final = mark(
    "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
    "country: {points} points fewer ({low} to {high} over the draws)."
)
_MORE: Final = mark(
    "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
    "country: {points} points more ({low} to {high} over the draws)."
)
_NOT_ENOUGH_FEWER: Final = mark(
    "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
    "country: {points} points fewer ({low} to {high} over the draws); it counts where all the "
    "band is {least} points or more."
)
_NOT_ENOUGH_MORE: Final = mark(
    "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
    "country: {points} points more ({low} to {high} over the draws); it counts where all the "
    "band is {least} points or more."
)

_OF_VERDICTS: Final = {
    "no_population": Words(mark("No figures of its population are known.")),
    "no_rest": Words(
        mark(
            "It is in no census region, so it is shown, but not compared with the rest of the "
            "country."
        )
    ),
    "no_place": Words(mark("No listed clinic has a known place.")),
    "too_few_expected": Words(
        mark(
            "Only {expected} clinics are expected here at the national rate, and chance decides "
            "where they are fewer than {least}."
        ),
        {"expected": _TENTH},
    ),
    "not_measured_here": Words(
        mark(
            "How complete the list is here is not known: no two lists compiled independently share "
            "{least} clinics."
        )
    ),
    "not_measured_elsewhere": Words(
        mark(
            "How complete the list is in the rest is not known: no two lists compiled independently "
            "share {least} clinics."
        )
    ),
    "not_sure_here": Words(
        mark(
            "How complete the list is here is not known well enough: there are {low} to {high} "
            "clinics, which is wider than {middle} give or take {spread}."
        ),
        _ESTIMATE,
    ),
    "not_sure_elsewhere": Words(
        mark(
            "How complete the list is in the rest is not known well enough: there are {low} to "
            "{high} clinics, which is wider than {middle} give or take {spread}."
        ),
        _ESTIMATE,
    ),
    "rate_below": Words(_SUPPLY_SHOWN[0], _RATES),
    "rate_above": Words(_SUPPLY_SHOWN[1], _RATES),
    "rate_not_below": Words(_SUPPLY_NOT_SHOWN[0], _RATES),
    "rate_not_above": Words(_SUPPLY_NOT_SHOWN[1], _RATES),
    "share_fewer": Words(_FEWER, _SHARES),
    "share_more": Words(_MORE, _SHARES),
    "share_hardly_fewer": Words(_NOT_ENOUGH_FEWER, _SHARES),
    "share_hardly_more": Words(_NOT_ENOUGH_MORE, _SHARES),
    "share_perhaps_fewer": Words(_NOT_ENOUGH_FEWER, _BOTH_SIGNS),
    "share_perhaps_more": Words(_NOT_ENOUGH_MORE, _BOTH_SIGNS),
}
"""Why a verdict is so. A share that is `hardly` fewer lies below that of the rest by too little; one
that is `perhaps` fewer does not in all draws."""

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

WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {**_OF_VERDICTS, **_OF_GROUPS, **_OF_AGES, **_OF_PLACES}
)
