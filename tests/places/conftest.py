"""The real map, for every test in this folder."""

from tests.places_world import sichuan, sichuan_rows

__all__ = ["sichuan", "sichuan_rows"]
