"""The codebook of listings and clinics: what each column says and how it is written."""

from __future__ import annotations

from geo.clinics.fields import FIELDS
from geo.clinics.forms import Codes, Free


def write() -> str:
    """Return the codebook as a table in Markdown, a row a field of `geo.clinics.fields`."""
    rows = ["| column | of | what it says | how it is written |", "| --- | --- | --- | --- |"]
    for field in FIELDS:
        tables = ["listings"] * field.listed + ["clinics"] * (field.origin is not None)
        written = "" if isinstance(field.form, Free) else field.form.advice
        if isinstance(field.form, Codes):
            known = ", ".join(f"{code.code} ({code.words})" for code in field.form.codes)
            written = f"codes joined by ';': {known}" if field.several else f"one of {known}"
        rows.append(f"| `{field.name}` | {', '.join(tables)} | {field.says} | {written} |")
    return "\n".join(rows) + "\n"
