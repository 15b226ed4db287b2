"""What the tests of geocoding share: a clock that is set by hand, a cache, an address or two."""

import sqlite3

import pandas as pd

from geo.geocoding.accepted import COLUMNS
from geo.geocoding.cache import SCHEMA, Cache
from geo.geocoding.outcome import make_query

START = 1_800_000_000.0


class Clock:
    """A wall clock that only sleep moves."""

    def __init__(self, now=START):
        self.now = now
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def memory_cache(clock=None):
    """Return a cache in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.executescript(SCHEMA)
    clock = clock or Clock()
    return Cache(connection, clock, clock.sleep)


def query(street="100 Main St", city="Boise", state="ID", zip_code="83702"):
    return make_query(street, city, state, zip_code)


def clinic_addresses(**addresses):
    """Return clinics: id -> (street, city, state, ZIP)."""
    rows = [(clinic, *address) for clinic, address in addresses.items()]
    return pd.DataFrame(rows, columns=["clinic_id", "street", "city", "state", "zip"], dtype="str")


def last_positions(*rows):
    """Return agreed positions: (clinic, latitude, longitude, precision, radius)."""
    filled = [(*row, "census", "2026-01-01", "public domain (US Census)") for row in rows]
    table = pd.DataFrame(filled, columns=list(COLUMNS))
    numbers = {"latitude", "longitude", "radius_miles"}
    return table.astype({c: "float64" if c in numbers else "str" for c in table})


def zip_table():
    """Return ZIPs that are urban, suburban, rural and without households."""
    return pd.DataFrame(
        {
            "zip": ["20233", "20234", "20235", "20236"],
            "households": [3000.0, 500.0, 10.0, float("nan")],
            "land_area_sq_miles": [1.0, 1.0, 1.0, float("nan")],
        }
    )
