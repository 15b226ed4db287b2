"""Whether who asks has the answer already."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import Headers


def is_known(headers: Headers, tag: str) -> bool:
    """Tell whether a request's If-None-Match names what would be answered.

    Parameters
    ----------
    headers : of the request; a proxy that packs an answer makes its tag a weak one (`W/`), and what
        keeps several answers names them all.
    tag : of the answer, in its quotes.

    Source
    ------
    RFC 9110, 13.1.2.
    """
    wanted = ",".join(headers.getlist("if-none-match"))
    named = [part.strip().removeprefix("W/") for part in wanted.split(",")]
    return tag in named or "*" in named
