"""Why a verdict on an area is so: the code of each reason, and what it says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from geo.i18n.language import format_figure, format_miles, gettext, mark
from geo.i18n.reason_forms import HUNDREDTH, PERCENT, PERCENT_TENTH, TENTH, WHOLE, Words, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.i18n.reason_forms import Form

_RATES: Final[Mapping[str, Form]] = {
    "expected": WHOLE,
    "ratio": HUNDREDTH,
    "low": HUNDREDTH,
    "high": HUNDREDTH,
    "chance": written(".2g"),
}
_ESTIMATE: Final[Mapping[str, Form]] = {
    "low": WHOLE,
    "high": WHOLE,
    "middle": WHOLE,
    "spread": PERCENT,
}
_SHARES: Final[Mapping[str, Form]] = {
    "here": PERCENT_TENTH,
    "elsewhere": PERCENT_TENTH,
    "distance": format_miles,
    "points": TENTH,
    "low": TENTH,
    "high": TENTH,
    "least": WHOLE,
}


def _write_drive(minutes: float) -> str:
    return gettext("{minutes} minutes by road").format(minutes=format_figure(minutes, ".0f"))


_DRIVES: Final[Mapping[str, Form]] = {**_SHARES, "distance": _write_drive}
_BETWEEN: Final = {name: form for name, form in _SHARES.items() if name != "points"}
_BOTH_SIGNS: Final = {**_SHARES, "low": written("+.1f"), "high": written("+.1f")}

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
_LOWER: Final = mark(
    "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
    "country: lower, by {low} to {high} points; low is {least} or more for sure."
)
_HIGHER: Final = mark(
    "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
    "country: higher, by {low} to {high} points; high is {least} or more for sure."
)


def write_end(value: float | str) -> str:
    """Return the upper end of an interval; a reason that is kept writes infinity as text."""
    number = float(value)
    return WHOLE(number) if math.isfinite(number) else gettext("no upper end")


REFUSAL_WORDS: Final[Mapping[str, str]] = {
    "no_list": mark("one of the two lists holds no clinic there"),
    "dates": mark("the two lists were compiled more than two years apart"),
    "links": mark("too many pairs of listings wait for an operator"),
    "repeated": mark("these lists repeat each other"),
    "few": mark("the two lists share fewer than seven clinics there"),
}
"""Why two lists do not tell how many clinics there are."""

LACKING_WORDS: Final[Mapping[str, str]] = {
    "narrow_here": mark("the number of clinics here is not known to within a quarter"),
    "narrow_elsewhere": mark("the number in the rest is not known to within a quarter"),
    "searched": mark("fewer than 90% of adults here live within 25 miles of a place searched"),
    "agreement": mark("it is low by one list and high by the other"),
    "difference": mark("the difference may be chance"),
    "robustness": mark("a twofold difference in how the lists overlap would undo it"),
}
"""What a verdict on supply lacks."""


def write_refusal(code: str) -> str:
    """Return why two lists tell nothing, in the language of this run."""
    return gettext(REFUSAL_WORDS[code])


def write_lacking(codes: str) -> str:
    """Return what a verdict on supply lacks, codes joined by `;`, in the language of this run."""
    return "; ".join(gettext(LACKING_WORDS[code]) for code in codes.split(";"))


_TOTALS: Final[Mapping[str, Form]] = {
    "total": WHOLE,
    "low": WHOLE,
    "high": write_end,
    "first": HUNDREDTH,
    "second": HUNDREDTH,
}
_SUPPLY: Final = {**_TOTALS, "ratio": HUNDREDTH, "gamma": TENTH}

VERDICT_WORDS: Final = {
    "supply_refused": Words(
        mark("How many clinics there are here cannot be told: {refusal}."),
        {"refusal": write_refusal},
    ),
    "supply_refused_elsewhere": Words(
        mark("How many clinics there are in the rest of the country cannot be told: {refusal}."),
        {"refusal": write_refusal},
    ),
    "supply_lacking": Words(
        mark(
            "By two lists there are at least {total} clinics here ({low} to {high}). Against the "
            "rest of the country the first list alone has {first} times as many per adult, the "
            "second {second} times. It cannot be judged: {lacking}."
        ),
        {**_TOTALS, "lacking": write_lacking},
    ),
    "supply_fewer": Words(
        mark(
            "By two lists there are at least {total} clinics here ({low} to {high}): {ratio} times "
            "as many per adult as in the rest of the country, which is fewer. The first list alone "
            "says {first} times, the second {second}; only if lists overlapped {gamma} times "
            "differently here would it be undone."
        ),
        _SUPPLY,
    ),
    "supply_more": Words(
        mark(
            "By two lists there are at least {total} clinics here ({low} to {high}): {ratio} times "
            "as many per adult as in the rest of the country, which is more. The first list alone "
            "says {first} times, the second {second}; only if lists overlapped {gamma} times "
            "differently here would it be undone."
        ),
        _SUPPLY,
    ),
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
        {"expected": TENTH},
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
    "share_lower": Words(_LOWER, _BETWEEN),
    "share_higher": Words(_HIGHER, _BETWEEN),
    "share_hardly_fewer": Words(_NOT_ENOUGH_FEWER, _SHARES),
    "share_hardly_more": Words(_NOT_ENOUGH_MORE, _SHARES),
    "share_perhaps_fewer": Words(_NOT_ENOUGH_FEWER, _BOTH_SIGNS),
    "share_perhaps_more": Words(_NOT_ENOUGH_MORE, _BOTH_SIGNS),
    "drive_fewer": Words(_FEWER, _DRIVES),
    "drive_more": Words(_MORE, _DRIVES),
    "drive_lower": Words(_LOWER, {**_BETWEEN, "distance": _write_drive}),
    "drive_higher": Words(_HIGHER, {**_BETWEEN, "distance": _write_drive}),
    "drive_hardly_fewer": Words(_NOT_ENOUGH_FEWER, _DRIVES),
    "drive_hardly_more": Words(_NOT_ENOUGH_MORE, _DRIVES),
    "drive_perhaps_fewer": Words(_NOT_ENOUGH_FEWER, {**_BOTH_SIGNS, "distance": _write_drive}),
    "drive_perhaps_more": Words(_NOT_ENOUGH_MORE, {**_BOTH_SIGNS, "distance": _write_drive}),
}
"""Why a verdict is so. A share that is `lower` lies below that of the rest by too little to be low,
which earlier releases called `hardly` fewer; one that is `perhaps` fewer does not in all draws."""
