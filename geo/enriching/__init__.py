"""What clinics lack, looked for on their own sites and in services, and proposed to operators.

    from geo import workspace
    from geo.enriching import enriching_run

    with workspace.open() as opened:
        enriching_run.enrich(opened, ["website"], who="ops@example.org")

Nothing here changes a clinic: what is found becomes a case `facts` (`geo.workspace.proposals`), with
where it stands, why it is thought the same clinic and a score. The modules, in reading order:

- `html_pages`, `link_kinds`, `structured_data`, `text_addresses`, `text_facts`: what a page holds; `found`: that as
  plain values; `page_reading`: one page; all of them without a network.
- `page_store`: what was asked, kept beside the workspace, so that a killed run goes on; `site_fetching`:
  one page fetched as robots.txt and the pace allow; `site_reading`: which pages of a site are read.
- `site_places`, `site_names`, `clinic_towns`, `same_clinic`: which of a site's places is a clinic of ours;
  `own_sites`: all that is proposed of sites.
- `site_history`, `site_checks`: whether sites are still there, and changed; `site_reports`: cases of
  those that have gone.
- `service_records`: the same of registries and maps; `paid_providers`: of what Medicare paid for;
  `enriching_run`: all of it, with counts.
"""
