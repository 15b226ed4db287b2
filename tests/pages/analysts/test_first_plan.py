"""Where next by minutes of road: what the page says of a plan over the first places, and of its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.siting import shortlist
from pages.analysts.parts import siting_effect, siting_solver
from pages.analysts.parts.siting_state import SitingState

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.service  # the draws of the country, and its highways


class Standin:
    """A turn whose question is still being made."""

    is_preparing = True
    before = 0

    def __init__(self, _pool: object, _prepare: Callable[[], object]) -> None:
        pass

    def poll(self) -> None:
        return None

    def cancel(self) -> None:
        pass


def say(app: AppTest) -> str:
    return " ".join(html.proto.body for html in app.get("html") if "asked" in html.proto.body)


def test_a_plan_over_the_first_places_says_so_and_may_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setattr(shortlist, "FEW", 50)
    monkeypatch.setattr(siting_solver, "PreparedTurn", Standin)
    monkeypatch.setattr(siting_effect, "show", lambda *_: None)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params.update({"in": "state:30", "add": "2", "within": "60min"})
    app.run()
    app.switch_page("pages/analysts/siting.py").run()
    assert not app.exception

    state = app.session_state[SitingState.name_key()]
    places = f"{state.looked_at:,} of {len(state.candidates):,} places"
    assert 2 <= state.looked_at < len(state.candidates)
    assert len(state.found) == 2
    assert f"A first plan, over {places}; the best over all of them is being worked" in say(app)
    next(button for button in app.button if button.label == "Stop looking").click()
    app.run()
    assert f"A first plan, over {places}; the others were not looked at." in say(app)
    assert len(state.found) == 2
