"""Questions about new sites on small maps, whose answers can be counted by hand or by trying all."""

from itertools import combinations

import numpy as np

from geo.siting.question import COVERAGE, DISTANCE, SHARE, Question
from geo.units import geodesic_miles

NOWHERE = 12_000_000  # thousandths of a mile: as good as no clinic


def question_of(
    places, adults, sites, *, objective=COVERAGE, within=60.0, add=1, goal=0, nearest=NOWHERE
):
    """Return a question about (latitude, longitude) places and sites.

    Places that have what they need are left out, as `pose` leaves them out. `nearest` is one number,
    one a place, or (draws, places).
    """
    places, sites = (
        np.array(points, dtype=np.float64).reshape(-1, 2) for points in (places, sites)
    )
    now = np.atleast_2d(np.asarray(nearest, dtype=np.int32))
    now = np.sort(np.broadcast_to(now, (len(now), len(places))).T, axis=1)
    missed = (now > (0 if objective == DISTANCE else within * 1000)).sum(axis=1)
    open_places = missed > 0
    draws = now.shape[1]
    return Question(
        objective=objective,
        within=within,
        add=0 if objective == SHARE else add,
        draws=draws,
        goal=goal,
        latitude=places[open_places, 0],
        longitude=places[open_places, 1],
        adults=np.array(adults, dtype=np.int64)[open_places],
        missed=missed[open_places] if objective != DISTANCE else np.full(open_places.sum(), draws),
        nearest=now[open_places] if objective == DISTANCE else np.empty((open_places.sum(), 0)),
        site_latitude=sites[:, 0],
        site_longitude=sites[:, 1],
    )


def worth(question, sites):
    """Return what some sites are worth over all draws, by the distances alone."""
    miles = geodesic_miles(
        question.latitude[:, None],
        question.longitude[:, None],
        question.site_latitude[list(sites)],
        question.site_longitude[list(sites)],
    )
    thousandths = np.rint(miles * 1000).astype(np.int64)
    if not thousandths.size:
        return 0
    if question.objective == DISTANCE:
        saved = np.maximum(question.nearest - thousandths.min(axis=1)[:, None], 0).sum(axis=1)
    else:
        saved = (thousandths <= question.within * 1000).any(axis=1) * question.missed
    return int(saved @ question.adults)


def try_all(question, add):
    """Return the most that any so many sites are worth, over all draws."""
    count = len(question.site_latitude)
    return max(worth(question, some) for some in combinations(range(count), min(add, count)))


def try_all_for_fewest(question):
    """Return the least number of sites that are worth the goal; None where all together are not."""
    for add in range(len(question.site_latitude) + 1):
        if try_all(question, add) >= question.goal:
            return add
    return None


def draw_map(rng, places, sites):
    """Return random places, their adults, and sites, some hundred miles across."""
    corner, size = (38.0, -92.0), (4.0, 5.0)
    return (
        rng.uniform(0, 1, (places, 2)) * size + corner,
        rng.integers(1, 5_000, places),
        rng.uniform(0, 1, (sites, 2)) * size + corner,
    )


def hard_question():
    """Return a question whose first answer is quick, and whose proof takes minutes."""
    places, _, sites = draw_map(np.random.default_rng(7), 3_000, 300)
    return question_of(places, np.ones(len(places)), sites, within=40.0, add=12)
