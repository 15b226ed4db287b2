"""The registry of fields: what a listing and a clinic consist of, each field once.

To add a field is to add an entry to `FIELDS`, its columns to the workspace's tables by a migration
(`geo.workspace.schema`), and its messages to the catalogues. Tables, readers, the guessing of
columns, the operators' forms, exports, cards and the codebook follow from the entry. A form of a
new kind (`geo.clinics.forms`) also needs how it is cleaned (`geo.sources.form_cleaning`).

Nothing is loaded here, pandas neither: whoever only reads a release pays for no cleaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo.clinics import code_lists, forms
from geo.clinics.field import Card, Column, Field, Origin
from geo.clinics.forms import SEEN, Text
from geo.clinics.vocabulary import STATES
from geo.i18n.language import mark

if TYPE_CHECKING:
    from geo.clinics.forms import Form

_STATE: Final = rf"(?:\b(?i:{'|'.join(sorted(STATES))})\b\.?|,\s*[A-Z][a-z]{{3,}}(?: [A-Z][a-z]+)?)"
WHOLE_ADDRESS: Final = (
    rf".{{6}}.*{_STATE},?\s+\d{{5}}(?:-?\d{{4}})?(?:,?\s+(?:USA?|U\.S\.A?\.?|United States))?\s*\Z"
)
"""A line that ends in a state and a ZIP."""


def _located(name: str, says: str, form: Form = forms.FREE) -> Field:
    return Field(name=name, says=says, form=form, origin=Origin.LOCATED, listed=False)


FIELDS: Final = (
    Field(
        name="listing_id",
        label=mark("Listing"),
        says="names the listing for good: its source and the source's own key",
        form=forms.LISTING_ID,
    ),
    Field(
        name="clinic_id",
        label=mark("Clinic"),
        says="names the clinic for good, not its row; empty in a listing that waits for one",
        form=forms.CLINIC_ID,
        origin=Origin.DERIVED,
    ),
    Field(
        name="name",
        label=mark("Name"),
        says="what the clinic is called",
        form=Text(f"give the clinic's name, {SEEN}", needed=True),
        column=Column(
            (
                "name", "clinic name", "clinic", "facility name", "facility", "organization name",
                "organization", "organisation", "business name", "practice name", "provider name",
                "location name", "title", "company", "school", "school name", "center",
                "center name", "centre", "site name", "practice", "agency", "agency name", "provider",
                "program name", "hospital name", "store name", "establishment",
                "establishment name", "account name", "business", "nombre", "clinica",
                "nombre de la clinica", "facilidad",
            ),
            re.compile(r"[A-Za-z]{2}"),
            hint="of the clinic",
        ),
        origin=Origin.LISTING,
        editable=True,
        needed=True,
    ),
    Field(
        name="street",
        label=mark("Street"),
        says="number and street",
        column=Column(
            (
                "street", "street address", "address", "address 1", "address line 1", "addr",
                "street 1", "line 1", "direccion", "calle", "direccion fisica",
            ),
            re.compile(rf"\A(?!{WHOLE_ADDRESS})\D*\d.*[A-Za-z]", re.DOTALL),
        ),
        origin=Origin.ADDRESS,
        editable=True,
    ),
    Field(
        name="unit",
        label=mark("Suite or unit"),
        says="suite, floor or unit within the address",
        column=Column(
            (
                "unit", "suite", "address 2", "address line 2", "street 2", "apt", "line 2",
                "suite number", "unit number", "street address 2", "suite unit", "floor", "building",
            )
        ),
        origin=Origin.ADDRESS,
        editable=True,
    ),
    Field(
        name="city",
        label=mark("City"),
        says="city or town",
        column=Column(
            ("city", "town", "city name", "municipality", "locality", "city town", "ciudad", "municipio", "pueblo"),
            re.compile(r"\A\D*\Z"),
        ),
        origin=Origin.ADDRESS,
        editable=True,
    ),
    Field(
        name="state",
        label=mark("State"),
        says="two-letter code of the state, DC or territory",
        form=forms.STATE,
        column=Column(
            ("state", "st", "state code", "state abbreviation", "province", "state name", "estado"),
            telling=True,
            hint="code or name",
        ),
        origin=Origin.ADDRESS,
        editable=True,
        needed=True,
    ),
    Field(
        name="zip",
        label=mark("ZIP"),
        says="five-digit ZIP",
        form=forms.ZIP,
        column=Column(
            ("zip", "zip code", "zipcode", "postal code", "postcode", "zip 5", "postal", "codigo postal"),
            re.compile(r"\A\s*\d{3,5}(-?\d{4})?\s*\Z"),
        ),
        origin=Origin.ADDRESS,
        editable=True,
    ),
    Field(
        name="phone",
        label=mark("Phone"),
        says="telephone number in E.164",
        form=forms.PHONE,
        column=Column(
            ("phone", "phone number", "telephone", "telephone number", "tel", "main phone", "telefono"),
            telling=True,
        ),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINK,
    ),
    Field(
        name="website",
        label=mark("Website"),
        says="address of the clinic's own website",
        form=forms.WEB_ADDRESS,
        column=Column(
            ("website", "web site", "url", "web", "homepage", "web address", "site", "link"),
            telling=True,
        ),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINK,
    ),
    Field(
        name="treatments",
        label=mark("Treatments"),
        says="ways in which ketamine or esketamine is given",
        form=code_lists.TREATMENT_CODES,
        column=Column(
            ("treatments", "treatment", "services", "therapies", "offerings", "modalities"),
            hint="codes or words",
        ),
        origin=Origin.LISTING,
        editable=True,
        in_name=True,
        card=Card.CHIPS,
        unknown=mark("Treatments not known"),
    ),
    Field(
        name="status",
        label=mark("Status"),
        says="whether it operates, as its sources say it",
        form=forms.STATUS,
        origin=Origin.DERIVED,
        listed=False,
    ),
    Field(
        name="status_date",
        says="the day of the closing, or of the source that decided",
        form=forms.DATE,
        origin=Origin.DERIVED,
        listed=False,
    ),
    Field(
        name="npi",
        label=mark("NPI"),
        says="National Provider Identifier",
        form=forms.NPI,
        column=Column(("npi", "npi number", "national provider identifier"), telling=True),
        origin=Origin.LISTING,
        editable=True,
    ),
    Field(
        name="conditions",
        label=mark("Conditions"),
        says="what it says it treats",
        form=code_lists.CONDITION_CODES,
        column=Column(
            (
                "conditions", "conditions treated", "condition", "diagnoses", "indications",
                "conditions we treat", "disorders treated", "what we treat", "diagnoses treated",
            ),
            hint="codes or words",
        ),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        anything=mark("any condition"),
        since=3,
    ),
    Field(
        name="payment",
        label=mark("Payment"),
        says="how a visit can be paid",
        form=code_lists.PAYMENT_CODES,
        column=Column(
            (
                "payment", "payment accepted", "forms of payment", "insurance",
                "insurance accepted", "payment methods", "payment options", "payment types",
                "payments accepted", "accepted payment", "accepted insurance", "insurances",
                "insurances accepted", "insurance plans", "accepts insurance", "ways to pay",
            ),
            hint="codes or words",
        ),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        anything=mark("any payment"),
        since=3,
    ),
    Field(
        name="hours",
        label=mark("Hours"),
        says="when it is open, in OpenStreetMap's form of opening hours",
        form=forms.HOURS,
        column=Column(
            (
                "hours", "opening hours", "office hours", "business hours", "hours of operation",
                "operating hours", "clinic hours", "open hours", "hours open", "opening times",
            )
        ),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        since=3,
    ),
    Field(
        name="languages",
        label=mark("Languages"),
        says="languages that are spoken there, as ISO 639 codes",
        form=code_lists.LANGUAGE_CODES,
        column=Column(
            (
                "languages", "languages spoken", "language", "language spoken", "spoken languages",
                "languages offered", "language services",
            ),
            hint="codes or words",
        ),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        anything=mark("any language"),
        since=3,
    ),
    Field(
        name="ages",
        label=mark("Ages"),
        says="age groups that it treats",
        form=code_lists.AGE_CODES,
        column=Column(("ages", "age groups", "ages treated", "age groups accepted", "ages served")),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        anything=mark("any age"),
        since=3,
    ),
    Field(
        name="email",
        label=mark("Email"),
        says="the clinic's own address for mail",
        form=forms.EMAIL,
        column=Column(("email", "e mail", "email address", "clinic email", "office email", "e mail address"), telling=True),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINK,
        since=3,
    ),
    Field(
        name="new_patients",
        label=mark("New patients"),
        says="whether it takes new patients",
        form=code_lists.YES_OR_NO,
        column=Column(
            (
                "new patients", "accepts new patients", "accepting new patients",
                "taking new patients", "new patients accepted", "accepting new clients",
            )
        ),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        anything=mark("new patients or not"),
        since=3,
    ),
    Field(
        name="referral_needed",
        label=mark("Referral needed"),
        says="whether somebody has to refer a patient to it",
        form=code_lists.YES_OR_NO,
        column=Column(
            (
                "referral needed", "referral required", "needs referral", "referral",
                "requires referral", "referral necessary",
            )
        ),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        anything=mark("referral or not"),
        since=3,
    ),
    Field(
        name="wheelchair",
        label=mark("Wheelchair access"),
        says="whether it can be entered and used in a wheelchair",
        form=code_lists.WHEELCHAIR_CODES,
        column=Column(
            (
                "wheelchair", "wheelchair access", "wheelchair accessible",
                "wheelchair accessibility", "ada accessible", "handicap accessible",
                "handicapped accessible", "accessibility",
            )
        ),
        origin=Origin.LISTING,
        editable=True,
        card=Card.LINE,
        anything=mark("any wheelchair access"),
        since=3,
    ),
    Field(
        name="operating",
        label=mark("Operating"),
        says="what the source says of whether it operates; empty where it only names it",
        form=forms.OPERATING_WORD,
        column=Column(
            (
                "operating", "status", "operating status", "open closed", "operational status",
                "active", "is active", "is open", "open", "open now", "still open", "current status", "entity status", "estado", "estatus",
            ),
            hint="open or closed",
        ),
    ),
    Field(
        name="operating_date",
        label=mark("Operating, as of"),
        says="the day that the source names for it",
        form=forms.DATE,
        column=Column(("operating date", "status date", "status effective date")),
    ),
    Field(
        name="evidence",
        label=mark("Evidence"),
        says="the kind of source; of a clinic the most trusted that it has",
        form=forms.EVIDENCE_KIND,
        column=Column(("evidence", "kind of source"), hint="kind of source"),
        origin=Origin.DERIVED,
    ),
    Field(
        name="source",
        label=mark("Source"),
        says="the source in plain words",
        form=Text(f"name the source in plain words, {SEEN}", needed=True),
    ),
    Field(
        name="source_url",
        label=mark("Address of the source"),
        says="where the source says it; of a clinic its newest",
        form=forms.WEB_ADDRESS,
        column=Column(("source url", "source link", "reference url")),
        origin=Origin.DERIVED,
    ),
    Field(
        name="source_date",
        label=mark("Dated"),
        says="when the source said it; of a clinic its newest",
        form=forms.DATE,
        column=Column(
            (
                "source date", "date", "last updated", "updated", "last update", "retrieved",
                "as of", "verified", "last verified", "updated at",
            ),
            hint="when it was known",
        ),
        origin=Origin.DERIVED,
    ),
    Field(
        name="listings",
        says="how many listings speak of it",
        form=forms.COUNT,
        origin=Origin.DERIVED,
        listed=False,
    ),
    Field(
        name="note",
        label=mark("Note for visitors"),
        says="a remark on the listing",
        form=Text("write it without characters that nobody sees; lines may break", lines=True),
        column=Column(("note", "notes", "comment", "comments", "remarks")),
        editable=True,
    ),
    Field(
        name="raw",
        says="the source's own facts as a JSON object, without names of persons",
        form=forms.JsonObject("keep the source's facts as a JSON object, or leave it empty"),
    ),
    _located("latitude", "degrees, EPSG:4326", forms.Number(-90, 90, "give degrees from -90 to 90")),
    _located("longitude", "degrees, EPSG:4326", forms.Number(-180, 180, "give degrees from -180 to 180")),
    _located("precision", "what the point stands for: a street, a ZIP, a city; none without a point"),
    _located("radius_miles", "within how many statute miles of the point it lies", forms.MILES),
    _located("geocoder", "what gave the point"),
    _located("geocoded_date", "when it was given"),
    _located("coordinate_licence", "under which the point may be used"),
    _located("state_fips", "Census code of the state that the point lies in", forms.STATE_FIPS),
    _located("county_geoid", "Census code of the county that the point lies in", forms.COUNTY_GEOID),
    _located("division", "Census division that it lies in"),
    _located("region", "Census region that it lies in"),
)  # fmt: skip
"""All fields, in the order of the columns of every table that has them."""


def find(name: str) -> Field:
    """Return the field of a name.

    Raises
    ------
    KeyError : there is none.
    """
    try:
        return next(field for field in FIELDS if field.name == name)
    except StopIteration:
        raise KeyError(name) from None
