"""Pages on which a row of the rulebook is proposed, not changed."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from seeds import editing
from seeds.admin_forms import DraftForm, RowForm
from seeds.admin_reading import user_of
from seeds.drafts import change_of, edited
from seeds.history import Cells, Key, RowChange, Tables, published_rows
from seeds.schema import TABLES
from seeds.upsert import MODELS
from wastehub.catalogue.models import Draft, Edit
from wastehub.errors import Refused

TABLE_OF = {model: table for table, model in MODELS.items()}


class RowAdmin(admin.ModelAdmin):
    """Lists what is in force; adding, changing and deleting make a proposal.

    The pages show the columns of the CSV files. What is saved goes to a draft, which
    another person publishes.
    """

    actions = None

    @property
    def table(self) -> str:
        """The name of the file without its ending."""
        return TABLE_OF[self.model]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A row that is new; ``?edit=`` begins with one that a draft has already."""
        _require(self.has_add_permission(request))
        return self._answer(request, _("Propose a new row"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Other cells of a row that is in force."""
        item = self._item(request, object_id)
        _require(self.has_view_permission(request, item))
        if request.method == "POST":
            _require(self.has_change_permission(request, item))
        return self._answer(request, _("Propose a change of this row"), item)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """That a row shall go."""
        item = self._item(request, object_id)
        _require(self.has_delete_permission(request, item))
        title = _("Propose the removal of this row")
        return self._answer(request, title, item, is_removal=True)

    def _item(self, request: HttpRequest, object_id: str) -> Any:
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404
        return item

    def _answer(
        self,
        request: HttpRequest,
        title: str,
        item: Any = None,
        *,
        is_removal: bool = False,
    ) -> HttpResponse:
        told = self._told(request, title, item, is_removal)
        try:
            rows = published_rows()
        except Refused as refused:
            return _page(request, told | {"refusal": refused.message})
        key = None if item is None else key_of_item(self.table, item)
        if key is not None and key not in rows[self.table]:
            return _page(request, told | {"refusal": _gone()})
        draft_form = _draft_form(request)
        row_form = None if is_removal else self._row_form(request, rows, key)
        if row_form and not told["can_propose"]:
            row_form.show_only()
        if request.method == "POST":
            draft = _proposed(request, self.table, key, row_form, draft_form)
            if draft is not None:
                return _to_draft(request, draft)
        forms = {"row_form": row_form, "draft_form": draft_form}
        return _page(request, told | forms)

    def _told(
        self, request: HttpRequest, title: str, item: Any, is_removal: bool
    ) -> dict[str, Any]:
        is_new = item is None
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "item": item,
            "file": f"{self.table}.csv",
            "is_removal": is_removal,
            "can_propose": is_new
            or is_removal
            or self.has_change_permission(request, item),
            "can_remove": not is_new and self.has_delete_permission(request, item),
        }

    def _row_form(self, request: HttpRequest, rows: Tables, key: Key | None) -> RowForm:
        published = None if key is None else rows[self.table].get(key)
        return RowForm(
            self.table,
            edited(rows, _written(request)),
            row=_drafted(request, self.table, key) or published,
            is_new=key is None,
            data=request.POST or None,
        )


def _gone() -> str:
    return _(
        "This row is no longer in the rulebook; "
        "it is kept because past results cite it."
    )


def key_of_item(table: str, item: Any) -> Key:
    """The natural key of a row of the database, in cells."""
    return tuple(
        _cell(getattr(item, column), TABLES[table].references.get((column,)))
        for column in TABLES[table].key
    )


def item_of(table: str, key: Key) -> Any:
    """The row of the database that has a natural key, or nothing."""
    schema = TABLES[table]
    asked: dict[str, object] = {}
    for column, cell in zip(schema.key, key, strict=True):
        value = schema.columns[column](cell)
        at = f"{column}__code" if (column,) in schema.references else column
        asked |= {f"{column}__isnull": True} if value is None else {at: value}
    return MODELS[table].objects.filter(**asked).first()


def _cell(value: Any, named: str | None) -> str:
    if value is None:
        return ""
    return str(value.code if named else value)


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied


def _draft_form(request: HttpRequest) -> DraftForm:
    chosen = request.GET.get("draft", "")
    return DraftForm(user_of(request), chosen=chosen, data=request.POST or None)


def _written(request: HttpRequest) -> list[RowChange]:
    """Rows of the user's own drafts: others of his rows may name them already."""
    edits = Edit.objects.filter(
        after__isnull=False,
        draft__author=user_of(request),
        draft__status=Draft.Status.OPEN,
    )
    return [change_of(edit) for edit in edits]


def _drafted(request: HttpRequest, table: str, key: Key | None) -> Cells | None:
    """What a draft of the user makes of a row: that of ``?edit=``, or the newest."""
    edits = Edit.objects.filter(
        table=table,
        after__isnull=False,
        draft__author=user_of(request),
        draft__status=Draft.Status.OPEN,
    ).order_by("-changed_at")
    if key is not None:
        edit = edits.filter(key=list(key)).first()
    else:
        chosen = request.GET.get("edit", "")
        edit = edits.filter(pk=chosen).first() if chosen.isdecimal() else None
    return edit.after if edit else None


def _proposed(
    request: HttpRequest,
    table: str,
    key: Key | None,
    row_form: RowForm | None,
    draft_form: DraftForm,
) -> Draft | None:
    """The draft that holds the proposal now; none where a form says why not."""
    is_sound = row_form is None or row_form.is_valid()
    if not (draft_form.is_valid() and is_sound):
        return None
    cells = row_form.cells() if row_form else None
    user = user_of(request)
    try:
        with transaction.atomic():
            draft = draft_form.cleaned_data["draft"] or editing.begin(
                title=draft_form.cleaned_data["title"], user=user
            )
            editing.propose(draft=draft, table=table, key=key, cells=cells, user=user)
    except Refused as refused:
        _tell(refused, row_form, draft_form)
        return None
    return draft


def _tell(refused: Refused, row_form: RowForm | None, draft_form: DraftForm) -> None:
    for line in refused.message.splitlines():
        draft_form.add_error(None, line)
    for column, reason in refused.fields.items():
        if row_form is not None and column in row_form.fields:
            row_form.add_error(column, reason)


def _to_draft(request: HttpRequest, draft: Draft) -> HttpResponse:
    told = _(
        "Kept in the draft “%(draft)s”. Nothing is published yet: submit the draft, "
        "and another person publishes it."
    )
    messages.success(request, told % {"draft": draft})
    return HttpResponseRedirect(
        reverse("admin:catalogue_draft_change", args=[draft.pk])
    )


def _page(request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, "seeds/row.html", told)
