"""Clinic Finder's library: tables in, tables out; Streamlit is never imported here.

The modules in reading order (imports only point back along it):

errors, units, listings, clinics, reference, regions, geocoding.precision,
geocoding.address, places, geocoding.gazetteer, sources, releases, nearest, land,
search, refresh, maps, web, cli.
"""
