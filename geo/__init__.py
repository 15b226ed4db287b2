"""Clinic Finder's library: tables in, tables out; Streamlit is never imported here.

The packages and modules in reading order; imports only point back along it, as a test sees:

errors, language, operators, units, formulas, listings, status, clinics, provenance, reference,
regions, geocoding, geocoding.precision, geocoding.address, places, crisis, geocoding.gazetteer,
geocoding.candidates, geocoding.outcome, geocoding.settings_table, geocoding.settings,
geocoding.limiter, geocoding.cache, geocoding.density, geocoding.transport, geocoding.patience,
geocoding.census_replies, geocoding.census, geocoding.census_provider, geocoding.nominatim,
geocoding.keyed, geocoding.providers, geocoding.asking, geocoding.checks, geocoding.agreed,
geocoding.chain, sources, releases, nearest, land, search, wording, guidance, guidance_sources,
guidance_visits, guidance_text, exports, coverage_exports, demand, positions, reach, counting,
coverage, overlaps, completeness, organisations, rate_test, verdict_reasons, verdicts, group_labels,
groups, catchments, accessibility, siting, dedupe, workspace, agreed_positions, origins, scale,
ingestion, locating, refresh, diff, diff_wording, limits, publishing, jobs, maps, crowding, logs,
same_origin, upload_door, kept_files, web, serving, cli, __main__.
"""
