"""Whether a route takes a supply."""

from enum import IntEnum


class Verdict(IntEnum):
    """Best first, so that the worst of several limits is their largest."""

    YES = 0
    """Every deciding limit is met by an assay."""
    TREATED = 1
    """A measured limit is broken and a treatment mends it, at a cost."""
    LIKELY = 2
    """An assay is missing; the typical composition passes, if need be treated."""
    UNKNOWN = 3
    """A value is missing, or the number in the standard has not been read."""
    NO = 4
    """A measured limit can not be mended, a rule forbids it, or it is not a use."""
