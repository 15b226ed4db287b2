"""Whether a clinician reviewed the words on a page, where they are a translation."""

from __future__ import annotations

from geo.i18n import language
from geo.i18n.language import gettext as _


def describe_review() -> str:
    """Return whether a clinician reviewed the translation that is shown; "" for the original."""
    code = language.current()
    if code == language.ENGLISH:
        return ""
    reviewer = language.read_header(code).get("X-Clinician-Review", "none")
    if reviewer in {"", "none"}:
        return _("No clinician has reviewed this translation yet.")
    return _("This translation was reviewed by {reviewer}.").format(reviewer=reviewer)
