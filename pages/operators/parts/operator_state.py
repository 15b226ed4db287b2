"""What a visit has on whichever of the operators' pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from pages.parts.page_state import PageState, Widget


@dataclass(slots=True)
class OperatorState(PageState):
    """What was just done, and how far down lists are shown.

    Parameters
    ----------
    done : what the last action did, to be said by the next run.
    last_decision : its id; None before one is made here.
    decided : how many were made here.
    decisions_shown : subject -> how many of its decisions are shown.
    """

    done: str = ""
    last_decision: int | None = None
    decided: int = 0
    decisions_shown: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class PinState(PageState):
    """Where a pin was put on a map; each map by its key has its own.

    Parameters
    ----------
    subject : what the pin is about; "" before any.
    at : latitude, longitude in degrees, EPSG:4326; None as long as nobody moved it.
    fault : what is wrong with the place that was typed, to be said once.
    """

    subject: str = ""
    at: tuple[float, float] | None = None
    fault: str = ""

    @staticmethod
    def text(key: str) -> Widget[str]:
        """Return the box with the place of the pin on the map of this key."""
        return Widget(f"{key}_text")
