"""Clinics, and the lists they stand in, for a country of two regions and eight million adults."""

from itertools import count

import pandas as pd

from geo.sources.lists import MEASURED_BY
from tests.handmade.clinics import clinic_table
from tests.handmade.demand import demand_of

FIRST, SECOND = MEASURED_BY
COPIER = "article on ketamine for anxiety"
ADULTS = 4_000_000.0


def two_regions():
    """Return four million adults in the Midwest (Illinois), and as many in the West (California)."""
    return demand_of(
        {"population": ADULTS, "adults": ADULTS},
        {"state": "CA", "population": ADULTS, "adults": ADULTS, "longitude": -120.0},
    )


def supply_of(*groups):
    """Return clinics and listings of groups: (how many, state, sources, organisation or "").

    Each clinic of a group without an organisation is one of its own.
    """
    numbers = count()
    clinics, listings = [], []
    for many, state, sources, organisation in groups:
        for _ in range(many):
            number = next(numbers)
            site = f"https://{organisation or f'clinic{number}-example.com'}/"
            clinic = {
                "clinic_id": f"c{number:04d}",
                "name": f"Clinic {number}",
                "state": state,
                "website": site,
                "latitude": 40.0,
                "longitude": -89.0 if state == "IL" else -120.0,
            }
            clinics.append(clinic)
            listings += [(f"L{number}", clinic["clinic_id"], name) for name in sources]
    return clinic_table(*clinics), pd.DataFrame(
        listings, columns=["listing_id", "clinic_id", "source"]
    )
