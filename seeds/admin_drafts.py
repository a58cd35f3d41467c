"""Pages of drafts: what each changes, what would come of it, and the next step."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seeds import editing
from seeds.admin_forms import DayForm, NoteForm
from seeds.admin_reading import ReadAdmin, user_of
from seeds.admin_rows import item_of
from seeds.drafts import change_of, edits_of
from seeds.outlook import outlook, told
from seeds.upsert import MODELS
from wastehub.catalogue.models import Draft, Edit
from wastehub.errors import Refused

# The first of many are shown, and all are counted.
MOST_VERDICTS = 30
Status = Draft.Status


class DraftAdmin(ReadAdmin):
    """Edits that wait, and those that came to an end."""

    list_display = (
        "title",
        "author",
        "status",
        "edit_count",
        "created_at",
        "submitted_at",
        "published_at",
        "published_by",
    )
    list_filter = ("status",)
    list_select_related = ("author", "published_by")
    search_fields = ("title", "author__username")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Draft]:
        """Drafts with the number of their rows."""
        return super().get_queryset(request).annotate(edit_count=Count("edits"))

    @admin.display(description=_("rows"), ordering="edit_count")
    def edit_count(self, draft: Any) -> int:
        """How many rows it changes."""
        return draft.edit_count

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """What a draft changes and what comes of it; a POST is one step of its way."""
        draft = self.item(request, object_id)
        if request.method == "POST":
            _step(request, draft)
            return HttpResponseRedirect(request.path)
        is_live = draft.status in (Status.OPEN, Status.SUBMITTED)
        return self.page(
            request,
            "seeds/draft.html",
            draft.title,
            draft=draft,
            rows=[_row(edit) for edit in edits_of(draft)],
            outlook=_outlook(request, draft) if is_live else None,
            may=_may(request, draft),
            note_form=NoteForm(),
        )


def _step(request: HttpRequest, draft: Draft) -> None:
    """One step of a draft's way; told by the name of its button."""
    user = user_of(request)
    steps: Mapping[str, Callable[[], Any]] = {
        "submit": lambda: editing.submit(draft=draft, user=user),
        "publish": lambda: editing.publish(draft=draft, user=user),
        "withdraw": lambda: editing.withdraw(draft=draft, user=user),
        "hand_back": lambda: editing.hand_back(
            draft=draft, user=user, note=_note(request)
        ),
        "take_back": lambda: _take_back(request, draft),
    }
    asked = [take for name, take in steps.items() if name in request.POST]
    if len(asked) != 1:
        raise Http404
    try:
        asked[0]()
    except Refused as refused:
        if refused.code == "not_allowed":
            raise PermissionDenied(refused.message) from refused
        messages.error(request, _lines(refused.message))
    else:
        draft.refresh_from_db()
        messages.success(request, gettext("Done: %(status)s.") % _status(draft))


def _take_back(request: HttpRequest, draft: Draft) -> None:
    chosen = request.POST.get("edit", "")
    edit = draft.edits.filter(pk=chosen).first() if chosen.isdecimal() else None
    if edit is None:
        raise Http404
    key, user = tuple(edit.key), user_of(request)
    editing.take_back(draft=draft, table=edit.table, key=key, user=user)


def _note(request: HttpRequest) -> str:
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise Refused("note_faulty", " ".join(map(str, form.errors["note"])))
    return form.cleaned_data["note"]


def _status(draft: Draft) -> dict[str, str]:
    return {"status": draft.get_status_display()}


def _lines(message: str) -> SafeString:
    return format_html_join(
        SafeString("<br>"), "{}", ((line,) for line in message.splitlines())
    )


def _may(request: HttpRequest, draft: Draft) -> dict[str, bool]:
    """The steps that are open to a user; the services decide in the end."""
    user = user_of(request)
    is_own = draft.author_id == user.pk
    publishes = user.has_perm(editing.PUBLISH)
    is_open = draft.status == Status.OPEN
    is_submitted = draft.status == Status.SUBMITTED
    return {
        "edit": is_own and is_open,
        "submit": is_own and is_open,
        "publish": publishes and not is_own and is_submitted,
        "wait": is_own and is_submitted,
        "hand_back": (is_own or publishes) and is_submitted,
        "withdraw": (is_own or publishes) and (is_open or is_submitted),
    }


def _outlook(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    today = timezone.localdate()
    day = DayForm({"as_of": request.GET.get("as_of") or today})
    comes = outlook(draft, day.cleaned_data["as_of"] if day.is_valid() else today)
    changes = comes.replay.changes if comes.replay else []
    return {
        "day": day,
        "comes": comes,
        "verdicts": [told(change) for change in changes[:MOST_VERDICTS]],
    }


def _row(edit: Edit) -> dict[str, Any]:
    """An edit, what it changes, and the address where it is edited again."""
    return {"edit": edit, "change": change_of(edit), "address": _address(edit)}


def _address(edit: Edit) -> str:
    page = f"admin:catalogue_{MODELS[edit.table]._meta.model_name}"  # noqa: SLF001
    item = item_of(edit.table, tuple(edit.key))
    if item is None:
        return f"{reverse(f'{page}_add')}?edit={edit.pk}&draft={edit.draft_id}"
    return f"{reverse(f'{page}_change', args=[item.pk])}?draft={edit.draft_id}"
