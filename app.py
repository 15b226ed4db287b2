"""The app: for `streamlit run app.py` both the server's ASGI app and the script of a visit."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

if __name__ == "__main__":
    from pages.parts import frame

    frame.run()
elif __name__ != "__mp_main__":  # a solver's process imports this file too, and wants none of it
    from collections import Counter

    import streamlit as st
    from starlette.middleware import Middleware

    from geo.maps import assets
    from geo.server import changes, clinic_pages, health, healthz, logs, suggestions, web
    from pages.parts import (
        api_release,
        place_table,
        release_changes,
        standing,
        starting,
        streamlit_inside,
    )
    from pages.parts.document import Document
    from pages.parts.forgetting import Forgetting
    from pages.parts.message_filter import MessageFilter
    from pages.patients.parts import clinic_page_loading

    logs.leave_out_words()

    streamlit_inside.greet_deep_links()
    open_pages: Counter[bytes] = Counter()
    app = st.App(
        ROOT / "app.py",
        lifespan=starting.lifespan,
        middleware=[
            # Ahead of the limits, since a full server is asked too.
            Middleware(healthz.Healthz, ask=standing.find, open_pages=open_pages),
            *web.middleware(
                assets=assets.FOLDER,
                front_end=streamlit_inside.find_front_end(),
                server_address=starting.find_server_address(),
                open_pages=open_pages,
            ),
            Middleware(Forgetting),
            Middleware(health.Health, ask=standing.find),
            Middleware(suggestions.Suggestions, load=place_table.load),
            Middleware(changes.Changes, load=release_changes.load),
            *api_release.list_middleware(),
            Middleware(clinic_pages.ClinicPages, build=clinic_page_loading.load),
            Middleware(MessageFilter),
            Middleware(Document),
        ],
    )
