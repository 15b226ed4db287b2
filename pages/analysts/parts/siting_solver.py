"""The search for sites behind the siting page: a first answer, then a process that proves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from geo.errors import GeoError
from geo.i18n.language import format_number, format_percent, ngettext
from geo.i18n.language import gettext as _
from geo.siting.candidate_sites import find_candidates
from geo.siting.plan_words import tell_fewer
from geo.siting.pool import SolverPool, Turn, count_solvers
from geo.siting.prepared_turn import PreparedTurn
from geo.siting.question import DISTANCE, SHARE, pose
from geo.siting.shortlist import plan_first
from geo.siting.solving import answer_first
from pages.analysts.parts import siting_drives
from pages.analysts.parts.siting_state import SitingState
from pages.parts import languages, loaders, notices

if TYPE_CHECKING:
    import pandas as pd

    from geo.releases import Release
    from geo.siting.question import Question
    from geo.siting.solving import Answer
    from pages.analysts.parts.siting_plan import Plan


@st.cache_resource(show_spinner=False)
def _load_pool() -> SolverPool:
    """Return the solvers that all visitors share."""
    return SolverPool(count_solvers())


class _Held:
    """What a visitor has of the pool, for as long as their page is connected."""

    def __init__(self) -> None:
        self.turn: Turn | PreparedTurn | None = None

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


def ask(release: Release, plan: Plan) -> None:
    """Give a first answer at once and start the proof in a process of its own.

    Where the drives of a country's sites are still to be worked out, the first answer is over some of
    them, and what makes a question of all begins behind it.
    """
    state = SitingState.of_visit()
    state.asked = False
    kept = find_kept(plan)
    by_share = plan.objective == SHARE
    if not by_share and plan.add <= len(kept):
        return
    candidates = loaders.load_candidates(*plan.area)
    wanted = 0 if by_share else plan.add - len(kept)
    state.candidates, state.wanted = candidates, (wanted, plan.objective)
    minutes = plan.within_minutes
    by_line = minutes is None or plan.objective == DISTANCE

    def pose_whole(start: tuple[int, ...] = ()) -> Question:
        context = (
            siting_drives.find_context(release, plan, kept)
            if by_line
            else siting_drives.find_whole(release, plan, with_candidates=True)
        )
        question = pose(
            context,
            candidates,
            objective=plan.objective,
            add=wanted,
            share=plan.share_percent / 100 if by_share else None,
            locked=kept,
        )
        return replace(question, start=start)

    held = _load_held()
    is_ready = by_line or siting_drives.is_ready(release, plan)
    if minutes is None or by_share or is_ready:
        waiting = _("Working out drives; the first time this takes a while")
        with st.spinner(_("Looking for sites") if is_ready else waiting):
            question = pose_whole()
            _take(answer_first(question), candidates)
        state.solving = held.turn = _load_pool().ask(question)
        return
    with st.spinner(_("Looking for sites")):
        first = plan_first(
            loaders.load_demand(),
            loaders.load_area(*plan.area),
            loaders.load_supply(release.id, plan.treatment),
            siting_drives.load_zips(),
            candidates,
            minutes=minutes,
            add=wanted,
            locked=kept,
        )
    _take(first.answer, candidates, first.looked_at)
    start = first.answer.sites
    state.solving = held.turn = (
        _load_pool().ask(first.question)
        if first.looked_at == len(candidates)
        else PreparedTurn(_load_pool(), lambda: pose_whole(start))
    )


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
        _tell_search(state.solving, answer)
        if st.button(_("Stop looking"), on_click=_stop):
            st.rerun()
    else:
        _tell_end(answer)


def _tell_search(solving: Turn | PreparedTurn, answer: Answer) -> None:
    """Say what the search for better sites is at."""
    before = solving.before
    if isinstance(solving, PreparedTurn) and solving.is_preparing:
        notices.show_answer(
            _(
                "A first plan, over {some} of {all} places; the best over all of them is being "
                "worked out."
            ).format(**_count_places())
        )
    elif before:
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


def _tell_end(answer: Answer) -> None:
    """Say how good an answer is that stays."""
    state = SitingState.of_visit()
    if state.looked_at < len(state.candidates):
        notices.show_answer(
            _("A first plan, over {some} of {all} places; the others were not looked at.").format(
                **_count_places()
            )
        )
    elif answer.is_proven:
        proven = _("Proven: no other sites do better by this measure, the mean over the draws.")
        notices.show_answer(f"{proven} {tell_fewer(len(answer.sites), *state.wanted)}".rstrip())
    else:
        better = format_percent(answer.gap, 1)
        notices.show_answer(
            _("Not proven: the best possible may be up to {share} better.").format(share=better)
        )


def _count_places() -> dict[str, str]:
    """Return over how many places the answer is, and of how many."""
    state = SitingState.of_visit()
    return {
        "some": format_number(state.looked_at),
        "all": format_number(len(state.candidates)),
    }


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


def _take(answer: Answer, candidates: pd.DataFrame, looked_at: int | None = None) -> None:
    """Show an answer's sites from now on; all candidates were looked at, or so many."""
    state = SitingState.of_visit()
    state.answer = answer
    state.looked_at = len(candidates) if looked_at is None else looked_at
    state.found = tuple(candidates["site"].iloc[list(answer.sites)])


def _poll(solving: Turn | PreparedTurn) -> Answer | None:
    """Return the solver's latest answer; where it was ended, what is shown stays unproven."""
    try:
        return solving.poll()
    except GeoError as error:
        cancel()
        notices.show_error(error)
        return None
