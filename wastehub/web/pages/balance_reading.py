"""The figures of a question as one may see them: its regions, their sum, its months."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from maps import balance, groups
from maps.balance import ALWAYS
from maps.figures import Cell
from maps.groups import Group, Grouping
from maps.moves import Move
from maps.periods import Period
from maps.published import Shown, is_seen, published
from maps.question import Question
from wastehub.ledger.kinds import Evidence
from wastehub.places.models import Region
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet

# Hatched on the map: more than half of it is nobody's statement.
MOSTLY_FRAC = 0.5


@dataclass(frozen=True)
class Restated:
    """What was known of a period until a day on which late entries changed it."""

    told_on: date
    before: Cell

    @property
    def known_on(self) -> date:
        """The last day on which that was known."""
        return self.told_on - timedelta(days=1)


@dataclass(frozen=True)
class Reading:
    """``seen`` are the prefixes of the regions that are shown in full."""

    question: Question
    seen: Collection[str]

    @cached_property
    def is_invented(self) -> bool:
        """Whether all of it is made up: the two never meet in a figure."""
        return not Facility.objects.real().exists()

    @cached_property
    def grouping(self) -> Grouping:
        """The groups that are asked about."""
        return self.question.grouping(self._sites)

    @cached_property
    def whole(self) -> Grouping:
        """The region looked into, as one."""
        within = self.question.within
        region = Region.objects.current().filter(adcode=within).first()
        place: Any = self.question.place.zone or region
        names = (place.name_zh, place.name_en) if place else (within, within)
        return groups.as_one(Group(within, *names), self._here)

    @cached_property
    def shown(self) -> list[Shown]:
        """Every group's balance of the question's period."""
        return self.cells(self.question.period)

    def cells(self, period: Period) -> list[Shown]:
        """Every group's balance of a period."""
        asked = self.question
        found = balance.balance(asked.subject, self.grouping, period, asked.as_of)
        return published(replace(asked, period=period), found, self.seen)

    def total(self, period: Period) -> Shown:
        """The balance of the region looked into."""
        asked = self.question
        found = balance.balance(asked.subject, self.whole, period, asked.as_of)
        return published(replace(asked, period=period), found, self.seen)[0]

    def months(self, span: Period) -> dict[date, list[Shown]]:
        """Every month's cells, the region looked into first."""
        asked = self.question
        both = [
            balance.series(asked.subject, grouping, span, asked.as_of)
            for grouping in (self.whole, self.grouping)
        ]
        return {
            month: published(
                replace(asked, period=Period(month, month)),
                [*both[0][month], *both[1][month]],
                self.seen,
            )
            for month in span.months
        }

    def moves(self) -> list[Move]:
        """What was shipped between groups both shown in full, the largest first."""
        asked = self.question
        found = balance.shipments(
            asked.subject, self.grouping, asked.period, asked.as_of
        )
        return [
            move
            for move in found
            if is_seen(asked, move.sender, self.seen)
            and is_seen(asked, move.taker, self.seen)
        ]

    def sites(self) -> list[Cell]:
        """Each site of which something is known and the figures are shown in full."""
        asked = self.question
        here = self._here
        if "" not in self.seen:
            here = here.filter(pk__in=self._seen_sites(here))
        grouping = groups.by_site(here)
        found = balance.balance(asked.subject, grouping, asked.period, asked.as_of)
        return [cell for cell in found if not cell.is_empty]

    def restated(self) -> list[Restated]:
        """What late entries changed, the last change first."""
        asked = self.question
        is_whole_seen = is_seen(asked, asked.within, self.seen)
        if asked.as_of != ALWAYS or not is_whole_seen:
            return []
        told = balance.history(asked.subject, self.whole, asked.period)
        group = self.whole.groups[0]
        before = [
            Cell(
                key=group.key,
                name_zh=group.name_zh,
                name_en=group.name_en,
                parts={Evidence.DECLARED: one.total},
            )
            for one in told
        ]
        changes = zip(told[1:], before, strict=False)
        return [Restated(now.told_on, cell) for now, cell in changes][::-1]

    def _seen_sites(self, here: FacilityQuerySet) -> list[int]:
        rows = here.values_list("pk", "county__adcode")
        return [pk for pk, county in rows if county.startswith(tuple(self.seen))]

    @cached_property
    def _here(self) -> FacilityQuerySet:
        zone = self.question.place.zone
        if zone is not None:
            return self._sites.in_zone(zone)
        return self._sites.within(self.question.within)

    @cached_property
    def _sites(self) -> FacilityQuerySet:
        return groups.invented_or_real(self.is_invented)


def is_mostly_estimated(cell: Cell) -> bool:
    """Whether more than half of a cell is nobody's statement."""
    return cell.share(Evidence.ESTIMATED) > MOSTLY_FRAC
