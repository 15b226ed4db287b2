"""What the statements of "Before you go" rest on; an operator checks each against its page."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from geo.guidance.statement import Kind, Source
from geo.i18n.language import gettext as _
from geo.i18n.language import mark

_FDA: Final = "https://www.fda.gov/drugs/human-drug-compounding/"
_REGISTER: Final = "https://www.federalregister.gov/d/"
_HUMANA: Final = "https://www.humanamilitary.com/provider/education-and-resources/quick-access/"


def cite(*keys: str) -> tuple[Source, ...]:
    """Return the sources of these keys, their titles in the language of this run.

    Raises
    ------
    KeyError : no source has the key.
    """
    return tuple(replace(_SOURCES[key], title=_(_SOURCES[key].title)) for key in keys)


def _paper(key: str, title: str, doi: str) -> Source:
    return Source(key, Kind.PAPER, f"{title}, doi:{doi}", f"https://doi.org/{doi}")


def _official(key: str, title: str, url: str = "") -> Source:
    return Source(key, Kind.OFFICIAL, title, url)


_SOURCES: Final = {
    source.key: source
    for source in (
        _official("988", mark("988 Suicide & Crisis Lifeline"), "https://988lifeline.org/"),
        _official(
            "veterans-line", mark("Veterans Crisis Line"), "https://www.veteranscrisisline.net/"
        ),
        _official(
            "fda-2022",
            mark("FDA warning of February 16, 2022"),
            f"{_FDA}fda-alerts-health-care-professionals-potential-risks-associated-compounded-"
            "ketamine-nasal-spray",
        ),
        _official(
            "fda-2023",
            mark("FDA warning of October 10, 2023"),
            f"{_FDA}fda-warns-patients-and-health-care-providers-about-potential-risks-associated-"
            "compounded-ketamine",
        ),
        _official(
            "label",
            mark("the label of Spravato, at DailyMed"),
            "https://dailymed.nlm.nih.gov/dailymed/search.cfm?query=spravato",
        ),
        _official("rems", mark("Spravato REMS program"), "https://www.spravatorems.com/"),
        _paper("mcinnes-2022", "McInnes et al. 2022", "10.1016/j.jad.2021.12.097"),
        _paper("oliver-2022", "Oliver et al. 2022", "10.4088/JCP.21m14336"),
        _paper(
            "taylor-2018", "Taylor et al., Neuropsychopharmacology 2018", "10.1038/npp.2017.194"
        ),
        _paper("jcp-2023", "J Clin Psychiatry 2023;84(1):22m14491", "10.4088/JCP.22m14491"),
        _paper("fpsyt-2020", "Front Psychiatry 2020, 00844", "10.3389/fpsyt.2020.00844"),
        _official(
            "cfr-431-53",
            mark("federal rule 42 CFR 431.53"),
            "https://www.ecfr.gov/current/title-42/section-431.53",
        ),
        _official(
            "cms-2020",
            mark("Medicare's fee schedule of 2020, in the Federal Register"),
            f"{_REGISTER}2019-24086",
        ),
        _official(
            "humana-military-2020",
            mark("Humana Military, notice of December 11, 2020"),
            f"{_HUMANA}policy-updates-and-alerts/spravato-121120",
        ),
        _official("health-net", mark("Health Net Federal Services, benefit page “Spravato”")),
        _official("texas-medicaid", mark("Texas Medicaid notices"), "https://www.tmhp.com/"),
        _official(
            "carepartners-2022", mark("CarePartners of Connecticut, policy of April 1, 2022")
        ),
        _official("highmark", mark("Highmark, policy HHO-DE-MP-1265")),
        _official(
            "bcbs-mississippi", mark("Blue Cross Blue Shield of Mississippi, policy L.5.01.537")
        ),
        _official(
            "va-locator", mark("the VA's facility locator"), "https://www.va.gov/find-locations/"
        ),
        _official(
            "dea-2025",
            mark("DEA, fourth extension, in the Federal Register"),
            f"{_REGISTER}2025-24123",
        ),
        Source("clinics", Kind.COMMERCIAL, mark("clinics' own pages")),
        Source("prices", Kind.COMMERCIAL, mark("price pages of Thervo and Healing Maps")),
        Source("own", Kind.OWN, mark("ours, not a medical source")),
    )
}
