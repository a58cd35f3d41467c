"""What a matching run was asked, how far it is, and what it found.

The row is the truth about a run; the queue only wakes a worker. A run publishes its
rows in one transaction after its certificate holds, so a page never shows half of one.
"""

import uuid

from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from matching.scenario_models import Scenario, ScenarioChange
from wastehub.accounts.models import User
from wastehub.catalogue.models import Admission, Limit, Material, UseRoute
from wastehub.registry.models import Demand, Supply


class Verdict(models.TextChoices):
    """Whether a route takes a supply, best first; a plan says how far down it goes."""

    YES = "yes", _("yes")
    TREATED = "treated", _("after treatment")
    LIKELY = "likely", _("likely, assay missing")
    UNKNOWN = "unknown", _("unknown")
    NO = "no", _("no")


class MatchRunQuerySet(models.QuerySet["MatchRun"]):
    """Runs by what they are good for."""

    def published(self) -> "MatchRunQuerySet":
        """Runs whose certificate held; only these have rows."""
        return self.filter(status=MatchRun.Status.DONE)

    def unfinished(self) -> "MatchRunQuerySet":
        """Runs that wait, are under way, or were abandoned by a worker that died."""
        return self.filter(status__in=[MatchRun.Status.QUEUED, MatchRun.Status.RUNNING])

    def factual(self) -> "MatchRunQuerySet":
        """Runs over the listings and rules as they are, without a hypothesis."""
        return self.filter(scenario__isnull=True)

    def plans(self) -> "MatchRunQuerySet":
        """Runs over a region, newest first."""
        return self.filter(kind=MatchRun.Kind.REGION).order_by("-created_at", "-id")

    def widest(self) -> "MatchRun | None":
        """The newest plan of a province, or else of a prefecture, or else of a county.

        It speaks for the whole map: a newer plan of a part says nothing of the rest.
        Plans at another aim than least cost only speak where there is no other, plans
        of a scenario never.
        """
        width = Case(
            When(adcode__endswith="0000", then=0),
            When(adcode__endswith="00", then=1),
            default=2,
        )
        at_least_cost = Q(params__objective="cost") | Q(params__objective__isnull=True)
        what_if = Case(When(at_least_cost, then=0), default=1)
        plans = self.factual().plans()
        return plans.order_by(what_if, width, "-created_at", "-id").first()


class MatchRun(models.Model):
    """One run: of a region, or of a single supply.

    A region is planned as it is, or as a scenario supposes; ``base`` is then the plan
    of the same question without the scenario's changes.
    """

    class Kind(models.TextChoices):
        REGION = "region", _("plan of a region")
        SUPPLY = "supply", _("matches of one supply")

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Stage(models.TextChoices):
        GATHER = "gather", _("reading listings")
        SCREEN = "screen", _("checking limits")
        REACH = "reach", _("measuring hauls")
        ALLOCATE = "allocate", _("allocating")
        CERTIFY = "certify", _("proving the result")
        STORE = "store", _("writing the result")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    adcode = models.CharField(max_length=6, blank=True)
    supply = models.ForeignKey(
        Supply, models.CASCADE, null=True, blank=True, related_name="runs"
    )
    scenario = models.ForeignKey(
        Scenario, models.CASCADE, null=True, blank=True, related_name="runs"
    )
    base = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="supposed"
    )
    is_invented = models.BooleanField(default=False)
    params = models.JSONField(default=dict)
    roads = models.JSONField(
        default=dict, help_text="road distances given or measured, and by whom"
    )
    rulebook_version = models.CharField(max_length=64, blank=True)
    as_of = models.DateField()
    status = models.CharField(
        max_length=9, choices=Status, default=Status.QUEUED, db_index=True
    )
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="how often a worker began it"
    )
    retry_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="retries"
    )
    stage = models.CharField(max_length=8, choices=Stage, blank=True)
    done_frac = models.FloatField(default=0)
    error = models.TextField(blank=True)
    summary = models.JSONField(default=dict)
    seconds = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = MatchRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("match run")
        verbose_name_plural = _("match runs")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="match_run_has_one_scope",
                condition=Q(kind="region", supply__isnull=True) & ~Q(adcode="")
                | Q(kind="supply", supply__isnull=False),
            ),
            models.CheckConstraint(
                name="match_run_scenario_has_a_base",
                condition=Q(scenario__isnull=True, base__isnull=True)
                | Q(kind="region", scenario__isnull=False, base__isnull=False),
            ),
            models.CheckConstraint(
                name="match_run_done_is_a_fraction",
                condition=Q(done_frac__gte=0) & Q(done_frac__lte=1),
            ),
            models.CheckConstraint(
                name="match_run_failure_has_error",
                condition=~Q(status="failed") | ~Q(error=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.adcode} {self.status}"


class Delivery(models.Model):
    """What it takes to bring a supply to a taker, with each part of a tonne's cost.

    ``net_cost_yuan_per_t`` = asked - offered + treatment + haul; a subsidy and CO2 are
    beside it, and older matches have no CO2. ``mass_kg`` is what the run sends. Of a
    plan only pairs that carry mass are stored; of a supply's matches also the 20
    cheapest of each use, where it may be 0.
    """

    verdict = models.CharField(max_length=8, choices=Verdict)
    mass_kg = models.BigIntegerField()
    distance_km = models.FloatField()
    haul_km = models.FloatField(help_text="estimated road distance")
    asked_yuan_per_t = models.DecimalField(max_digits=12, decimal_places=2)
    offered_yuan_per_t = models.DecimalField(max_digits=12, decimal_places=2)
    treatment_yuan_per_t = models.DecimalField(max_digits=12, decimal_places=2)
    haul_yuan_per_t = models.DecimalField(max_digits=12, decimal_places=2)
    net_cost_yuan_per_t = models.DecimalField(max_digits=12, decimal_places=2)
    subsidy_yuan_per_t = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text="not in the net cost"
    )
    co2_haul_kg_per_t = models.FloatField(
        null=True, blank=True, help_text="estimated CO2 of the haul"
    )
    co2_displaced_kg_per_t = models.FloatField(
        null=True, blank=True, help_text="estimated CO2 that the use saves"
    )
    treatments = models.JSONField(default=list)
    deciding_limit = models.ForeignKey(Limit, models.SET_NULL, null=True, blank=True)
    margin_frac = models.FloatField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["net_cost_yuan_per_t", "id"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_mass_not_negative", condition=Q(mass_kg__gte=0)
            ),
            models.CheckConstraint(
                name="%(class)s_is_not_refused", condition=~Q(verdict="no")
            ),
        ]


class Match(Delivery):
    """A supply and a demand that fit.

    In a plan ``mass_kg`` is what the plan sends, and only pairs that carry mass are
    stored; in a supply's matches every acceptable pair is stored and ``mass_kg`` may
    be 0.
    """

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="matches")
    supply = models.ForeignKey(Supply, models.CASCADE, related_name="matches")
    demand = models.ForeignKey(Demand, models.CASCADE, related_name="matches")

    class Meta(Delivery.Meta):
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [
            *Delivery.Meta.constraints,
            models.UniqueConstraint(
                fields=["run", "supply", "demand"], name="match_once_per_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supply_id} -> {self.demand_id}"


class PlantMatch(Delivery):
    """What the plan of a scenario sends to a plant that the scenario supposes.

    It stands apart from the matches, so that whatever reads those never takes a plant
    that does not exist for one that does.
    """

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="plant_matches")
    supply = models.ForeignKey(Supply, models.CASCADE, related_name="plant_matches")
    plant = models.ForeignKey(ScenarioChange, models.CASCADE, related_name="matches")

    class Meta(Delivery.Meta):
        verbose_name = _("match of a hypothetical plant")
        verbose_name_plural = _("matches of hypothetical plants")
        constraints = [
            *Delivery.Meta.constraints,
            models.UniqueConstraint(
                fields=["run", "supply", "plant"], name="plant_match_once_per_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supply_id} -> {self.plant_id}"


class Refusal(models.Model):
    """Why a route, or one demand by it, does not take a supply, and what would mend it.

    ``fix`` names the smallest change: ``{"kind": "treatment", "codes": [...],
    "yuan_per_t": 12.5}``, ``{"kind": "distance", "km": 12.0}``, ``{"kind": "assay",
    "parameters": [...]}`` or ``{"kind": "none"}``.
    """

    class Kind(models.TextChoices):
        RULE = "rule", _("a rule forbids it")
        LIMIT = "limit", _("a limit is broken")
        UNKNOWN = "unknown", _("a value or the standard's text is missing")
        REACH = "reach", _("too far")

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="refusals")
    supply = models.ForeignKey(Supply, models.CASCADE, related_name="refusals")
    route = models.ForeignKey(UseRoute, models.CASCADE)
    demand = models.ForeignKey(Demand, models.CASCADE, null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)
    limit = models.ForeignKey(Limit, models.SET_NULL, null=True, blank=True)
    admission = models.ForeignKey(Admission, models.SET_NULL, null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    fix = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.supply_id} x {self.route_id}: {self.kind}"


class Price(models.Model):
    """What one more tonne is worth in a plan: on offer, or of room at a taker.

    A taker is a demand or a scenario's plant; with a material it is the room under that
    material's share cap there.
    """

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="prices")
    supply = models.ForeignKey(Supply, models.CASCADE, null=True, blank=True)
    demand = models.ForeignKey(Demand, models.CASCADE, null=True, blank=True)
    plant = models.ForeignKey(
        ScenarioChange, models.CASCADE, null=True, blank=True, related_name="prices"
    )
    material = models.ForeignKey(Material, models.CASCADE, null=True, blank=True)
    price_yuan_per_t = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("shadow price")
        verbose_name_plural = _("shadow prices")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="price_is_of_one_thing",
                condition=Q(
                    supply__isnull=False,
                    demand__isnull=True,
                    plant__isnull=True,
                    material__isnull=True,
                )
                | Q(supply__isnull=True, demand__isnull=False, plant__isnull=True)
                | Q(supply__isnull=True, demand__isnull=True, plant__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.price_yuan_per_t}"
