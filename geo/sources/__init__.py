"""One module a source: file or service in, listings and rejects out."""
