"""CMS's file of payments, by Provider and Service, of rows of our own."""

import csv
import io

HEADING = (
    "Rndrng_NPI", "Rndrng_Prvdr_Last_Org_Name", "Rndrng_Prvdr_First_Name", "Rndrng_Prvdr_MI",
    "Rndrng_Prvdr_Crdntls", "Rndrng_Prvdr_Ent_Cd", "Rndrng_Prvdr_St1", "Rndrng_Prvdr_St2",
    "Rndrng_Prvdr_City", "Rndrng_Prvdr_State_Abrvtn", "Rndrng_Prvdr_State_FIPS",
    "Rndrng_Prvdr_Zip5", "Rndrng_Prvdr_RUCA", "Rndrng_Prvdr_RUCA_Desc", "Rndrng_Prvdr_Cntry",
    "Rndrng_Prvdr_Type", "Rndrng_Prvdr_Mdcr_Prtcptg_Ind", "HCPCS_Cd", "HCPCS_Desc",
    "HCPCS_Drug_Ind", "Place_Of_Srvc", "Tot_Benes", "Tot_Srvcs", "Tot_Bene_Day_Srvcs",
    "Avg_Sbmtd_Chrg", "Avg_Mdcr_Alowd_Amt", "Avg_Mdcr_Pymt_Amt", "Avg_Mdcr_Stdzd_Amt",
)  # fmt: skip
"""As CMS wrote them for 2023."""


def row(entity, name, street, unit="", *, city="Bend", state="OR", zip="97701", npi="1003000126",  # noqa: A002
        code="G2083", services="240", patients="12"):  # fmt: skip
    """Return a row as CMS writes it: of a person with a first name."""
    person = {"Rndrng_Prvdr_First_Name": "Jane", "Rndrng_Prvdr_Crdntls": "M.D."}
    return {
        **dict.fromkeys(HEADING, ""),
        **(person if entity == "I" else {}),
        "Rndrng_NPI": npi.zfill(10),
        "Rndrng_Prvdr_Last_Org_Name": name,
        "Rndrng_Prvdr_Ent_Cd": entity,
        "Rndrng_Prvdr_St1": street,
        "Rndrng_Prvdr_St2": unit,
        "Rndrng_Prvdr_City": city,
        "Rndrng_Prvdr_State_Abrvtn": state,
        "Rndrng_Prvdr_Zip5": zip,
        "Rndrng_Prvdr_Cntry": "US",
        "HCPCS_Cd": code,
        "HCPCS_Desc": 'Visit, esketamine, "56 mg" or more',
        "Tot_Benes": patients,
        "Tot_Srvcs": services,
    }


def write_text(*rows, heading=HEADING, delimiter=","):
    """Return rows as CSV, under other headings if such are given."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows(list(one.values()) for one in rows)
    return text.getvalue()


def write_payments(path, *rows):
    path.write_text(write_text(*rows), encoding="utf-8", newline="")
    return path
