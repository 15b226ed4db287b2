"""NPPES files of the real form and any size, with a known list of what a reader must find."""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

PERIOD = "20050523-20261108"
FILE_DATE = "2026-11-08"
MAIN, OTHER_NAMES, LOCATIONS = (
    f"{kind}_pfile_{PERIOD}.csv" for kind in ("npidata", "othername", "pl")
)
ROWS_A_BLOCK = 50_000


def build_header():
    """Return the 330 column names of the main file."""
    address = (
        "First Line Business {} Address",
        "Second Line Business {} Address",
        "Business {} Address City Name",
        "Business {} Address State Name",
        "Business {} Address Postal Code",
        "Business {} Address Country Code (If outside U.S.)",
        "Business {} Address Telephone Number",
        "Business {} Address Fax Number",
    )
    taxonomy = (
        "Healthcare Provider Taxonomy Code",
        "Provider License Number",
        "Provider License Number State Code",
        "Healthcare Provider Primary Taxonomy Switch",
    )
    identifier = (
        "Other Provider Identifier",
        "Other Provider Identifier Type Code",
        "Other Provider Identifier State",
        "Other Provider Identifier Issuer",
    )
    return [
        "NPI",
        "Entity Type Code",
        "Replacement NPI",
        "Employer Identification Number (EIN)",
        "Provider Organization Name (Legal Business Name)",
        "Provider Last Name (Legal Name)",
        "Provider First Name",
        "Provider Middle Name",
        "Provider Name Prefix Text",
        "Provider Name Suffix Text",
        "Provider Credential Text",
        "Provider Other Organization Name",
        "Provider Other Organization Name Type Code",
        "Provider Other Last Name",
        "Provider Other First Name",
        "Provider Other Middle Name",
        "Provider Other Name Prefix Text",
        "Provider Other Name Suffix Text",
        "Provider Other Credential Text",
        "Provider Other Last Name Type Code",
        *(f"Provider {part.format('Mailing')}" for part in address),
        *(f"Provider {part.format('Practice Location')}" for part in address),
        "Provider Enumeration Date",
        "Last Update Date",
        "NPI Deactivation Reason Code",
        "NPI Deactivation Date",
        "NPI Reactivation Date",
        "Provider Sex Code",
        "Authorized Official Last Name",
        "Authorized Official First Name",
        "Authorized Official Middle Name",
        "Authorized Official Title or Position",
        "Authorized Official Telephone Number",
        *(f"{part}_{number}" for number in range(1, 16) for part in taxonomy),
        *(f"{part}_{number}" for number in range(1, 51) for part in identifier),
        "Is Sole Proprietor",
        "Is Organization Subpart",
        "Parent Organization LBN",
        "Parent Organization TIN",
        "Authorized Official Name Prefix Text",
        "Authorized Official Name Suffix Text",
        "Authorized Official Credential Text",
        *(f"Healthcare Provider Taxonomy Group_{number}" for number in range(1, 16)),
        "Certification Date",
    ]


HEADER = build_header()
OTHER_NAME_HEADER = [
    "NPI",
    "Provider Other Organization Name",
    "Provider Other Organization Name Type Code",
]
_SECONDARY = "Provider Secondary Practice Location Address"
LOCATION_HEADER = [
    "NPI",
    f"{_SECONDARY}- Address Line 1",
    f"{_SECONDARY}-  Address Line 2",
    f"{_SECONDARY} - City Name",
    f"{_SECONDARY} - State Name",
    f"{_SECONDARY} - Postal Code",
    f"{_SECONDARY} - Country Code (If outside U.S.)",
    f"{_SECONDARY} - Telephone Number",
    f"{_SECONDARY} - Telephone Extension",
    "Provider Practice Location Address - Fax Number",
]
NAME, OTHER_NAME, OTHER_NAME_KIND = HEADER[4], HEADER[11], HEADER[12]
MAILING, PRACTICE = HEADER[20:28], HEADER[28:36]
DOING_BUSINESS, FORMER = "3", "4"

_CITIES = (
    ("SPOKANE", "WA", "992011234", "509"),
    ("AUSTIN", "TX", "787010000", "512"),
    ("NEWARK", "NJ", "071024321", "973"),
    ("DENVER", "CO", "802020001", "303"),
    ("SAN JUAN", "PR", "009070002", "787"),
    ("LAS CRUCES", "NM", "88001", "575"),
    ("BANGOR", "ME", "044010003", "207"),
    ("ATLANTA", "GA", "303030004", "404"),
)
_NAMES = (
    ("{} KETAMINE CLINIC LLC", ""),
    ("{} KETAMINEWELLNESS, PLLC", ""),
    ("The {} Ketamine Infusion Center, Inc.", "iv"),
    ('{} "IV KETAMINE" ASSOCIATES', "iv"),
    ("{} SPRAVATO TREATMENT CENTER", "esketamine"),
    ("{} Esketamine & Ketamine Infusions", "iv;esketamine"),
    ("{} ESKETAMINE INFUSION-FREE CARE", "esketamine"),
    ("INSTITUTO DE KETAMINA Y KETAMINE {} NIÑO", ""),
    ("{} MEDIKETAMINETICS", ""),
)
_PLACES_OF_NAME = ("legal", "legal", "other", "other file", "former")


@dataclass(frozen=True)
class Organisation:
    """What a reader must say of one planted organisation; locations as `LOCATION_FIELDS`."""

    npi: str
    name: str
    treatments: str
    source_date: str
    locations: tuple[tuple[str, ...], ...]


LOCATION_FIELDS = ("street", "unit", "city", "state", "zip", "phone")


@dataclass
class Planted:
    """What stands in the files: the true answer of a reader."""

    rows: int
    organisations: list[Organisation] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    deactivated: dict[str, str] = field(default_factory=dict)
    reactivated: list[str] = field(default_factory=list)
    secondary_rows: int = 0

    @property
    def listings(self):
        """How many listings the files hold."""
        return sum(len(organisation.locations) for organisation in self.organisations)

    @property
    def read(self):
        """How many rows count as read: the main file's and relevant secondary locations."""
        return self.rows + self.secondary_rows


def number_npis(rows, seed=0):
    """Return distinct NPIs with a right check digit, in no order: ISO 7812 with the prefix 80840."""
    order = np.asarray(rows, np.int64)
    body = 100_000_000 + (order * 48_271 + seed * 7_919 + 11) % 99_999_989  # a prime: all distinct
    total = np.full(order.shape, 24)
    for place in range(9):
        digit = body // 10**place % 10
        total += digit if place % 2 else digit * 2 // 10 + digit * 2 % 10
    return (body * 10 + (-total) % 10).astype("U10").tolist()


def quote_row(cells):
    """Return a row as NPPES writes it: every cell in quotes, the end a line feed."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return out.getvalue()


def write_row(**facts):
    """Return a main row from the columns that matter, written as `write_cells` takes them."""
    return quote_row([facts.get(name, "") for name in HEADER])


def address_cells(columns, street, unit, place, number):
    """Return address cells by their column names; number makes the telephone."""
    city, state, zip_code, area = place
    phone = f"{area}2{number % 1_000_000:06d}"
    values = (street, unit, city, state, zip_code, "US", phone, phone)
    return dict(zip(columns, values, strict=True))


def write_nppes(folder, rows, *, seed=0, organisations=None):
    """Write the main file, the other-name file and the secondary locations; return what they hold.

    Parameters
    ----------
    folder : where to; the files have NPPES's names (`MAIN`, `OTHER_NAMES`, `LOCATIONS`).
    rows : of the main file, at least 200.
    seed : the same seed gives the same files.
    organisations : how many relevant ones; one in 4,000 rows and at least 40 unless told.
    """
    count = organisations if organisations is not None else max(40, rows // 4_000)
    rng = np.random.default_rng(seed)
    planted, lines, other_names, locations = plant(rows, count, rng, seed)
    bodies, is_organisation = build_bodies(rng)
    with (
        (folder / MAIN).open("w", encoding="utf-8", newline="") as main,
        (folder / OTHER_NAMES).open("w", encoding="utf-8", newline="") as others,
        (folder / LOCATIONS).open("w", encoding="utf-8", newline="") as places,
    ):
        main.write(quote_row(HEADER))
        others.write(quote_row(OTHER_NAME_HEADER))
        places.write(quote_row(LOCATION_HEADER))
        for start in range(0, rows, ROWS_A_BLOCK):
            stop = min(rows, start + ROWS_A_BLOCK)
            npis = number_npis(np.arange(start, stop), seed)
            picks = rng.integers(0, len(bodies), stop - start)
            block = [f'"{n}",{bodies[pick]}' for n, pick in zip(npis, picks.tolist(), strict=True)]
            replaced = sorted(lines.keys() & range(start, stop))
            for row in replaced:
                block[row - start] = lines[row]
            main.writelines(block)
            unplanted = np.ones(stop - start, np.bool_)
            unplanted[[row - start for row in replaced]] = False
            common = [npis[row] for row in np.flatnonzero(is_organisation[picks] & unplanted)]
            others.writelines(f'"{npi}","HEALTH PARTNERS","5"\n' for npi in common[::3])
            places.writelines(
                f'"{npi}","{number} SPRAVATO PLAZA","","BOISE","ID","83702","US","2085550100","",""\n'
                for number, npi in enumerate(common[::2])
            )
        others.writelines(other_names)
        places.writelines(locations)
    return planted


def write_zip(folder, target):
    """Pack the three files as CMS packs a month: with header files and a reading aid beside them."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("NPPES_Data_Dissemination_CodeValues.pdf", b"%PDF-1.4 ketamine")
        for name in (LOCATIONS, MAIN, OTHER_NAMES):
            archive.write(folder / name, name)
            with (folder / name).open("rb") as file:
                archive.writestr(f"{Path(name).stem}_fileheader.csv", file.readline())
    return target


def build_bodies(rng):
    """Return what stands after the NPI in rows that matter to nobody, and which are organisations.

    Three in four are persons, one in 25 is deactivated, as in the real file.
    """
    bodies, is_organisation = [], []
    for number in range(5_000):
        kind = rng.choice(["1", "2", ""], p=[0.74, 0.22, 0.04])
        is_organisation.append(kind == "2")
        if not kind:
            facts = {"NPI Deactivation Date": "03/02/2021"}
        else:
            place = _CITIES[number % len(_CITIES)]
            street = f"{rng.integers(1, 20_000)} N LAKE PARK AVE"
            facts = describe_common(kind, number)
            facts |= address_cells(MAILING, f"PO BOX {number}", "", place, number)
            facts |= address_cells(PRACTICE, street, f"STE {number}", place, number)
            for taxonomy in range(1, int(rng.integers(2, 5))):
                facts[f"Healthcare Provider Taxonomy Code_{taxonomy}"] = "2084P0800X"
                facts[f"Healthcare Provider Primary Taxonomy Switch_{taxonomy}"] = "N"
                facts[f"Other Provider Identifier_{taxonomy}"] = f"{number:09d}"
        bodies.append(write_row(**facts).partition(",")[2])
    return bodies, np.array(is_organisation)


def describe_common(kind, number):
    """Return the facts of a person (kind "1") or an organisation ("2") that is not relevant."""
    dates = {"Provider Enumeration Date": "05/23/2005", "Last Update Date": "07/08/2019"}
    rare = number % 500 == 0
    line_break = "\r\n" if rare else " "
    if kind == "1":
        return dates | {
            "Entity Type Code": "1",
            "Provider Last Name (Legal Name)": "KETAMINE" if rare else "O'NEIL, JR",
            "Provider First Name": "BENJAMIN",
            "Provider Credential Text": 'M.D. "PhD"',
            "Is Sole Proprietor": "N",
        }
    return dates | {
        "Entity Type Code": "2",
        "Employer Identification Number (EIN)": "<UNAVAIL>",
        NAME: f'VITAMIN, "ETAMINE" & CRAVAT{line_break}NIÑO {number} INC',
        "Authorized Official Last Name": "SPRAVATO" if rare else "RAVATO",
        "Authorized Official First Name": "KETA",
        "Is Organization Subpart": "Y",
        "Parent Organization LBN": "KETAMINE HOLDINGS" if rare else "",
        "Certification Date": "07/08/2019",
    }


def plant(rows, count, rng, seed):
    """Return what is planted, its main rows by position, its other-name and location lines."""
    planted = Planted(rows)
    lines, other_names, locations = {}, [], []
    positions = rng.choice(rows, count + 30, replace=False).tolist()
    npis = number_npis(positions, seed)
    for number, (position, npi) in enumerate(zip(positions, npis, strict=True)):
        if number < count:
            facts = plant_organisation(planted, other_names, locations, npi, number)
        elif number < count + 10:
            day = number - count + 1
            facts = {"NPI Deactivation Date": f"06/{day:02d}/2024"}
            planted.deactivated[npi] = f"2024-06-{day:02d}"
        elif number < count + 20:
            facts = describe_common("2", number) | {
                "NPI Deactivation Date": "06/01/2024",
                "NPI Reactivation Date": "06/20/2024",
            }
            planted.reactivated.append(npi)
        else:
            facts = plant_foreign(npi, number)
            planted.rejected.append(npi)
        lines[position] = write_row(**facts | {"NPI": npi})
    return planted, lines, other_names, locations


def plant_organisation(planted, other_names, locations, npi, number):
    """Plant one relevant organisation; return its main row's facts."""
    pattern, treatments = _NAMES[number % len(_NAMES)]
    name = pattern.format(f"No. {number}")
    where = _PLACES_OF_NAME[number % len(_PLACES_OF_NAME)]
    plain = f"PLAIN HEALTH {number} INC"
    facts = describe_common("2", 1) | {NAME: plain, "Last Update Date": "10/01/2025"}
    if where == "legal":
        facts[NAME] = name
    elif where == "other":
        facts |= {OTHER_NAME: name, OTHER_NAME_KIND: DOING_BUSINESS}
    else:
        kind = FORMER if where == "former" else DOING_BUSINESS
        other_names.append(quote_row([npi, name, kind]))
    place = _CITIES[number % len(_CITIES)]
    line = f"{100 + number}\nMAIN ST" if number % 7 == 0 else f"{100 + number} MAIN ST"
    facts |= address_cells(PRACTICE, line, "SUITE 5", place, number)
    found = [expect_location(f"{100 + number} MAIN ST", place, number)]
    for extra in range(number % 4 if number % 2 else 0):
        place = _CITIES[(number + extra + 1) % len(_CITIES)]
        cells = address_cells(PRACTICE, f"{extra + 1} ELM ST", "SUITE 5", place, number)
        values = list(cells.values())
        locations.append(quote_row([npi, *values[:7], "", values[7]]))
        found.append(expect_location(f"{extra + 1} ELM ST", place, number))
        planted.secondary_rows += where != "former"
    if where != "former":  # what it was called makes it no clinic
        one = Organisation(npi, name, treatments, "2025-10-01", tuple(found))
        planted.organisations.append(one)
    return facts


def expect_location(street, place, number):
    """Return the `LOCATION_FIELDS` that a reader must give."""
    city, state, zip_code, area = place
    return street, "SUITE 5", city, state, zip_code[:5], f"+1{area}2{number % 1_000_000:06d}"


def plant_foreign(npi, number):
    """Return a relevant organisation that no listing can be made of: its state is none of ours."""
    place = ("TORONTO", "ONTARIO", "M5V2T6", "416")
    facts = describe_common("2", 1) | {NAME: f"KETAMINE TORONTO {npi}"}
    cells = address_cells(PRACTICE, f"{number} KING ST", "", place, number)
    return facts | cells | {PRACTICE[5]: "CA"}
