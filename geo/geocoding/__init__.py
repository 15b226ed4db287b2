"""From an address or a place name to a point that says how sure it is."""
