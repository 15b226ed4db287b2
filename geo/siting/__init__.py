"""Where the next clinics would help most: candidate sites, objectives, proof, and the effect.

Three objectives: most adults newly within so many miles, or minutes by road (`coverage`, the maximal
covering location problem), least mean distance of adults to a clinic (`distance`, the p-median
problem), and the fewest sites that bring a share of adults so near (`share`). The clinics that exist
count wherever they are; the sites lie in the area asked about, and what they gain is counted for
its adults. What a solver makes most of is the mean over the draws of where the clinics may stand;
before and after are measured on the same draws.

The modules in reading order: study_area, candidate_sites, supply, site_drives, siting_context,
question, coverage_gains, exchange, bounds, reducing, covering, maximising, fewest, solving, shortlist,
child, pool, prepared_turn, sites, plan_words, effect, shared_drives, reversal, siting_exports.
"""
