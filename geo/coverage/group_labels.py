"""What the kinds of ZIPs are called; a release keeps the labels in English.

They are apart from the measures of these groups, so that a page that shows a label does not load
what measures one.
"""

from __future__ import annotations

from typing import Final

from geo.i18n.language import mark, retell

QUARTERS: Final = {
    "income": (
        mark(
            "adults living in ZIPs where the median household income is in the lowest quarter "
            "(up to {high})"
        ),
        mark(
            "adults living in ZIPs where the median household income is in the second quarter "
            "(above {low}, up to {high})"
        ),
        mark(
            "adults living in ZIPs where the median household income is in the third quarter "
            "(above {low}, up to {high})"
        ),
        mark(
            "adults living in ZIPs where the median household income is in the highest quarter "
            "(above {low})"
        ),
    ),
    "age": (
        mark(
            "adults living in ZIPs where the share of people aged 65 and over is in the lowest "
            "quarter (up to {high})"
        ),
        mark(
            "adults living in ZIPs where the share of people aged 65 and over is in the second "
            "quarter (above {low}, up to {high})"
        ),
        mark(
            "adults living in ZIPs where the share of people aged 65 and over is in the third "
            "quarter (above {low}, up to {high})"
        ),
        mark(
            "adults living in ZIPs where the share of people aged 65 and over is in the highest "
            "quarter (above {low})"
        ),
    ),
    "vehicles": (
        mark(
            "adults living in ZIPs where the share of households without a vehicle is in the "
            "lowest quarter (up to {high})"
        ),
        mark(
            "adults living in ZIPs where the share of households without a vehicle is in the "
            "second quarter (above {low}, up to {high})"
        ),
        mark(
            "adults living in ZIPs where the share of households without a vehicle is in the "
            "third quarter (above {low}, up to {high})"
        ),
        mark(
            "adults living in ZIPs where the share of households without a vehicle is in the "
            "highest quarter (above {low})"
        ),
    ),
}
"""By dimension, the lowest quarter first."""

UNKNOWN: Final = {
    "income": mark("adults living in ZIPs where the median household income is not known"),
    "age": mark("adults living in ZIPs where the share of people aged 65 and over is not known"),
    "vehicles": mark(
        "adults living in ZIPs where the share of households without a vehicle is not known"
    ),
}

DENSITIES: Final = (
    mark("adults living in ZIPs where there are fewer than {high} people a square mile"),
    mark("adults living in ZIPs where there are {low} to {high} people a square mile"),
    mark("adults living in ZIPs where there are {low} and more people a square mile"),
)
"""The sparsest, those between, the densest."""


def retell_label(label: str) -> str:
    """Return the label of a group, as a release keeps it, in the language of this run."""
    of_quarters = (template for by_quarter in QUARTERS.values() for template in by_quarter)
    return retell(label, [*of_quarters, *DENSITIES])
