"""Long work on the workspace in processes of its own, which no page has to wait for.

    from geo import jobs

    jobs.start("geocode", {"provider": None}, who="ops@example.org")
    jobs.read("geocode")                                   # a Job: how far it is, or how it ended
    jobs.stop("geocode")

There is one job of a kind at a time in an installation. It goes on when whoever started it is gone;
what it does and how it ended stands in `<home>/jobs`, where everybody sees the same. A job that was
stopped or killed leaves no half work behind and is simply started again.

- `job_state`: `KINDS`, `Job`, `read(kind) -> Job | None`, and the files.
- `starting`: `start(kind, task, who=)`, `stop(kind)`.
- `uploads`: files handed in for a job, removed with it.
- `tasks`: what each kind does; `drafts.load() -> Draft | None`, what the last `draft` made.
- `running`: the process itself, `python -m geo.jobs.running`.
- `demand_measuring`: a file of demand, measured while somebody waits for it.
"""

from __future__ import annotations

from geo.jobs.job_state import KINDS, Job, read
from geo.jobs.starting import start, stop

__all__ = ["KINDS", "Job", "read", "start", "stop"]
