"""From a search result, or the lack of one, to what the list and the map show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.i18n import language
from geo.i18n.language import format_number, ngettext
from geo.i18n.language import gettext as _
from geo.search import bands, far_off, wording
from geo.search.clinic_card import describe_clinic
from pages.parts import languages, loaders
from pages.parts.map_state import AREA_FROM_MILES
from pages.parts.reports import find_way
from pages.patients.parts import (
    answer_notes,
    fact_filters_panel,
    list_pieces,
    offers,
    paging,
    within,
)
from pages.patients.parts.cards import build_card

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from geo.errors import PlaceError
    from geo.places import Place, PlaceMatch
    from geo.releases import Release
    from geo.search.clinic_card import ClinicFacts
    from geo.search.searching import SearchResult
    from pages.patients.parts.list_protocol import (
        CardSection,
        ClinicCard,
        ListAnswer,
        ReportLine,
    )


@dataclass(frozen=True)
class Filters:
    """What a person narrowed the search by; `within` as `pages.patients.parts.within` has it.

    `wanted` and `by_minutes` are as of `geo.search.searching.search`.
    """

    within: int | str
    treatment: str | None
    hide_unconfirmed: bool
    by_minutes: bool = False
    wanted: Mapping[str, str] = field(default_factory=dict)


def _empty(heading: str) -> ListAnswer:
    return {
        "kind": "answer",
        "heading": heading,
        "shown": "",
        "notes": [],
        "facts": [],
        "actions": [],
        "rule": "",
        "ride": "",
        "bands": {},
        "trips": None,
        "steps": None,
        "report": None,
        "link": None,
        "cards": [],
        "going_on": [],
        "pages": None,
        "sections": [],
        "selected": None,
        "focus": 0,
        "quiet": False,
    }


def build_start(release: Release, selected: str | None) -> ListAnswer:
    """Return what stands there before a search."""
    listed = release.clinics[release.clinics["status"].isin(SHOWN_STATUSES)]
    chosen = listed[listed["clinic_id"] == selected]
    street_known = listed["radius_miles"] < AREA_FROM_MILES
    return {
        **_empty(
            ngettext(
                "{count} clinic across the country",
                "{count} clinics across the country",
                len(listed),
            ).format(count=format_number(len(listed)))
        ),
        "shown": _("Type a ZIP, a city or an address to see the nearest. Or try one of these:"),
        "actions": [
            {"kind": "query", "value": label, "label": label}
            for label in ("Chicago, IL", "Boston, MA", "Montana")
        ],
        "facts": [
            _("Nearest first. Nobody can pay for a place."),
            _describe_points(int(street_known.sum()), len(listed)),
            _("Each card says which source lists the clinic, and when."),
        ],
        "cards": _list_cards(chosen, release),
        "selected": selected,
    }


def _describe_points(known: int, listed: int) -> str:
    """Return how well the clinics' points are known, as a sentence."""
    if not known:
        return _("Of all {count} we know the ZIP or city, and each card says so.").format(
            count=format_number(listed)
        )
    return ngettext(
        "The street of {count} is on our map; of the others we know the ZIP or city, and each card "
        "says so.",
        "The street of {count} is on our map; of the others we know the ZIP or city, and each card "
        "says so.",
        known,
    ).format(count=format_number(known))


def build_question(error: PlaceError, focus: int) -> ListAnswer:
    """Return the sentence that asks which place was meant, or says that none was found."""
    return {
        **_empty(str(error)),
        "kind": "error",
        "actions": [
            {"kind": "query", "value": label, "label": label} for label in error.candidates
        ],
        "focus": focus,
    }


def build_invitation(focus: int) -> ListAnswer:
    """Return what stands below whom to call in a crisis, where no place was named."""
    return {
        **_empty(_("Looking for a clinic? Type a place")),
        "shown": _("A ZIP code, a city or a state."),
        "focus": focus,
    }


def build_answer(
    release: Release,
    match: PlaceMatch,
    result: SearchResult,
    filters: Filters,
    *,
    page: int,
    selected: str | None,
    focus: int,
    over_water: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> ListAnswer:
    """Return the list's content for a search.

    Parameters
    ----------
    over_water : ids of the clinics whose straight line leaves US land.
    notes : further sentences to show above the list.
    """
    place = result.place
    turned = paging.turn_to(result, page)
    cards = _list_cards(turned.clinics, release, place, over_water)
    named = len(result.clinics) or len(result.not_known) or len(result.nearest_few)
    return {
        **_empty(wording.describe_count(result)),
        "shown": " ".join(
            filter(
                None, [answer_notes.tell_shown(result, turned), answer_notes.tell_left_out(result)]
            )
        ),
        "notes": [
            *filter(None, [answer_notes.tell_place(place), answer_notes.tell_fault(result)]),
            *notes,
            *answer_notes.explain_nothing(result, filters.treatment),
            *answer_notes.tell_not_known(result),
        ],
        "actions": offers.build(match, result),
        "rule": bands.tell_rule(result) if named else "",
        "ride": wording.describe_ride(result),
        "bands": _name_bands(result),
        "trips": list_pieces.build_trips(result, filters.treatment),
        "steps": list_pieces.build_steps() if far_off.is_far(result) else None,
        "report": _tell_report() if named else None,
        "link": build_link(place, filters),
        "cards": cards,
        "pages": {
            "now": turned.number,
            "count": turned.count,
            "label": _("Pages of results"),
            "words": _("Page {page} of {count}").format(page=turned.number, count=turned.count),
            "previous": _("Previous"),
            "next": _("Next"),
        },
        "going_on": _go_on(release, result, turned, filters, over_water),
        "sections": _sections(release, result) if turned.is_last else [],
        "selected": selected,
        "focus": focus,
    }


def build_link(place: Place, filters: Filters) -> str | None:
    """Return the query of a link that reopens a search: ZIP, city or state, filters, language."""
    where = place.link_text
    if not where:
        return None
    name = "zip" if where.isdigit() else "state" if place.kind == "state" else "city"
    query: dict[str, str | int] = {name: where, "within": filters.within}
    if filters.treatment:
        query["treatment"] = filters.treatment
    if filters.hide_unconfirmed:
        query["unconfirmed"] = "hide"
    if filters.by_minutes:
        query["order"] = "drive"
    query |= filters.wanted
    return f"?{urlencode(query | languages.link_query())}"


def _list_cards(
    clinics: pd.DataFrame,
    release: Release,
    place: Place | None = None,
    over_water: Sequence[str] = (),
) -> list[ClinicCard]:
    """Return the cards of some clinics; what no search changes of them is kept for all visitors."""
    known: dict[str, ClinicFacts] = loaders.load_descriptions(release.id, language.current())
    cards = []
    for _index, row in clinics.iterrows():
        clinic_id = row["clinic_id"]
        if clinic_id not in known:
            own = release.listings[release.listings["clinic_id"] == clinic_id]
            known[clinic_id] = describe_clinic(row, own)
        crosses = clinic_id in over_water
        cards.append(build_card(row, known[clinic_id], place, over_water=crosses))
    return cards


def _tell_report() -> ReportLine:
    way = find_way()
    return {"words": way.words, "link": way.link, "href": way.href}


def _name_bands(result: SearchResult) -> dict[int, str]:
    """Return what stands above each band that a clinic of the result is in."""
    by_drive = bands.is_by_drive(result)
    numbers = {
        int(number)
        for listed in (result.clinics, result.not_known, result.nearest_few)
        for number in listed["band"]
    }
    return {number: bands.name_band(number, by_drive=by_drive) for number in sorted(numbers)}


def _go_on(
    release: Release,
    result: SearchResult,
    turned: paging.Page,
    filters: Filters,
    over_water: Sequence[str],
) -> list[CardSection]:
    """Return the lists that follow the first on its pages: the nearest outside, what to ask."""
    place, few = result.place, result.nearest_few
    lists: list[CardSection] = []
    if len(few) and turned.number == 1:
        lists.append(
            {
                "heading": ngettext(
                    "The nearest clinic", "The {count} nearest clinics", len(few)
                ).format(count=len(few)),
                "lead": ngettext(
                    "It lies outside the {distance} asked for.",
                    "They lie outside the {distance} asked for.",
                    len(few),
                ).format(distance=within.describe(filters.within)),
                "cards": _list_cards(few, release, place, over_water),
            }
        )
    if len(turned.not_known):
        chosen = "; ".join(fact_filters_panel.describe_wanted(filters.wanted))
        lists.append(
            {
                "heading": _("Not known"),
                "lead": answer_notes.tell_whom_to_ask(turned.not_known, chosen),
                "cards": _list_cards(turned.not_known, release, place, over_water),
            }
        )
    return lists


def _sections(release: Release, result: SearchResult) -> list[CardSection]:
    """Return the lists that stand apart, after the last page: at home, and without a place."""
    sections: list[CardSection] = []
    state = result.place.state
    if len(result.unlocated):
        sections.append(
            {
                "heading": _("Also listed in {state}, place not known").format(state=state),
                "lead": _("Their sources give no city or ZIP, so no distance can be told."),
                "cards": _list_cards(result.unlocated, release),
            }
        )
    if len(result.at_home):
        sections.append(
            {
                "heading": _("Treatment at home or by telehealth"),
                "lead": _("Not a place to go to; the FDA warns of added risk."),
                "cards": _list_cards(result.at_home, release),
            }
        )
    return sections
