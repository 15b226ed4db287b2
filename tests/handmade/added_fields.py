"""A program with three fields more, each one entry and one migration, and what becomes of them.

`python -m tests.handmade.added_fields FOLDER` registers the fields before anything else is loaded,
follows them from two tables to a patient's card, and writes what it saw on the way to FOLDER/seen.json.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from geo.clinics import fields, forms
from geo.clinics.field import Card, Column, Field, Origin
from geo.clinics.forms import Code, Codes
from geo.workspace import schema

FIELDS = (
    Field(
        name="fees",
        label="Fees",
        says="how a visit can be paid",
        form=Codes(
            (
                Code("medicaid", "Medicaid"),
                Code("insurance", "private insurance"),
                Code("self_pay", "self-pay"),
            )
        ),
        column=Column(("fees", "fees accepted", "forms of fees")),
        origin=Origin.LISTING,
        editable=True,
        card=Card.CHIPS,
        unknown="Fees: ask the clinic",
        since=4,
    ),
    Field(
        name="season",
        label="Season",
        says="when it is open",
        form=forms.LINE,
        column=Column(("season", "open season")),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        since=4,
    ),
    Field(
        name="walk_ins",
        label="Walk ins",
        says="whether it takes walk ins",
        form=Codes((Code("yes", "yes"), Code("no", "no")), several=False),
        column=Column(("walk ins", "takes walk ins")),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        since=4,
    ),
)
FIRST = (
    "Facility,Street,City,State,Zip,Phone,Fees accepted,Open season,Walk ins\n"
    "Fresh Ketamine,100 Main St,Fresno,CA,93721,559-555-0101,Medicaid; Self pay,Mon-Fri 9-5,Yes\n"
    "Other Ketamine,7 Elm St,Waco,TX,76701,254-555-0102,barter,,maybe\n"
)
SECOND = (
    "Facility,Street,City,State,Zip,Phone,Fees\n"
    "Fresh Ketamine,100 Main St,Fresno,CA,93721,559-555-0101,Private insurance\n"
)
WHO = "ops@example.org"


def register() -> None:
    """Add the fields to the registry, and their columns to the workspace."""
    at = [field.name for field in fields.FIELDS].index("operating")
    fields.FIELDS = (*fields.FIELDS[:at], *FIELDS, *fields.FIELDS[at:])  # type: ignore[misc]
    added = "".join(
        f"ALTER TABLE {table} ADD COLUMN {field.name} TEXT NOT NULL DEFAULT '';\n"
        for table in ("versions", "staged")
        for field in FIELDS
    )
    schema.MIGRATIONS = (*schema.MIGRATIONS, added)  # type: ignore[misc]


def follow(folder: Path) -> dict[str, object]:  # noqa: PLR0915  one pipeline, in order
    """Return what each part says of the fields, in the order in which it meets them."""
    from geo import reference, workspace  # noqa: PLC0415  once the fields are registered
    from geo.clinics import codebook, resolving  # noqa: PLC0415
    from geo.exporting import clinic_exports  # noqa: PLC0415
    from geo.geocoding.gazetteer import Gazetteer, locate_clinics  # noqa: PLC0415
    from geo.places import PlaceFinder  # noqa: PLC0415
    from geo.publishing import diff, diff_wording  # noqa: PLC0415
    from geo.reference.regions import assign_regions  # noqa: PLC0415
    from geo.search import clinic_card  # noqa: PLC0415
    from geo.sources import table  # noqa: PLC0415
    from geo.workspace import bulk, editing, ingestion, runs, stored_listings  # noqa: PLC0415
    from geo.workspace.decisions import history  # noqa: PLC0415
    from pages.operators.parts import decision_words, side_by_side  # noqa: PLC0415

    seen: dict[str, object] = {}
    with workspace.open(folder) as opened:
        seen["shipped"] = sorted({*stored_listings.current(opened)["fees"]})
        for title, text in (("A list", FIRST), ("Another list", SECOND)):
            path = folder / f"{title}.csv"
            path.write_text(text, encoding="utf-8")
            mapping = table.guess(path)
            seen[f"columns of {title}"] = mapping.columns
            run, _counts = ingestion.ingest(
                opened, ingestion.open_table(path, mapping, title=title), who=WHO
            )
            cleared_fields = runs.cleared_fields(opened, run.id)
            seen[f"mended of {title}"] = cleared_fields[["column", "was", "reason"]].values.tolist()
        current = stored_listings.current(opened)
        ours = current[current["name"].eq("Fresh Ketamine")]
        clinic_id = str(ours["clinic_id"].iloc[0])
        seen["listings"] = ours[["fees", "season", "walk_ins"]].values.tolist()

        def resolve() -> dict[str, object]:
            listings = stored_listings.of_clinic(opened, clinic_id)
            clinics, traced = resolving.resolve(listings, date(2026, 11, 28))
            finder = PlaceFinder(*map(reference.load, ("zips", "cities", "states")))
            located = locate_clinics(clinics, Gazetteer(finder), "2026-11-28")
            placed = assign_regions(located, reference.load("counties"), state_column="state")
            columns = [*resolving.COLUMNS, *resolving.LATER_COLUMNS]
            tables = {"clinics": resolving.validate(placed[columns]), "listings": listings}
            return tables | {"fields": traced}

        before = resolve()
        row = before["clinics"].iloc[0]
        seen["clinic"] = row[["fees", "season", "walk_ins"]].tolist()
        traced = before["fields"]
        seen["traced"] = traced.loc[traced["field"].isin(["fees", "season"]), "field"].tolist()
        seen["card"] = clinic_card.describe_clinic(row, before["listings"])["details"]
        seen["json"] = clinic_exports.records(before["clinics"])[0]
        seen["csv"] = clinic_exports.to_csv(before["clinics"], "r").splitlines()
        seen["side by side"] = side_by_side.draw("Both", before["listings"].to_dict("records"))
        seen["form"] = draw_form(folder)
        editing.edit(opened, clinic_id, {"fees": "self_pay; medicaid", "season": ""}, who=WHO)
        after = resolve()
        found = diff.compare(before, after)
        seen["diff"] = diff_wording.describe(found)["changed"]
        seen["decided"] = decision_words.describe(history(opened)[0])
        edited = folder / "edited.csv"
        edited.write_text(f"clinic_id,fees,season\n{clinic_id},medicaid,Tue\n", encoding="utf-8")
        seen["bulk"] = bulk.preview(opened, edited).changes[["field", "becomes"]].values.tolist()
        seen["refused"] = try_edit(
            lambda: editing.edit(opened, clinic_id, {"fees": "gold"}, who=WHO)
        )
    seen["codebook"] = codebook.write()
    return seen


def try_edit(edit) -> str:
    """Return what is said against an edit."""
    from geo.errors import SchemaError  # noqa: PLC0415

    try:
        edit()
    except SchemaError as error:
        return str(error)
    return ""


def draw_form(folder: Path) -> dict[str, object]:
    """Return the boxes of the operators' form of a new clinic: label -> choices."""
    from streamlit.testing.v1 import AppTest  # noqa: PLC0415

    page = folder / "page.py"
    page.write_text(
        "from geo.workspace import clinic_facts\n"
        "from pages.operators.parts import clinic_form\n"
        "clinic_form.show_fields('new', dict.fromkeys(clinic_facts.EDITABLE, ''))\n",
        encoding="utf-8",
    )
    app = AppTest.from_file(str(page), default_timeout=60).run()
    assert not app.exception
    boxes = {box.label: None for box in app.text_input}
    return boxes | {box.label: box.options for box in (*app.selectbox, *app.multiselect)}


if __name__ == "__main__":
    register()
    folder = Path(sys.argv[1])
    seen = json.dumps(follow(folder), default=str)
    (folder / "seen.json").write_text(seen, encoding="utf-8")
