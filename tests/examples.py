"""How many examples a property tries."""

from typing import Any

from hypothesis import settings

FEWEST = 5


def examples(count: int, **options: Any) -> settings:
    """Let a property try so many examples in CI; a quarter in a quick run, ten times at night."""
    share = settings.default.max_examples / 100
    most = max(min(count, FEWEST), round(count * share))
    return settings(deadline=None, max_examples=most, **options)
