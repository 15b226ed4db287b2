"""What a browser is given before any script runs, made of the document that Streamlit ships."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.responses import HTMLResponse
from streamlit import file_util

from pages.parts.document import Document
from tests import fresh_loop

STREAMLITS = (Path(file_util.get_static_dir()) / "index.html").read_text("utf-8")
BROWSER = "text/html,application/xhtml+xml"


def ask(
    path: str = "/",
    query: str = "",
    *,
    accept: str = BROWSER,
    language: str = "en-US",
    status: int = 200,
) -> tuple[dict[str, str], str]:
    """Return the headers and the text of an answer that Streamlit gave with its own document."""
    sent: list[dict] = []
    seen: list[dict] = []

    async def streamlit(scope: dict, receive: object, send: object) -> None:
        seen.append(scope)
        answer = HTMLResponse(STREAMLITS, status, headers={"ETag": '"theirs"'})
        await answer(scope, receive, send)  # type: ignore[arg-type]

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "http.request"}

    headers = {"accept": accept, "accept-language": language, "accept-encoding": "gzip"}
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    fresh_loop.run(Document(streamlit)(scope, receive, send))
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return answered, b"".join(part.get("body", b"") for part in sent[1:]).decode()


def test_the_name_the_style_and_the_crisis_line_come_before_any_script_runs() -> None:
    headers, document = ask()
    assert "<title>Clinic Finder</title>" in document
    assert '<link rel="stylesheet" href="/assets/app.css?v=' in document
    assert 'href="tel:988"' in document
    assert "Streamlit</title>" not in document
    assert "agent" not in document.partition("</noscript>")[0].partition("<body>")[2]
    assert int(headers["content-length"]) == len(document.encode())
    assert "etag" not in headers


@pytest.mark.parametrize(
    ("path", "language", "heading"),
    [
        ("/", "en", "Find a ketamine or esketamine clinic near you"),
        ("/", "es", "Encuentre"),
        ("/before-you-go", "en", "Before you go"),
        ("/drive-time", "en", "How drive time is estimated"),
        ("/coverage", "en", "Who can reach a clinic?"),
        ("/where-next", "en", "Where would the next clinics help most?"),
        ("/methods", "en", "Methods"),
    ],
)
def test_the_heading_of_the_page_comes_before_any_script_runs(
    path: str, language: str, heading: str
) -> None:
    _headers, document = ask(path, language=language)
    assert document.partition("<body>")[2].partition("<h1>")[2].startswith(heading)


@pytest.mark.parametrize(("path", "query"), [("/review", ""), ("/", "zip=60601")])
def test_a_page_of_operators_or_an_answer_has_no_heading_yet(path: str, query: str) -> None:
    assert "<h1>" not in ask(path, query)[1]


@pytest.mark.parametrize("piece", ["Html", "TextInput", "Selectbox", "ComponentInstance"])
def test_what_the_page_is_drawn_with_is_fetched_early_and_is_there(piece: str) -> None:
    _headers, document = ask()
    name = document.partition(f'href="./static/js/{piece}.')[2].partition('"')[0]
    assert (Path(file_util.get_static_dir()) / "static" / "js" / f"{piece}.{name}").is_file()


@pytest.mark.parametrize(
    ("query", "language", "spoken"),
    [("lang=es", "en", "es"), ("", "es-MX,es;q=0.9", "es"), ("lang=<b>", "xx", "en")],
)
def test_it_speaks_the_language_asked_for(query: str, language: str, spoken: str) -> None:
    _headers, document = ask(query=query, language=language)
    assert f'<html lang="{spoken}">' in document
    assert ("<title>Buscador de clínicas</title>" in document) is (spoken == "es")
    assert "<b>" not in document


def test_the_crisis_line_stands_on_the_patients_pages_alone() -> None:
    assert "988" in ask("/before-you-go")[1]
    assert "988" not in ask("/coverage")[1]


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [("/component/map/index.html", BROWSER, 200), ("/", "*/*", 200), ("/", BROWSER, 503)],
)
def test_what_is_not_our_page_goes_through_unchanged(path: str, accept: str, status: int) -> None:
    headers, document = ask(path, accept=accept, status=status)
    assert document == STREAMLITS
    assert headers["etag"] == '"theirs"'
