"""What a month's brief tells of a region: the month, the year so far, and before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from maps import balance, groups
from maps.aims import Target, targets_told
from maps.figures import Cell
from maps.groups import Group
from maps.periods import Period, last_months
from maps.subjects import Subject
from wastehub.errors import Refused
from wastehub.places.models import Region
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.units import KG_PER_TONNE

MONTHS_DRAWN: Final = 24
FINER: Final = {
    Region.Level.COUNTRY: Region.Level.PROVINCE,
    Region.Level.PROVINCE: Region.Level.PREFECTURE,
    Region.Level.PREFECTURE: Region.Level.COUNTY,
    Region.Level.COUNTY: Region.Level.COUNTY,
}
"""By what level a region of each level is told."""


@dataclass(frozen=True)
class Brief:
    """The figures of a brief, as known on ``as_of``.

    ``parts`` is the year so far by the regions inside; ``whole``, ``so_far`` and
    ``year_before`` are the region's month, year so far, and same months a year ago.
    ``months`` are the last two years of it, month by month, and ``targets`` what policy
    asks, beside the year so far.
    """

    subject: Subject
    region: Region
    month: date
    as_of: date
    is_invented: bool
    parts: Sequence[Cell]
    whole: Cell
    so_far: Cell
    year_before: Cell
    months: Mapping[date, Cell]
    targets: Sequence[Target]

    @property
    def known_on(self) -> date:
        """The day as known on which the figures are told."""
        return min(self.as_of, timezone.localdate())

    @property
    def facts(self) -> list[tuple[str, str, Any]]:
        """What stands before the figures in a file."""
        return [
            ("物料", "Material", f"{self.subject.name_zh} {self.subject.name_en}"),
            ("地区", "Region", f"{self.region.name_zh} {self.region.name_en}".strip()),
            ("期间", "Period", year_so_far(self.month).code),
            ("数据截至", "As known on", self.known_on),
            ("单位", "Unit", "吨（湿基） wet tonnes"),
            *(("目标", "Target", target_words(told)) for told in self.targets),
            *definitions(),
            *([INVENTED] if self.is_invented else []),
        ]


INVENTED: Final = (
    "演示",
    "Demonstration",
    "演示数据，纯属虚构，不代表任何真实企业。 "
    "Invented for demonstration; no real company is meant.",
)


def definitions() -> list[tuple[str, str, str]]:
    """What the two ratios are, for files that leave the site."""
    return [
        (
            "综合利用率",
            "Utilisation",
            "产生方综合利用量 /（产生量 + 综合利用往年贮存量），不超过 100% "
            "used of one's own / (generated + used from former years), at most 100 %",
        ),
        (
            "产消平衡",
            "Balance",
            "（本地利用量 + 处置量）/ 产生量，可超过 100%；"
            "依工信部联节〔2024〕58号综合消纳量与产生量之比，为本平台的解释 "
            "(used here + disposed) / generated, may pass 100 %; "
            "this product's reading of that document",
        ),
    ]


def brief(
    subject: Subject,
    region: Region,
    month: date,
    sites: FacilityQuerySet,
    as_of: date = balance.ALWAYS,
) -> Brief:
    """The figures of a region's brief.

    Raises
    ------
    Refused
        ``no_figures``: nothing is known of any of the months.
    """
    so_far = year_so_far(month)
    inside = groups.by_level(FINER[Region.Level(region.level)], sites, region.adcode)
    alone = Group(region.adcode, region.name_zh, region.name_en)
    whole = groups.as_one(alone, sites.within(region.adcode))

    def one(period: Period) -> Cell:
        return balance.balance(subject, whole, period, as_of)[0]

    drawn = last_months(MONTHS_DRAWN, month)
    cells = balance.series(subject, whole, drawn, as_of)
    months = {month: row[0] for month, row in cells.items()}
    if all(cell.is_empty for cell in months.values()):
        told = _("Nothing is known of %(region)s in these months.")
        raise Refused("no_figures", told % {"region": region.name})
    year_cell = one(so_far)
    return Brief(
        subject=subject,
        region=region,
        month=month,
        as_of=as_of,
        is_invented=sites.filter(organisation__is_invented=True).exists(),
        parts=balance.balance(subject, inside, so_far, as_of),
        whole=one(Period(month, month)),
        so_far=year_cell,
        year_before=one(so_far.year_before),
        months=months,
        targets=targets_told(subject, region.adcode, year_cell, months),
    )


def target_words(told: Target) -> str:
    """A target with what is reached of it and what is missing, in both languages."""
    standing, target = told.standing, told.standing.target
    asked = f"{target.value:g} {target.unit}"
    words = f"{target.name_zh} {target.name_en} · {target.year} · {asked}"
    if standing.reached is None or standing.gap_kg is None:
        return words
    gap_t = standing.gap_kg / KG_PER_TONNE
    return f"{words} · 实际 reached {standing.reached:.1%} · 差额 gap {gap_t:,.0f} t"


def year_so_far(month: date) -> Period:
    """From January to the month."""
    return Period(month.replace(month=1), month)
