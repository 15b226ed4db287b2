"""The operator's workspace: listings, decisions, cases and positions in one SQLite file.

    from geo import workspace
    from geo.workspace import editing, stored_listings, undoing

    with workspace.open() as opened:                     # <home>/workspace.sqlite; made if not there
        stored_listings.current(opened)                  # geo.clinics.listings.COLUMNS
        done = editing.edit(opened, "a-clinic", {"phone": "+12065550100"}, who="ops@example.org")
        undoing.undo(opened, done, who="ops@example.org")

All state follows from decisions (`schema`, whose frozen scripts stand in `migrations`): every change
is one transaction with one decision, and every decision can be undone by one more, `undoing.undo`,
unless later ones build on it. Open a workspace for one action in one thread and close it; that
costs about a millisecond. Everything that fails on the disk is a `WorkspaceError`, everything an
operator entered wrongly a `SchemaError`.

The modules, in reading order; each function takes the open workspace first, each change `who`:

- `opening`: `open(home=None) -> Workspace`, `exists(home=None)`; `database`: `Workspace.change()` is one
  transaction, `Workspace.snapshot()` one consistent reading, `Workspace.connection` for
  `geocoding.cache.Cache`.
- `decisions`: `record`, `find`, `history(ws, subject="", limit=200) -> list[Decision]`, `head`;
  `undoing`: `undo(ws, decision_id, who=, reason="") -> id`; undoing an undo redoes.
- `stored_listings`: `current(ws)`, `licences(ws)` and `points(ws)` (by listing), `missing(ws)` (no longer in
  their source, since which run), `versions(ws, listing_id)`, `of_clinic(ws, clinic_id)`.
- `runs`: `summarise(ws, run_id) -> RunSummary`, `list_runs(ws)`, `rejects/cleared_fields/
  notices(ws, run_id)`; `intake`: `ingest(ws, source, batches, file_name=, file_sha256=, who=)`. A run that shrank
  is `held` with a case `shrunk`, whose settling by `accept` or `discard` ends it.
- `cases`: `open_cases(ws, kind=None)`, `find_open(ws, case_id)`, `add`;
  `case_resolving`: `resolve_case(ws, case_id, choice, who=, reason="")`. Kinds and choices:
  duplicate (same, different), position (leave, candidate:<n> from 0), deactivated (keep, close),
  status (operates, close, keep), shrunk (accept, discard), report (done), facts (accept, reject,
  accept:<n>,<n>), possible (add, dismiss), lead (done). A case whose question has gone is not open
  any more.
  `case_filters`: which of them are looked at, by reason, source and state; `pair_cases`: the clinics
  behind a pair, what tells them apart and what a join ends; `case_group_resolving.resolve_all(ws,
  ids, choice, who=)`: many as one decision; `case_outcomes.describe(ws, case, choice)`: what a choice
  does, a sentence.
- `holding`: `hold(path, refusal)`, one program at a time.
- `proposals`: `propose(ws, found, who=)` opens a case `facts` for each clinic of which something was
  found; `case_resolving.accept_sure(ws, who=)` takes what is sure.
- `possible_clinics`: `ask(ws)` opens a case for each place of a source that founds no clinics,
  `list_leads(ws)`: those of individuals; `stored_listings.awaiting(ws)`: their listings.
- `linking`: `assign_new(ws) -> Counts`: `geo.dedupe` over listings that have no clinic yet.
- `editing`: `add`, `edit`, `close`, `reopen`, `withdraw`, `enter_report`;
  `merging`: `merge`, `split`; `clinic_facts`: `find_clinic(ws, clinic_id)`, as it stands;
  `calling`: `note_call(ws, clinic_id, outcome, fields=, closed_on=, who=)`; `bulk`: `preview(ws,
  path) -> Preview`, `apply(ws, preview, who=)`, pins among them. An edit says nothing of whether a clinic operates:
  `close`, `reopen`, `withdraw` and a call do. "" empties a field, in a CSV `<empty>` does: what
  sources say there counts no longer, until one says something else (`operator_assertions`).
- `positions`: `agreed(ws)` with the `address` that was located, `agree(ws, positions, cases,
  who=)`, `verify(ws, clinic_id, latitude, longitude, who=)`: a pin, which no geocoder moves; editing
  the address of a pinned clinic opens a case.
- `call_days`: `draw(ws, clinics, size, by=, seed=, who=)` a random sample to call, `take(ws, day,
  answers, who=)` what was answered (`call_answers`), as one decision; `undo`.
- `call_list`: `list_calls(ws, clinics, demand)`; `clinic_filters.select(working, wanted)`; `working_list`: `read(ws, finder, state) ->
  WorkingList`, all clinics as they stand, for looking up.
- `visitor_reports`: `add(ws, clinic_id, wrong, value)`, `list_waiting(ws)`, `finish(ws, report_id)`,
  `delete_old(ws)`: what visitors say is wrong, who names no one and no decision, kept `KEPT_DAYS`.
- `backup`: `write(ws, path)`, `restore(path, home, replace=False)`; `exporting.export(ws, folder)`.
- `shipped`: `find_newer(ws)` tells of newer shipped listings, `take(ws, who=)` takes them in.
"""

from __future__ import annotations

from geo.workspace.database import Workspace
from geo.workspace.opening import exists, open  # noqa: A004  reads as `workspace.open`

__all__ = ["Workspace", "exists", "open"]
