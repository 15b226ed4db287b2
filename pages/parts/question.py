"""The question an analyst came with, answered for and against in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

    from geo.siting.reversal import Reversal
    from pages.parts.coverage_view import Coverage

MIDWEST: Final = ("region", "2")
_ANSWERS: Final = {
    "low": "Yes",
    "high": "No, it is better served",
    "not different": "Not by enough to say so",
    "cannot be judged": "Cannot be judged from this list",
}
_MOST_NAMES: Final = 14


@dataclass(frozen=True)
class Answer:
    """An answer: the question, lines of a lead word and a sentence each, the distance verdict."""

    question: str
    lines: tuple[tuple[str, str], ...]
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
    name = str(coverage.area(area)["name"])
    of_area = verdicts[(verdicts["level"] == level) & (verdicts["geoid"] == geoid)]
    lines = []
    for kind in ("distance", "supply"):
        row = of_area[of_area["kind"] == kind].iloc[0]
        lines.append((f"By {kind}: {_ANSWERS[row['verdict']]}.", str(row["why"])))
    lines.extend(_describe_parts(verdicts, coverage, area))
    if coverage.area(area)["beside_another_country"]:
        lines.append(
            ("Not known:", "clinics in Canada and Mexico, one of which may be nearer to a border.")
        )
    article = "the " if level == "region" else ""
    distance = str(of_area.set_index("kind").loc["distance", "verdict"])
    return Answer(f"Is {article}{name} underserved?", tuple(lines), distance)


def describe_reversal(found: Reversal, verdict: str) -> str:
    """Return how many missing clinics, best placed, would turn a verdict on distance."""
    where = "here" if verdict == "low" else "in the rest of the country"
    if found.clinics is None:
        return f"Not even the most clinics that we tried, best placed {where}, would turn it."
    first = ", ".join(
        f"{row['city']}, {row['state']}" for row in found.zips.head(3).to_dict("records")
    )
    return (
        f"{found.clinics} clinic{'s' if found.clinics > 1 else ''} missing from the list {where}, "
        f"standing where most adults would gain (first in {first}), would turn the verdict."
    )


def _describe_parts(
    verdicts: pd.DataFrame, coverage: Coverage, area: tuple[str, str]
) -> list[tuple[str, str]]:
    """Return what the distance verdicts of an area's divisions and states say, for and against."""
    by_distance = verdicts[verdicts["kind"] == "distance"].set_index(["level", "geoid"])
    found: dict[str, list[str]] = {"low": [], "high": [], "not different": []}
    for part_level in ("division", "state"):
        if part_level == area[0] or area[0] == "state":
            continue
        for geoid in coverage.inside(part_level, area)["geoid"]:
            row = by_distance.loc[(part_level, geoid)]
            words = f"{row['name']} ({row['difference'] * 100:+.0f} points)"
            if row["verdict"] in found:
                found[row["verdict"]].append(words)
    leads = {
        "low": "For: fewer adults within 30 miles than in the rest of the country in",
        "high": "Against: more in",
        "not different": "Neither:",
    }
    return [
        (leads[verdict], f"{', '.join(words[:_MOST_NAMES])}.")
        for verdict, words in found.items()
        if words
    ]
