"""Pages of the rulebooks that were published."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seeds.admin_reading import ReadAdmin
from seeds.exporting import zip_of
from seeds.history import RowChange, differences, rows_of
from wastehub.catalogue.models import Rulebook
from wastehub.errors import Refused

# The first of many are shown, and all are counted.
MOST_ROWS = 200


class RulebookAdmin(ReadAdmin):
    """Every publication of the whole catalogue, the one in force first."""

    list_display = (
        "short_version",
        "loaded_at",
        "came_of",
        "published_by",
        "changed_rows",
    )
    list_select_related = ("draft__published_by",)
    search_fields = ("version", "draft__title")
    ordering = ("-loaded_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rulebook]:
        """Rulebooks without their rows, which are large."""
        return super().get_queryset(request).defer("tables")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    @admin.display(description=_("version"))
    def short_version(self, rulebook: Rulebook) -> str:
        """The beginning of its hash."""
        return str(rulebook)

    @admin.display(description=_("came of"))
    def came_of(self, rulebook: Rulebook) -> str | SafeString:
        """The files, or a draft."""
        if rulebook.draft is None:
            return gettext("CSV files")
        address = reverse("admin:catalogue_draft_change", args=[rulebook.draft.pk])
        return format_html('<a href="{}">{}</a>', address, rulebook.draft)

    @admin.display(description=_("published by"))
    def published_by(self, rulebook: Rulebook) -> str:
        """The second pair of eyes."""
        return str(rulebook.draft.published_by) if rulebook.draft else "manage.py"

    def get_urls(self) -> list[URLPattern]:
        """The pages, and the rows as files."""
        files = self.admin_site.admin_view(self.files_view)
        own = path("<path:object_id>/csv/", files, name="catalogue_rulebook_csv")
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """What a rulebook changed."""
        rulebook = self.item(request, object_id)
        rows, refusal = _changed_by(rulebook)
        return self.page(
            request,
            "seeds/rulebook.html",
            str(rulebook),
            rulebook=rulebook,
            came_of=self.came_of(rulebook),
            published_by=self.published_by(rulebook),
            rows=[{"change": change} for change in rows[:MOST_ROWS]],
            count=len(rows),
            refusal=refusal,
        )

    def files_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The rows of a rulebook as CSV files in an archive."""
        rulebook = self.item(request, object_id)
        try:
            archive = zip_of(rulebook)
        except Refused as refused:
            raise Http404(refused.message) from refused
        name = f"catalogue-{rulebook}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(archive, content_type="application/zip", headers=headers)


def _changed_by(rulebook: Rulebook) -> tuple[list[RowChange], str]:
    """The rows that differ from the rulebook before, or why nobody can tell."""
    earlier = Rulebook.newest_first().filter(loaded_at__lt=rulebook.loaded_at)
    before = earlier.defer(None).first()
    try:
        rows = {} if before is None else rows_of(before)
        return list(differences(rows, rows_of(rulebook))), ""
    except Refused as refused:
        return [], refused.message
