"""What was published, when and by whom, and the edits that wait to be.

A rulebook is one publication of the whole catalogue and is never changed again. Between
two of them operators gather edits in drafts. The person who wrote a draft is never the
one who publishes it: the database refuses that too.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """Edits of one operator that are published together, or not at all.

    ``note`` is what was said when it was handed back.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open, being edited")
        SUBMITTED = "submitted", _("submitted, waits for another person")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    title = models.CharField(_("title"), max_length=200)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="catalogue_drafts",
        verbose_name=_("author"),
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.OPEN
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    published_at = models.DateTimeField(_("time of publication"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("published by"),
    )

    class Meta:
        verbose_name = _("draft of the rulebook")
        verbose_name_plural = _("drafts of the rulebook")
        ordering = ["-created_at", "-pk"]
        permissions = [("publish_draft", "Can publish a draft of somebody else")]
        constraints = [
            models.CheckConstraint(
                name="draft_status_known",
                condition=Q(status__in=["open", "submitted", "published", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="draft_published_by_another",
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("author")),
            ),
            models.CheckConstraint(
                name="draft_published_by_somebody",
                condition=Q(
                    status="published",
                    submitted_at__isnull=False,
                    published_at__isnull=False,
                    published_by__isnull=False,
                )
                | ~Q(status="published")
                & Q(published_at__isnull=True, published_by__isnull=True),
            ),
            models.CheckConstraint(
                name="draft_submitted_some_day",
                condition=Q(status="submitted", submitted_at__isnull=False)
                | ~Q(status="submitted"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Edit(models.Model):
    """What a draft makes of one row.

    ``key`` holds the cells of the row's natural key, ``before`` and ``after`` all its
    cells by column, as they stand in the CSV files: no ``before`` is a row that is new,
    no ``after`` one that goes.
    """

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="edits")
    table = models.CharField(max_length=20)
    key = models.JSONField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "table", "key"], name="edit_once_per_row"
            ),
            models.CheckConstraint(
                name="edit_changes_something",
                condition=(Q(before__isnull=False) | Q(after__isnull=False))
                & (
                    Q(before__isnull=True)
                    | Q(after__isnull=True)
                    | ~Q(before=F("after"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table}: {' '.join(filter(None, self.key))}"


class Rulebook(models.Model):
    """One publication of the whole catalogue, named by the hash of its rows.

    ``draft`` is what it came of; without one it came of the CSV files. ``tables`` keeps
    every row of it: by table a list of lists of cells, the names of the columns first.
    Publications from before rows were kept have none.
    """

    version = models.CharField(max_length=64, db_index=True)
    loaded_at = models.DateTimeField(_("time of publication"), auto_now_add=True)
    draft = models.OneToOneField(
        Draft, models.PROTECT, null=True, blank=True, related_name="rulebook"
    )
    changed_rows = models.PositiveIntegerField(_("changed rows"), null=True, blank=True)
    tables = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("rulebook")
        verbose_name_plural = _("rulebooks")
        get_latest_by = ["loaded_at", "pk"]

    def __str__(self) -> str:
        return self.version[:12]

    @classmethod
    def newest_first(cls) -> QuerySet["Rulebook"]:
        """All publications without their rows, the one in force first."""
        return cls.objects.order_by("-loaded_at", "-pk").defer("tables")

    @classmethod
    def current_version(cls) -> str:
        """The version published last; empty before the first."""
        return cls.newest_first().values_list("version", flat=True).first() or ""
