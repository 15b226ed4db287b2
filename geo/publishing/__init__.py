"""The workspace becomes a release: listings in, built, compared and published tables out."""
