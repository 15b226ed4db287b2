"""How the figures are made, for a paper: definitions, formulas, data, limits, changes, citation.

Numbers in the sentences are those of the modules that compute with them. What the columns of files
mean is in `geo.coverage.coverage_exports`, how sites are found in `geo.siting.siting_exports`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from geo.accessibility.floating import ZONE_WEIGHTS
from geo.coverage.counting import SURE
from geo.coverage.coverage_exports import cite
from geo.coverage.demand import read_vintages
from geo.coverage.drive_draws import LIMIT_MINUTES
from geo.coverage.position_draws import DRAWS
from geo.coverage.supply_evidence import LEAST_GAMMA, LEAST_SEARCHED, MOST_SPREAD, SEARCHED_MILES
from geo.coverage.two_lists import ODDS, RESAMPLES
from geo.coverage.verdicts import LEAST_DIFFERENCE, NEAR_MILES, NEAR_MINUTES
from geo.i18n.language import format_date, format_miles, format_number, format_percent, mark
from geo.i18n.language import gettext as _
from geo.reference.road_tables import ATTRIBUTION
from geo.siting.siting_context import MILES, MINUTES
from geo.siting.siting_exports import LIMITS, METHODS

if TYPE_CHECKING:
    from datetime import date


class Formula(NamedTuple):
    """A formula: what it gives, to be translated; the signs; what they stand for, likewise."""

    gives: str
    signs: str
    means: str


class Part(NamedTuple):
    """A part of the text: a key for links, a heading, sentences in the language of the run."""

    key: str
    heading: str
    sentences: tuple[str, ...]


_near, _middle, _far = ZONE_WEIGHTS

FORMULAS: Final = (
    Formula(
        mark("Share of adults within a distance or a drive"),
        "S(r) = Σᵢ aᵢ·[dᵢ ≤ r] / Σᵢ aᵢ",
        mark(
            "aᵢ: adults of ZIP i; dᵢ: miles (geodesic, WGS84) or minutes from its point to the nearest "
            "listed clinic in any state; sums over the ZIPs of the area."
        ),
    ),
    Formula(
        mark("Share of adults with a condition within a distance"),
        "Sₚ(r) = Σᵢ aᵢ·pᵢ·[dᵢ ≤ r] / Σᵢ aᵢ·pᵢ",
        mark(
            "pᵢ: the rate of the condition in ZIP i, of a file that is given: its own or its county's, "
            "else the mean of the county or state, weighted by adults; states without one are left "
            "out."
        ),
    ),
    Formula(
        mark("Mean distance"),
        "D = Σᵢ aᵢ·dᵢ / Σᵢ aᵢ",
        mark("The median is the least d that half of the adults are within."),
    ),
    Formula(
        mark("Median and band of a figure"),
        "x = Q₅₀(x₁…xₙ), [Q₅, Q₉₅]",
        mark(
            "xₖ: the figure in draw k of where clinics may stand; a quantile is one of the draws."
        ),
    ),
    Formula(
        mark("Clinics per million adults"),
        "R = 10⁶·c / A;  [½·χ²₀.₀₂₅(2c), ½·χ²₀.₉₇₅(2c + 2)]·10⁶ / A",
        mark("c: listed clinics with a point inside; A: adults; the interval is Poisson's, exact."),
    ),
    Formula(
        mark("Difference from the rest of the country"),
        "Δ = S - (A₀·S₀ - A·S) / (A₀ - A)",
        mark("A₀, S₀: adults and share of the nation; in each draw, then the median and the band."),
    ),
    Formula(
        mark("How many clinics there are, by two lists"),
        "N(θ) = b + u + v + θ·u·v / (b + 1)",
        mark(
            "b: open clinics in both lists; u, v: in one alone; θ: odds ratio of being listed twice; "
            "at θ = 1 Chapman's estimate."
        ),
    ),
    Formula(
        mark("Two-step floating catchments"),
        "Fᵢ = Σⱼ w(dᵢⱼ) / Σₖ aₖ·w(dₖⱼ)",
        mark(
            "j: clinics, each of capacity 1; w: 1 in the catchment (2SFCA), or the weights of its "
            "thirds (E2SFCA)."
        ),
    ),
    Formula(
        mark("Most adults newly within reach"),
        "max Σᵢ aᵢ·pᵢ·yᵢ;  yᵢ ≤ Σⱼ∈N(i) zⱼ;  Σⱼ zⱼ = n",
        mark(
            "pᵢ: share of the draws in which ZIP i is not yet within reach; zⱼ: whether site j is "
            "taken; N(i): sites near enough to i; n: how many sites."
        ),
    ),
    Formula(
        mark("Least mean distance"),
        "min Σᵢ aᵢ·E[min(Dᵢ, dᵢⱼ)]",
        mark("Dᵢ: distance to the nearest listed clinic, over the draws; j: the nearest new site."),
    ),
    Formula(
        mark("States most like a state, counties most like a county"),
        "δ = √(¼·Σₜ ((xₜ - yₜ) / sₜ)²)",
        mark(
            "t: people, people a square mile and household income, the mean of the ZIP medians "
            "(logarithms), share of 65 and older; x, y: the two areas; s: standard deviation over all "
            "areas of their level."
        ),
    ),
)
"""Those that the figures are worked out by."""

_CHANGES: Final = (
    mark(
        "Version 0.1.0: coverage with its band over draws, completeness, verdicts on supply and "
        "distance."
    ),
    mark("Since version 0.2.0: minutes by road, with a verdict by them; older releases have none."),
    mark(
        "Since version 0.2.0: how many clinics there are is told by two lists chosen beforehand, and "
        "supply is judged by these alone."
    ),
    mark(
        "Since version 0.2.0: a band that leaves out nought but not the threshold is lower or higher; "
        "it read as not different. Kept releases are read by the new rule."
    ),
    mark(
        "Since version 0.2.0: siting and floating catchments count over the same draws as coverage, no "
        "longer from the recorded points; counties with less than one expected clinic have no rate."
    ),
    mark(
        "Since version 0.2.0: people of counties are raked towards the Census Bureau's estimates where "
        "ZIPs' shares are far off."
    ),
)
"""What versions of the program changed in what a figure means."""


def describe() -> tuple[Part, ...]:
    """Return the parts of the text in the language of the run; `FORMULAS` stand beside them."""
    return (
        Part("data", _("Data"), _describe_data()),
        Part("draws", _("Draws: where clinics may stand"), _describe_draws()),
        Part("verdicts", _("Verdicts"), _describe_verdicts()),
        Part(
            "siting",
            _("Where next"),
            tuple(map(_, dict.fromkeys(METHODS[MILES] + METHODS[MINUTES]))),
        ),
        Part("limits", _("Limits"), _describe_limits()),
        Part("changes", _("Changes of definition"), tuple(map(_, _CHANGES))),
    )


def _describe_data() -> tuple[str, ...]:
    people, shares = read_vintages()
    return (
        _(
            "Supply: open and unconfirmed listings of ketamine and esketamine clinics found in public "
            "sources, one clinic once. Treatment at home alone is not counted."
        ),
        _(
            "Demand: adults of 18 and over at the points of populated ZIPs: {people}; shares of ZIPs "
            "in counties: {shares}. Adults are counted wherever a share stands."
        ).format(people=people, shares=_write_vintage(shares)),
        _("Areas: regions, divisions, states and counties (2023) of the US Census Bureau."),
        _("Drives: minutes by road without traffic. {source}.").format(source=ATTRIBUTION),
    )


def _write_vintage(vintage: str) -> str:
    """Return what data are dated in the language of the run, where that is a month and a year."""
    try:
        month = datetime.strptime(vintage, "%B %Y").replace(tzinfo=UTC)
    except ValueError:
        return vintage
    return format_date(f"{month:%Y-%m}")


def _describe_draws() -> tuple[str, ...]:
    return (
        _(
            "In each of {draws} seeded draws a clinic known to its city only is placed into one of the "
            "city's ZIPs by its people, one known to its ZIP anywhere in it, and one known better "
            "within its radius. The same release gives the same draws."
        ).format(draws=format_number(DRAWS)),
        _(
            "A clinic that takes longer than {minutes} minutes, or to which no road leads, is not "
            "reached. Within a ZIP a drive takes a time of its own."
        ).format(minutes=format_number(LIMIT_MINUTES)),
        _(
            "Floating catchments weigh the near, middle and far third by {near}, {middle} and {far} "
            "(Luo and Qi 2009)."
        ).format(
            near=format_number(_near), middle=format_number(_middle, 2), far=format_number(_far, 2)
        ),
    )


def _describe_verdicts() -> tuple[str, ...]:
    return (
        _(
            "Distance and drive: the share of adults within {distance} or {minutes} minutes, against "
            "the rest of the country, draw by draw. Low or high: all of the band is {points} points "
            "or more from nought. Lower or higher: the band leaves out nought. Not different: it "
            "holds nought."
        ).format(
            distance=format_miles(NEAR_MILES),
            minutes=format_number(NEAR_MINUTES),
            points=format_number(100 * LEAST_DIFFERENCE),
        ),
        _(
            "Supply is judged only if both estimates of how many clinics there are lie within "
            "{spread}, at least {searched} of adults live within {distance} of a place that was "
            "searched, both lists agree, and the difference stands at odds of {gamma} (gamma); "
            "p-values are adjusted by Holm's method."
        ).format(
            spread=format_percent(MOST_SPREAD),
            searched=format_percent(LEAST_SEARCHED),
            distance=format_miles(SEARCHED_MILES),
            gamma=format_number(LEAST_GAMMA),
        ),
        _(
            "How many clinics there are is shown at odds of {odds}; intervals of {sure} are exact for "
            "one stratum, else from {resamples} resamples."
        ).format(
            odds=", ".join(format_number(odds) for odds in ODDS),
            sure=format_percent(SURE),
            resamples=format_number(RESAMPLES),
        ),
    )


def _describe_limits() -> tuple[str, ...]:
    return (
        *map(_, dict.fromkeys(LIMITS[MILES] + LIMITS[MINUTES])),
        _(
            "A band tells how unsure the places of clinics are, not how many clinics are missing from "
            "the list."
        ),
        _("Each clinic counts as one: how many patients it can take is not known."),
        _("Clinics in Canada and Mexico are not known."),
        _(
            "People of counties are estimated from their ZIPs, by the share of a ZIP's homes in each; "
            "where that is over 10% off the Census Bureau's estimate of 2019, scaled to the state, "
            "shares are raked towards it."
        ),
    )


def cite_as_bibtex(release_id: str, as_of: date) -> str:
    """Return the entry of BibTeX by which to cite the figures of a release.

    Examples
    --------
    >>> from datetime import date
    >>> print(cite_as_bibtex("2026-11-28-abc", date(2026, 11, 28)).splitlines()[0])
    @misc{clinicfinder-2026-11-28-abc,
    """
    title = cite(release_id, as_of).split(". ")[1].partition(", release")[0]
    return "\n".join(
        (
            f"@misc{{clinicfinder-{release_id},",
            "  author = {{Clinic Finder}},",
            f"  title = {{{title}}},",
            f"  year = {{{as_of.year}}},",
            f"  note = {{Release {release_id}, listings as of {as_of.isoformat()}}},",
            "}",
        )
    )
