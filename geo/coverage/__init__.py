"""How well areas are served: clinics and demand in, measures with their ranges and verdicts out."""
