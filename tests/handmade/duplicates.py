"""Listings of made-up clinics whose true duplicates are known, for measuring `geo.dedupe`.

The seeds and rates below were fixed before any weight was tuned; `TUNING_SEEDS` alone were looked
at while tuning, and `HELD_OUT_SEED` is what is reported.

**What counts as the same.** A listing's truth is its practice location: one practice at one address.

- Typos, abbreviations, a unit written otherwise ("Ste 200", "#200") or left out, a missing street,
  phone or website, another phone of the same practice: the same location.
- A *renamed* clinic (other name, same address, same phone): the same location.
- A *moved* clinic (same name, phone and website, other address of the same city): another location,
  so a merge is wrong.
- A *suite change* (same practice, same building, other suite): the same location, but different
  units never merge without an operator; such a pair should go to review.
- Branches of a chain share a name, a website, an NPI and often a phone: other locations.
- Neighbours in one building (other practice, other unit): other locations.

**What is counted.** Pairs of listings. A pair is merged if both get one clinic. *Precision* is the
share of merged pairs that are one location. *Recall of merges* is the share that is merged of all
pairs of one location but those that no program may merge: two listings that state different suites,
and a listing without a street of a practice that moved, which is as like the old address as the new
one. *Recall of merges and reviews* is the share of all pairs of one location, these included, that
are merged or that an operator is asked about (the two listings' clinics stand in a review).
"""

import string
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from geo.clinics.listings import COLUMNS

TUNING_SEEDS = (11, 12, 13)
HELD_OUT_SEED = 2_026

RATES = {
    # Of practices.
    "chain": 0.08,  # two to eight branches, each a location of its own
    "chain_shares_phone": 0.5,
    "chain_same_city": 0.15,  # two branches in one city
    "moved": 0.04,
    "renamed": 0.04,
    "suite_change": 0.03,
    "neighbour": 0.05,  # another practice in the same building
    "namesake": 0.05,  # another practice of the same name in another city
    "website": 0.85,
    "npi": 0.4,
    "unit": 0.6,
    # Of listings after a location's first.
    "name_typo": 0.10,
    "name_reworded": 0.15,
    "street_typo": 0.05,
    "abbreviated": 0.50,
    "unit_reworded": 0.40,
    "unit_left_out": 0.15,
    "city_typo": 0.02,
    "zip_wrong": 0.01,
    "zip_left_out": 0.08,
    "street_left_out": 0.12,
    "phone_left_out": 0.20,
    "phone_other": 0.08,
    "website_left_out": 0.30,
    "website_other": 0.02,
    "npi_left_out": 0.60,
}
LISTINGS_SHARE = (0.35, 0.35, 0.20, 0.10)
"""How many listings a location has: one, two, three or four."""

_LEFT, _MOVED_TO = " left", " moved to"
"""What a location's truth ends in where its practice moved."""

_FIRST = [
    "Summit",
    "Harbor",
    "Willow",
    "Cedar",
    "Granite",
    "Meadow",
    "Lantern",
    "Compass",
    "Beacon",
    "Juniper",
    "Aspen",
    "Prairie",
    "Canyon",
    "Cascade",
    "Horizon",
    "Anchor",
    "Sage",
    "Orchard",
    "Maple",
    "Birch",
    "Falcon",
    "Heron",
    "Otter",
    "Lark",
    "Robin",
    "Sparrow",
    "Ember",
    "Aurora",
    "Zenith",
    "Nova",
    "Vertex",
    "Apex",
    "Crest",
    "Ridge",
    "Valley",
    "River",
    "Lake",
    "Ocean",
    "Coastal",
    "Bayside",
    "Northern",
    "Southern",
    "Eastern",
    "Western",
    "Central",
    "Pioneer",
    "Frontier",
    "Liberty",
    "Heritage",
    "Legacy",
    "Keystone",
    "Magnolia",
    "Dogwood",
    "Cypress",
    "Redwood",
    "Sequoia",
    "Palmetto",
    "Bluebonnet",
    "Mesa",
    "Sierra",
    "Alpine",
    "Tundra",
    "Delta",
    "Gulf",
]
_SECOND = [
    "Mind",
    "Brain",
    "Neuro",
    "Mood",
    "Spirit",
    "Path",
    "Bridge",
    "Light",
    "Dawn",
    "Bloom",
    "Root",
    "Wave",
    "Stone",
    "Field",
    "Haven",
    "Spring",
    "Point",
    "Gate",
    "View",
    "Wood",
    "Hill",
    "Brook",
    "Glen",
    "Crossing",
    "Way",
    "Works",
    "Collective",
    "Alliance",
    "Partners",
    "Peak",
]
_KIND = [
    "Ketamine Clinic",
    "Ketamine Center",
    "Wellness Center",
    "Ketamine Infusions",
    "Psychiatry",
    "Behavioral Health",
    "Ketamine Wellness",
    "Infusion Center",
    "Mental Health",
    "Interventional Psychiatry",
    "Ketamine Therapy",
    "Health and Wellness",
    "Spravato Center",
    "Psychiatric Associates",
]
_STREETS = [
    "Main",
    "Oak",
    "Pine",
    "Maple",
    "Cedar",
    "Elm",
    "Washington",
    "Lincoln",
    "Jefferson",
    "Madison",
    "Franklin",
    "Jackson",
    "Highland",
    "Park",
    "Lakeview",
    "Hillcrest",
    "Sunset",
    "Riverside",
    "Church",
    "Mill",
    "Spring",
    "Ridge",
    "Walnut",
    "Chestnut",
    "Spruce",
    "Willow",
    "Broad",
    "Market",
    "Center",
    "College",
    "University",
    "Medical",
    "Hospital",
    "Commerce",
    "Industrial",
    "Corporate",
    "Meridian",
    "Camelback",
    "Peachtree",
    "Wilshire",
    "Lexington",
    "Clinton",
    "Monroe",
    "Harrison",
    "Grant",
    "Sheridan",
    "4th",
    "12th",
    "23rd",
    "47th",
]
_TYPES = {
    "Street": "St", "Avenue": "Ave", "Road": "Rd", "Boulevard": "Blvd", "Drive": "Dr.",
    "Lane": "Ln", "Court": "Ct", "Parkway": "Pkwy",
}  # fmt: skip
_DIRECTIONS = {"North": "N.", "South": "S", "East": "E", "West": "W"}
_REWORDED = {
    "Center": "Centers", "Clinic": "Clinics", "and": "&", "Associates": "Assoc", "Health": "Health,",
    "Infusions": "Infusion",
}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What `measure` found; shares are 0-1."""

    precision: float
    recall_of_merges: float
    recall_of_merges_and_reviews: float
    merged_pairs: int
    true_pairs: int
    suite_changes: int
    torn_pairs: int
    reviews: int


def draw_listings(count: int, seed: int) -> pd.DataFrame:
    """Return about `count` listings in mixed order: the columns of a listing, and `truth`."""
    return _Town(np.random.default_rng(seed), count).draw(count)


def measure(drawn: pd.DataFrame, assigned: pd.DataFrame, reviews: pd.DataFrame) -> Measured:
    """Compare an assignment of drawn listings with their truth."""
    clinic = assigned.set_index("listing_id")["clinic_id"]
    unit = drawn.set_index("listing_id")["raw"]
    one, other = zip(*(_pairs_within(drawn["listing_id"], drawn["truth"])), strict=True)
    one, other = pd.Series(one), pd.Series(other)
    merged = one.map(clinic).eq(other.map(clinic))
    asked = {
        frozenset(pair)
        for pair in zip(
            reviews["listing_a"].map(clinic), reviews["listing_b"].map(clinic), strict=True
        )
    }
    clinics = zip(one.map(clinic), other.map(clinic), strict=True)
    in_review = np.array([frozenset(pair) in asked for pair in clinics])
    units = one.map(unit), other.map(unit)
    changed = units[0].ne(units[1]) & units[0].ne("") & units[1].ne("")
    street = drawn.set_index("listing_id")["street"]
    truth = drawn.set_index("listing_id")["truth"]
    moved = one.map(truth).str.endswith((_LEFT, _MOVED_TO))
    torn = moved & (one.map(street).eq("") | other.map(street).eq(""))
    all_merged = sum(1 for _ in _pairs_within(assigned["listing_id"], assigned["clinic_id"]))
    return Measured(
        precision=float(merged.sum() / all_merged),
        recall_of_merges=float(merged[~changed & ~torn].mean()),
        recall_of_merges_and_reviews=float((merged | in_review).mean()),
        merged_pairs=all_merged,
        true_pairs=len(one),
        suite_changes=int(changed.sum()),
        torn_pairs=int(torn.sum()),
        reviews=len(reviews),
    )


def _pairs_within(listing_id: pd.Series, group: pd.Series):
    for members in listing_id.groupby(group.to_numpy()).agg(list):
        yield from combinations(sorted(members), 2)


class _Town:
    """Draws practices, their locations, and what sources make of them."""

    def __init__(self, rng: np.random.Generator, count: int) -> None:
        self._rng = rng
        self._cities = self._draw_cities(max(20, count // 120))
        self._rows: list[dict[str, str]] = []
        self._locations = 0

    def draw(self, count: int) -> pd.DataFrame:
        while len(self._rows) < count:
            self._add_practice(self._name(), self._city())
        table = pd.DataFrame(self._rows).sample(frac=1, random_state=self._rng.integers(2**31))
        table.insert(0, "listing_id", [f"G{number:06}" for number in range(len(table))])
        return table[[*COLUMNS, "truth"]].reset_index(drop=True).astype("str")

    def _is(self, what: str) -> bool:
        return bool(self._rng.random() < RATES[what])

    def _pick(self, values):
        return values[self._rng.integers(len(values))]

    def _number(self, low: int, high: int) -> int:
        return int(self._rng.integers(low, high))

    def _draw_cities(self, count: int) -> list[dict]:
        states = ["TX", "CA", "FL", "NY", "IL", "OH", "GA", "WA", "CO", "AZ"]
        first = [
            "Spring",
            "Green",
            "Clear",
            "Fair",
            "Oak",
            "Mill",
            "George",
            "Frank",
            "Mont",
            "Brook",
            "Ash",
            "West",
            "Wood",
            "Glen",
        ]
        second = [
            "field",
            "ville",
            "view",
            "town",
            "port",
            "wood",
            "dale",
            "burg",
            "haven",
            "ford",
            "ton",
            "mont",
        ]
        cities = []
        for number in range(count):
            base = 10_000 + number * 10
            cities.append(
                {
                    "city": f"{self._pick(first)}{self._pick(second)}",
                    "state": self._pick(states),
                    "zips": [f"{base + step}" for step in range(self._number(1, 8))],
                }
            )
        return cities

    def _city(self) -> dict:
        return self._pick(self._cities)

    def _name(self) -> str:
        first, second, kind = self._pick(_FIRST), self._pick(_SECOND), self._pick(_KIND)
        return self._pick(
            [f"{first} {kind}", f"{first} {second} {kind}", f"{first}{second.lower()} {kind}"]
        )

    def _phone(self) -> str:
        return f"+1{self._number(201, 990)}{self._number(200, 999)}{self._number(1000, 9999)}"

    def _address(self, city: dict) -> dict[str, str]:
        direction = self._pick([*_DIRECTIONS, "", "", "", ""])
        words = [
            str(self._number(1, 9_900)),
            direction,
            self._pick(_STREETS),
            self._pick(list(_TYPES)),
        ]
        return {
            "street": " ".join(word for word in words if word),
            "unit": f"Suite {self._number(100, 900)}" if self._is("unit") else "",
            "city": city["city"],
            "state": city["state"],
            "zip": self._pick(city["zips"]),
        }

    def _add_practice(self, name: str, city: dict) -> None:
        slug = "".join(c for c in name.lower() if c.isalnum())
        contact = {
            "name": name,
            "phone": self._phone(),
            "website": f"https://{slug}{self._number(0, 999)}.com/" if self._is("website") else "",
            "npi": f"1{self._number(10**8, 10**9)}" if self._is("npi") else "",
        }
        if self._is("chain"):
            self._add_branches(contact, city)
            return
        home = contact | self._address(city)
        self._add_location(home)
        if self._is("neighbour") and home["unit"]:
            taken = home["unit"]
            other = {"name": self._name(), "phone": self._phone(), "website": "", "npi": ""}
            unit = f"Suite {int(taken.split()[1]) + self._number(1, 60)}"
            self._add_location(home | other | {"unit": unit})
        if self._is("namesake"):
            other = {"phone": self._phone(), "website": "", "npi": ""}
            self._add_location(contact | other | self._address(self._other_city(city)))

    def _other_city(self, city: dict) -> dict:
        others = [
            other
            for other in self._cities
            if (other["city"], other["state"]) != (city["city"], city["state"])
        ]
        return self._pick(others)

    def _add_branches(self, contact: dict[str, str], city: dict) -> None:
        shares_phone = self._is("chain_shares_phone")
        cities = [city]
        if self._is("chain_same_city"):
            cities.append(city)
        cities += [self._other_city(city) for _ in range(self._number(1, 7))]
        named = bool(self._rng.random() < 0.5)
        for number, where in enumerate(cities):
            name = f"{contact['name']} ({where['city']})" if named and number else contact["name"]
            phone = contact["phone"] if shares_phone else self._phone()
            # Two branches in one city are told apart only by a street, so theirs is never left out.
            self._add_location(
                contact | self._address(where) | {"name": name, "phone": phone},
                street_known=cities.count(where) > 1,
            )

    def _add_location(self, facts: dict[str, str], *, street_known: bool = False) -> None:
        self._locations += 1
        truth, first = f"P{self._locations}", len(self._rows)
        listings = 1 + int(self._rng.choice(len(LISTINGS_SHARE), p=LISTINGS_SHARE))
        renamed = facts | {"name": self._name()} if self._is("renamed") else None
        other_unit = f"Suite {self._number(100, 900)}"
        changed = self._is("suite_change") and facts["unit"] not in {"", other_unit}
        for number in range(listings):
            row = dict(facts)
            if renamed and number and number == listings - 1:
                row["name"] = renamed["name"]
                self._write(row, truth)  # as it was: a new name at the same address and phone
                continue
            if changed and number and number == listings - 1:
                row["unit"] = other_unit
            self._write(row if number == 0 else self._distort(row, street_known), truth)
        if self._is("moved"):
            self._locations += 1
            here = {"city": facts["city"], "state": facts["state"], "zips": [facts["zip"]]}
            moved = facts | self._address(here)
            for row in self._rows[first:]:
                row["truth"] += _LEFT
            for _ in range(self._number(1, 3)):
                self._write(moved, f"P{self._locations}{_MOVED_TO}")

    def _write(self, facts: dict[str, str], truth: str) -> None:
        blank = dict.fromkeys(COLUMNS[1:], "")
        fixed = {"evidence": "secondary_directory", "source": "made up", "operating": "yes"}
        # The unit in one spelling, so that a change of suite is known from a change of words.
        digits = "".join(c for c in facts["unit"] if c.isdigit())
        self._rows.append(blank | fixed | facts | {"raw": digits, "truth": truth})

    def _distort(self, row: dict[str, str], street_known: bool) -> dict[str, str]:
        if self._is("name_typo"):
            row["name"] = self._mistype(row["name"])
        if self._is("name_reworded"):
            row["name"] = self._reword(row["name"])
        if self._is("street_left_out") and not street_known:
            row |= {"street": "", "unit": ""}
        else:
            self._rewrite_address(row)
        if self._is("city_typo"):
            row["city"] = self._mistype(row["city"])
        if self._is("zip_wrong"):
            row["zip"] = f"{(int(row['zip']) + self._number(1, 900)) % 100_000:05}"
        if self._is("zip_left_out"):
            row["zip"] = ""
        self._change_contact(row)
        return row

    def _change_contact(self, row: dict[str, str]) -> None:
        if self._is("phone_left_out"):
            row["phone"] = ""
        elif self._is("phone_other"):
            row["phone"] = self._phone()
        if self._is("website_left_out"):
            row["website"] = ""
        elif self._is("website_other"):
            row["website"] = f"https://{self._pick(_FIRST).lower()}{self._number(0, 10**6)}.org/x"
        elif row["website"]:
            row["website"] += "locations"
        if self._is("npi_left_out"):
            row["npi"] = ""

    def _rewrite_address(self, row: dict[str, str]) -> None:
        if self._is("abbreviated"):
            known = _TYPES | _DIRECTIONS
            row["street"] = " ".join(known.get(word, word) for word in row["street"].split())
        if self._is("street_typo"):
            house, _, rest = row["street"].partition(" ")
            row["street"] = f"{house} {self._mistype(rest)}"
        if not row["unit"]:
            return
        if self._is("unit_left_out"):
            row["unit"] = ""
        elif self._is("unit_reworded"):
            number = row["unit"].split()[-1]
            row["unit"] = self._pick(
                ["Ste {}", "#{}", "STE. {}", "{}", "Unit {}", "suite #{}"]
            ).format(number)

    def _mistype(self, text: str) -> str:
        """Return a text with one letter swapped, dropped, doubled or replaced."""
        at = [i for i, c in enumerate(text[:-1]) if c.isalpha() and text[i + 1].isalpha()]
        if not at:
            return text
        i = self._pick(at)
        kind = self._number(0, 4)
        middle = (
            text[i + 1] + text[i],
            text[i + 1],
            text[i] * 2 + text[i + 1],
            self._pick(string.ascii_lowercase) + text[i + 1],
        )[kind]
        return text[:i] + middle + text[i + 2 :]

    def _reword(self, name: str) -> str:
        words = [_REWORDED.get(word, word) for word in name.split()]
        return " ".join(words) + self._pick(["", ", LLC", " PLLC", " Inc."])
