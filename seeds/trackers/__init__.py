"""Open facility trackers as input: read, clean, estimate, put.

Each tracker is a row in :mod:`seeds.trackers.sources`; :mod:`seeds.trackers.importing`
is the one way in. No tracker knows a tonne of waste: tonnages are reckoned from the
catalogue's factors, and every listing carries its formula.
"""
