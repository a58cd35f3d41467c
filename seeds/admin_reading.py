"""What the pages of drafts and of rulebooks share: they are read, and not saved."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wastehub.accounts.models import User


class ReadAdmin(admin.ModelAdmin):
    """Rows that come of proposals and publications: neither added nor deleted here."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def item(self, request: HttpRequest, object_id: str) -> Any:
        """A row that the user may see, or 404."""
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404
        if not self.has_view_permission(request, item):
            raise PermissionDenied
        return item

    def page(
        self, request: HttpRequest, template: str, title: str, **told: Any
    ) -> HttpResponse:
        """A page within the administration."""
        shown = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            **told,
        }
        return TemplateResponse(request, template, shown)


def user_of(request: HttpRequest) -> User:
    """Who asks; only people with a log-in come here."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
