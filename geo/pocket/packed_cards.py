"""What the cards of clinics say in each language, packed tightly: no sentence stands there twice.

Cards are made of a few hundred pieces, each in every language, in which a clinic's own words are left
open; beside them stand the numbers and addresses of each. `data/assets/pocket/cards.js` puts them
together again.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from geo.search.clinic_card import describe_clinic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.releases import Release
    from geo.search.clinic_card import CardAction, CardListing, ClinicFacts

_WHOLE: Final = ("address", "certification", "details", "onMap", "remarks", "source")
_OWN: Final = ("name", "city", "zip", "state")
_HOLE: Final = re.compile(rf"\{{({'|'.join(_OWN)})\}}")
_TEL: Final = "tel:"
_HOST: Final = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|$)", re.IGNORECASE)
_NATIONAL: Final = re.compile(r"tel:\+1([0-9]{3})([0-9]{3})([0-9]{4})")


def list_cards(release: Release) -> list[ClinicFacts]:
    """Return what each card says whatever is searched for, in the language of this run."""
    clinics, listings = release.clinics, release.listings
    own = dict(iter(listings.groupby("clinic_id")))
    none = listings.iloc[:0]
    return [
        describe_clinic(row, own.get(row["clinic_id"], none)) for _at, row in clinics.iterrows()
    ]


def join_cards(
    cards: Mapping[str, Sequence[ClinicFacts]], clinics: Mapping[str, Sequence[Any]]
) -> dict[str, Any]:
    """Return the cards of all languages, ready for JSON.

    What `geo.pocket.packed_clinics` tells of a clinic already is left out.

    Parameters
    ----------
    cards : language -> of `list_cards`.
    clinics : of `list_clinics`, in the same order.

    Returns
    -------
    `languages`; `pieces`, each one for every language, or one that holds for all; `whole`, of each
    part of a card the number of its piece, a clinic each; `actions` and `listings`, the numbers of
    theirs, a list for each clinic; `values`, the addresses that those lack, in their order.
    """
    pieces: dict[str, int] = {}

    def number(several: Sequence[Any]) -> int:
        is_same = all(value == several[0] for value in several)
        piece = json.dumps(several[:1] if is_same else several, ensure_ascii=False)
        return pieces.setdefault(piece, len(pieces))

    whole: dict[str, list[int]] = {name: [] for name in _WHOLE}
    actions, listings, values = [], [], []
    for row, several in enumerate(zip(*cards.values(), strict=True)):
        own = {name: clinics[name][row] for name in _OWN}
        first = several[0]
        told: list[Mapping[str, Any]] = [
            {**card, "address": _open(card["address"], own)} for card in several
        ]
        for name in _WHOLE:
            whole[name].append(number([card[name] for card in told]))
        of_actions = zip(*(card["actions"] for card in several), strict=True)
        actions.append([number([_shorten_action(one) for one in each]) for each in of_actions])
        of_listings = zip(*(card["listings"] for card in several), strict=True)
        listings.append(
            [number([_shorten_listing(one, own) for one in each]) for each in of_listings]
        )
        addresses = [action["href"].removeprefix(_TEL) for action in first["actions"]]
        addresses += [listing["url"] or "" for listing in first["listings"]]
        values.append(addresses)
    return {
        "languages": list(cards),
        "pieces": [json.loads(piece) for piece in pieces],
        "whole": whole,
        "actions": actions,
        "listings": listings,
        "values": values,
    }


def _open(text: str, own: Mapping[str, str]) -> str:
    """Return a text with `{name}` and the like for what is the clinic's own."""
    opened = text
    for name in _OWN:
        value = own[name]
        # Two letters are a state's behind a city alone.
        before = ", " if name == "state" else ""
        opened = opened.replace(f"{before}{value}", f"{before}{{{name}}}") if value else opened
    filled = _HOLE.sub(lambda hole: own[hole[1]], opened)
    return opened if filled == text else text


def _shorten_action(action: CardAction) -> dict[str, Any]:
    """Return a button without its address, and without what paper shows of it where that follows."""
    left = {name: value for name, value in action.items() if name != "href"}
    national = _NATIONAL.fullmatch(action["href"])
    shown = _read_host(action["href"]).removeprefix("www.")
    if national:
        shown = "({}) {}-{}".format(*national.groups())
    if action["detail"] == shown:
        del left["detail"]
    return left


def _shorten_listing(listing: CardListing, own: Mapping[str, str]) -> dict[str, Any]:
    """Return who lists a clinic, without the address, and without its host where that follows."""
    words, link = _open(listing["words"], own), listing["link"]
    follows = link == (_read_host(listing["url"] or "") or None)
    return {"words": words} if follows else {"words": words, "link": link}


def _read_host(address: str) -> str:
    """Return the host of an address as the script reads it; "" where it finds none."""
    found = _HOST.match(address)
    return found[1].lower() if found else ""
