"""Who sees what: every queryset that leaves the house starts here.

An open listing is an advertisement: everybody sees it. What is not open is seen by its
organisation's members, by the regulators of its place and by the operator's staff.
What a listing's matches cost is seen by the same people, and by everybody where the
site comes from a public tracker or is invented. Where a site is and how much it has is
told exactly to those of :func:`in_full` and blurred to others. As soon as one real site
is there the invented ones step back: only their own members and staff go on seeing
them.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Exists, ExpressionWrapper, Q, QuerySet

from maps.alerts.querysets import AlertQuerySet
from maps.models import Alert
from maps.published import EVERYWHERE
from matching.models import Match, MatchRun, MatchRunQuerySet, PlantMatch, Refusal
from matching.scenario_models import Scenario
from wastehub.accounts.models import Membership, Organisation, User
from wastehub.exchange.models import Agreement, Offer, TransferNote
from wastehub.exchange.querysets import AgreementQuerySet, NoteQuerySet, OfferQuerySet
from wastehub.ledger.models import Entry
from wastehub.ledger.querysets import EntryQuerySet
from wastehub.notices.models import Delivery, Hook, Notice
from wastehub.notices.querysets import NoticeQuerySet
from wastehub.places import adcodes
from wastehub.places.models import Region, RegionQuerySet
from wastehub.places.retired import prefixes_of
from wastehub.registry.models import PUBLIC_ORIGINS, Demand, Facility, Supply
from wastehub.registry.querysets import (
    DemandQuerySet,
    FacilityQuerySet,
    SupplyQuerySet,
)
from wastehub.reporting.models import Declaration, MonthlyBrief
from wastehub.reporting.querysets import DeclarationQuerySet
from wastehub.trail.models import TrailEntry

Viewer = User | AnonymousUser


def supplies(user: Viewer) -> SupplyQuerySet:
    """Open supplies of everybody, and all supplies of the user's own or watched."""
    rows = Supply.objects.all()
    if not user.is_staff:
        advertised = rows.open().filter(_not_upstaged("facility__organisation__"))
        rows = advertised | rows.filter(_own_or_watched(user, "facility__"))
    return rows.placed(in_full(user, "facility__"))


def demands(user: Viewer) -> DemandQuerySet:
    """Open demands of everybody, and all demands of the user's own or watched."""
    rows = Demand.objects.all()
    if not user.is_staff:
        advertised = rows.open().filter(_not_upstaged("facility__organisation__"))
        rows = advertised | rows.filter(_own_or_watched(user, "facility__"))
    return rows.placed(in_full(user, "facility__"))


def facilities(user: Viewer) -> FacilityQuerySet:
    """Sites from public sources or with an open listing; own and watched ones."""
    rows = Facility.objects.all().placed(in_full(user, ""))
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


def in_full(user: Viewer, to_facility: str) -> Q | None:
    """Which sites the user sees at their point and with their exact masses.

    Those are the public ones, the user's own and watched ones, and those that are party
    to an agreement with one of the user's. Of any other only the county and the band of
    a mass are shown. Nothing stands for all of them.
    """
    if user.is_staff:
        return None
    public = Q(**{f"{to_facility}origin__in": PUBLIC_ORIGINS})
    if not user.is_authenticated:
        return public
    own = own_facilities(user).values("pk")
    agreed = Agreement.objects.order_by()
    partners = Q(
        **{f"{to_facility}pk__in": agreed.filter(consignee__in=own).values("consignor")}
    ) | Q(
        **{f"{to_facility}pk__in": agreed.filter(consignor__in=own).values("consignee")}
    )
    return public | _own_or_watched(user, to_facility) | partners


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
    """Published plans; other plans of the user's own; runs of supplies he may cost.

    A plan of a scenario is published to nobody but those who see the scenario.
    """
    rows = MatchRun.objects.all()
    if user.is_staff:
        return rows
    mine = Q(created_by=user) if user.is_authenticated else Q(pk__in=[])
    published = Q(status=MatchRun.Status.DONE) & _not_upstaged("")
    factual = Q(kind=MatchRun.Kind.REGION, scenario__isnull=True) & (published | mine)
    supposed = Q(scenario__in=scenarios(user).values("pk"))
    return rows.filter(factual | supposed | _costs_seen(user, "supply__"))


def scenarios(user: Viewer) -> QuerySet[Scenario]:
    """Scenarios of the user's own, and of the regions that he watches."""
    rows = Scenario.objects.all()
    if user.is_staff:
        return rows
    if not user.is_authenticated:
        return rows.none()
    seen = Q(created_by=user) | _in_watched_place(user)
    return rows.filter(seen & _not_upstaged(""))


def may_change(user: Viewer, scenario: Scenario) -> bool:
    """Whether the user may change or forget a scenario: its maker, and staff."""
    is_maker = scenario.created_by_id == user.pk and may_plan(user, scenario.adcode)
    return user.is_staff or is_maker


def matches(user: Viewer) -> QuerySet[Match]:
    """Matches in visible runs: of supplies with visible costs, and into own demands."""
    rows = Match.objects.filter(run__in=runs(user).values("pk"))
    if user.is_staff:
        return rows
    return rows.filter(
        _costs_seen(user, "supply__") | _own_or_watched(user, "demand__facility__")
    )


def plant_matches(user: Viewer) -> QuerySet[PlantMatch]:
    """What visible plans send to a scenario's plants, as far as costs are seen."""
    rows = PlantMatch.objects.filter(run__in=runs(user).values("pk"))
    return rows if user.is_staff else rows.filter(_costs_seen(user, "supply__"))


def flows(user: Viewer) -> QuerySet[Match]:
    """Matches of which the user sees both ends in full, for maps and files."""
    rows = matches(user)
    for end in ("supply__facility__", "demand__facility__"):
        shown = in_full(user, end)
        rows = rows if shown is None else rows.filter(shown)
    return rows


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


def shippers(user: Viewer, adcode: str) -> FacilityQuerySet | None:
    """Sites of a region whose shipments are held against the best plan for the user.

    Staff and the region's regulators are told of all of them, and so is everybody while
    all are invented; members of a company only of what their own sites ship. Nothing
    stands for those whom it does not concern. Invented and real sites never meet.
    """
    told = _not_upstaged("organisation__")
    here = Facility.objects.filter(told).within(adcode)
    if may_plan(user, adcode) or not Facility.objects.real().exists():
        return here
    own = own_facilities(user).filter(told)
    return own.within(adcode) if own.exists() else None


def may_read_ledger(user: Viewer, site: Facility) -> bool:
    """Whether a site's ledger is shown to the user."""
    return ledgers(user).filter(pk=site.pk).exists()


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


def briefs(user: Viewer) -> QuerySet[MonthlyBrief]:
    """Briefs of the regions that the user watches, and of those inside them."""
    rows = MonthlyBrief.objects.all()
    if user.is_staff:
        return rows
    seen = Q(pk__in=[])
    for prefix in _watched_prefixes(user):
        seen |= Q(adcode__startswith=prefix)
    return rows.filter(seen)


def sees_figures(user: Viewer, adcode: str) -> bool:
    """Whether the user sees the balance of a region in full."""
    inside = adcodes.prefix(adcode)
    return any(inside.startswith(prefix) for prefix in figures_seen(user))


def notes(user: Viewer) -> NoteQuerySet:
    """Transfer notes that an own or watched site ships or receives by."""
    return TransferNote.objects.between(ledgers(user))


def own_facilities(user: Viewer) -> FacilityQuerySet:
    """Sites of the organisations whose member the user is."""
    organisations = _memberships(user).values("organisation")
    return Facility.objects.filter(organisation__in=organisations)


def signable_facilities(user: Viewer) -> FacilityQuerySet:
    """Sites that the user signs for: as an editor, not as the operator's staff."""
    editing = _memberships(user).filter(role=Membership.Role.EDITOR)
    return Facility.objects.filter(organisation__in=editing.values("organisation"))


def draftable_agreements(user: Viewer) -> AgreementQuerySet:
    """Agreements under which the user may draw up notes, as the consignor."""
    return Agreement.objects.filter(consignor__in=signable_facilities(user))


def offers(user: Viewer) -> OfferQuerySet:
    """Offers that the user's own sites make or get; all of them to staff.

    What two are still talking about is no regulator's affair. ``is_party`` says whether
    the user belongs to one of the two: only then the price is shown.
    """
    rows = Offer.objects.all()
    if not user.is_staff:
        rows = rows.between(own_facilities(user))
    return rows.annotate(is_party=_is_party(user, "supply__facility__"))


def agreements(user: Viewer) -> AgreementQuerySet:
    """Agreements of the user's own or watched sites; ``is_party`` as of an offer."""
    rows = Agreement.objects.all()
    if not user.is_staff:
        rows = rows.between(Facility.objects.filter(_own_or_watched(user, "")))
    return rows.annotate(is_party=_is_party(user, "consignor__"))


def figures_seen(user: Viewer) -> tuple[str, ...]:
    """Prefixes of the regions whose balance the user sees in full.

    Staff see every one, regulators those of their places, and everybody those of an
    invented world. Of others :mod:`maps.published` shows what the public may see.
    """
    if user.is_staff or not Facility.objects.real().exists():
        return EVERYWHERE
    return tuple(_watched_prefixes(user))


def watches_region(user: Viewer, adcode: str) -> bool:
    """Whether the user is a regulator of a region, or of one around it."""
    return adcodes.prefix(adcode).startswith(tuple(_watched_prefixes(user)))


def watches(user: Viewer) -> bool:
    """Whether the user is a regulator of some place."""
    return bool(_watched_prefixes(user))


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
    return own_organisations(user)


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
    return rows.filter(_in_watched_place(user))


def alerts(user: Viewer) -> AlertQuerySet:
    """Alerts of watched places, and of the user's own sites, who may mend them."""
    rows = Alert.objects.all()
    if user.is_staff:
        return rows
    own = _memberships(user).values("organisation")
    of_own = Q(facility__organisation__in=own)
    return rows.filter(of_own | _in_watched_place(user) & _not_upstaged(""))


def workable_alerts(user: Viewer) -> AlertQuerySet:
    """Alerts that the user may acknowledge and settle: of watched places; staff all."""
    rows = alerts(user)
    return rows if user.is_staff else rows.filter(_in_watched_place(user))


def notices(user: Viewer) -> NoticeQuerySet:
    """What the user is told on the site."""
    if not user.is_authenticated:
        return Notice.objects.none()
    return Notice.objects.shown_to(user)


def hooks(user: Viewer) -> QuerySet[Hook]:
    """Webhooks of the organisations that the user writes for; staff see no others'."""
    return Hook.objects.filter(organisation__in=own_organisations(user).values("pk"))


def own_organisations(user: Viewer) -> QuerySet[Organisation]:
    """Organisations that the user writes for as one of their own."""
    editing = _memberships(user).filter(role=Membership.Role.EDITOR)
    return Organisation.objects.filter(pk__in=editing.values("organisation"))


def deliveries(user: Viewer) -> QuerySet[Delivery]:
    """What was sent to the user's webhooks."""
    return Delivery.objects.filter(hook__in=hooks(user).values("pk"))


def may_read_trail(user: Viewer) -> bool:
    """Whether the page of the audit trail is there: for regulators and staff."""
    return user.is_staff or bool(_watched_prefixes(user))


def trail(user: Viewer) -> QuerySet[TrailEntry]:
    """All acts for staff; otherwise those on watched sites' deals, months, alerts."""
    rows = TrailEntry.objects.all()
    if user.is_staff:
        return rows
    sites = Facility.objects.filter(_watched(user, ""))
    agreements = Agreement.objects.between(sites)
    notes = TransferNote.objects.between(sites)
    declared = Declaration.objects.filter(facility__in=sites)
    return rows.filter(
        Q(subject="agreement", subject_id__in=agreements.values("public_id"))
        | Q(subject="note", subject_id__in=notes.values("public_id"))
        | Q(subject="declaration", subject_id__in=declared.values("public_id"))
        | Q(subject="alert", subject_id__in=workable_alerts(user).values("public_id"))
    )


def _costs_seen(user: Viewer, to_listing: str) -> Q:
    public = Q(**{f"{to_listing}facility__origin__in": PUBLIC_ORIGINS})
    return public | _own_or_watched(user, f"{to_listing}facility__")


def _is_party(user: Viewer, to_consignor: str) -> ExpressionWrapper:
    own = _memberships(user).values("organisation")
    either = Q(**{f"{to_consignor}organisation__in": own}) | Q(
        consignee__organisation__in=own
    )
    return ExpressionWrapper(either, output_field=BooleanField())


def _own_or_watched(user: Viewer, to_facility: str) -> Q:
    own = _memberships(user).values("organisation")
    return Q(**{f"{to_facility}organisation__in": own}) | _watched(user, to_facility)


def _watched(user: Viewer, to_facility: str) -> Q:
    found = Q(pk__in=[])
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


def _in_watched_place(user: Viewer) -> Q:
    """Rows whose own adcode lies in a watched region."""
    found = Q(pk__in=[])
    for prefix in _watched_prefixes(user):
        found |= Q(adcode__startswith=prefix)
    return found


def _watched_prefixes(user: Viewer) -> list[str]:
    if not user.is_authenticated:
        return []
    return prefixes_of(user.jurisdictions.values_list("adcode", flat=True))
