"""Hand-made listing tables that the tests share."""

import pandas as pd

from geo.clinics.listings import COLUMNS

FACTS = {
    "clinic_id": "a-clinic",
    "name": "A Clinic",
    "evidence": "secondary_directory",
    "source": "a directory",
    "operating": "yes",
}


def listing_table(*rows):
    """Return a listing table; each row names only the columns that matter to the test."""
    blank = dict.fromkeys(COLUMNS, "")
    filled = [
        blank | FACTS | {"listing_id": f"L{number}"} | row for number, row in enumerate(rows, 1)
    ]
    return pd.DataFrame(filled, columns=list(COLUMNS), dtype="str")
