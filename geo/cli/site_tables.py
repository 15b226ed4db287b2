"""A plan of new sites for people: the sites, what they change, how sure that is, what is not known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from geo.clinics.vocabulary import EVIDENCE
from geo.coverage.counting import ANY
from geo.exporting.terminal import plain
from geo.reference.road_tables import ATTRIBUTION
from geo.siting.plan_words import adds_little
from geo.siting.siting_context import MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.siting.siting_exports import Plan

    _Figure = tuple[float, float, float]

_MOST_AREAS: Final = 20
_WIDE: Final = 110


def print_plan(plan: Plan, candidates: str) -> None:
    """Write the sites, what they change, how sure that is, and what is not known.

    Parameters
    ----------
    plan : with its sites and effect.
    candidates : what they were chosen among, in words.
    """
    console = Console(highlight=False)
    title = f"Where next in {plan.context.area.name}: {plan.aim}"
    offering = (
        ""
        if plan.context.supply.treatment == ANY
        else f" known to offer {plan.context.supply.treatment}"
    )
    by_road = plan.context.unit == MINUTES
    whose = [f"Minutes by road, without traffic: {ATTRIBUTION}."] if by_road else []
    measured = (
        f"Miles{' and minutes' if by_road else ''} to the nearest listed clinic{offering}; in brackets the 5th and 95th percentile of "
        "the draws of where clinics may stand."
    )
    rest = (
        measured, *plan.weighted_by, *plan.limits, *whose, f"Release {plan.release_id}",
    )  # fmt: skip
    console.print(
        Group(
            Text(plain(title), style="bold"),
            Text(),
            _list_sites(plan),
            Text(),
            _list_areas(plan, is_wide=console.width >= _WIDE),
            Text(),
            Text(plain(_tell_gap(plan, candidates))),
            *(Text(plain(line), style="dim") for line in rest),
        )
    )


def _list_sites(plan: Plan) -> Table:
    """Return the sites in order, with what is listed around them."""
    table = _table("", "Site")
    who = "With condition" if plan.weighted_by else "Adults"
    gained = f"{who} gained\nwithin {_write_near(plan)}"
    for heading in (gained, "Mean miles\nsaved", "Listings\nwithin 60 mi"):
        table.add_column(heading, justify="right")
    for row in plan.sites.to_dict("records"):
        table.add_row(
            str(row["rank"]),
            Text(plain(f"{row['name']}, {row['state']} {row['zip']}")),
            f"{row['adults_gained']:,}{'*' if adds_little(row['adults_gained']) else ''}",
            f"{row['mean_miles_saved']:.2f}",
            _tell_listings(row),
        )
    return table


def _tell_listings(row: Mapping[Any, Any]) -> str:
    """Return how many listings are around a site, and of what evidence."""
    counts = {kind.replace("_", " "): row[f"listings_{kind}"] for kind in EVIDENCE}
    held = "; ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    total = str(row["listings_within_60_miles"])
    return f"{total} ({held})" if held else total


def _list_areas(plan: Plan, *, is_wide: bool) -> Table:
    """Return how the area asked about, and others that change, are served before and after."""
    before, after = (
        table.set_index(["level", "geoid"]) for table in (plan.effect.before, plan.effect.after)
    )
    asked = (plan.context.area.level, plan.context.area.geoid)
    changed = before.index[after["mean_distance_miles"] < before["mean_distance_miles"]]
    table = _table("Area")
    for heading in (f"Within {_write_near(plan)}", "Mean miles"):
        for when in ("before", "after"):
            table.add_column(f"{heading}\n{when}", justify="right", no_wrap=True)
    for key in [asked, *(key for key in changed if key != asked)][:_MOST_AREAS]:
        shares = [_share_within(rows.loc[key], plan) for rows in (before, after)]
        if key == asked:
            shares = [plan.effect.share_before, plan.effect.share_after]
        means = [_read(rows.loc[key], "mean_distance_miles") for rows in (before, after)]
        table.add_row(
            Text(plain(before.loc[key, "name"])),
            *(_write(share, "{:.1%}", is_wide=is_wide) for share in shares),
            *(_write(mean, "{:.1f}", is_wide=is_wide) for mean in means),
        )
    return table


def _write_near(plan: Plan) -> str:
    """Return how near is near."""
    return f"{plan.context.within:g} {'min' if plan.context.unit == MINUTES else 'mi'}"


def _share_within(row: pd.Series, plan: Plan) -> _Figure:
    """Return a share with its band; NaN at a distance that areas are not measured at."""
    name = f"share_within_{plan.context.within:g}_{plan.context.unit}"
    return _read(row, name) if name in row else (math.nan, math.nan, math.nan)


def _read(row: pd.Series, name: str) -> _Figure:
    """Return a figure with its band."""
    return float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"])


def _write(figure: _Figure, pattern: str, *, is_wide: bool) -> str:
    """Return a figure with its band; nothing where it is not known."""
    middle, low, high = (pattern.format(value) for value in figure)
    band = f"({low.removesuffix('%')}–{high})"
    return "" if math.isnan(figure[0]) else f"{middle}{' ' if is_wide else chr(10)}{band}"


def _tell_gap(plan: Plan, candidates: str) -> str:
    """Say how sure it is that nothing is better."""
    if plan.gap:
        return (
            f"Not proven: this may fall short of the best choice among {candidates} by up to "
            f"{plan.gap:.2%}."
        )
    return (
        f"Proven: no other choice among {candidates} is better, by the mean over the draws of where "
        "clinics may stand."
    )


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
