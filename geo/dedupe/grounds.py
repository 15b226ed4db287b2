"""What speaks for one clinic, or for asking, whatever the sum of the evidence.

Bits add up letters and numbers; these rules read names and places as an operator does. Streets,
units or branches that differ stand against every one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.dedupe.kinship import Kinship

if TYPE_CHECKING:
    from geo.dedupe.comparing import Flags, Pairs

NEAR_MILES: Final = 15.0
"""How far apart two towns may be whose clinics of one name are asked about."""

NEAR_MILES_OF_A_SITE: Final = 30.0
"""The same where a site is shared as well: a metropolitan area is known by its largest city."""


@dataclass(frozen=True)
class Place:
    """Where two listings stand to each other; (n,) each.

    `same_house` : house number and street are the same. `here` : the same city or ZIP. `postal` : two
    names of one town to the mail, and not `spread`. `elsewhere` : two towns, or two ZIPs. `spread` :
    one source has the site, the telephone or the name that both share in two towns.
    """

    same_house: Flags
    here: Flags
    postal: Flags
    elsewhere: Flags
    spread: Flags


def find_grounds(pairs: Pairs, place: Place, apart: Flags, unsure: Flags) -> tuple[Flags, Flags]:
    """Return which pairs are one clinic, and which an operator is asked about.

    Merged are, in one town, the same telling words of a name where telephone and site do not both
    say otherwise; one name inside the other with the same telephone or site, or its beginning where
    nothing says otherwise; and the same site where one name abbreviates the other or is the site's
    own, or the telephone is the same too. Under two names of one town to the mail the telephone or
    site has to be the same as well. Between towns nothing merges but one name, or one inside the
    other, at one house, and within `NEAR_MILES` one name that is that of one of the towns, with one
    site: a chain's branches share name, site and telephone.

    Parameters
    ----------
    place : of each pair.
    apart : where streets, units or branches differ.
    unsure : the pairs that the evidence alone does not merge; no others are looked at.
    """
    asked = unsure & ~apart
    phone, site = pairs.same("phone"), pairs.same_site()
    other_phone, other_site = pairs.other_phones(), pairs.differ("domain")
    town = place.here | place.postal
    kin = pairs.kinship(asked & (town | pairs.both("town")))
    shared, abbreviated, inside, named = (kin >= least for least in list(Kinship)[1:])
    contact = phone | site
    otherwise = (other_phone & ~site) | (other_site & ~phone)
    bears = pairs.bear_site(asked & town & site & ~abbreviated)
    strangers = ~place.spread & ~pairs.same("source")
    miles = pairs.miles(asked & place.elsewhere & shared & (strangers | place.same_house))
    near, nearby = miles <= NEAR_MILES, miles <= NEAR_MILES_OF_A_SITE  # not so where NaN
    clear = ~(other_phone | other_site | pairs.differ("zip"))
    alone = asked & place.here & inside & clear & ~place.spread
    of_town = asked & strangers & near & site & ~other_phone
    merge = asked & (
        (place.here & named & ~otherwise & ~pairs.differ("zip"))
        | (town & inside & contact)
        | (alone & pairs.begin_longer(alone))
        | (of_town & pairs.name_a_town(of_town))
        | (town & site & (abbreviated | phone | bears))
        | (place.same_house & (near | place.postal) & inside)
        | (place.same_house & place.here & inside & ~other_phone & ~other_site)
    )
    review = asked & (
        (town & (contact | pairs.same("domain") | (inside & ~other_phone & ~other_site)))
        | (town & named & ~(other_phone & other_site))
        | (strangers & ((named & near) | (site & nearby)))
    )
    return merge, review & ~merge
