"""What was published, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rulebook(models.Model):
    """One published state of the whole catalogue, named by the hash of its rows."""

    version = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("rulebook")
        verbose_name_plural = _("rulebooks")
        get_latest_by = "loaded_at"

    def __str__(self) -> str:
        return self.version[:12]

    @classmethod
    def current_version(cls) -> str:
        """The version loaded last; empty before the first."""
        newest = cls.objects.order_by("-loaded_at").values_list("version", flat=True)
        return newest.first() or ""
