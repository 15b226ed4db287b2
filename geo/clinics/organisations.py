"""Which clinics belong together: those of one website, or else of one name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.places.names import name_keys

if TYPE_CHECKING:
    from tldextract import TLDExtract

_SHARED: Final = (
    "bing.com facebook.com google.com goodtherapy.org growtherapy.com headway.co healthgrades.com "
    "helloalma.com instagram.com linkedin.com linktr.ee mapquest.com psychologytoday.com tiktok.com "
    "twitter.com vagaro.com webmd.com x.com yelp.com youtube.com zocdoc.com"
)
SHARED_SITES: Final = frozenset(_SHARED.split())
"""Sites on which many organisations have a page; they tell none of them."""


def name_organisations(clinics: pd.DataFrame) -> pd.Series[str]:
    """Return the organisation of each clinic: its website's registered domain, else its name's key.

    Parameters
    ----------
    clinics : `website` and `name`, "" where unknown.

    Returns
    -------
    Text with the index of the clinics: `domain:example.org` or `name:examplecentre`. A site builder's
    subdomain (`example.wixsite.com`) is a domain of its own, by the public suffix list that the
    package tldextract carries; nothing is fetched.
    """
    domains = clinics["website"].map(_registered_domain)
    names = pd.Series(name_keys(clinics["name"]) if len(clinics) else [], index=clinics.index)
    has_domain = domains.ne("") & ~domains.isin(SHARED_SITES)
    return ("domain:" + domains).where(has_domain, "name:" + names.astype("str")).astype("str")


def _registered_domain(website: str) -> str:
    return _extractor()(website).top_domain_under_public_suffix


@cache
def _extractor() -> TLDExtract:
    from tldextract import TLDExtract  # noqa: PLC0415  # 50 ms; it loads an HTTP client we never use

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
