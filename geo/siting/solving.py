"""Answers to a question: a first one at once, better ones as they are found, and the proof."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from geo.siting.coverage_gains import build_coverage_gains
from geo.siting.fewest import find_fewest
from geo.siting.maximising import maximise
from geo.siting.question import SHARE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.siting.question import Question

LIMIT_SECONDS: Final = 50.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A set of sites, and how far from the best it can be.

    Parameters
    ----------
    sites : rows of the question's sites, ascending. Fewer than were asked for where a further one
        would add nothing.
    value : what they are worth, the mean over the draws: for `coverage` and `share` adults newly
        within the distance, for `distance` adults times thousandths of a mile saved.
    gap : 0 to 1: by what part of the best possible this may fall short of it, in `value`, or for
        `share` in how many sites are needless; 0 says that nothing is better.
    seconds : since the question was taken up.
    is_final : whether nothing better is looked for any more.
    """

    sites: tuple[int, ...]
    value: float
    gap: float
    seconds: float
    is_final: bool = False

    @property
    def is_proven(self) -> bool:
        """Return whether no sites are better."""
        return self.gap == 0.0


def answer_first(question: Question) -> Answer:
    """Return a good answer at once: sites grown one by one and exchanged, with nothing proven.

    Raises
    ------
    QuestionError : all sites together do not reach the share.
    """
    return next(solve(question, 0.0))


def solve(question: Question, seconds: float = LIMIT_SECONDS) -> Iterator[Answer]:
    """Give answers, each as good as the one before or better; the last one is final.

    Parameters
    ----------
    question : of `geo.siting.question.pose`.
    seconds : after which the best so far is given with its gap, about.

    Raises
    ------
    QuestionError : all sites together do not reach the share.
    """
    start = time.perf_counter()
    answer = Answer((), 0.0, 1.0, 0.0)
    for sites, value, gap in _find(question, start + seconds):
        answer = Answer(sites, value / question.draws, gap, time.perf_counter() - start)
        yield answer
    yield replace(answer, seconds=time.perf_counter() - start, is_final=True)


def _find(question: Question, deadline: float) -> Iterator[tuple[tuple[int, ...], float, float]]:
    """Give sites, what they are worth over all draws, and the gap."""
    coverage_gains = build_coverage_gains(question)
    if question.objective == SHARE:
        for numbers, least in find_fewest(coverage_gains, question.goal, deadline, question.draws):
            gap = 1.0 - least / len(numbers) if numbers else 0.0
            rows = tuple(sorted(coverage_gains.site[numbers].tolist()))
            yield rows, coverage_gains.value(numbers), gap
        return
    for found in maximise(coverage_gains, question.add, deadline, start=question.start):
        gap = max(1.0 - found.value / found.bound, 0.0) if found.bound else 0.0
        yield found.sites, found.value, gap
