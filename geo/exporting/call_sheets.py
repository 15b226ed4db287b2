"""Sheets for callers: a page a clinic to print, with its end in sight, and a file for the answers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import htpy as h
from markupsafe import Markup

from geo.clinics.fields import find
from geo.clinics.values import describe
from geo.exporting.formulas import escape_formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

QUESTIONS: Final = (
    ("Is this clinic open, and does it give ketamine or esketamine?", ("yes", "no")),
    (
        "Which treatment?",
        ("infusion (iv)", "injection (im)", "esketamine, Spravato", "tablets (oral)",
         "nasal ketamine", "with therapy", "at home"),
    ),
    ("Does it take …?", ("Medicaid", "Medicare", "private insurance", "none of them")),
    ("Does it take new patients?", ("yes", "no")),
    ("In how many days could a first appointment be?", ("______ days",)),
    (
        "Who may take one home afterwards?",
        ("someone one knows", "a taxi or ride service", "nobody is needed"),
    ),
)  # fmt: skip
"""The six questions, each with what can be ticked."""

_FIRST: Final = ("answered", "no answer", "wrong number", "no number to be found")
_GREETING: Final = (
    "“Hello, I am calling for a public list of clinics. May I ask six short questions, so that what "
    "it says of you is right?” If it is no good time, ask for a better one. Ask of no patient."
)
_STYLE: Final = Markup("""
body { font: 12pt/1.35 system-ui, sans-serif; color: #111; margin: 0 auto; max-width: 46rem; padding: 1rem; }
section { break-inside: avoid; break-after: page; border-top: 2px solid #111; padding: .6rem 0 1.6rem; }
section:last-of-type { break-after: auto; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin: .2rem 0; }
p { margin: .3rem 0; } ol { padding-left: 1.4rem; } li { margin: .55rem 0; }
.tick { display: inline-block; margin-right: 1.1rem; white-space: nowrap; }
.tick::before { content: "☐ "; } .line { border-bottom: 1px solid #888; height: 1.5rem; }
.of { float: right; color: #555; }
""")


def draw(drawn: pd.DataFrame, clinics: Mapping[str, Mapping[str, str]], *, title: str) -> str:
    """Return the sheets as one HTML page that needs no other file; each prints on a page.

    The second callers' come after all others, so that nobody sees what the first one wrote.

    Parameters
    ----------
    drawn : `geo.coverage.call_sample.COLUMNS`, in the order in which to call.
    clinics : by id, what is listed: name, address, phone, website, treatments.
    title : what the sample is called.
    """
    first = [(str(one), "1") for one in drawn["clinic_id"]]
    again = [(str(one), "2") for one in drawn.loc[drawn["second"], "clinic_id"]]
    sheets = [
        _draw_sheet(clinics[clinic], at, len(part), caller)
        for part in (first, again)
        for at, (clinic, caller) in enumerate(part, start=1)
    ]
    said = (
        f"{len(first):,} calls, in this order; {len(again):,} of the clinics are called by a second "
        f"person too, whose sheets are the last. {_GREETING}"
    )
    head = [h.meta(charset="utf-8"), h.title[title], h.style[_STYLE]]
    return f"{h.html(lang='en')[head, h.h1[title], h.p[said], sheets]}\n"


def write_answers(
    drawn: pd.DataFrame, clinics: Mapping[str, Mapping[str, str]], columns: Sequence[str]
) -> str:
    """Return the CSV in which answers are written down, a row a sheet, what is listed beside.

    Parameters
    ----------
    drawn, clinics : as `draw` takes them.
    columns : of an answer, `clinic_id` and `caller` among them.
    """
    rest = [name for name in columns if name not in {"clinic_id", "caller"}]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["sheet", "clinic_id", "caller", "listed_name", "listed_phone", *rest])
    again = drawn[drawn["second"]]
    for part, caller in ((drawn, "1"), (again, "2")):
        for at, clinic_id in enumerate(part["clinic_id"], start=1):
            listed = clinics[clinic_id]
            cells = [str(at), clinic_id, caller, listed["name"], listed["phone"]]
            writer.writerow([escape_formula(cell) for cell in cells] + [""] * len(rest))
    return out.getvalue()


def _draw_sheet(clinic: Mapping[str, str], at: int, of: int, caller: str) -> h.Element:
    where = ", ".join(
        clinic[name] for name in ("street", "unit", "city", "state", "zip") if clinic[name]
    )
    treatments = ", ".join(describe(find("treatments"), clinic["treatments"]))
    number = clinic["phone"] or f"none listed; look on {clinic['website'] or 'the web'}"
    questions = [h.li[question, h.br, _ticks(choices)] for question, choices in QUESTIONS]
    which = f"{'Second caller, ' if caller == '2' else ''}sheet {at} of {of}"
    listed = h.p[
        where or "where is not known",
        h.br,
        h.b[number],
        h.br,
        f"Listed treatments: {treatments or 'none'}",
        h.br,
        h.small[clinic["clinic_id"]],
    ]
    return h.section[
        h.span(".of")[which],
        h.h2[clinic["name"]],
        listed,
        h.p["The call: ", _ticks(_FIRST)],
        h.p["Is the address right? ", _ticks(("yes", "no"))],
        h.ol[questions],
        h.p["What is right instead, and remarks:"],
        h.p(".line"),
        h.p(".line"),
    ]


def _ticks(choices: Iterable[str]) -> list[h.Element]:
    return [h.span(".tick")[choice] for choice in choices]
