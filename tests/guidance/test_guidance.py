"""What the page "Before you go" says: on whose word, how plainly, and nothing beyond the facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pyphen
import pytest
from streamlit.testing.v1 import AppTest

from geo.errors import SchemaError
from geo.guidance import guidance_html
from geo.guidance import statement as guidance_statement
from geo.guidance.statement import CHECKED_FILE, Kind, Section, Source, Statement, read_checks
from geo.guidance.statements import list_questions, list_sections
from geo.i18n import language

ROOT = Path(__file__).resolve().parents[2]
HEADER = "statement,source,checked,page\n"
NOT_YET = "not yet checked against the official page"

MAY_BE_LINKED = re.compile(
    r"https://www\.fda\.gov/[\w/-]+"
    r"|https://dailymed\.nlm\.nih\.gov/dailymed/search\.cfm\?query=spravato"
    r"|https://www\.spravatorems\.com/"
    r"|https://988lifeline\.org/"
    r"|https://www\.veteranscrisisline\.net/"
    r"|https://www\.va\.gov/find-locations/"
    r"|https://www\.ecfr\.gov/current/title-42/section-431\.53"
    r"|https://www\.federalregister\.gov/d/20(19-24086|25-24123)"
    r"|https://www\.humanamilitary\.com/[\w/-]+/spravato-121120"
    r"|https://www\.tmhp\.com/"
    r"|https://doi\.org/10\.(1016/j\.jad\.2021\.12\.097|4088/JCP\.2[12]m14[34]\d\d"
    r"|1038/npp\.2017\.194|3389/fpsyt\.2020\.00844)"
)
# Every figure that the facts give; a new one needs a source first.
FIGURES = {
    "9,016 178 537 53.6% 28.9% 8.4% 73.0% 6.0% 424 6 50% 20% 10 72% 38% 2018 18 7 30%",  # studies
    "2 2019 2020 2025 16 2022 10 2023",  # a visit, approvals and warnings
    "$400 $800 $300 $1,500 2082 2083 28 2026 31",  # costs, codes of Medicare, days of video visits
    "988 911 2 1 838255",
}
NEVER = re.compile(
    r"70.?80|cure|guarantee|miracle|breakthrough|proven|will help|safe and effective|best"
    r"|we recommend|you should (take|try|start|have)|works for|success"
    r"|often covered|diazepam|\bmg\b|high(er)? doses?",
    re.IGNORECASE,
)
_HYPHENS = pyphen.Pyphen(lang="en_US", left=1, right=1)


def all_statements() -> Iterator[Statement]:
    for section in list_sections():
        yield from section.statements


def texts_of(section: Section) -> list[str]:
    return [
        text for statement in section.statements for text in (statement.text, *statement.points)
    ]


def has_page(source: Source) -> bool:
    """Tell whether there is a page to check a statement against."""
    return source.kind in {Kind.OFFICIAL, Kind.PAPER}


def grade(texts: list[str]) -> float:
    """Return the Flesch-Kincaid grade; an entry of a list is a sentence at least."""
    sentences = [part for text in texts for part in re.split(r"[.!?]+(?=\s|$)", text)]
    count = sum(bool(re.search(r"[A-Za-z]", part)) for part in sentences)
    words = [word for text in texts for word in re.findall(r"[A-Za-z']+", text)]
    syllables = sum(len(_HYPHENS.positions(word)) + 1 for word in words)
    return 0.39 * len(words) / count + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize("section", list_sections(), ids=lambda section: section.key)
def test_a_section_reads_at_about_grade_eight_or_below(section: Section) -> None:
    assert grade(texts_of(section)) <= 8.5


def test_the_whole_reads_below_grade_eight() -> None:
    assert grade([text for section in list_sections() for text in texts_of(section)]) <= 8.0


def test_a_hard_text_would_be_found() -> None:
    hard = (
        "Contraindications include aneurysmal vascular disease, arteriovenous malformation and "
        "hypersensitivity to esketamine, ketamine or any of the excipients of the formulation."
    )
    assert grade([hard]) > 14


def test_each_statement_has_a_source_and_a_key_of_its_own() -> None:
    statements = list(all_statements())
    assert len({statement.key for statement in statements}) == len(statements) > 20
    assert all(statement.sources and statement.text for statement in statements)
    keys = [section.key for section in list_sections()]
    assert len(set(keys)) == len(keys)


def test_only_the_official_pages_and_the_doi_of_the_facts_are_linked() -> None:
    urls = {source.url for one in all_statements() for source in one.sources if source.url}
    assert len(urls) == 17
    assert [url for url in urls if not MAY_BE_LINKED.fullmatch(url)] == []
    html = guidance_html.build_sections(list_sections(), {})
    assert set(re.findall(r'href="(http[^"]*)"', html)) == urls
    assert html.count("noreferrer noopener") == html.count('target="_blank"') > 0


def test_no_figure_stands_there_that_the_facts_do_not_give() -> None:
    allowed = set(" ".join(FIGURES).split())
    said = {
        figure.rstrip(".,")
        for section in list_sections()
        for text in texts_of(section)
        for figure in re.findall(r"\$?\d[\d.,]*%?", text)
    }
    assert said - allowed == set()
    assert {"53.6%", "28.9%", "8.4%", "$1,500", "988"} <= said


def test_nothing_is_promised_or_advised() -> None:
    words = " ".join(text for section in list_sections() for text in texts_of(section))
    assert NEVER.findall(words) == []
    assert NEVER.search("70-80% success")
    assert NEVER.search("more than 8 mg of diazepam")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("help-now", "call or text 988, or chat at 988lifeline.org"),
        ("help-now", "press 2, or text AYUDA to 988"),
        ("help-now", "press 1, or text 838255"),
        ("approved", "has not approved it for any psychiatric disorder"),
        ("approved", "did not help). It is used with an antidepressant that you swallow"),
        ("approved", "suicidal thoughts or actions. It is used with an antidepressant that"),
        ("approved", "now also used alone"),
        ("approved", "not been shown to prevent suicide or to reduce suicidal thoughts"),
        ("approved", "Hospital care may still be needed"),
        ("studies", "9,016 people who had ketamine in 178 US practices. Only 537"),
        ("studies", "of those who had suicidal thoughts at the start, 73.0% had fewer"),
        ("studies", "But 6.0% of the patients had more"),
        ("studies", "Within 6 weeks, 50% responded and 20% were in remission"),
        ("studies", "Neither study had a control group"),
        ("studies", "small and short"),
        ("studies", "(GAD-7) fell by about 30%. There was no control group"),
        ("careful", "bleed in the brain"),
        ("benzodiazepines", "Do not stop, skip or lower a dose"),
        ("benzodiazepines", "The evidence for that is small"),
        ("visit", "at least 2 hours"),
        ("visit", "Ask if yours is, since we do not check it"),
        (
            "course",
            "You must not drive until the next day, after sleep. Someone must take you home.",
        ),
        ("course", "Does a Medicaid ride count, or a taxi?"),
        ("course", "For infusions, clinics differ"),
        ("cost", "weak evidence"),
        ("cost", "does not cover ketamine for depression"),
        ("insurance", "Ask your plan and the clinic before the first visit"),
        ("insurance", "Medicare Part B has paid for the visit together with the drug since 2020"),
        ("insurance", "TRICARE covers it for treatment-resistant depression, with prior"),
        ("insurance", "Medicaid differs by state and by plan. In Texas"),
        ("insurance", "At least one calls it not medically necessary"),
        ("veterans", "The VA offers esketamine at some sites"),
        ("telehealth", "Esketamine is never sent home"),
        ("telehealth", "As of November 28, 2026"),
        ("telehealth", "ends on December 31, 2026 unless it is renewed"),
        ("home", "Use at home adds risk"),
        ("not-checked", "We do not check if a clinic in our list is certified"),
    ],
)
def test_what_must_not_be_missing(key: str, words: str) -> None:
    section = next(section for section in list_sections() if section.key == key)
    assert words in " ".join(texts_of(section))


def test_the_questions_are_short_enough_to_print() -> None:
    assert 5 <= len(list_questions()) <= 10
    assert all(question.endswith("?") and len(question) < 90 for question in list_questions())


def test_every_entry_of_the_contents_leads_to_a_section() -> None:
    sections = list_sections()
    links = re.findall(r'href="#([\w-]+)"', guidance_html.build_contents(sections))
    assert links == [section.key for section in sections]
    html = guidance_html.build_sections(sections, {})
    assert re.findall(r'<section id="([\w-]+)"', html) == links


def test_what_does_not_stand_there_at_once_is_in_one_fold_below_it() -> None:
    for section in list_sections():
        html = guidance_html.build_sections([section], {})
        told, _opened, fold = html.partition("<details>")
        keys = [statement.key for statement in section.statements]
        found = [re.findall(r'data-statement="([\w-]+)"', part) for part in (told, fold)]
        assert found == [keys[: section.shown], keys[section.shown :]]
        assert ("<h2" in told) is bool(section.shown)
    opened = "".join(
        guidance_html.build_sections([section], {}).partition("<details>")[0]
        for section in list_sections()
    )
    for words in ("call or text 988", "a bleed in the brain", "Someone must take you home"):
        assert words in opened


def test_nothing_is_called_checked_until_an_operator_says_so() -> None:
    sections = list_sections()
    assert read_checks(sections) == {}
    html = guidance_html.build_sections(sections, read_checks(sections))
    assert NOT_YET not in html
    assert "checked on" not in html


def test_what_is_not_yet_checked_is_said_once_and_its_list_is_folded() -> None:
    sections = list_sections()
    to_check = [one for one in all_statements() if any(map(has_page, one.sources))]
    html = guidance_html.build_unchecked(sections, {})
    told, _opened, fold = html.partition("<details>")
    count, total = len(to_check), len(list(all_statements()))
    assert f"{count} of the {total} statements below are {NOT_YET}." in told
    assert html.count(NOT_YET) == 1
    assert 25 < count < total
    wanted = {
        (section.key, source.title)
        for section in sections
        for one in section.statements
        for source in one.sources
        if has_page(source)
    }
    listed = {
        (key, title)
        for key, titles in re.findall(r'<a href="#([\w-]+)">[^<]*</a><p>(.*?)</p>', fold)
        for title in unescape(titles).split("; ")
    }
    assert listed == wanted


def test_what_is_checked_leaves_the_list_and_the_notice_goes_with_the_last() -> None:
    sections = list_sections()
    pairs = [(o.key, s.key) for o in all_statements() for s in o.sources if has_page(s)]
    check = guidance_statement.Check(dt.date(2027, 3, 10), "https://a.gov/")
    left = guidance_html.build_unchecked(sections, dict.fromkeys(pairs[:-1], check))
    assert f"1 of the {len(list(all_statements()))} statements below is {NOT_YET}." in left
    assert left.count("<li>") == 1
    assert guidance_html.build_unchecked(sections, dict.fromkeys(pairs, check)) == ""


def test_a_recorded_check_stands_beside_its_source_alone(tmp_path: Path) -> None:
    record = tmp_path / "guidance_checked.csv"
    page = "https://dailymed.nlm.nih.gov/dailymed/search.cfm?query=spravato"
    record.write_text(
        f"{HEADER}label-must-not,label,2027-03-10,{page}\nlabel-must-not,label,2027-01-05,{page}\n",
    )
    sections = list_sections()
    checks = read_checks(sections, record)
    assert checks["label-must-not", "label"].checked == dt.date(2027, 3, 10)
    html = guidance_html.build_sections(sections, checks)
    assert html.count(f"checked on March 10, 2027 against {page}") == 1
    of_it = html.split('data-statement="label-must-not"')[1].split("</div>")[0]
    assert "March 10, 2027" in of_it


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The first line"),
        ("statement,checked\n", "The first line"),
        (f"{HEADER}gone,label,2027-03-10,https://a.gov/\n", "line 2: no statement 'gone'"),
        (f"{HEADER}label-must-not,988,2027-03-10,https://a.gov/\n", "the source '988'"),
        (f"{HEADER}label-must-not,label,March,https://a.gov/\n", "line 2: 'March' is no date"),
        (f"{HEADER}label-must-not,label,2027-03-10,\n", "line 2: '' is no address"),
        (f"{HEADER}label-must-not,label,2027-03-10,javascript:x\n", "is no address"),
        (f"{HEADER}label-must-not,label\n", "line 2: None is no date"),
    ],
)
def test_a_wrong_record_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    record = tmp_path / "guidance_checked.csv"
    record.write_text(text)
    with pytest.raises(SchemaError, match=re.escape(said)):
        read_checks(list_sections(), record)


def test_a_missing_record_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="put it back"):
        read_checks(list_sections(), tmp_path / CHECKED_FILE.name)


def test_a_translation_says_whether_a_clinician_has_reviewed_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "clinician" not in guidance_html.build_colophon()
    assert "Text of November 28, 2026." in guidance_html.build_colophon()
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    catalogue = 'msgid ""\nmsgstr ""\n"Language: xx\\n"\n"X-Clinician-Review: {}\\n"\n'
    for reviewer, said in (("none", "No clinician has reviewed"), ("Dr. A", "reviewed by Dr. A")):
        code = "fr" if reviewer == "none" else "de"
        header = catalogue.format(reviewer).replace("xx", code)
        header += '"Content-Type: text/plain; charset=utf-8\\n"\n'
        (tmp_path / f"{code}.po").write_text(header)
        with language.using(code):
            assert said in guidance_html.build_colophon()


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    return app.switch_page("pages/patients/before_you_go.py")


def test_the_page_shows_the_crisis_line_first_and_every_section(page: AppTest) -> None:
    page.run()
    assert not page.exception
    bodies = [html.proto.body for html in page.get("html")]
    crisis = next(at for at, body in enumerate(bodies) if 'class="crisis"' in body)
    text = next(at for at, body in enumerate(bodies) if 'class="guidance"' in body)
    assert crisis < text
    assert all(section.heading in bodies[text] for section in list_sections())


def test_a_broken_record_of_checks_does_not_take_the_page_away(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_sections: object) -> None:
        raise SchemaError("data/guidance_checked.csv, line 2: what is wrong.")

    monkeypatch.setattr(guidance_statement, "read_checks", fail)
    page.run()
    bodies = " ".join(html.proto.body for html in page.get("html"))
    assert "line 2: what is wrong." in bodies
    assert bodies.count(NOT_YET) == 1
