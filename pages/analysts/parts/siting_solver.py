"""The search for sites behind the siting page: a first answer, then a process that proves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.errors import GeoError
from geo.i18n.language import format_number, format_percent, ngettext
from geo.i18n.language import gettext as _
from geo.siting.candidate_sites import find_candidates
from geo.siting.plan_words import tell_fewer
from geo.siting.pool import SolverPool, Turn, count_solvers
from geo.siting.question import SHARE, pose
from geo.siting.solving import answer_first
from pages.analysts.parts.siting_state import SitingState
from pages.parts import languages, loaders, notices

if TYPE_CHECKING:
    import pandas as pd

    from geo.siting.siting_context import SitingContext
    from geo.siting.solving import Answer
    from pages.analysts.parts.siting_plan import Plan


@st.cache_resource(show_spinner=False)
def _load_pool() -> SolverPool:
    """Return the solvers that all visitors share."""
    return SolverPool(count_solvers())


class _Held:
    """What a visitor has of the pool, for as long as their page is connected."""

    def __init__(self) -> None:
        self.turn: Turn | None = None

    def let_go(self) -> None:
        """Give up the place in the queue, and end what runs."""
        turn, self.turn = self.turn, None
        if turn is not None:
            turn.cancel()


# Streamlit lets go of what is a session's own when its page is closed or its line is cut, and not
# only when it forgets the session.
@st.cache_resource(scope="session", on_release=_Held.let_go, show_spinner=False)
def _load_held() -> _Held:
    return _Held()


def ask(plan: Plan, context: SitingContext) -> None:
    """Give a first answer at once and start the proof in a process of its own."""
    state = SitingState.of_visit()
    state.asked = False
    kept = find_kept(plan)
    by_share = plan.objective == SHARE
    if not by_share and plan.add <= len(kept):
        return
    candidates = loaders.load_candidates(*plan.area)
    wanted = 0 if by_share else plan.add - len(kept)
    question = pose(
        context,
        candidates,
        objective=plan.objective,
        add=wanted,
        share=plan.share_percent / 100 if by_share else None,
        locked=kept,
    )
    with st.spinner(_("Looking for sites")):
        _take(answer_first(question), candidates)
    state.candidates, state.wanted = candidates, (wanted, plan.objective)
    state.solving = _load_held().turn = _load_pool().ask(question)


def watch() -> None:
    """Say how good the answer is, and take a better one when the solver has it."""
    languages.choose()
    state = SitingState.of_visit()
    answer = state.answer
    if answer is None:
        return
    if state.solving is not None:
        message = _poll(state.solving)
        if message is not None and message.is_final:
            cancel()
            _take(message, state.candidates)
            st.rerun()
        # Better sites wait for the end: a list that changes under the hand cannot be read.
        answer = message or answer
    if state.solving is not None:
        before = state.solving.before
        if before:
            notices.show_answer(
                ngettext(
                    "The search for better sites waits: {count} other is before you.",
                    "The search for better sites waits: {count} others are before you.",
                    before,
                ).format(count=format_number(before))
            )
        elif answer.gap == 1:
            notices.show_answer(_("Looking for better sites: nothing is proven yet."))
        else:
            short = format_percent(answer.gap, 1)
            notices.show_answer(
                _("Looking for better sites: at most {share} short.").format(share=short)
            )
        if st.button(_("Stop looking"), on_click=_stop):
            st.rerun()
    elif answer.is_proven:
        proven = _("Proven: no other sites do better by this measure, the mean over the draws.")
        notices.show_answer(f"{proven} {tell_fewer(len(answer.sites), *state.wanted)}".rstrip())
    else:
        better = format_percent(answer.gap, 1)
        notices.show_answer(
            _("Not proven: the best possible may be up to {share} better.").format(share=better)
        )


def cancel() -> None:
    """End the process that looks for better sites, if there is one, or the wait for it."""
    state = SitingState.of_visit()
    if state.solving is not None:
        state.solving.cancel()
    state.solving = None


def find_kept(plan: Plan) -> pd.DataFrame:
    """Return the sites that stay, whatever is found beside them."""
    return find_sites(plan.keep)


def find_sites(names: tuple[str, ...]) -> pd.DataFrame:
    """Return the sites that their texts stand for.

    Raises
    ------
    GeoError : a text stands for no site.
    """
    return find_candidates(
        names, loaders.load_demand(), loaders.load_cities(), loaders.load_counties()
    )


def _stop() -> None:
    """Take the best sites so far and end the search for better ones."""
    languages.choose()
    state = SitingState.of_visit()
    message = _poll(state.solving) if state.solving else None
    if message is not None:
        _take(message, state.candidates)
    cancel()


def _take(answer: Answer, candidates: pd.DataFrame) -> None:
    """Show an answer's sites from now on."""
    state = SitingState.of_visit()
    state.answer = answer
    state.found = tuple(candidates["site"].iloc[list(answer.sites)])


def _poll(solving: Turn) -> Answer | None:
    """Return the solver's latest answer; where it was ended, what is shown stays unproven."""
    try:
        return solving.poll()
    except GeoError as error:
        cancel()
        notices.show_error(error)
        return None
