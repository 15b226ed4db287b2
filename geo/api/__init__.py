"""The verbs of `import geo`, thin over the rooms below; the command line answers by the same ones.

`clinics`: releases, places and clinics; `areas`: how areas are served, and where clinics would help;
`exports`: any of these as text. `geo/__init__.py` names them, geo/README.md shows them at work.
"""
