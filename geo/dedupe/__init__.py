"""Which listings speak of the same clinic: pairs are blocked, scored and joined, tables in and out.

`find_pairs` says which two listings may be one clinic, `judge_pairs` it of two that are given;
`assign` gives every listing a clinic.
"""

from geo.dedupe.assigning import Assignment, assign
from geo.dedupe.scoring import MERGE, REVIEW, find_pairs, judge_pairs

__all__ = ["MERGE", "REVIEW", "Assignment", "assign", "find_pairs", "judge_pairs"]
