"""Tables as the world writes them: each kind in several shapes."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import Workbook

from geo.errors import SourceError
from geo.sources import table
from geo.sources.table import Layout, guess_mapping, preview

ADDRESS = ["name", "street", "unit", "city", "state", "zip"]
TODAY = datetime.now(tz=UTC).date()
PAST, AHEAD = "2023-12-31", (TODAY + timedelta(days=400)).isoformat()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "clinics.csv"


def write(path, *rows, delimiter=",", encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(rows)
    return path


def write_book(path, *sheets, change=lambda _: None):
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    change(book)
    book.save(path)
    return path


def read(path, mapping=None, **options):
    chosen = mapping or table.guess(path, options.get("layout", Layout()))
    (batch,) = table.read(path, chosen, title="A list", **options)
    return batch


def said(path, *columns, **options):
    return read(path, **options).listings[list(columns)].to_numpy().tolist()


PLACE = ["Calm Ketamine", "1 Main St", "Boise", "ID", "83702"]
HEADING = ["Name", "Address", "City", "State", "Zip"]


@pytest.mark.parametrize(
    ("heading", "cells", "operating"),
    [
        (["License Status"], ["Revoked"], "closed"),
        (["Lic. Status"], ["Active"], "yes"),
        (["Facility Status"], ["Opening Soon"], "closed"),
        (["Operating?"], ["No"], "closed"),
        (["Status", "Credential Status"], ["Active", "Suspended"], "closed"),
        (["Status"], ["Zone 4"], "unconfirmed"),
        (["Status", "Expiration Date"], ["", PAST], "closed"),
        (["Exp. Date"], ["12/31/2023"], "closed"),
        (["License Expires"], ["31-Dec-2023"], "closed"),
        (["Status", "Expiration Date"], ["Active", PAST], "unconfirmed"),
        (["Status", "Expiration Date"], ["Active", AHEAD], "yes"),
        (["Expiration Date"], [AHEAD], ""),
        (["Valid Until"], [str(TODAY.year)], ""),
        (["end_date"], ["2025-03-01"], "closed"),
        (["Date Closed"], ["3/1/2025"], "closed"),
        (["Closed"], ["Yes"], "closed"),
        (["Closed"], ["No"], ""),
        (["Closing Date"], [AHEAD], ""),
        (["Permanently Closed"], ["TRUE"], "closed"),
        (["Opening Date"], [AHEAD], "closed"),
        (["Opening Date"], ["2019-01-01"], ""),
        (["Estado"], ["Licencia vencida"], "closed"),
        (["Open?"], ["N"], "closed"),
        (["Still Open"], ["Yes"], "yes"),
        (["Opens"], ["Coming soon"], "closed"),
        (["Certified Until"], [PAST], "closed"),
        (["Accredited Through"], [AHEAD], ""),
        (["Hours"], ["Temporarily closed"], "closed"),
        (["Lic #", "Credential Number"], ["K-1", "7"], ""),
    ],
)
def test_whether_it_operates_is_read_of_many_columns(file, heading, cells, operating):
    write(file, [*HEADING, *heading], [*PLACE, *cells])

    assert said(file, "operating", "source_date") == [[operating, ""]]


@pytest.mark.parametrize("name", ["Calm Ketamine (CLOSED)", "Calm Ketamine - Coming Soon!"])
def test_a_name_may_say_that_it_is_closed_or_not_open_yet(file, name):
    write(file, HEADING, [name, *PLACE[1:]])

    assert said(file, "operating") == [["closed"]]


@pytest.mark.parametrize(("word", "is_asked"), [("Delinquent", True), ("Unverified", False)])
def test_a_status_that_leaves_it_open_is_asked_about_where_that_helps(file, word, is_asked):
    write(file, [*HEADING, "License Status"], [*PLACE, word])
    batch = read(file)

    assert batch.listings["operating"].tolist() == ["unconfirmed"]
    assert batch.cleared_fields["was"].tolist() == [word] * is_asked


def test_errors_of_a_spreadsheet_are_no_words_and_are_told(file):
    write(file, [*HEADING, "Phone"], ["Calm Ketamine", "#REF!", *PLACE[2:], "########"])
    batch = read(file)

    assert batch.listings[["street", "phone"]].to_numpy().tolist() == [["", ""]]
    assert batch.cleared_fields[["column", "was"]].to_numpy().tolist() == [
        ["street", "#REF!"],
        ["phone", "########"],
    ]


def test_what_programs_make_of_letters_and_numbers_is_undone(file):
    write(
        file,
        [*HEADING, "Phone"],
        ["Calm &amp; Ketamine", "1&nbsp;Elm St", "Lynn", "MA", "1901.0", "7815990104.0"],
    )

    assert said(file, "name", "street", "zip", "phone") == [
        ["Calm & Ketamine", "1 Elm St", "01901", "+17815990104"]
    ]


def test_of_two_addresses_in_a_cell_the_first_is_taken_and_that_is_told(file):
    whole = "1 Main St, Mesa, AZ 85201 / 2 Side St, Gilbert, AZ 85233"
    write(file, ["Name", "Address"], ["Calm Ketamine", whole])
    batch = read(file)

    assert batch.listings[["street", "unit", "city", "zip"]].to_numpy().tolist() == [
        ["1 Main St", "", "Mesa", "85201"]
    ]
    assert batch.cleared_fields[["was", "reason"]].to_numpy().tolist() == [
        [whole, "it holds more than one address; the first is taken"]
    ]


def test_rows_that_name_the_treatment_in_spanish_name_it(file):
    write(file, [*HEADING, "Services"], ["Calma", *PLACE[1:], "Ketamina intravenosa"])

    assert said(file, "name", only_naming=True) == [["Calma"]]


def test_a_licence_that_ended_beside_an_active_status_is_told(file):
    write(file, [*HEADING, "Status", "Expires"], [*PLACE, "Active", PAST])
    batch = read(file)

    assert batch.cleared_fields[["column", "reason"]].to_numpy().tolist() == [
        ["operating", f"its status is 'Active', and its licence ended {PAST}"]
    ]


@pytest.mark.parametrize(
    ("heading", "cells", "name"),
    [
        (["DBA", "Legal Name"], ["Calm Ketamine", "Pat Example MD PLLC"], "Calm Ketamine"),
        (["Licensee", "Doing Business As"], ["Example Inc", "Calm Ketamine"], "Calm Ketamine"),
        (["Entity Name", "Trade Name"], ["Bay Infusions LLC", "N/A"], "Bay Infusions LLC"),
        (["Name", "Facility Name"], ["Jane Q. Example, MD", "Calm Ketamine"], "Calm Ketamine"),
        (["Title", "Clinic"], ["Director", "Calm Ketamine"], "Calm Ketamine"),
        (["Salutation", "School"], ["Ms.", "Calm Centre"], "Calm Centre"),
        (["Site Administrator Title", "Site Name"], ["Head of School", "Calm"], "Calm"),
        (["Medical Director", "Practice"], ["Doe, Jane", "Calm"], "Calm"),
        (["Owner Name", "Business Name"], ["Example Holdings LLC", "Calm"], "Calm"),
    ],
)
def test_the_name_is_the_clinics_and_no_persons(file, heading, cells, name):
    write(file, [*heading, *HEADING[1:]], [*cells, *PLACE[1:]])
    batch = read(file)

    assert batch.listings[["name", "unit"]].to_numpy().tolist() == [[name, ""]]


def test_a_persons_name_alone_is_no_guess_for_a_clinics():
    rows = [["Jane Q. Example, MD", "WA"], ["Doe, John", "WA"], ["Dr. Pat Roe", "WA"]]

    assert guess_mapping(["Name", "State"], rows).columns == {"state": "State"}


@pytest.mark.parametrize(
    ("mailing", "practice"),
    [
        ("Mailing {}", "Location {}"),
        ("Mailing {}", "Physical {}"),
        ("Mail {}", "{}"),
        ("Billing {}", "Practice {}"),
        ("Corporate {}", "Facility {}"),
    ],
)
def test_where_mail_goes_is_not_where_it_stands(file, mailing, practice):
    parts = HEADING[1:]
    heading = ["Name", *map(mailing.format, parts), *map(practice.format, parts), "Office Phone"]
    row = ["Calm", "PO Box 1", "Salem", "MA", "01970", *PLACE[1:], "208-344-0100"]
    write(file, heading, row)

    assert said(file, *ADDRESS, "phone") == [
        ["Calm", "1 Main St", "", "Boise", "ID", "83702", "+12083440100"]
    ]


@pytest.mark.parametrize(
    ("heading", "row", "address"),
    [
        (["House Number", "Street", "City", "ZIP"], ["79", "Pearl St", "Boulder", "80302"],
         ["79 Pearl St", "", "Boulder", "CO", "80302"]),
        (["Street Number", "Street Name", "Zip Code"], ["79", "Pearl St", "80302"],
         ["79 Pearl St", "", "", "CO", "80302"]),
        (["Street No.", "Street", "Zip"], ["79", "79 Pearl St", "80302"],
         ["79 Pearl St", "", "", "CO", "80302"]),
        (["Street", "City", "Zip"], ["12 Main St", "Boston", "2114"],
         ["12 Main St", "", "Boston", "MA", "02114"]),
        (["City", "Latitude", "Longitude"], ["Boulder", "40.0192", "-105.276"],
         ["", "", "Boulder", "CO", ""]),
        (["Full Address"], ["79 Pearl St #4 Boulder CO 80302-1234"],
         ["79 Pearl St", "#4", "Boulder", "CO", "80302"]),
        (["Address"], ["79 Pearl St, Rear Building\nBoulder, Colorado 80302"],
         ["79 Pearl St", "Rear Building", "Boulder", "CO", "80302"]),
        (["Address", "Suite", "City", "State", "Zip"], ["79 Pearl St", "4", "Boulder", "CO", 80302],
         ["79 Pearl St", "4", "Boulder", "CO", "80302"]),
    ],
)  # fmt: skip
def test_an_address_is_joined_and_parted(file, heading, row, address):
    write(file, ["Clinic Name", *heading], ["Calm Ketamine", *row])

    assert said(file, *ADDRESS[1:]) == [address]


def test_what_cannot_be_parted_stays_and_is_told(file):
    write(file, ["Name", "Full Address", "State"], ["Calm", "Behind the mill", "ID"])
    batch = read(file, table.guess(file).choose("address", "Full Address"))

    assert batch.listings[["street", "state"]].to_numpy().tolist() == [["Behind the mill", "ID"]]
    assert batch.cleared_fields["reason"].str.contains("stays in the street").all()


@pytest.mark.parametrize("column", ["type_facility", "Facility ID", "License No.", "Record ID"])
def test_an_id_must_tell_one_place_from_another(file, column):
    write(file, [*HEADING, column], [*PLACE, "MH"], ["Bay Ketamine", *PLACE[1:], "MH"])
    batch = read(file)

    assert "id" not in table.guess(file).columns
    assert batch.listings["name"].tolist() == ["Calm Ketamine", "Bay Ketamine"]


def test_an_id_that_turns_out_to_be_none_is_told_and_loses_no_row(file):
    rows = [[f"Calm {number} Ketamine", *PLACE[1:], str(number % 250)] for number in range(300)]
    write(file, [*HEADING, "ID"], *rows)
    batch = read(file)

    assert "id" in table.guess(file).columns
    assert (len(batch.listings), len(batch.rejects)) == (300, 0)
    assert "'ID' has one value for several places" in batch.notices["reason"].iloc[-1]


@pytest.mark.parametrize(
    ("heading", "services", "treatments"),
    [
        ("Service", ["IV ketamine", "Spravato", "TMS"], "iv;esketamine"),
        ("Treatment", ["Esketamine", "esketamine"], "esketamine"),
        ("Modality", ["Intramuscular ketamine", "IV ketamine infusion"], "iv;im"),
    ],
)
def test_rows_of_one_place_become_one_listing(file, heading, services, treatments):
    write(file, [*HEADING, heading], *([*PLACE, service] for service in services))
    batch = read(file, mapping=table.guess(file).choose("treatments", heading))

    assert batch.listings[["name", "treatments"]].to_numpy().tolist() == [
        ["Calm Ketamine", treatments]
    ]
    assert batch.rejects.empty
    assert f"{len(services) - 1} tell of a place" in batch.notices["reason"].iloc[0]


def test_of_several_licences_of_a_place_one_that_holds_is_enough(file):
    rows = ([*PLACE, status] for status in ("Expired", "Active"))
    write(file, [*HEADING, "License Status"], *rows)

    assert said(file, "operating") == [["yes"]]


def test_rows_without_a_street_are_told_by_their_telephones(file):
    heading = ["Name", "City", "State", "Phone"]
    phones = ("208-344-0100", "208-344-0199", "208-344-0100")
    write(file, heading, *(["Calm", "Boise", "ID", phone] for phone in phones))

    assert said(file, "phone") == [["+12083440199"], ["+12083440100"]]


TITLE = ["Example State Department of Health", "", "", "", ""]


@pytest.mark.parametrize(
    "above",
    [
        [TITLE],
        [TITLE, ["Licensed facilities as of 11/01/2026", "", "", "", ""], [""] * 5],
        [["Report"], ["Run by", "Example"], []],
    ],
)
@pytest.mark.parametrize("is_book", [True, False])
def test_the_heading_is_found_below_titles(tmp_path, above, is_book):
    rows = [*above, HEADING, PLACE]
    if is_book:
        path = write_book(tmp_path / "a.xlsx", ("Sheet1", rows))
    else:
        path = write(tmp_path / "a.csv", *rows)

    assert said(path, *ADDRESS[:2]) == [["Calm Ketamine", "1 Main St"]]
    assert table.sample(path).above.startswith(above[0][0])


def test_the_heading_row_can_be_told(tmp_path):
    rows = [["Clinic", "City", "State"], ["as of", "2026", "x"], ["Practice", "Town", "ST"]]
    path = write(tmp_path / "a.csv", *rows, ["Calm", "Boise", "ID"])

    assert table.sample(path, Layout(heading_row=3)).heading == ["Practice", "Town", "ST"]
    with pytest.raises(SourceError, match="nothing in row 9"):
        table.sample(path, Layout(heading_row=9))


def test_a_sheet_is_found_or_told(tmp_path):
    other = [HEADING, ["Rain Ketamine", "1 Pike St", "Seattle", "WA", "98101"]]
    notes = [["This workbook is for information only."]]
    sheets = [("Notes", notes), ("ID", [HEADING, PLACE]), ("WA", other)]
    path = write_book(tmp_path / "a.xlsx", *sheets)

    assert table.sample(path).sheets == ("Notes", "ID", "WA")
    assert said(path, "name") == [["Calm Ketamine"]]
    assert said(path, "name", layout=Layout(sheet="WA")) == [["Rain Ketamine"]]
    with pytest.raises(SourceError, match="no sheet 'OR'; it has Notes, ID, WA"):
        table.sample(path, Layout(sheet="OR"))


def test_a_hidden_sheet_is_not_taken_by_itself(tmp_path):
    def hide(book):
        book["Old"].sheet_state = "hidden"

    sheets = [("Old", [HEADING, ["Gone Ketamine", *PLACE[1:]]]), ("Now", [HEADING, PLACE])]
    path = write_book(tmp_path / "a.xlsx", *sheets, change=hide)

    assert said(path, "name") == [["Calm Ketamine"]]


@pytest.mark.parametrize(
    ("column", "text", "target", "told"),
    [
        ("Website", "Website", "https://calm.example.com", ["https://calm.example.com/", ""]),
        ("Link", "click here", "http://calm.example.com/x", ["http://calm.example.com/x", ""]),
        ("Name", "Calm Ketamine", "https://calm.example.com", ["https://calm.example.com/", ""]),
        ("Email", "Email us", "mailto:a@example.com?subject=x", ["", "a@example.com"]),
        ("Address", "1 Main St", "https://maps.google.com/?q=1", ["", ""]),
    ],
)
def test_where_a_cell_leads_to_is_read(tmp_path, column, text, target, told):
    heading = [*HEADING, *([column] if column not in HEADING else [])]
    at = heading.index(column)
    row = [*PLACE, ""][: len(heading)]
    row[at] = text

    def link(book):
        book.active.cell(2, at + 1).hyperlink = target

    path = write_book(tmp_path / "a.xlsx", ("A", [heading, row]), change=link)

    assert said(path, "name", "website", "email") == [["Calm Ketamine", *told]]


def test_a_link_that_is_a_formula_is_read(tmp_path):
    row = [*PLACE, '=HYPERLINK("https://calm.example.com","our site")']
    path = write_book(tmp_path / "a.xlsx", ("A", [[*HEADING, "Web"], row]))

    assert said(path, "website") == [["https://calm.example.com/"]]


def test_a_cell_merged_over_rows_stands_in_each_of_them(tmp_path):
    def merge(book):
        book.active.merge_cells("A2:A3")

    rows = [[*HEADING], PLACE, ["", "9 Oak St", "Nampa", "ID", "83651"]]
    path = write_book(tmp_path / "a.xlsx", ("A", rows), change=merge)

    assert said(path, "name", "street") == [
        ["Calm Ketamine", "1 Main St"],
        ["Calm Ketamine", "9 Oak St"],
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_delimiter_and_encoding_is_read(file, delimiter, encoding):
    row = ["Café Ketamine", "1 Main St, Ste 4", *PLACE[2:]]
    write(file, TITLE[:1], HEADING, row, delimiter=delimiter, encoding=encoding)

    assert said(file, *ADDRESS[:3]) == [["Café Ketamine", "1 Main St", "Ste 4"]]


def test_a_column_whose_name_stood_before_is_another(file):
    parts = HEADING[1:]
    write(file, [*HEADING, *parts], [*PLACE, "PO Box 1", "Nampa", "ID", "83651"])

    assert said(file, *ADDRESS) == [["Calm Ketamine", "1 Main St", "", "Boise", "ID", "83702"]]
    assert table.sample(file).heading[5] == "Address (second, column 6)"


def test_a_heading_in_spanish_is_read(file):
    heading = ["Nombre", "Dirección", "Ciudad", "Estado", "Código Postal", "Estatus"]
    row = ["Clínica Ketamina", "10 Calle Sol", "Ponce", "PR", "730", "Cerrada"]
    write(file, heading, row, delimiter=";", encoding="cp1252")

    assert said(file, *ADDRESS, "operating") == [
        ["Clínica Ketamina", "10 Calle Sol", "", "Ponce", "PR", "00730", "closed"]
    ]


def test_a_row_of_values_is_no_heading(file):
    rows = [["Calm", "Boise", "ID", "Active Clinic"], ["Bay", "Nampa", "ID", "Open"]]
    write(file, ["Alpha", "Beta", "Gamma", "Delta"], *rows)

    assert table.sample(file).heading == ["Alpha", "Beta", "Gamma", "Delta"]


def test_excels_own_word_of_the_delimiter_is_no_row(file):
    file.write_text("sep=;\nName;State;Note\nCalm, Ketamine;ID;a, b\n")

    assert said(file, "name", "note") == [["Calm, Ketamine", "a, b"]]


def test_findtreatments_export_is_known(file):
    heading = [
        "name1", "name2", "street1", "street2", "city", "state", "zip", "phone", "intake1",
        "latitude", "longitude", "type_facility", "website", "sa", "mh", "kit",
    ]  # fmt: skip
    place = ["Boise", "ID", "83702"]
    write(
        file, heading,
        ["Calm", "Downtown", "1 Main St", "Peterson Building", *place, "", "208-344-0100",
         "43.6150", "-116.2023", "MH", "", "", "1", "1"],
        ["Plain", "", "2 Main St", "", *place, "208-344-0101", "", "", "", "MH", "", "", "1", ""],
    )  # fmt: skip
    batch = read(file, only_naming=True)

    assert batch.listings[
        ["name", "street", "unit", "phone", "treatments"]
    ].to_numpy().tolist() == [
        ["Calm, Downtown", "1 Main St", "Peterson Building", "+12083440100", "iv"]
    ]
    assert batch.not_relevant == 1
    assert preview.look(file, table.guess(file), Layout()).only_naming


def test_tags_of_openstreetmap_in_a_table_are_known(file):
    heading = ["@id", "name", "addr:housenumber", "addr:street", "addr:postcode", "phone",
               "contact:phone", "disused:healthcare", "healthcare", "was:name", "amenity"]  # fmt: skip
    write(
        file, heading,
        ["node/1", "Calm Ketamine", "79", "Pearl St", "80302", "", "+1 303 926 0142", "", "clinic",
         "", ""],
        ["node/2", "", "9", "Oak St", "80302", "", "", "clinic", "", "Gone Ketamine", ""],
        ["node/3", "Cafe", "8", "Oak St", "80302", "", "", "", "", "Gone Ketamine", "cafe"],
    )  # fmt: skip
    batch = read(file, only_naming=True)

    assert batch.listings[
        ["name", "street", "state", "phone", "operating"]
    ].to_numpy().tolist() == [["Calm Ketamine", "79 Pearl St", "CO", "+13039260142", ""]]
    assert batch.not_relevant == 2


def test_nppes_as_a_table_is_known_and_its_former_name_is_no_trade_name(file):
    heading = [
        "NPI", "Provider Organization Name (Legal Business Name)",
        "Provider Other Organization Name", "Provider Other Organization Name Type Code",
        "Provider Business Practice Location Address State Name",
    ]  # fmt: skip
    write(
        file, heading,
        ["1234567893", "EXAMPLE MD PLLC", "CALM KETAMINE", "3", "ID"],
        ["1992999999", "SMITH PC", "BAY KETAMINE", "4", "ID"],
    )  # fmt: skip

    assert said(file, "name") == [["CALM KETAMINE"], ["SMITH PC"]]


@pytest.mark.parametrize(
    ("heading", "cells", "naming"),
    [
        (["All Services"], ["Residential; Detoxification"], False),
        (["All Services"], ["TMS; ketamine infusions"], True),
        (["Notes"], ["Does not offer ketamine"], False),
        (["Offers Ketamine"], ["Yes"], True),
        (["Spravato"], ["x"], True),
        (["Ketamine"], ["No"], False),
        (["Former Name"], ["Boise Ketamine"], False),
        (["Search term"], ["ketamine"], False),
        (["Website"], ["https://boiseketamine.example.com"], True),
    ],
)
def test_which_rows_name_the_treatment(file, heading, cells, naming):
    write(file, [*HEADING, *heading], ["Example House", *PLACE[1:], *cells])
    batch = read(file, only_naming=True)

    assert (len(batch.listings), batch.not_relevant) == (int(naming), int(not naming))


@pytest.mark.parametrize(
    ("rows", "only_naming", "warning"),
    [
        ([("House", "Detox"), ("Army", "Group")], True, "None of its 2 records"),
        ([("House",), ("Army",)], False, "None of its 2 records"),
        ([("Calm Ketamine", "IV"), ("Army", "Group")], False, "Of the records 1 do not name"),
        ([("A", "x"), ("B", "y"), ("Bay Ketamine", "z")], True, "Not naming the treatment, 2"),
        ([("Calm Ketamine",)], False, ""),
    ],
)
def test_a_preview_counts_and_warns(file, rows, only_naming, warning):
    heading = [*HEADING, *["Services"][: len(rows[0]) - 1]]
    write(
        file, heading,
        *([name, f"{number} Main St", *PLACE[2:], *more] for number, (name, *more) in enumerate(rows)),
    )  # fmt: skip
    found = preview.look(file, table.guess(file), Layout())

    assert (found.only_naming, found.records) == (only_naming, len(rows))
    assert found.naming == sum("Ketamine" in name for name, *_ in rows)
    assert found.warning.startswith(warning)
    assert bool(found.warning) == bool(warning)
    assert len(found.samples) > 0


def test_a_preview_counts_what_is_rejected_among_those_that_name_it(file):
    rows = [["Calm Ketamine", "", "", "XX", "", "IV"], ["House", *PLACE[1:], "Detox"]]
    write(file, [*HEADING, "Services"], *rows, ["Army", *PLACE[1:], "Detox", "more"])
    found = preview.look(file, table.guess(file), Layout())

    assert (found.records, found.naming, found.only_naming) == (3, 1, True)
    assert (found.accepted, found.not_relevant, found.rejected) == (0, 2, 1)


def test_a_title_above_the_heading_says_what_all_rows_are(file):
    write(file, ["Ketamine clinics"], [*HEADING, "Services"], ["Bay", *PLACE[1:], "Infusions"])

    assert preview.look(file, table.guess(file), Layout()).only_naming is False


def test_a_preview_tells_what_would_be_rejected_closed_and_unread(file):
    heading = [*HEADING, "Status", "Fax"]
    write(file, heading, [*PLACE, "Revoked", "1"], ["Bay", "", "Boise", "XX", "", "Zone 4", ""])
    found = preview.look(file, table.guess(file), Layout(), only_naming=False)

    assert (found.accepted, found.rejected) == (1, 1)
    assert found.operating == {"closed": 1}
    assert list(found.reasons) == ["state: 'XX' is no state of the US"]
    assert found.unread == ("Fax",)
