"""A list that keeps itself fresh: sources asked on a schedule, and published where that is safe.

    from geo import workspace
    from geo.refreshing import refresh_run

    with workspace.open() as opened:
        refresh_run.refresh(opened, ["npi_registry", "osm"], publish_if_safe=True)

Which sources are asked stands in `geo.sources.descriptors`. The modules, in reading order:

- `refresh_report`: what a run did, kept in `<home>/refreshes`, a file a run.
- `safety`: why a draft is not published by the program itself.
- `refresh_run`: all of it, in order, one run at a time.
- `report_text`: the report for people; `report_mail`: sent by the system's sendmail.
- `timer`: a systemd timer that runs it.
- `source_health`: how each source does, from its runs and these reports.
"""
