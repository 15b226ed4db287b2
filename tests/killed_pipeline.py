"""The operator's pipeline in child processes that are killed at a chosen moment.

`python -m tests.killed_pipeline PROGRAM HOME` runs the pipeline of a small program in a home to warm
up, then answers a line of JSON on stdin, `{"home", "kill_at", "seconds"}`, with one on stdout. For
each it forks a child that runs the whole pipeline. Each time the child opens, has opened, renames or
removes a file, or runs a statement of SQL, counts as a moment: at moment `kill_at`, or after so many seconds,
it is killed by SIGKILL. The answer says how it ended, and which steps it had told of, each at
which moment.
"""

import io
import json
import os
import signal
import sqlite3
import sys
from pathlib import Path

from geo import releases, workspace
from geo.publishing import publishing
from geo.sources import table
from geo.workspace import geocoding_run, ingestion
from tests.handmade import small_home

WHO = "ann@example.org"
STEPS = ("opened", "ingested", "located", "prepared", "published", "rolled back")
_EVENTS = frozenset(
    {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree"}
)


def go(home, source, tell):
    """Run the pipeline from where it is to its end, telling each step once it is done."""
    os.environ["CLINIC_FINDER_HOME"] = home
    with workspace.open() as opened:
        tell("opened")
        reading = ingestion.open_table(source, table.guess(source), title="A list")
        ingestion.ingest(opened, reading, who=WHO)
        tell("ingested")
        geocoding_run.geocode(opened, "gazetteer")
        tell("located")
        draft = publishing.prepare(opened, small_home.AS_OF)
        tell("prepared")
        publishing.publish(opened, draft, who=WHO)
        tell("published")
        if releases.find_previous() is not None:
            publishing.rollback(opened, who=WHO)
        tell("rolled back")


_CONNECT = sqlite3.connect
_OPEN = io.open


class Counter:
    """Counts moments, and ends the process at one of them."""

    def __init__(self, kill_at):
        self.moments = 0
        self.kill_at = kill_at

    def __call__(self, *_):
        self.moments += 1
        if self.moments == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(self, event, _):
        """Count an audit event."""
        if event in _EVENTS:
            self()

    def open(self, *arguments, **options):
        """Open a file; that it is open, and perhaps empty now, is a moment too."""
        file = _OPEN(*arguments, **options)
        self()
        return file

    def connect(self, *arguments, **options):
        """Open a database whose statements are counted."""
        connection = _CONNECT(*arguments, **options)
        connection.set_trace_callback(self)
        return connection


def _run_child(task, run, written):
    counter = Counter(task["kill_at"])
    if task["seconds"]:
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, task["seconds"])
    sys.addaudithook(counter.hear)
    sqlite3.connect = counter.connect
    io.open = counter.open
    run(
        task["home"],
        lambda step: os.write(written, f"{step}\t{counter.moments}\n".encode()),
    )
    signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(task, run):
    read, written = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        try:
            _run_child(task, run, written)
        except BaseException as error:  # noqa: BLE001  a child tells whatever went wrong
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
        os._exit(0)
    os.close(written)
    with os.fdopen(read) as told:
        steps = dict(line.split("\t") for line in told.read().splitlines())
    _, status = os.waitpid(child, 0)
    moments = {step: int(moment) for step, moment in steps.items()}
    return {"killed": os.WIFSIGNALED(status), "code": status, "steps": moments}


def main():
    """Run the pipeline of a program once to be warm, then answer line by line."""
    source = small_home.use_program(Path(sys.argv[1]), small_home.Patches)
    answer_lines(lambda home, tell: go(home, source, tell), sys.argv[2])


def answer_lines(run, warm):
    """Run something in the home `warm`, to be warm, then in a child for each line of stdin."""
    run(warm, lambda _: None)
    _say("ready")
    for line in sys.stdin:
        _say(json.dumps(_answer(json.loads(line), run)))


def _say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
