"""Where next: where the next clinics would help most, and what would change."""

from __future__ import annotations

from geo.errors import GeoError
from geo.language import gettext as _
from pages.parts import notices

notices.show_lead(
    _("Where would the next clinics help most?"),
    _(
        "New sites placed for the adults of an area, beside the clinics that are listed. Because "
        "missing listings look like gaps, each site says how much is listed around it."
    ),
)

# The heading is on its way to the browser before the heavy modules load.
from pages.parts import siting_page  # noqa: E402

try:
    siting_page.show()
except GeoError as error:
    notices.show_error(error)
