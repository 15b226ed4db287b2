"""Figures for print: drawn of the numbers of the page, with all words around them, in both forms."""

from __future__ import annotations

import math
import re
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from matplotlib.figure import Figure

from geo import releases
from geo.coverage.coverage_table import Coverage
from geo.i18n.language import using
from geo.maps import print_charts, print_map, print_sheet
from geo.maps.choropleth import NO_DATA, RAMP
from pages.analysts.parts import coverage_view, figures
from pages.analysts.parts.coverage_view import Choice
from pages.analysts.parts.measures import MEASURES

NEAR = MEASURES["share_within_30_miles"]
RATE = MEASURES["clinics_per_million_adults"]


@pytest.fixture(scope="module")
def release():
    return releases.load(releases.SHIPPED)


@pytest.fixture(scope="module")
def coverage(release):
    return Coverage(release.table("coverage"), "any")


@pytest.fixture
def kept(monkeypatch):
    """Return the figures that are drawn, instead of files."""
    drawn = []

    def keep(figure, form, words):
        drawn.append((figure, words))
        return form.encode()

    monkeypatch.setattr(print_charts, "save", keep)
    monkeypatch.setattr(print_map, "save", keep)
    return drawn


def read_words(figure):
    return " ".join(text.get_text() for text in figure.texts)


@pytest.mark.parametrize("name", ["map", "ranking", "reach", "reach_by_road"])
def test_each_says_what_it_is_and_of_which_release(release, coverage, kept, name):
    with using("es"):
        figures.draw(
            name, release, coverage, Choice("state", NEAR, "any", ("region", "1")), form="svg"
        )

    ((figure, words),) = kept
    said = read_words(figure)
    assert release.id in said
    assert "/methods" in said
    assert "GeoNames (CC BY 4.0)" in said
    assert words.title.endswith(": Estados en Noreste")


def test_the_ranking_draws_the_bands_of_the_table(release, coverage, kept):
    figures.draw("ranking", release, coverage, Choice("region", NEAR, "any"), form="png")

    (axes,) = kept[0][0].axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Midwest",
        "South",
        "Northeast",
        "West",
    ]
    midwest = coverage.area(("region", "2"))
    dots = next(line for line in axes.lines if line.get_marker() == "o")
    assert dots.get_xdata()[0] == pytest.approx(midwest[NEAR.key], abs=1e-3)
    start, end = axes.collections[0].get_segments()[0][:, 0]
    assert (start, end) == pytest.approx((midwest[NEAR.low], midwest[NEAR.high]), abs=1e-3)


def test_a_figure_is_of_the_measure_that_is_chosen_when_it_is_taken(release, coverage, kept):
    now = {"measure": NEAR.key}
    draw = partial(figures.draw, "ranking", release, coverage, form="svg")
    with using("es"):
        make = figures.make_later(now, draw, Choice("region", NEAR, "any"))
    now["measure"] = RATE.key

    make()

    ((_figure, words),) = kept
    with using("es"):
        assert words.title.startswith(RATE.label)


def test_the_map_has_the_classes_of_the_live_one(coverage):
    data = coverage_view.build_map(coverage, Choice("county", RATE, "any"), selected=None)
    coloured = print_map._colour(data).set_index("county_geoid")["colour"]

    rate = coverage.level("county")[RATE.key]
    assert len(coloured) == len(rate)
    for geoid, value in rate.sample(60, random_state=1).items():
        place = sum(value >= bound for bound in RATE.breaks)
        at_bound = any(abs(value / bound - 1) < 0.05 for bound in RATE.breaks)
        assert at_bound or coloured[geoid] == (NO_DATA if math.isnan(value) else RAMP[place])


def test_a_map_in_a_region_draws_its_states_alone(coverage):
    choice = Choice("state", NEAR, "any", ("region", "4"))
    shapes = print_map._colour(coverage_view.build_map(coverage, choice, selected=None))

    assert set(shapes["part"]) == {"", "02", "15"}
    assert set(shapes["region"]) == {"West"}


def test_files_are_what_they_are_called(release, coverage):
    choice = Choice("county", RATE, "any", ("state", "10"))
    vector = figures.draw("map", release, coverage, choice, form="svg")
    pixels = figures.draw("map", release, coverage, choice, form="png")

    assert ET.fromstring(vector).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  # our own
    assert b"Listed clinics per million adults: Counties in Delaware" in vector
    assert pixels.startswith(b"\x89PNG")


def test_words_with_signs_of_formulas_are_no_formulas():
    words = print_sheet.Words("$a_1$", "$x^", "$")
    figure, _axes = print_sheet.lay_out(words, 1.0)

    assert isinstance(figure, Figure)
    assert print_sheet.save(figure, "png", words).startswith(b"\x89PNG")


def test_what_draws_figures_is_loaded_by_nothing_before_one_is_taken():
    root = Path(__file__).resolve().parents[3]
    files = [*(root / "geo").rglob("*.py"), *(root / "pages").rglob("*.py")]

    texts = {path: path.read_text(encoding="utf-8") for path in files}
    at_once = re.compile(r"^(?:import|from) (?:matplotlib|shapely\.plotting)\b", re.MULTILINE)
    assert [path for path, text in texts.items() if at_once.search(text)] == []
    assert any("from matplotlib" in text for text in texts.values())
