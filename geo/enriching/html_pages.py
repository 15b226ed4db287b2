"""A web page as a person sees it: its lines, what can be dialled, its links; no script is run.

lxml reads it, whose parser (libxml2's) is bounded in depth and takes linear time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urljoin, urlsplit

import lxml.etree
import lxml.html

from geo.errors import FetchError, FetchFault
from geo.sources.cleaning import LONGEST_TEXT, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINES: Final = 20_000
_MOST_LINKS: Final = 2_000
_UNSEEN: Final = frozenset({"script", "style", "template", "noscript", "svg", "head", "select"})
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_APART: Final = frozenset({"td", "th", "span", "time"})
"""What stands beside its neighbour, on one line."""


@dataclass(frozen=True)
class Line:
    """One line of text.

    Attributes
    ----------
    text : with single spaces.
    boxes : the elements that it stands in, numbered from the outermost in.
    is_address : whether one of them is an `<address>`.
    dials : what `tel:` links on it dial.
    """

    text: str
    boxes: tuple[int, ...]
    is_address: bool = False
    dials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """A link to a page: its whole address without a fragment, and its words."""

    url: str
    words: str


@dataclass
class HtmlPage:
    """What a page holds.

    Attributes
    ----------
    lines : the text, in order.
    links : to pages over http and https, each once.
    heads : what the page calls itself: its title, headings and name of the site.
    root : the tree, for what is marked up in it.
    """

    lines: list[Line] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    root: Any = None


def read_html(content: bytes, url: str) -> HtmlPage:
    """Return what a page holds.

    Parameters
    ----------
    content : as it came. What is no UTF-8 is read as Windows-1252, whatever it says of itself.
    url : of the page, to which its links are relative.

    Raises
    ------
    FetchError : it is no HTML at all.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    try:
        root = lxml.html.document_fromstring(
            text.encode(), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
        )
    except (lxml.etree.LxmlError, ValueError) as error:
        host = urlsplit(url).hostname
        raise FetchError(f"{host} sent no page that can be read.", FetchFault.BROKEN) from error
    page = HtmlPage(root=root)
    _gather_lines(root, page)
    _gather_links(root, url, page)
    page.heads = _find_heads(root)
    return page


class _Writer:
    """Puts the text of a tree into lines."""

    def __init__(self, page: HtmlPage) -> None:
        self._page = page
        self._parts: list[str] = []
        self._dials: list[str] = []
        self._boxes: list[tuple[int, bool]] = []
        self._at: tuple[tuple[int, bool], ...] = ()
        self._count = 0

    def open(self, *, is_address: bool) -> None:
        self._count += 1
        self._boxes.append((self._count, is_address))

    def close(self) -> None:
        self._boxes.pop()

    def write(self, text: str | None) -> None:
        if text and len(self._page.lines) < MOST_LINES:
            if not self._parts and text.strip():
                self._at = tuple(self._boxes)
            self._parts.append(text)

    def dial(self, number: str) -> None:
        if not self._at:
            self._at = tuple(self._boxes)
        self._dials.append(number)

    def end_line(self) -> None:
        texts = _split_long("".join(self._parts)) or [""] * bool(self._dials)
        for at, text in enumerate(texts[: MOST_LINES - len(self._page.lines)]):
            self._page.lines.append(
                Line(
                    text,
                    tuple(number for number, _ in self._at),
                    any(marked for _, marked in self._at),
                    tuple(self._dials) if at == 0 else (),
                )
            )
        self._parts, self._dials, self._at = [], [], ()


def _split_long(text: str) -> list[str]:
    """Return a line, or of a long one the sentences and parts of them, none longer than is kept."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_TEXT:
        return [clean_text(line)] if line else []
    found = [""]
    for word in line.split(" "):
        ends = found[-1].endswith((". ", "! ", "? ")) and len(found[-1]) > LONGEST_TEXT // 2
        if ends or len(found[-1]) + len(word) >= LONGEST_TEXT:
            found.append("")
        found[-1] += f"{word} "
    return [kept for part in found if (kept := clean_text(part))]


def _gather_lines(root: Any, page: HtmlPage) -> None:  # noqa: ANN401  lxml is untyped
    writer = _Writer(page)
    unseen = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            unseen += _is_unseen(element)
            if not unseen:
                _enter(writer, element)
            continue
        if event == "end":
            if not unseen:
                _leave(writer, element)
            unseen -= _is_unseen(element)
        if not unseen:
            writer.write(element.tail)
    writer.end_line()


def _is_unseen(element: Any) -> bool:  # noqa: ANN401
    return element.tag in _UNSEEN or element.get("hidden") is not None


def _enter(writer: _Writer, element: Any) -> None:  # noqa: ANN401
    tag = element.tag
    if tag in _BLOCKS:
        writer.end_line()
        writer.open(is_address=tag == "address")
    elif tag in _APART:
        writer.write(" ")
    href = (element.get("href") or "") if tag == "a" else ""
    if href.lower().startswith("tel:"):
        writer.dial(unquote(href[4:])[:40])
    writer.write(element.text)


def _leave(writer: _Writer, element: Any) -> None:  # noqa: ANN401
    if element.tag in _BLOCKS:
        writer.end_line()
        writer.close()
    elif element.tag in _APART:
        writer.write(" ")


def _gather_links(root: Any, url: str, page: HtmlPage) -> None:  # noqa: ANN401
    base = next((one.get("href") for one in root.iter("base") if one.get("href")), "")
    try:
        start = urljoin(url, base)
    except ValueError:
        start = url
    found: dict[str, str] = {}
    for element in root.iter("a", "area"):
        href = (element.get("href") or "").strip()
        if not href or href.startswith("#") or len(found) >= _MOST_LINKS:
            continue
        try:
            whole = urljoin(start, href).partition("#")[0]
            parts = urlsplit(whole)
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and parts.hostname and len(whole) < MOST_LINES:
            words = clean_text("".join(element.itertext()))
            found[whole] = found.get(whole) or words
    page.links = [Link(address, words) for address, words in found.items()]


def _find_heads(root: Any) -> list[str]:  # noqa: ANN401
    return list(dict.fromkeys(filter(None, map(clean_text, _say_heads(root)))))


def _say_heads(root: Any) -> Iterator[str]:  # noqa: ANN401
    for element in root.iter("title", "h1"):
        yield "".join(element.itertext())
    for element in root.iter("meta"):
        if element.get("property") == "og:site_name":
            yield element.get("content") or ""
