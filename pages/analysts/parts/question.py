"""The question an analyst came with, answered for and against in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.i18n.language import format_miles, format_number, mark, ngettext
from geo.i18n.language import gettext as _
from geo.i18n.reasons import Said, say_kept
from pages.analysts.parts.measures import write_signed
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    import pandas as pd

    from geo.coverage.coverage_table import Coverage
    from geo.siting.reversal import Reversal

MIDWEST: Final = ("region", "2")
_ANSWERS: Final = {
    ("distance", "low"): mark("By distance: Yes."),
    ("distance", "high"): mark("By distance: No, it is better served."),
    ("distance", "lower"): mark("By distance: Lower, but not by 5 points for sure."),
    ("distance", "higher"): mark(
        "By distance: No, it is better served, if not by 5 points for sure."
    ),
    ("distance", "not different"): mark("By distance: No difference is sure."),
    ("distance", "cannot be judged"): mark("By distance: Cannot be judged from this list."),
    ("drive", "low"): mark("By minutes on the road: Yes."),
    ("drive", "high"): mark("By minutes on the road: No, it is better served."),
    ("drive", "lower"): mark("By minutes on the road: Lower, but not by 5 points for sure."),
    ("drive", "higher"): mark(
        "By minutes on the road: No, it is better served, if not by 5 points for sure."
    ),
    ("drive", "not different"): mark("By minutes on the road: No difference is sure."),
    ("drive", "cannot be judged"): mark("By minutes on the road: Cannot be judged from this list."),
    ("supply", "low"): mark("By supply: Yes."),
    ("supply", "high"): mark("By supply: No, it is better served."),
    ("supply", "not different"): mark("By supply: No difference is sure."),
    ("supply", "cannot be judged"): mark("By supply: Cannot be judged from this list."),
}
"""By kind and verdict."""
_MOST_NAMES: Final = 14
_NEAR_MILES: Final = 30


@dataclass(frozen=True)
class Answer:
    """An answer: the question, lines of a lead word and a sentence each, the distance verdict."""

    question: str
    lines: tuple[tuple[str, Said], ...]
    distance: str


def answer(verdicts: pd.DataFrame, coverage: Coverage, area: tuple[str, str]) -> Answer:
    """Return the answer for a region, division or state, with what its parts say.

    Parameters
    ----------
    verdicts : the verdicts of a release.
    coverage : its coverage.
    area : level and GEOID.
    """
    level, geoid = area
    name = name_place(str(coverage.area(area)["name"]))
    of_area = verdicts[(verdicts["level"] == level) & (verdicts["geoid"] == geoid)]
    lines = []
    judged = [kind for kind in ("distance", "drive", "supply") if of_area["kind"].eq(kind).any()]
    for kind in judged:  # a release made before drives were measured has no verdict by them
        row = of_area[of_area["kind"] == kind].iloc[0]
        lines.append((_(_ANSWERS[kind, row["verdict"]]), say_kept(row.to_dict(), "why")))
    lines.extend(_describe_parts(verdicts, coverage, area))
    if coverage.area(area)["beside_another_country"]:
        lines.append(
            (
                _("Not known:"),
                Said(_("clinics in Canada and Mexico, one of which may be nearer to a border.")),
            )
        )
    question = _("Is the {area} underserved?") if level == "region" else _("Is {area} underserved?")
    distance = str(of_area.set_index("kind").loc["distance", "verdict"])
    return Answer(question.format(area=name), tuple(lines), distance)


def describe_reversal(found: Reversal, verdict: str) -> str:
    """Return how many missing clinics, best placed, would turn a verdict on distance."""
    here = verdict == "low"
    if found.clinics is None:
        if here:
            return _("Not even the most clinics that we tried, best placed here, would turn it.")
        return _(
            "Not even the most clinics that we tried, best placed in the rest of the country, "
            "would turn it."
        )
    first = ", ".join(
        f"{row['city']}, {row['state']}" for row in found.zips.head(3).to_dict("records")
    )
    words = (
        ngettext(
            "{count} clinic missing from the list here, standing where most adults would gain "
            "(first in {cities}), would turn the verdict.",
            "{count} clinics missing from the list here, standing where most adults would gain "
            "(first in {cities}), would turn the verdict.",
            found.clinics,
        )
        if here
        else ngettext(
            "{count} clinic missing from the list in the rest of the country, standing where most "
            "adults would gain (first in {cities}), would turn the verdict.",
            "{count} clinics missing from the list in the rest of the country, standing where most "
            "adults would gain (first in {cities}), would turn the verdict.",
            found.clinics,
        )
    )
    return words.format(count=format_number(found.clinics), cities=first)


def _describe_parts(
    verdicts: pd.DataFrame, coverage: Coverage, area: tuple[str, str]
) -> list[tuple[str, Said]]:
    """Return what the distance verdicts of an area's divisions and states say, for and against."""
    by_distance = verdicts[verdicts["kind"] == "distance"].set_index(["level", "geoid"])
    found: dict[str, list[str]] = {
        verdict: [] for verdict in ("low", "lower", "not different", "higher", "high")
    }
    for part_level in ("division", "state"):
        if part_level == area[0] or area[0] == "state":
            continue
        for geoid in coverage.inside(part_level, area)["geoid"]:
            row = by_distance.loc[(part_level, geoid)]
            words = _("{area} ({difference} points)").format(
                area=name_place(str(row["name"])),
                difference=write_signed(row["difference"] * 100, 0),
            )
            if row["verdict"] in found:
                found[row["verdict"]].append(words)
    leads = {
        "low": _("For: fewer adults within {distance} than in the rest of the country in").format(
            distance=format_miles(_NEAR_MILES)
        ),
        "lower": _("Fewer, but not by 5 points for sure:"),
        "not different": _("Neither:"),
        "higher": _("More, but not by 5 points for sure:"),
        "high": _("Against: more in"),
    }
    return [
        (leads[verdict], Said(f"{', '.join(_shorten(words))}."))
        for verdict, words in found.items()
        if words
    ]


def _shorten(names: list[str]) -> list[str]:
    """Return the first names, and last how many more there are."""
    more = len(names) - _MOST_NAMES
    if more <= 0:
        return names
    told = _("and {count} more").format(count=format_number(more))
    return [*names[:_MOST_NAMES], told]
