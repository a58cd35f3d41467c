"""How fast it is, beside what else could do the same: ``make bench``.

Every comparison first checks that all give the same answer. Nothing here is a test:
pytest collects only the few tests of the bench's own arithmetic.
"""
