"""The clinics' own websites as a source of a refresh: checked, and read where they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geo.enriching import enriching_run, own_sites
from geo.enriching.page_store import open_store
from geo.enriching.site_checks import check_sites
from geo.enriching.site_fetching import SiteFetcher
from geo.enriching.site_history import open_history
from geo.enriching.site_reports import open_reports
from geo.fetching.client import Client
from geo.geocoding.settings import read_settings
from geo.paths import find_home

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace import Workspace


class Checked(NamedTuple):
    """What a check came to.

    Attributes
    ----------
    fault : why it tells nothing of the sites, a sentence; "" where it does.
    counts : sites by what became of them, and cases that were opened.
    """

    fault: str
    counts: Mapping[str, int]


def has_contact() -> bool:
    """Tell whether it is said whom a site may write to, without which none is asked.

    Raises
    ------
    GeocodingError : geocoding.toml cannot be read.
    """
    return bool(read_settings(find_home()).contact)


def check_websites(workspace: Workspace, *, is_online: bool, who: str) -> Checked:
    """Check the sites that are due; read those that changed for what their clinics lack.

    Parameters
    ----------
    workspace : whose clinics.
    is_online : whether anything else has just been reached from here.
    who : to be kept with the decisions.

    Raises
    ------
    BusyError : another program is filling the list in.
    GeocodingError : nobody is named to write to, or what is kept cannot be written.
    SchemaError : the listings break their contract.
    WorkspaceError : the workspace cannot be read or written.
    """
    contact, home = enriching_run.find_contact(), find_home()
    clinics = enriching_run.list_clinics(workspace)
    with open_store(home) as store, open_history(home) as history:
        fetcher = SiteFetcher(store, contact, Client())
        found = check_sites(fetcher, history, clinics, is_online=is_online)
    counts = {**found.counts, "reports": open_reports(workspace, found.reports, who=who)}
    if found.changed:
        read = enriching_run.enrich(workspace, [own_sites.NAME], only=found.changed, who=who)
        counts |= {"changed": len(found.changed), "cases": read.cases}
        with open_history(home) as history:
            for check in found.unread:
                history.keep(check)
    fault = (
        "Hardly a site answered, so that the network here is to blame and no failure is counted; "
        "look after it, and run it again."
        if found.is_offline
        else ""
    )
    return Checked(fault, counts)
