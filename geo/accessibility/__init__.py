"""Spatial access: clinics and adults in, a score of each ZIP and area out, by floating catchments."""
