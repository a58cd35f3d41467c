"""Accepted declarations that speak where no ledger does.

A balance is made of ledgers. Of a pile whose ledger has not begun by the end of a month
the accepted declaration of that month counts instead, so that a site which only
declares is on the map too. A trigger writes down which those are when they are
accepted; a ledger that tells of the month later takes the word over again, which
readers see for themselves.
"""

from typing import Final

import pgtrigger
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _


class CountedDeclaration(models.Model):
    """A declaration that was accepted while no ledger told of its month.

    ``told_on`` is the day of its acceptance, or the first one after its month.
    """

    declaration = models.OneToOneField(
        "reporting.Declaration", models.PROTECT, related_name="counted"
    )
    told_on = models.DateField()

    class Meta:
        verbose_name = _("counted declaration")
        verbose_name_plural = _("counted declarations")

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.told_on}"


@transaction.atomic
def counted_rebuild() -> int:
    """Find the counted declarations anew from entries and acceptances.

    Returns
    -------
    How many there are.
    """
    with connection.cursor() as sql:
        sql.execute("LOCK TABLE reporting_declaration IN SHARE MODE")
        sql.execute("DELETE FROM reporting_counteddeclaration")
        sql.execute(_COUNT_AGAIN)
        return sql.rowcount


# The day is that of the site's clock, Asia/Shanghai, as a ledger's days are.
_TOLD_ON: Final = """greatest(
    ({0}.decided_at AT TIME ZONE 'Asia/Shanghai')::date,
    ({0}.month + interval '1 month')::date)"""

_COUNT_AGAIN: Final = f"""
    INSERT INTO reporting_counteddeclaration (declaration_id, told_on)
    SELECT d.id, {_TOLD_ON.format("d")} FROM reporting_declaration d
    WHERE d.status = 'accepted' AND NOT EXISTS (
        SELECT 1 FROM ledger_entry e
        WHERE e.facility_id = d.facility_id AND e.material_id = d.material_id
            AND e.occurred_on < d.month + interval '1 month'
            AND e.recorded_at < d.decided_at)
"""  # noqa: S608 - our own names only

COUNTED = pgtrigger.Trigger(
    name="declaration_is_counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__status="accepted"),
    func=f"""
        INSERT INTO reporting_counteddeclaration (declaration_id, told_on)
        SELECT NEW.id, {_TOLD_ON.format("NEW")}
        WHERE NOT EXISTS (
            SELECT 1 FROM ledger_pilemonth p
            WHERE p.facility_id = NEW.facility_id
                AND p.material_id = NEW.material_id AND p.month <= NEW.month)
        ON CONFLICT (declaration_id) DO NOTHING;
        RETURN NULL;
    """,  # noqa: S608
)
