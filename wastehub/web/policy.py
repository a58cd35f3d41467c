"""Who sees what: every queryset that leaves the house starts here.

An open listing is an advertisement: everybody sees it. What is not open is seen by its
organisation's members, by the regulators of its place and by the operator's staff.
What a listing's matches cost is seen by the same people, and by everybody where the
site comes from a public tracker or is invented. As soon as one real site is there the
invented ones step back: only their own members and staff go on seeing them.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q, QuerySet

from matching.models import Match, MatchRun, MatchRunQuerySet, Refusal
from wastehub.accounts.models import Membership, Organisation, User
from wastehub.exchange.models import Agreement, TransferNote
from wastehub.exchange.querysets import AgreementQuerySet, NoteQuerySet
from wastehub.ledger.models import Entry
from wastehub.ledger.querysets import EntryQuerySet
from wastehub.places import adcodes
from wastehub.places.models import Region, RegionQuerySet
from wastehub.registry.models import Demand, Facility, Supply
from wastehub.registry.querysets import (
    DemandQuerySet,
    FacilityQuerySet,
    SupplyQuerySet,
)
from wastehub.reporting.models import Declaration
from wastehub.reporting.querysets import DeclarationQuerySet

Viewer = User | AnonymousUser

PUBLIC_ORIGINS = [Facility.Origin.TRACKER, Facility.Origin.DEMO]


def supplies(user: Viewer) -> SupplyQuerySet:
    """Open supplies of everybody, and all supplies of the user's own or watched."""
    rows = Supply.objects.all()
    if user.is_staff:
        return rows
    advertised = rows.open().filter(_not_upstaged("facility__organisation__"))
    return advertised | rows.filter(_own_or_watched(user, "facility__"))


def demands(user: Viewer) -> DemandQuerySet:
    """Open demands of everybody, and all demands of the user's own or watched."""
    rows = Demand.objects.all()
    if user.is_staff:
        return rows
    advertised = rows.open().filter(_not_upstaged("facility__organisation__"))
    return advertised | rows.filter(_own_or_watched(user, "facility__"))


def facilities(user: Viewer) -> FacilityQuerySet:
    """Sites from public sources or with an open listing; own and watched ones."""
    rows = Facility.objects.all()
    if user.is_staff:
        return rows
    advertised = (
        Q(origin__in=PUBLIC_ORIGINS)
        | Q(pk__in=Supply.objects.open().values("facility"))
        | Q(pk__in=Demand.objects.open().values("facility"))
    )
    return rows.filter(
        advertised & _not_upstaged("organisation__") | _own_or_watched(user, "")
    )


def organisations(user: Viewer) -> QuerySet[Organisation]:
    """Organisations of visible sites, and the user's own."""
    rows = Organisation.objects.all()
    if user.is_staff:
        return rows
    return rows.filter(
        Q(pk__in=facilities(user).values("organisation"))
        | Q(pk__in=_memberships(user).values("organisation"))
    )


def runs(user: Viewer) -> MatchRunQuerySet:
    """Published plans; other plans of the user's own; runs of supplies he may cost."""
    rows = MatchRun.objects.all()
    if user.is_staff:
        return rows
    mine = Q(created_by=user) if user.is_authenticated else Q(pk__in=[])
    published = Q(status=MatchRun.Status.DONE) & _not_upstaged("")
    plan = Q(kind=MatchRun.Kind.REGION) & (published | mine)
    return rows.filter(plan | _costs_seen(user, "supply__"))


def matches(user: Viewer) -> QuerySet[Match]:
    """Matches in visible runs: of supplies with visible costs, and into own demands."""
    rows = Match.objects.filter(run__in=runs(user).values("pk"))
    if user.is_staff:
        return rows
    return rows.filter(
        _costs_seen(user, "supply__") | _own_or_watched(user, "demand__facility__")
    )


def refusals(user: Viewer) -> QuerySet[Refusal]:
    """Refusals in visible runs, of supplies whose costs the user may see."""
    rows = Refusal.objects.filter(run__in=runs(user).values("pk"))
    return rows if user.is_staff else rows.filter(_costs_seen(user, "supply__"))


def priced_demands(user: Viewer) -> DemandQuerySet:
    """Demands of which a plan's shadow prices, like costs, are the user's affair."""
    rows = Demand.objects.all()
    return rows if user.is_staff else rows.filter(_costs_seen(user, ""))


def ledgers(user: Viewer) -> FacilityQuerySet:
    """Sites whose ledger, notes and declarations the user sees: own and watched."""
    rows = Facility.objects.all()
    return rows if user.is_staff else rows.filter(_own_or_watched(user, ""))


def entries(user: Viewer) -> EntryQuerySet:
    """Ledger entries of own and watched sites."""
    return Entry.objects.filter(facility__in=ledgers(user).values("pk"))


def declarations(user: Viewer) -> DeclarationQuerySet:
    """Declarations of own sites, and those of watched ones that are handed in."""
    rows = Declaration.objects.filter(facility__in=ledgers(user).values("pk"))
    if user.is_staff:
        return rows
    own = Q(facility__organisation__in=_memberships(user).values("organisation"))
    return rows.filter(own | ~Q(status="draft"))


def notes(user: Viewer) -> NoteQuerySet:
    """Transfer notes of the user's own sites and, of either end, of watched ones."""
    rows = TransferNote.objects.all()
    if user.is_staff:
        return rows
    return rows.filter(
        _own_or_watched(user, "agreement__consignor__")
        | _own_or_watched(user, "agreement__consignee__")
    )


def signing_facilities(user: Viewer) -> FacilityQuerySet:
    """Sites the user may sign for; being staff is no help."""
    editing = _memberships(user).filter(role=Membership.Role.EDITOR)
    return Facility.objects.filter(organisation__in=editing.values("organisation"))


def draftable_agreements(user: Viewer) -> AgreementQuerySet:
    """Agreements under which the user may draw up notes, as the consignor."""
    return Agreement.objects.filter(consignor__in=signing_facilities(user))


def may_see_costs(user: Viewer, supply: Supply) -> bool:
    """Whether a supply's matches and refusals, with their costs, are shown."""
    if user.is_staff:
        return True
    return Supply.objects.filter(_costs_seen(user, ""), pk=supply.pk).exists()


def editable_organisations(user: Viewer) -> QuerySet[Organisation]:
    """Organisations the user may write for."""
    rows = Organisation.objects.all()
    if user.is_staff:
        return rows
    editing = _memberships(user).filter(role=Membership.Role.EDITOR)
    return rows.filter(pk__in=editing.values("organisation"))


def editable_facilities(user: Viewer) -> FacilityQuerySet:
    """Sites the user may write listings for."""
    organisations = editable_organisations(user)
    return Facility.objects.filter(organisation__in=organisations.values("pk"))


def may_edit(user: Viewer, organisation: Organisation) -> bool:
    """Whether the user may write for an organisation: its editors, and staff."""
    return editable_organisations(user).filter(pk=organisation.pk).exists()


def may_plan(user: Viewer, adcode: str) -> bool:
    """Whether the user may start a plan of a region: its regulators, and staff."""
    return user.is_staff or any(map(adcode.startswith, _watched_prefixes(user)))


def plannable_regions(user: Viewer) -> RegionQuerySet:
    """Regions of the current map for which :func:`may_plan` holds."""
    rows = Region.objects.current()
    if user.is_staff:
        return rows
    watched = Q(pk__in=[])
    for prefix in _watched_prefixes(user):
        watched |= Q(adcode__startswith=prefix)
    return rows.filter(watched)


def _costs_seen(user: Viewer, to_listing: str) -> Q:
    public = Q(**{f"{to_listing}facility__origin__in": PUBLIC_ORIGINS})
    return public | _own_or_watched(user, f"{to_listing}facility__")


def _own_or_watched(user: Viewer, to_facility: str) -> Q:
    found = Q(
        **{f"{to_facility}organisation__in": _memberships(user).values("organisation")}
    )
    for prefix in _watched_prefixes(user):
        watched = Q(**{f"{to_facility}county__adcode__startswith": prefix})
        found |= watched & _not_upstaged(f"{to_facility}organisation__")
    return found


def _not_upstaged(to_flag: str) -> Q:
    """Real, or invented while there is nothing real to be mistaken for."""
    nothing_is_real = Q(~Exists(Facility.objects.real()))
    return Q(**{f"{to_flag}is_invented": False}) | nothing_is_real


def _memberships(user: Viewer) -> QuerySet[Membership]:
    if not user.is_authenticated:
        return Membership.objects.none()
    return Membership.objects.filter(user=user)


def _watched_prefixes(user: Viewer) -> list[str]:
    if not user.is_authenticated:
        return []
    watched = user.jurisdictions.values_list("adcode", flat=True)
    return [adcodes.prefix(adcode) for adcode in watched]
