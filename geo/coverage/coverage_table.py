"""The coverage table of a release, looked up by level, area and what lies in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.coverage.small_counties import leave_out_rates

if TYPE_CHECKING:
    import pandas as pd

NATION: Final = ("nation", "US")
"""The level and the GEOID of the whole country."""

_OTHER_TERRITORIES: Final = frozenset({"60", "66", "69", "78"})


class Coverage:
    """The coverage table of one release for one treatment, by level.

    An area is named by its level and its GEOID. Counties with less than a clinic have no rate
    (`geo.coverage.small_counties`). Territories for which no figures are known are left
    out.

    Parameters
    ----------
    coverage : the table `coverage` of a release.
    treatment : one that it was measured for.
    """

    def __init__(self, coverage: pd.DataFrame, treatment: str) -> None:
        of_treatment = coverage[coverage["treatment"] == treatment]
        shown = of_treatment[~of_treatment["geoid"].str[:2].isin(_OTHER_TERRITORIES)]
        self._levels = {
            str(level): leave_out_rates(rows).set_index("geoid", drop=False).rename_axis(None)
            for level, rows in shown.groupby("level", sort=False)
        }

    def level(self, level: str) -> pd.DataFrame:
        """Return the areas of a level by GEOID."""
        return self._levels[level]

    def area(self, inside: tuple[str, str]) -> pd.Series:
        """Return one area."""
        level, geoid = inside
        return self._levels[level].loc[[geoid]].iloc[0]

    def inside(self, level: str, inside: tuple[str, str]) -> pd.DataFrame:
        """Return the areas of a level that lie in another area, itself included."""
        rows, (outer, geoid) = self._levels[level], inside
        if outer == "nation":
            return rows
        if outer == level:
            return rows.loc[[geoid]]
        if outer == "state":
            return rows[rows["geoid"].str[:2] == geoid]
        return rows[rows[outer].eq(self.area(inside)["name"])]

    def states_inside(self, inside: tuple[str, str]) -> list[str]:
        """Return the state FIPS codes of an area; none for the nation."""
        return [] if inside == NATION else self.inside("state", inside)["geoid"].tolist()

    def parents(self, level: str) -> dict[str, str]:
        """Return state FIPS code -> GEOID of its division or region."""
        if level not in {"region", "division"}:
            return {}
        geoids = {str(name): str(geoid) for geoid, name in self._levels[level]["name"].items()}
        states = self._levels["state"]
        return {
            str(fips): geoids[str(name)] for fips, name in states[level].items() if name in geoids
        }
