"""Servers on this machine that speak as the outside services do."""
