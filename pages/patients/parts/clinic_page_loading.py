"""The page of a clinic, for the server: what loads tables is imported when one is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.server.clinic_pages import ClinicPage


def load(clinic_id: str) -> ClinicPage:
    """Return what is answered about an id, in the language of this run.

    Raises
    ------
    GeoError : the list cannot be read.
    """
    from pages.patients.parts import clinic_page  # noqa: PLC0415  # 330 ms: pandas

    return clinic_page.build(clinic_id)
