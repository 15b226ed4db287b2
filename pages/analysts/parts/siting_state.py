"""What a visit has on the page Where next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from pages.parts.page_state import PageState, Widget

if TYPE_CHECKING:
    from geo.errors import GeoError
    from geo.siting.pool import Turn
    from geo.siting.prepared_turn import PreparedTurn
    from geo.siting.solving import Answer


@dataclass(slots=True)
class SitingState(PageState):
    """The question that is asked, and the sites that answer it.

    Parameters
    ----------
    is_new : until the page has begun, with a link or without.
    asked : whether the question waits to be taken up.
    keep : sites that stay whatever is found, as their `site` texts.
    refused : why sites of a link are none.
    found : sites that were found, as their `site` texts.
    answer : how good they are; None before one is given.
    solving : the search for better ones; None where none goes on.
    candidates : of `loaders.load_candidates`, which the answers' sites are rows of.
    looked_at : how many of these the answer is over.
    wanted : how many sites were asked for, and the objective.
    """

    is_new: bool = True
    asked: bool = False
    keep: tuple[str, ...] = ()
    refused: list[GeoError] = field(default_factory=list)
    found: tuple[str, ...] = ()
    answer: Answer | None = None
    solving: Turn | PreparedTurn | None = None
    candidates: pd.DataFrame = field(default_factory=pd.DataFrame)
    looked_at: int = 0
    wanted: tuple[int, str] = (0, "")

    area = Widget[tuple[str, str]]("sit_area")
    add = Widget[int]("sit_add")
    share = Widget[int]("sit_share")
    within = Widget[int | str]("sit_within")
    objective = Widget[str]("sit_objective")
    treatment = Widget[str]("sit_treatment")
    shown = Widget[list[str]]("sit_shown")
