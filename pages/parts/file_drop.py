"""A place to give a file, by Streamlit, put right for those who do not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages.parts.streamlit_inside import UploadedFile

# Streamlit says of the place that it is for looks only, and lets it take the focus all the same
# (WCAG 4.1.2). It is drawn some time after this has run, and anew with each file.
_MEND: Final = """<script>
if (!window.fileDropIsWatched) {
  window.fileDropIsWatched = true;
  const drops = '[data-testid="stFileUploaderDropzone"][role="presentation"]';
  const mend = () => document.querySelectorAll(drops).forEach((drop) => drop.removeAttribute('role'));
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
  mend();
}
</script>"""


def show(label: str, *, endings: Sequence[str], megabytes: int, key: str) -> UploadedFile | None:
    """Draw the place; return the file that was given.

    Parameters
    ----------
    label : what is to be given.
    endings : of the names taken, `csv` for one.
    megabytes : how large it may be.
    key : names this place among others; another key is another, empty place.
    """
    given = st.file_uploader(label, type=endings, max_upload_size=megabytes, key=key)
    st.html(_MEND, unsafe_allow_javascript=True)
    return given
