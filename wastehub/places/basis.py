"""What regions and zones have in common: a reference system, and names to read."""

from django.db import models
from django.utils.translation import get_language

SRID = 4326
"""WGS 84, longitude first."""


def in_readers_language(chinese: str, english: str) -> str:
    """The text in the language of the page; Chinese where there is no English."""
    reads_chinese = (get_language() or "").startswith("zh")
    return chinese if reads_chinese else english or chinese


class Named(models.Model):
    """A place with a Chinese name, and an English one where it is known."""

    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """Name in the reader's language; Chinese where no English name is known."""
        return in_readers_language(self.name_zh, self.name_en)
