"""What a call found, on Coverage: dated, with intervals, in both languages; nothing where none is shown."""

from streamlit.testing.v1 import AppTest

from geo.coverage.call_estimates import Estimate
from geo.publishing import call_findings
from geo.publishing.call_findings import Findings

FOUND = Findings(
    "2026-11-02",
    "2026-11-03",
    797,
    300,
    {
        "operating": Estimate(0.875, 0.81, 0.92, 240),
        "wait_days": Estimate(14.0, 9.0, 21.0, 150),
    },
)


def draw(language):
    from geo.i18n import language as languages  # noqa: PLC0415  it runs as a script of its own
    from pages.analysts.parts import coverage_details  # noqa: PLC0415

    languages.use(language)
    coverage_details.show_calls()


def say(language="en"):
    app = AppTest.from_function(draw, args=(language,), default_timeout=60).run()
    assert not app.exception
    return " ".join(html.proto.body for html in app.get("html"))


def test_coverage_says_what_calls_found_once_an_operator_shows_it(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    assert say() == ""
    call_findings.publish(FOUND)
    said = say()
    assert "What a call finds" in said
    assert "all 797 listed clinics" in said
    assert "calls to 300 drawn at random, from November 2, 2026 to November 3, 2026" in said
    assert "88% (81%–92%)" in said
    assert "14 days (9–21)" in said
    assert "Lo que revela una llamada" in say("es")
