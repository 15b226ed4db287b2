"""Which listings speak of the same clinic: pairs are blocked, scored and joined, tables in and out.

`find_pairs` says which two listings may be one clinic; `assign` gives every listing a clinic.
"""

from geo.dedupe.assigning import Assignment, assign
from geo.dedupe.scoring import MERGE, REVIEW, find_pairs

__all__ = ["MERGE", "REVIEW", "Assignment", "assign", "find_pairs"]
