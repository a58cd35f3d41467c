"""What the columns of the files are called on a page, beside their own names."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COLUMNS: Mapping[str, str | Promise] = {
    "adcode": _("division code"),
    "admitted": _("admitted"),
    "basis": _("basis"),
    "category": _("category"),
    "clause": _("clause"),
    "code": _("code"),
    "code_pattern": _("pattern of waste codes"),
    "colour": _("colour on maps and charts"),
    "confidence": _("confidence"),
    "edition": _("edition"),
    "fixed_yuan_per_t": _("fixed cost, yuan per tonne"),
    "formula": _("formula over measured parameters"),
    "grade": _("grade"),
    "high": _("usual, at most"),
    "is_calculated": _("calculated, never measured"),
    "is_oxide": _("counts towards the sum of oxides"),
    "low": _("usual, at least"),
    "material": _("material"),
    "max_share_frac": _("largest share, 0 to 1"),
    "measure": _("what a target is of"),
    "name_en": _("English name"),
    "name_zh": _("Chinese name"),
    "operator": _("at most or at least"),
    "parameter": _("parameter"),
    "plausible_high": _("plausible, at most"),
    "plausible_low": _("plausible, at least"),
    "price_yuan": _("price, yuan"),
    "reach_km": _("usual reach, km"),
    "reaches": _("value that it reaches"),
    "reason_en": _("reason in English"),
    "reason_zh": _("reason in Chinese"),
    "route": _("use route"),
    "source": _("source: where it was read"),
    "standard": _("standard"),
    "test_method": _("test method"),
    "title_en": _("English title"),
    "title_zh": _("Chinese title"),
    "unit": _("unit"),
    "valid_from": _("in force from"),
    "valid_to": _("in force until, included"),
    "value": _("value"),
    "year": _("year"),
    "yuan_per_t_per_unit": _("cost of each unit changed, yuan per tonne"),
}


def column_name(column: str) -> str | Promise:
    """What a column is called; its own name if it is one of former times."""
    return COLUMNS.get(column, column)
