import csv
import io
import json
import tracemalloc
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.clinics.listings import COLUMNS, validate
from geo.errors import SourceError
from geo.sources import nppes
from geo.sources.nppes.provider_records import Name, choose_name, name_treatments
from geo.sources.nppes.scanning import LONGEST_RECORD, Scanner
from tests.counted import reading_at_most
from tests.examples import examples
from tests.handmade.nppes import (
    DOING_BUSINESS,
    FILE_DATE,
    FORMER,
    HEADER,
    LOCATION_FIELDS,
    LOCATION_HEADER,
    LOCATIONS,
    MAIN,
    NAME,
    OTHER_NAME,
    OTHER_NAME_HEADER,
    OTHER_NAME_KIND,
    OTHER_NAMES,
    PRACTICE,
    address_cells,
    describe_common,
    number_npis,
    quote_row,
    write_nppes,
    write_row,
    write_zip,
)

NPI, SECOND_NPI, THIRD_NPI = number_npis(range(3), seed=9)
PLACE = ("SPOKANE", "WA", "992011234", "509")
PERSONAL = ("Official", "Last Name", "First Name", "Middle Name", "Prefix", "Suffix", "Credential")


def read_all(path, known_npis=frozenset()):
    """Return listings, rejects, notices and the two counts of all batches together."""
    batches = list(nppes.read(path, known_npis))
    for batch in batches:
        assert batch.read == batch.not_relevant + len(batch.listings) + len(batch.rejects)
    tables = (
        pd.concat([getattr(batch, table) for batch in batches], ignore_index=True)
        for table in ("listings", "rejects", "notices")
    )
    return *tables, sum(batch.read for batch in batches), sum(b.not_relevant for b in batches)


def organisation(npi=NPI, name="BAY KETAMINE", place=PLACE, **facts):
    """Return the main row of a relevant organisation."""
    common = describe_common("2", 1) | {"NPI": npi, NAME: name}
    return write_row(**common | address_cells(PRACTICE, "1 ELM ST", "", place, 7) | facts)


def person(npi=THIRD_NPI):
    return write_row(**describe_common("1", 1) | {"NPI": npi})


def write_files(folder, *rows, other_names=(), locations=()):
    """Write the three files with these rows, each already a line; return the main one."""
    for name, heading, lines in (
        (MAIN, HEADER, rows),
        (OTHER_NAMES, OTHER_NAME_HEADER, other_names),
        (LOCATIONS, LOCATION_HEADER, locations),
    ):
        (folder / name).write_bytes("".join([quote_row(heading), *lines]).encode())
    return folder / MAIN


def location(npi=NPI, street="2 OAK ST", place=PLACE):
    city, state, zip_code, area = place
    return quote_row([npi, street, "", city, state, zip_code, "US", f"{area}2000001", "", ""])


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    folder = tmp_path_factory.mktemp("month")
    return folder, write_nppes(folder, 3_000, seed=1, organisations=90)


@pytest.fixture(scope="module")
def answer(month):
    folder, planted = month
    return read_all(folder / MAIN, {*planted.deactivated, *planted.reactivated})


def check_answer(answer, planted):
    """Check listings, rejects and counts against what was planted."""
    listings, rejects, _, read, not_relevant = answer
    validate(listings)
    found = {
        tuple(row)
        for row in listings[
            ["npi", "name", "treatments", "source_date", *LOCATION_FIELDS]
        ].itertuples(index=False)
    }
    expected = {
        (one.npi, one.name, one.treatments, one.source_date, *place)
        for one in planted.organisations
        for place in one.locations
    }
    assert found == expected
    assert len(listings) == planted.listings
    assert sorted(rejects["record"].str[:10]) == sorted(planted.rejected)
    assert read == planted.read
    assert not_relevant == planted.rows - len(planted.organisations) - len(planted.rejected)


def test_the_listings_are_those_planted_and_every_row_is_counted(month, answer):
    check_answer(answer, month[1])


def test_the_zip_gives_the_same_answer(month, answer, tmp_path):
    folder, planted = month
    packed = write_zip(folder, tmp_path / "NPPES_Data_Dissemination_November_2026.zip")
    again = read_all(packed, {*planted.deactivated, *planted.reactivated})
    for ours, theirs in zip(answer[:3], again[:3], strict=True):
        pd.testing.assert_frame_equal(ours, theirs)
    assert answer[3:] == again[3:]


def test_batches_on_the_way_change_nothing(month, answer, monkeypatch):
    folder, planted = month
    monkeypatch.setattr(nppes, "ROWS_A_BATCH", 1_000)
    assert len(list(nppes.read(folder / MAIN))) > 2
    again = read_all(folder / MAIN, {*planted.deactivated, *planted.reactivated})
    for ours, theirs in zip(answer[:3], again[:3], strict=True):
        pd.testing.assert_frame_equal(ours, theirs)
    assert answer[3:] == again[3:]


def test_what_a_listing_says(month, answer):
    listings = answer[0]
    assert list(listings.columns) == list(COLUMNS)
    assert set(listings["evidence"]) == {"registry"}
    assert listings[["clinic_id", "operating", "website"]].eq("").all(axis=None)
    first = listings["listing_id"].eq("nppes:" + listings["npi"] + ":0")
    assert first.sum() == len(month[1].organisations)
    secondary = listings["listing_id"].str.fullmatch(r"nppes:\d{10}:[0-9a-f]{12}")
    assert (secondary ^ first).all()
    assert listings["source_url"].str.endswith(listings["npi"].iloc[0]).any()


def test_no_person_enters_raw(answer):
    for raw in (*answer[0]["raw"], *answer[1]["raw"]):
        facts = json.loads(raw)
        assert facts["NPI"]
        assert not [column for column in facts if any(word in column for word in PERSONAL)]
        assert not [name for name in ("KETA", "RAVATO", "BENJAMIN") if f'"{name}"' in raw]


def test_a_deactivated_npi_is_a_notice_and_no_closure(month, answer):
    notices = answer[2]
    assert dict(zip(notices["npi"], notices["date"], strict=True)) == month[1].deactivated
    assert set(notices["kind"]) == {"deactivated"}
    assert not answer[0]["npi"].isin(month[1].deactivated).any()


def test_an_unknown_deactivated_npi_is_no_notice(month):
    assert read_all(month[0] / MAIN)[2].empty


@pytest.mark.parametrize(
    ("dates", "noticed"),
    [
        ({"NPI Deactivation Date": "06/01/2024"}, True),
        ({"NPI Deactivation Date": "06/01/2024", "NPI Reactivation Date": "06/01/2024"}, False),
        ({"NPI Deactivation Date": "06/01/2024", "NPI Reactivation Date": "06/01/2023"}, True),
        ({"NPI Reactivation Date": "06/01/2023"}, False),
    ],
)
def test_only_a_deactivation_without_a_later_reactivation_counts(tmp_path, dates, noticed):
    main = write_files(tmp_path, organisation(**dates))
    listings, rejects, notices, _, _ = read_all(main, {NPI})
    assert len(notices) == len(rejects) == noticed
    assert len(listings) == (not noticed)
    assert rejects["reason"].str.contains("deactivated on 2024-06-01").all()


def test_ids_do_not_depend_on_the_order_of_locations(tmp_path):
    lines = [location(street=f"{number} OAK ST") for number in range(5)]
    main = write_files(tmp_path, organisation(), locations=lines)
    before = read_all(main)[0]
    recased = [line.replace("OAK ST", " Oak  st") for line in lines]
    after = read_all(write_files(tmp_path, organisation(), locations=recased[::-1]))[0]
    assert len(before) == 6
    assert set(before["listing_id"]) == set(after["listing_id"])


def test_a_location_that_stands_twice_is_rejected_once(tmp_path):
    lines = [location(), location(), location(street="1 ELM ST"), location(npi=SECOND_NPI)]
    main = write_files(tmp_path, organisation(), locations=lines)
    listings, rejects, _, read, _ = read_all(main)
    assert listings["street"].tolist() == ["1 ELM ST", "2 OAK ST"]
    assert rejects["line"].tolist() == [3, 4]
    assert "earlier record" in rejects["reason"][0]
    assert "first location" in rejects["reason"][1]
    assert read == 4  # one main row and three locations; the fourth is of another organisation


def test_an_organisation_that_stands_twice_is_rejected_once(tmp_path):
    listings, rejects, _, read, _ = read_all(write_files(tmp_path, organisation(), organisation()))
    assert (len(listings), len(rejects), read) == (1, 1, 2)


def test_a_secondary_location_here_is_listed_though_the_first_is_abroad(tmp_path):
    abroad = organisation(place=("TORONTO", "ONTARIO", "M5V2T6", "416"))
    listings, rejects, _, _, _ = read_all(write_files(tmp_path, abroad, locations=[location()]))
    assert listings["street"].tolist() == ["2 OAK ST"]
    assert rejects["reason"].str.contains("'ONTARIO' is no state").all()


@pytest.mark.parametrize(("country", "listed"), [("US", 1), ("", 1), ("pr", 1), ("MX", 0)])
def test_a_state_abroad_is_not_taken_for_ours(tmp_path, country, listed):
    main = write_files(tmp_path, organisation(**{PRACTICE[5]: country}))
    listings, rejects, _, _, _ = read_all(main)
    assert len(listings) == listed
    assert rejects["reason"].tolist() == ["state: 'WA, MX' is no state of the US"] * (1 - listed)


def test_a_row_without_an_npi_is_rejected(tmp_path):
    listings, rejects, _, read, _ = read_all(write_files(tmp_path, organisation(npi=""), person()))
    assert listings.empty
    assert rejects["reason"].tolist() == [
        "'' is no NPI of ten digits, so nothing tells it from others"
    ]
    assert read == 2


def test_the_names_of_the_side_file_are_kept_in_raw(tmp_path):
    lines = [quote_row([NPI, "BAY KETAMINE", DOING_BUSINESS])]
    main = write_files(tmp_path, organisation(name="SMITH PC"), other_names=lines)
    facts = json.loads(read_all(main)[0]["raw"][0])
    assert facts[NAME] == "SMITH PC"
    assert facts["Other Names"] == ["BAY KETAMINE"]


@pytest.mark.parametrize(("update", "day"), [("", FILE_DATE), ("03/31/2020", "2020-03-31")])
def test_the_source_date_is_the_last_update_or_else_the_files(tmp_path, update, day):
    main = write_files(tmp_path, organisation(**{"Last Update Date": update}))
    assert read_all(main)[0]["source_date"].tolist() == [day]


@pytest.mark.parametrize(
    ("names", "shown", "treatments"),
    [
        ([Name("BAY KETAMINE LLC")], "BAY KETAMINE LLC", ""),
        ([Name("Smith PC"), Name("Bay Spravato")], "Bay Spravato", "esketamine"),
        ([Name("Bay Ketamine"), Name("Bay Spravato", is_former=True)], "Bay Ketamine", ""),
        ([Name("Bay Ketamine"), Name("Spravato Bay")], "Bay Ketamine", "esketamine"),
        ([Name("ESKETAMINE INFUSION")], "ESKETAMINE INFUSION", "esketamine"),
        ([Name("Ketamine Infusions & IV Drip")], "Ketamine Infusions & IV Drip", "iv"),
        ([Name("Ketamine & IV Drip, IM")], "Ketamine & IV Drip, IM", ""),
        ([Name("IV KETAMINE AND SPRAVATO")], "IV KETAMINE AND SPRAVATO", "iv;esketamine"),
        ([Name("RELIV KETAMINE")], "RELIV KETAMINE", ""),
    ],
)
def test_name_and_treatments_are_told_by_the_names_in_use(names, shown, treatments, tmp_path):
    assert choose_name(names) == shown
    assert name_treatments(names) == treatments
    first, *others = names
    lines = [quote_row([NPI, n.text, FORMER if n.is_former else DOING_BUSINESS]) for n in others]
    main = write_files(tmp_path, organisation(name=first.text), other_names=lines)
    listings = read_all(main)[0]
    assert listings[["name", "treatments"]].to_numpy().tolist() == [[shown, treatments]]


@pytest.mark.parametrize("in_side_file", [True, False])
def test_a_former_name_alone_makes_no_clinic_of_an_organisation(tmp_path, in_side_file):
    said = {} if in_side_file else {OTHER_NAME: "BAY KETAMINE", OTHER_NAME_KIND: FORMER}
    lines = [quote_row([NPI, "BAY KETAMINE", FORMER])] if in_side_file else []
    main = write_files(tmp_path, organisation(name="SMITH PC", **said), other_names=lines)
    listings, _, _, read, not_relevant = read_all(main)
    assert (len(listings), read, not_relevant) == (0, 1, 1)


def test_the_main_files_own_other_name_counts(tmp_path):
    facts = {OTHER_NAME: "BAY KETAMINE", OTHER_NAME_KIND: DOING_BUSINESS}
    main = write_files(tmp_path, organisation(name="SMITH PC", **facts))
    assert read_all(main)[0]["name"].tolist() == ["BAY KETAMINE"]


@pytest.mark.parametrize(
    "row",
    [
        person(),
        write_row(**describe_common("1", 0) | {"NPI": NPI}),
        organisation(name="SMITH PC", **{"Parent Organization LBN": "KETAMINE HOLDINGS"}),
        organisation(name="SMITH PC", **{"Authorized Official Last Name": "SPRAVATO"}),
        organisation(name="SMITH PC", **{PRACTICE[0]: "1 KETAMINE WAY"}),
        organisation(name="KETA MINE PC"),
        "\n",
        "\r\n",
    ],
)
def test_what_is_not_relevant(tmp_path, row):
    listings, rejects, _, read, not_relevant = read_all(write_files(tmp_path, row, person()))
    assert listings.empty
    assert rejects.empty
    assert read == not_relevant == 1 + bool(row.strip())


def test_an_other_name_of_a_person_is_not_relevant(tmp_path):
    lines = [quote_row([THIRD_NPI, "KETAMINE DOCTOR", DOING_BUSINESS])]
    listings, _, _, read, _ = read_all(write_files(tmp_path, person(), other_names=lines))
    assert listings.empty
    assert read == 1


def test_missing_side_files_are_told(tmp_path, caplog):
    main = write_files(tmp_path, organisation())
    (tmp_path / OTHER_NAMES).unlink()
    (tmp_path / LOCATIONS).unlink()
    assert len(read_all(main)[0]) == 1
    assert [record.getMessage() for record in caplog.records] == [
        f"{MAIN} comes without its file of other names.",
        f"{MAIN} comes without its file of locations.",
    ]


def test_a_file_under_another_name_without_quotes_is_read(tmp_path):
    main = write_files(tmp_path, organisation(**{"Last Update Date": ""}), person())
    plain = tmp_path / "export.csv"
    plain.write_bytes(
        b"\xef\xbb\xbf" + main.read_bytes().replace(b'""', b"").replace(b"\n", b"\r\n")
    )
    listings, rejects, _, read, _ = read_all(plain)
    assert listings["npi"].tolist() == [NPI]
    assert listings["source_date"].tolist() == [""]
    assert rejects.empty
    assert read == 2


def test_a_bad_npi_is_emptied_with_its_reason(tmp_path):
    bad = f"{NPI[:-1]}{(int(NPI[-1]) + 1) % 10}"
    batches = list(nppes.read(write_files(tmp_path, organisation(npi=bad))))
    assert batches[0].listings["npi"].tolist() == [""]
    assert batches[0].cleared_fields["column"].tolist() == ["npi"]


# Where records end


CELLS = st.text(st.sampled_from('k1",\n\ré '), max_size=8)


@examples(150)
@given(
    rows=st.lists(st.tuples(st.booleans(), CELLS, CELLS), max_size=12),
    last_break=st.booleans(),
    size=st.integers(200, 300),
    form=st.sampled_from([(csv.QUOTE_ALL, "\n"), (csv.QUOTE_MINIMAL, "\r\n")]),
)
def test_records_are_those_that_the_csv_module_sees(rows, last_break, size, form):
    """Cells of quotes and line breaks, in blocks that end anywhere."""
    npis = number_npis(range(len(rows)), seed=3)
    out = io.StringIO()
    csv.writer(out, quoting=form[0], lineterminator=form[1]).writerows(
        [
            OTHER_NAME_HEADER,
            *(
                [npi, f"{'KetaMine' * speaks}{one}", other]
                for npi, (speaks, one, other) in zip(npis, rows, strict=True)
            ),
        ]
    )
    text = out.getvalue()
    stream = io.BytesIO((text if last_break else text.removesuffix(form[1])).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.sources.nppes.scanning.LONGEST_RECORD", size)
        scanner = Scanner(stream, "a file", OTHER_NAME_HEADER)
        stretches = list(scanner.scan(npis[:3], words=True))
    found = [scanner.parse(record) for stretch in stretches for record in stretch.found]
    wanted = [
        npi
        for number, (npi, row) in enumerate(zip(npis, rows, strict=True))
        if number < 3 or row[0]
    ]
    assert sum(stretch.records for stretch in stretches) == len(rows)
    assert all(not fault for _, fault in found)
    assert set(wanted) <= {row["NPI"] for row, _ in found}
    by_npi = {row["NPI"]: row for row, _ in found}
    for npi, (speaks, one, other) in zip(npis, rows, strict=True):
        if npi in by_npi:
            assert list(by_npi[npi].values()) == [npi, f"{'KetaMine' * speaks}{one}", other]


@pytest.mark.parametrize("word", ["KETAMINE", "eSKeTaMiNe", "Spravato"])
def test_a_word_is_found_wherever_it_stands(word):
    """At every distance from a multiple of four, with near misses around it."""
    rng = np.random.default_rng(5)
    npis = number_npis(range(400), seed=4)
    fillers = [rng.choice(["BENJAMIN ", "vitamin ", "k", "ketami", ""]) * 3 for _ in npis]
    lines = [
        quote_row([npi, filler + "x" * int(rng.integers(9)) + word * (row % 3 == 0), ""])
        for row, (npi, filler) in enumerate(zip(npis, fillers, strict=True))
    ]
    stream = io.BytesIO((quote_row(OTHER_NAME_HEADER) + "".join(lines)).encode())
    (stretch,) = Scanner(stream, "a file", OTHER_NAME_HEADER).scan((), words=True)
    assert [record.text.decode() for record in stretch.found] == [
        line.removesuffix("\n") for line in lines[::3]
    ]
    assert [record.line for record in stretch.found] == list(range(2, 402, 3))


@pytest.mark.parametrize(
    ("second", "row", "found"),
    [
        ("Entity Type Code", [NPI, "2", "BAY KETAMINE"], True),
        ("Entity Type Code", [NPI, "1", "BAY KETAMINE"], False),
        ("Provider Other Organization Name", [NPI, "1", "BAY KETAMINE"], True),
        # Behind an NPI of ten digits this 1 would be the kind of provider.
        ("Entity Type Code", ["abc", "2", "", "1", "BAY KETAMINE"], True),
    ],
)
def test_only_what_calls_itself_a_person_is_not_searched(second, row, found):
    text = quote_row(["NPI", second, "more"]) + quote_row(row)
    (stretch,) = Scanner(io.BytesIO(text.encode()), "a file", ["NPI"]).scan((), words=True)
    assert stretch.records == 1
    assert [record.line for record in stretch.found] == [2] * found


# Bad input


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        list(nppes.read(tmp_path / MAIN))


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        (b"", "has no heading"),
        (b"\n", "has no heading"),
        (";".join(HEADER).encode(), "separated by ';', not by commas"),
        ("\t".join(HEADER).encode(), r"separated by '\\t', not by commas"),
        (",".join(HEADER).encode("utf-16"), "not a CSV in UTF-8"),
        (",".join(HEADER).encode("utf-16-be"), "UTF-16"),
        (quote_row([*HEADER, "Größe"]).encode("latin-1"), "not a CSV in UTF-8"),
        (b'"NPI', "not a CSV in UTF-8"),
        (quote_row([*HEADER, NAME]).encode(), r"'Provider Organization Name .* twice"),
        (
            quote_row([name for name in HEADER if name not in {NAME, PRACTICE[3]}]).encode(),
            r"lacks the columns 'Provider Organization .*State Name'",
        ),
        (quote_row([*HEADER[1:], "NPI"]).encode(), "first column .* is 'Entity Type Code'"),
    ],
)
def test_a_file_in_another_form_is_refused(tmp_path, heading, message):
    main = tmp_path / MAIN
    main.write_bytes(heading)
    with pytest.raises(SourceError, match=message):
        list(nppes.read(main))


def test_a_side_file_in_another_form_is_refused(tmp_path):
    main = write_files(tmp_path, organisation())
    (tmp_path / LOCATIONS).write_text("NPI\n")
    with pytest.raises(SourceError, match=f"{LOCATIONS} lacks the columns"):
        list(nppes.read(main))


@pytest.mark.parametrize("start", ["", '"1234567893","'])
def test_a_line_of_a_gigabyte_is_refused_at_once(tmp_path, start):
    main = write_files(tmp_path, organisation(), start)
    with main.open("r+b") as file:
        file.truncate(1 << 30)  # a hole: it takes no room on the disk
    tracemalloc.start()
    try:
        with (
            reading_at_most(4_000_000),
            pytest.raises(SourceError, match=r"Line 3 of .* is longer than 1 MB"),
        ):
            list(nppes.read(main))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100e6


def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_line(tmp_path):
    main = write_files(tmp_path, person(), '"\n', "no NPI\n" * LONGEST_RECORD)
    with pytest.raises(SourceError, match=r"Line 3 of .* never closed"):
        list(nppes.read(main))


@pytest.mark.parametrize("kept", [20, 300, 900, -2])
def test_a_record_cut_off_at_the_end_is_rejected(tmp_path, kept):
    listings, rejects, _, read, _ = read_all(
        write_files(tmp_path, organisation(), person(SECOND_NPI)[:kept])
    )
    assert len(listings) == 1
    assert rejects["line"].tolist() == [3]
    assert rejects["record"].tolist() == [SECOND_NPI]
    assert rejects["reason"].str.fullmatch(f"in {MAIN}: it .*cut off.*").all()
    assert json.loads(rejects["raw"][0]) == {"NPI": SECOND_NPI}
    assert read == 2


def test_a_last_record_without_a_line_break_is_whole(tmp_path):
    main = write_files(tmp_path, organisation().removesuffix("\n"))
    listings, rejects, _, _, _ = read_all(main)
    assert len(listings) == 1
    assert rejects.empty


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (organisation(npi=SECOND_NPI).rpartition(",")[0] + "\n", "has 329 cells, not 330"),
        (organisation(npi=SECOND_NPI).replace("1 ELM", '1 "ELM'), "is no CSV"),
        (organisation(npi=SECOND_NPI, name="KETAMINE CAFÉ"), "is not in UTF-8"),
    ],
)
def test_a_bad_row_is_rejected_and_the_others_are_read(tmp_path, row, reason):
    main = write_files(tmp_path, organisation(), "@", person())
    main.write_bytes(main.read_bytes().replace(b"@", row.encode("latin-1")))
    listings, rejects, _, read, not_relevant = read_all(main)
    assert len(listings) == not_relevant == 1
    assert rejects["record"].tolist() == [SECOND_NPI]
    assert rejects["line"].tolist() == [3]
    assert rejects["reason"].str.contains(reason).all()
    assert read == 3


def test_a_truncated_zip_is_refused(month, tmp_path):
    packed = write_zip(month[0], tmp_path / "month.zip")
    packed.write_bytes(packed.read_bytes()[: packed.stat().st_size // 2])
    with pytest.raises(SourceError, match=r"month\.zip is no whole zip"):
        list(nppes.read(packed))


def test_a_zip_with_a_damaged_member_is_refused(month, tmp_path):
    packed = write_zip(month[0], tmp_path / "month.zip")
    content = bytearray(packed.read_bytes())
    with zipfile.ZipFile(packed) as archive:
        start = archive.getinfo(MAIN).header_offset + 30_000
    content[start : start + 2_000] = bytes(2_000)
    packed.write_bytes(content)
    with pytest.raises(SourceError, match="damaged or cut off"):
        list(nppes.read(packed))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["readme.txt"], r"holds no file npidata_pfile_\*"),
        ([MAIN, f"more/{MAIN}"], "more than one file of a kind"),
    ],
)
def test_a_zip_without_one_main_file_is_refused(tmp_path, names, message):
    with zipfile.ZipFile(tmp_path / "month.zip", "w") as archive:
        for name in names:
            archive.writestr(name, quote_row(HEADER))
    with pytest.raises(SourceError, match=message):
        list(nppes.read(tmp_path / "month.zip"))


# The real size


@pytest.mark.long
def test_200_000_rows(tmp_path):
    planted = write_nppes(tmp_path, 200_000, seed=2)
    known = {*planted.deactivated, *planted.reactivated}
    tracemalloc.start()
    try:
        answer = read_all(tmp_path / MAIN, known)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100e6
    check_answer(answer, planted)
    assert set(answer[2]["npi"]) == set(planted.deactivated)
    assert planted.read > 200_000
