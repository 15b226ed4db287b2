"""Coverage: how each region is served by the listed clinics, how sure that is, and why."""

from __future__ import annotations

from geo.errors import GeoError
from geo.language import gettext as _
from pages.parts import notices

notices.show_lead(
    _("Who can reach a clinic?"),
    _(
        "Adults and the clinics we know of. Listings are listings found, not a census, and most "
        "clinics are known to their city only: every figure says how sure it is."
    ),
)

# The heading is on its way to the browser before the heavy modules load.
from pages.parts import coverage_page  # noqa: E402

try:
    coverage_page.show()
except GeoError as error:
    notices.show_error(error)
