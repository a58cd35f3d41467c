"""The forms in which a row of the rulebook is edited, in the terms of the files."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from seeds import cells
from seeds.columns import column_name
from seeds.history import Cells, Tables
from seeds.schema import TABLES, Table
from seeds.tabular import Parse
from wastehub.accounts.models import User
from wastehub.catalogue.models import Draft

LONG = ("source", "reason_zh", "reason_en", "formula")
DAYS = ("valid_from", "valid_to")
_WORDS: Mapping[Parse, tuple[str, ...]] = {
    cells.flag: ("true", "false"),
    cells.mark: ("false", "true"),
}


class RowForm(forms.Form):
    """One row, a field for each column; what it means is checked with all other rows.

    The columns of the key stay as they are where the row exists already.
    """

    def __init__(
        self,
        table: str,
        rows: Tables,
        *,
        row: Cells | None = None,
        is_new: bool = True,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(row or {}), prefix="row")
        schema = TABLES[table]
        for column, parse in schema.columns.items():
            field = _field(column, parse, _named(schema, column, rows))
            self.fields[column] = field
            if not is_new and column in schema.key:
                field.disabled = True
                field.help_text = _("%(column)s: part of the key, stays as it is") % {
                    "column": column
                }

    def show_only(self) -> None:
        """Let nobody type."""
        for field in self.fields.values():
            field.disabled = True

    def cells(self) -> dict[str, str]:
        """The cells as they would stand in the file."""
        return {
            column: " ".join(str(cell).splitlines())
            for column, cell in self.cleaned_data.items()
        }


class DraftForm(forms.Form):
    """The draft that takes an edit: one of the user's own, or a new one."""

    draft = forms.ModelChoiceField(
        Draft.objects.none(),
        required=False,
        label=_("Draft"),
        empty_label=_("a new one"),
    )
    title = forms.CharField(
        required=False,
        max_length=200,
        label=_("Title of a new draft"),
        help_text=_("What is changed, and why; the person who publishes reads it."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(
        self, user: User, *, chosen: str = "", data: Mapping[str, Any] | None = None
    ) -> None:
        own = Draft.objects.filter(author=user, status=Draft.Status.OPEN)
        first = own.filter(pk=chosen).first() if chosen.isdecimal() else own.first()
        super().__init__(data, initial={"draft": first}, prefix="draft")
        self.fields["draft"].queryset = own  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A new draft has a title."""
        told = super().clean() or {}
        if not self.errors and not (told.get("draft") or told.get("title")):
            self.add_error("title", _("Say what is changed, and why."))
        return told


class NoteForm(forms.Form):
    """What is said to the author of a draft that is handed back."""

    note = forms.CharField(
        label=_("Note to the author, if it is handed back"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class DayForm(forms.Form):
    """The day by whose rules verdicts are compared."""

    as_of = forms.DateField(
        label=_("By the rules of"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


def _named(schema: Table, column: str, rows: Tables) -> Iterable[str] | None:
    """The names that a column may hold, if it names rows of another table."""
    for columns, target in schema.references.items():
        if column in columns:
            at = columns.index(column)
            return sorted({key[at] for key in rows[target]})
    return None


def _field(column: str, parse: Parse, named: Iterable[str] | None) -> forms.Field:
    told: dict[str, Any] = {
        "label": column_name(column),
        "help_text": column,
        "required": not _may_be_empty(parse),
    }
    words = _words(parse) if named is None else named
    if words is None:
        return forms.CharField(widget=_widget(column), **told)
    empty = [] if told["required"] and parse is cells.flag else [("", "—")]
    return forms.ChoiceField(
        choices=[*empty, *((word, word) for word in words)], **told
    )


def _words(parse: Parse) -> Iterable[str] | None:
    return parse.choices if isinstance(parse, cells.OneOf) else _WORDS.get(parse)


def _may_be_empty(parse: Parse) -> bool:
    try:
        parse("")
    except ValueError:
        return False
    return True


def _widget(column: str) -> forms.Widget:
    if column in LONG:
        return forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2})
    if column in DAYS:
        return forms.TextInput(attrs={"class": "vDateField", "type": "date"})
    return forms.TextInput(attrs={"class": "vTextField"})
