"""Rows and columns of the catalogue in words."""

from django import template
from django.utils.functional import Promise

from seeds import columns
from seeds.upsert import MODELS

register = template.Library()


@register.filter
def column_name(column: str) -> str | Promise:
    """What a column is called."""
    return columns.column_name(column)


@register.filter
def table_name(table: str) -> str:
    """What a table is called; its own name if it is one of former times."""
    model = MODELS.get(table)
    return str(model._meta.verbose_name_plural) if model else table  # noqa: SLF001
