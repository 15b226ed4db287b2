"""Who may use the operators' pages: asked on every run, and again before every action.

Streamlit keeps an expired login and accepts a copied cookie, so nothing here is remembered from one
run to the next. An action asks for itself who does it (`who = auth.require()`), in the run of the
page and never in a widget's callback, which would run before the page asks.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import htpy as h
import streamlit as st

from geo.errors import AccessError
from geo.paths import find_home
from geo.server import locality, logout, operators, upload_guard
from geo.server.streamlit_seam import LOGOUT
from pages.parts import starting
from pages.parts.streamlit_inside import find_session

if TYPE_CHECKING:
    from collections.abc import Callable

_Made = TypeVar("_Made")


def is_on() -> bool:
    """Tell whether this server has operators' pages at all; unreadable settings mean no."""
    try:
        return _read_settings().on
    except AccessError:
        return False


def require() -> str:
    """Return who is asking; show the way in and end the run where that is nobody who may."""
    try:
        return _admit()
    except AccessError as error:
        _show_way_in(error)
        st.stop()


def find_operator() -> str:
    """Return who is asking on a page that is everybody's; "" where that is no operator."""
    try:
        return _admit()
    except AccessError:
        return ""


def _admit() -> str:
    """Return who is asking, and let their uploads through; else refuse, and those too."""
    try:
        settings = _read_settings()
        who = operators.admit(
            settings, _describe_request(), _read_claims(), find_home(), time.time()
        )
    except AccessError:
        upload_guard.shut_for(find_session())
        raise
    upload_guard.open_for(find_session(), settings.max_age_minutes * 60)
    return who


def guard(make: Callable[[], _Made]) -> Callable[[], _Made]:
    """Return what makes a download, which asks again when it is called, outside of any run."""
    request, claims = _describe_request(), _read_claims()

    def make_for_operator() -> _Made:
        operators.admit(_read_settings(), request, claims, find_home(), time.time())
        return make()

    return make_for_operator


def show_login(who: str) -> None:
    """Say who is signed in, with the way out."""
    claims = _read_claims()
    with st.container(key="login", horizontal=True, vertical_alignment="center"):
        st.caption(f"Signed in as {who}" if claims else "Local mode: this browser only")
        if claims:
            operators.forget_old_marks(find_home(), _read_settings().max_age_minutes)
            st.html(_build_way_out(operators.mark_of(claims)))


def _build_way_out(mark: str) -> h.Element:
    """Return the form that ends the login; a link or another site's page cannot."""
    token = logout.make_token(find_session(), mark, st.context.cookies)
    return h.form(".sign-out", method="post", action=LOGOUT)[
        h.input(type="hidden", name=logout.TOKEN, value=token),
        h.button(type="submit")["Sign out"],
    ]


def _show_way_in(error: AccessError) -> None:
    st.html("<h1>For operators</h1>")
    st.warning(str(error), icon=":material/lock:")
    provider = _find_provider()
    if provider is not None and st.button("Sign in", type="primary", key="sign_in"):
        st.login(provider or None)


def _read_settings() -> operators.Settings:
    files: list[str] = st.get_option("secrets.files")
    return operators.read_settings(Path(file) for file in files)


def _describe_request() -> locality.Request:
    return locality.Request(
        server_address=starting.find_server_address(),
        headers=dict(st.context.headers),
        client_address=st.context.ip_address or "",
        cookies=dict(st.context.cookies),
    )


def _read_claims() -> dict[str, Any]:
    claims: dict[str, Any] = st.user.to_dict()
    return claims if claims.get("is_logged_in") else {}


def _find_provider() -> str | None:
    """Return the name of the login's provider, "" for the unnamed one, None where there is none."""
    if not st.secrets.load_if_toml_exists():
        return None
    section = st.secrets.get("auth", {})
    if "client_id" in section:
        return ""
    return next((name for name, value in section.items() if "client_id" in value), None)
