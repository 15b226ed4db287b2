"""What this site uses of Streamlit beyond its documented face, by name, each with why.

Another version may change any of it without a word, so each name stands here alone, and
`tests/test_seams.py` says in a sentence which of them no longer holds. The library never imports
Streamlit: what is used of its modules is imported by `pages/parts/streamlit_inside.py` alone.
"""

from __future__ import annotations

from typing import Final

CORE: Final = "_stcore"
"""Below it Streamlit answers its own pages; `geo.server.shut_paths` shuts all but these."""

STREAM: Final = "_stcore/stream"
"""The one websocket of a page: it is counted, bounded and filtered."""

UPLOAD: Final = "_stcore/upload_file"
"""Takes files from anybody; guarded. A session and a file follow in its path."""

OPEN_ADDRESSES: Final = {
    STREAM: "a page's websocket",
    UPLOAD: "an operator's files, past the guard",
    "_stcore/health": "asked by proxies, and by a page that has lost its line",
    "_stcore/host-config": "asked by every page before it connects",
    "_stcore/bidi-components": "files of components; ours have none, and Streamlit says so",
}

LOGOUT: Final = "auth/logout"
"""Ends a login for whoever asks for it; taken over by `geo.server.logout`."""

LOGIN_COOKIE: Final = "_streamlit_user"
"""Holds the login, to which the token of the form that ends it is tied."""

STATIC: Final = "/static/"
"""The front end's files, whose names change with their content; answered for from memory."""

FRAMES: Final = "/component/"
"""What runs in frames, as a map does; its documents are left as they are."""

EARLIER_SESSION: Final = 2
"""Of the three protocols that a page's websocket names: itself, a token, its session before."""

FRONT_END_PIECES: Final = (
    "purify.es",
    "Html",
    "PageLink",
    "BidiComponent",
    "TextInput",
    "Selectbox",
    "Button",
    "Checkbox",
    "ComponentInstance",
    "IFrameUtil",
    "urls",
    "withCalculatedWidth",
)
"""What every page of ours is made of, as `static/js/NAME.HASH.js`; Streamlit's start page asks for
it only when it is drawn."""

ICON_FONT: Final = "font-family:Material Symbols Rounded;"
"""In the style of the front end, where the font of its icons is declared."""

ICON_FONT_WHEN_DRAWN: Final = f"{ICON_FONT}unicode-range:U+21-10FFFF;"
"""In its place: the start page asks for the font by a space, and its 370 kB came to everybody, though
only operators' pages draw icons, which are named by letters."""

DOCUMENT_LANGUAGE: Final = '<html lang="en">'
DOCUMENT_ICON: Final = 'href="./favicon.png"'
DOCUMENT_TITLE: Final = ("<title>", "</title>")
DOCUMENT_WITHOUT_SCRIPT: Final = ("<noscript>", "</noscript>")
DOCUMENT_SERVICE: Final = ('<link rel="service-desc"', "/>")
DOCUMENT_HEAD: Final = ("<head>", "</head>")
DOCUMENT_BODY: Final = "<body>"
"""Of the document that Streamlit ships, the marks by which it is made ours."""

DOCUMENT_MARKS: Final = (
    DOCUMENT_LANGUAGE,
    DOCUMENT_ICON,
    *DOCUMENT_TITLE,
    *DOCUMENT_WITHOUT_SCRIPT,
    *DOCUMENT_SERVICE,
    *DOCUMENT_HEAD,
    DOCUMENT_BODY,
)

MESSAGE_KINDS: Final = {
    "rerun_script": "somebody did something",
    "stop_script": "the page is left while it is drawn",
    "app_heartbeat": "keeps the line open",
    "file_urls_request": "asks where a file may be sent",
}
"""Of the kinds of BackMsg, those that pages of ours send; every other is dropped."""

OPERATION: Final = "backend_operation_request"
OPERATION_KINDS: Final = {"deferred_file": "a download that is made when it is asked for"}
"""The one kind of BackMsg that holds kinds of its own, and those of them that pages send."""

PRIVATE_NAMES: Final = {
    "streamlit.file_util.get_static_dir": "where the front end's files are",
    "streamlit.proto.BackMsg_pb2.BackMsg": "to tell the kind and the parts of a message",
    "streamlit.proto.ForwardMsg_pb2.ForwardMsg": "what a visit that is nobody's is sent",
    "streamlit.runtime.Runtime": "has a visit that is over forgotten",
    "streamlit.runtime.get_instance": "the runtime of this server",
    "streamlit.runtime.pages_manager.PagesManager": "`pages/` is no app of the older kind",
    "streamlit.runtime.runtime.RuntimeStoppedError": "the server is about to end",
    "streamlit.runtime.scriptrunner.get_script_run_ctx": "which session a run is of",
    "streamlit.runtime.session_manager.SessionClient": "a visit that is nobody's",
    "streamlit.delta_generator.DeltaGenerator": "the type of a container",
    "streamlit.navigation.page.StreamlitPage": "the type of a page",
    "streamlit.runtime.uploaded_file_manager.UploadedFile": "the type of a given file",
}
"""Of its Python, what is no part of `import streamlit as st`."""

PRIVATE_ATTRIBUTES: Final = {
    "streamlit.runtime.pages_manager.PagesManager.uses_pages_directory": "as above",
    "streamlit.runtime.Runtime.connect_session": "lets nobody in",
    "streamlit.runtime.Runtime.disconnect_session": "and out",
    "streamlit.runtime.Runtime.handle_backmsg": "asks for what runs no page",
    "streamlit.runtime.session_manager.SessionClient.write_forward_msg": "hears of the answer",
}

CLASSES: Final = frozenset(
    {
        "stAlert", "stApp", "stAppHeader", "stAppToolbar", "stBidiComponent", "stButton",
        "stCheckbox", "stColumn", "stElementContainer", "stForm", "stFormSubmitButton",
        "stHorizontalBlock", "stHtml", "stMain", "stMainBlockContainer", "stMarkdownEllipsis",
        "stMultiSelect", "stPageLink", "stRadio", "stSelectbox", "stTextInput",
        "stVerticalBlock", "react-aria-ComboBox",
    }
)  # fmt: skip
"""Classes of the front end that `data/assets` selects by, to set how wide, tall and far apart what
Streamlit draws is, and to find the box and the form of a search. (`st-key-...` is documented.)"""

TEST_IDS: Final = frozenset(
    {
        "InputInstructions", "stBidiComponentRegular", "stCaptionContainer",
        "stFileUploaderDropzone", "stForm", "stFormSubmitButton", "stLayoutWrapper",
        "stMultiSelectTagsContainer", "stSkeleton", "stStatusWidget", "stTextInputRootElement",
    }
)  # fmt: skip
"""Values of `data-testid` that are selected by, where there is no class."""

DATA_ATTRIBUTES: Final = frozenset({"data-tag", "data-rac"})
"""Parts of a field of several choices, which are too small for a finger as they come."""

IDS: Final = frozenset({"root"})
"""What the page, and a map's frame, is drawn in."""

THEME_VARIABLES: Final = frozenset(
    {
        "--st-background-color", "--st-border-color", "--st-font", "--st-link-color",
        "--st-primary-color", "--st-secondary-background-color", "--st-text-color",
    }
)  # fmt: skip
"""The colours and the font that a component of ours is handed."""

MAP_FRAME_TITLE: Final = "streamlit_folium.st_folium"
"""What the frame of a map is called: by the module and the name of its component."""

CONTROL_WORDS: Final = frozenset(
    {
        "Skip to main content", "Choose an option", "Choose options", "No results", "Open", "open",
        "Clear all", "Increment", "Decrement", "Show data", "Show chart", "Fullscreen",
        "Close fullscreen", "Download as PNG", "Download as CSV", "Copy Vega-Lite spec",
        "Copy to clipboard", MAP_FRAME_TITLE,
    }
)  # fmt: skip
"""English words of its own controls, which `pages/parts/languages.py` puts into other languages."""


def leads_to(path: str, end: str) -> bool:
    """Tell whether a path leads to an address of Streamlit's, below whatever the site stands.

    Parameters
    ----------
    path : of a request, decoded.
    end : the parts of the address, without a slash before or after.

    Returns
    -------
    True also for what a router takes for the same: with a slash or a line's end behind it.
    """
    wanted = end.split("/")
    return split(path)[-len(wanted) :] == wanted


def split(path: str) -> list[str]:
    """Return the parts of a decoded path as a router may read them: none is empty or padded."""
    return [part.strip() for part in path.split("/") if part.strip()]
