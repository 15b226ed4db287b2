"""Whether a place of a site stands in the town, or at the address, of a clinic of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.dedupe.addresses import contradict, read_address
from geo.dedupe.towns import are_one_to_the_mail, find_zips, read_town

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.dedupe.towns import Town
    from geo.enriching.site_places import SitePlace


def stands_there(other: Mapping[str, str], place: SitePlace) -> bool:
    """Tell whether another clinic of the list is known to stand at a place."""
    if not other["street"] or other["state"] != place.best.state:
        return False
    theirs = read_address(other["street"], other["unit"])
    return (
        theirs[0].house == place.address[0].house != ""
        and not contradict(theirs, place.address)
        and is_here(other, place)
    )


def is_here(clinic: Mapping[str, str], place: SitePlace) -> bool:
    """Tell whether a place stands in a clinic's town, under whatever name the mail has for it."""
    best = place.best
    if clinic["zip"] and clinic["zip"] == best.zip:
        return True
    if not clinic["city"]:
        return False
    town, other = find_town(clinic), read_town(best.city, best.state)
    return town == other or are_one_to_the_mail(town, other) or best.zip in find_zips(town)


def find_town(clinic: Mapping[str, str]) -> Town:
    """Return the town that a clinic is listed with."""
    return read_town(clinic["city"], clinic["state"])
