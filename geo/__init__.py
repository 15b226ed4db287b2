"""Clinic Finder's library: tables in, tables out; Streamlit is never imported here.

The rooms from the ground up; imports only point back along them, as a test sees:

errors, units, home, shipped_files, i18n, reference, places, geocoding, clinics, search, dedupe, exporting,
sources, coverage, accessibility, scale, siting, workspace, releases, publishing, guidance, maps,
server, jobs, cli, __main__.
"""
