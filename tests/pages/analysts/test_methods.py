"""The page Methods: its numbers are those of the code, its codebook that of the files."""

from __future__ import annotations

import json
import re

import pytest

from geo import releases
from geo.api.export_verb import export
from geo.coverage import coverage_exports
from geo.coverage.column_types import TYPES
from geo.coverage.coverage_exports import CODEBOOK, METHODS_POINTER
from geo.coverage.coverage_table import Coverage
from geo.coverage.position_draws import DRAWS
from geo.i18n.language import using
from geo.publishing import methods
from pages.analysts.parts import methods_html
from pages.parts import page_headings


@pytest.fixture(scope="module")
def release():
    return releases.load(releases.SHIPPED)


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_page_holds_what_it_lists(release, code):
    with using(code):
        page = methods_html.build(release.id, release.as_of)

    anchors = re.findall(r'href="#(\w+)"', page)
    assert anchors == re.findall(r'<section id="(\w+)"', page)
    assert len(anchors) == 11
    assert f" {DRAWS} " in page
    assert f"@misc{{clinicfinder-{release.id}," in page
    assert page.count('class="formula"') == len(methods.FORMULAS)
    assert "{" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)


def test_a_citation_closes_what_it_opens(release):
    entry = methods.cite_as_bibtex(release.id, release.as_of)

    assert entry.count("{") == entry.count("}")
    assert "Coverage of listed ketamine and esketamine clinics in the United States}" in entry


def find_entry(column):
    """Return the entry of the codebook that a column of a file is under."""
    column = re.sub(r"_(low|high)$", "", column) if "rate_" not in column else column
    return next(
        entry
        for entry in CODEBOOK
        if re.fullmatch("|".join(re.sub(r"\bN\b|(?<=_)N(?=_)", r"\\d+", entry).split(", ")), column)
    )


def test_the_codebook_has_each_column_of_the_files_with_its_type(release):
    kinds = {"text": "str", "number": "float64", "true or false": "bool"}
    rows = Coverage(release.table("coverage"), "any").level("state")
    rows = coverage_exports.join_totals(rows, release.table("totals"))

    assert list(TYPES) == list(CODEBOOK)
    for column in rows:
        told = TYPES[find_entry(column)].type
        if told == "whole number":  # empty of territories
            assert rows[column].dropna().mod(1).eq(0).all(), column
        else:
            assert (column, kinds[told]) == (column, str(rows[column].dtype))


def test_what_is_taken_away_names_the_page_and_the_release(release):
    rows = Coverage(release.table("coverage"), "any").level("region")

    for form in ("csv", "json", "geojson"):
        text = export(rows, form, release=release)
        assert METHODS_POINTER in text
        assert release.id in text
    assert json.loads(export(rows, "json", release=release))[0]["method_page"] == METHODS_POINTER
    assert coverage_exports.METHODS_PAGE == page_headings.METHODS
