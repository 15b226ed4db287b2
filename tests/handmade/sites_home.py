"""A home whose list holds the clinics of `tests.servers.clinic_sites`, and a way to ask their sites."""

from tests.handmade.workspace import ship
from tests.servers.clinic_sites import CLINICS

CONTACT = "ops@example.org"


def make_home(folder, clinics=CLINICS):
    """Write what a new workspace starts from, and whom sites may write to; return both paths."""
    rows = [
        {"listing_id": f"S{at}", "source_date": "2026-05", **clinic}
        for at, clinic in enumerate(clinics)
    ]
    home = folder / "home"
    home.mkdir()
    (home / "geocoding.toml").write_text(f'contact = "{CONTACT}"\n', "utf-8")
    return home, ship(folder / "shipped.csv", *rows)


class Clock:
    """A clock that moves by what is slept alone."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
