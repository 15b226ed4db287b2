"""The sentences that give the reason of a verdict; a release keeps them in English.

They are apart from the verdicts, so that a page that shows one does not load what finds one.
"""

from __future__ import annotations

from typing import Final

from geo.i18n.language import mark, retell

NO_PEOPLE: Final = mark("No figures of its population are known.")
NO_REST: Final = mark(
    "It is in no census region, so it is shown, but not compared with the rest of the country."
)
NO_PLACE: Final = mark("No listed clinic has a known place.")
TOO_FEW: Final = mark(
    "Only {expected} clinics are expected here at the national rate, and chance decides where they "
    "are fewer than {least}."
)
NOT_MEASURED: Final = {
    "here": mark(
        "How complete the list is here is not known: no two lists compiled independently share "
        "{least} clinics."
    ),
    "in the rest": mark(
        "How complete the list is in the rest is not known: no two lists compiled independently "
        "share {least} clinics."
    ),
}
NOT_SURE: Final = {
    "here": mark(
        "How complete the list is here is not known well enough: there are {low} to {high} "
        "clinics, which is wider than {middle} give or take {spread}."
    ),
    "in the rest": mark(
        "How complete the list is in the rest is not known well enough: there are {low} to {high} "
        "clinics, which is wider than {middle} give or take {spread}."
    ),
}
SUPPLY: Final = {
    (True, True): mark(
        "{clinics} clinics are listed where {expected} are expected: freed from how complete the "
        "list is, the rate is {ratio} of that in the rest of the country ({low} to {high}, "
        "adjusted p = {chance}), which is below it."
    ),
    (True, False): mark(
        "{clinics} clinics are listed where {expected} are expected: freed from how complete the "
        "list is, the rate is {ratio} of that in the rest of the country ({low} to {high}, "
        "adjusted p = {chance}), which is above it."
    ),
    (False, True): mark(
        "{clinics} clinics are listed where {expected} are expected: freed from how complete the "
        "list is, the rate is {ratio} of that in the rest of the country ({low} to {high}, "
        "adjusted p = {chance}), which is not shown to be below it."
    ),
    (False, False): mark(
        "{clinics} clinics are listed where {expected} are expected: freed from how complete the "
        "list is, the rate is {ratio} of that in the rest of the country ({low} to {high}, "
        "adjusted p = {chance}), which is not shown to be above it."
    ),
}
"""By whether it is shown, and whether it is below."""
DISTANCE: Final = {
    (True, True): mark(
        "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
        "country: {points} points fewer ({low} to {high} over the draws)."
    ),
    (True, False): mark(
        "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
        "country: {points} points more ({low} to {high} over the draws)."
    ),
    (False, True): mark(
        "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
        "country: {points} points fewer ({low} to {high} over the draws); it counts where all the "
        "band is {least} points or more."
    ),
    (False, False): mark(
        "{here} of adults have a listed clinic within {distance}, {elsewhere} in the rest of the "
        "country: {points} points more ({low} to {high} over the draws); it counts where all the "
        "band is {least} points or more."
    ),
}
"""By whether it counts, and whether it is fewer."""


def retell_why(why: str) -> str:
    """Return why a verdict is so, as `verdicts.judge` stored it, in the language of this run."""
    stated = (SUPPLY, DISTANCE, NOT_SURE, NOT_MEASURED)
    return retell(why, [*(template for by in stated for template in by.values()), TOO_FEW])
