"""A refresh in child processes that are killed, as `tests.killed_pipeline` kills what runs there.

`python -m tests.killed_refresh PROGRAM HOME ADDRESS`; the services are those at ADDRESS.
"""

import os
import sys
from pathlib import Path

from geo import workspace
from geo.refreshing import refresh_run
from tests.handmade import small_home
from tests.killed_pipeline import answer_lines
from tests.servers.refreshed import point_at

SOURCES = ("npi_registry", "samhsa", "osm")


def go(home, tell):
    """Refresh a home, telling what came of it."""
    os.environ["CLINIC_FINDER_HOME"] = home
    steps = refresh_run.Steps(as_of=small_home.AS_OF)
    with workspace.open() as opened, refresh_run.hold():
        done = refresh_run.refresh(opened, SOURCES, publish_if_safe=True, steps=steps)
    tell(done.result)


if __name__ == "__main__":
    small_home.use_program(Path(sys.argv[1]), small_home.Patches)
    point_at(sys.argv[3], small_home.Patches)
    answer_lines(go, sys.argv[2])
