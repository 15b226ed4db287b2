"""Clinic Finder's library: tables in, tables out; Streamlit is never imported here.

The packages and modules in reading order; imports only point back along it, as a test sees:

errors, home, i18n, i18n.language, server, server.operators, units, exporting, exporting.formulas,
clinics, clinics.listings, clinics.status, clinics.resolving, clinics.provenance, reference,
reference.regions, geocoding, places.precision, places.address, places, guidance, guidance.crisis,
geocoding.gazetteer, geocoding.candidates, geocoding.outcome, geocoding.settings_table,
geocoding.settings, geocoding.limiter, geocoding.cache, geocoding.density, geocoding.transport,
geocoding.patience, geocoding.census_replies, geocoding.census, geocoding.census_provider,
geocoding.nominatim, geocoding.keyed, geocoding.providers, geocoding.asking, geocoding.checks,
geocoding.agreed, geocoding.chain, sources, releases, search, search.nearest, search.land,
search.searching, search.wording, guidance.statement, guidance.citations, guidance.visits,
guidance.statements, exporting.clinic_exports, coverage, coverage.coverage_exports, coverage.demand,
coverage.position_draws, coverage.reach, coverage.counting, coverage.measures, coverage.overlaps,
coverage.completeness, clinics.organisations, coverage.rate_comparison, coverage.verdict_reasons,
coverage.verdicts, coverage.group_labels, coverage.groups, accessibility, accessibility.catchments,
accessibility.floating, siting, dedupe, workspace, workspace.accepted_positions, clinics.licences,
scale, workspace.ingestion, workspace.geocoding_run, publishing, publishing.building,
publishing.diff, publishing.diff_wording, publishing.limits, publishing.publishing, jobs, maps,
server.admission, server.logs, server.same_origin, server.upload_guard, server.static_cache,
server.web, server.nginx, cli, __main__.
"""
