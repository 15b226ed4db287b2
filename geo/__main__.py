"""`python -m geo` is the command `clinic-finder`."""

from geo.cli import app

app(prog_name="clinic-finder")
