"""Listings become clinics: tables of listings in, resolved clinics, their status and provenance out."""
