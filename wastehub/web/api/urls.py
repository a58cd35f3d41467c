"""Addresses of the API."""

from django.urls import include, path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from wastehub.web.api.agreements import AgreementViewSet
from wastehub.web.api.alerts import AlertViewSet
from wastehub.web.api.balance import (
    BalanceCsvView,
    BalanceFlowsView,
    BalanceGeoJsonView,
    BalanceHistoryView,
    BalanceSeriesView,
    BalanceUsesView,
    BalanceView,
)
from wastehub.web.api.blends import BlendView
from wastehub.web.api.catalogue import (
    CompatibilityView,
    MaterialViewSet,
    ParameterViewSet,
    RouteViewSet,
)
from wastehub.web.api.comparisons import TurnsCsvView
from wastehub.web.api.declarations import DeclarationViewSet
from wastehub.web.api.demands import DemandViewSet
from wastehub.web.api.facilities import FacilityViewSet
from wastehub.web.api.hooks import HookViewSet, ResendView
from wastehub.web.api.ledger import LedgerViewSet
from wastehub.web.api.market import MarketView
from wastehub.web.api.notes import NoteViewSet
from wastehub.web.api.notices import NoticeSettingsView, NoticeViewSet
from wastehub.web.api.offers import OfferViewSet
from wastehub.web.api.open_data import (
    OpenBalanceView,
    OpenCsvView,
    OpenGeoJsonView,
)
from wastehub.web.api.plans import (
    FlowsCsvView,
    FlowsGeoJsonView,
    FlowsXlsxView,
    WorthView,
)
from wastehub.web.api.reality import RealityView
from wastehub.web.api.runs import RunViewSet
from wastehub.web.api.scenarios import ScenarioViewSet
from wastehub.web.api.sitings import SitingView
from wastehub.web.api.supplies import SupplyViewSet

app_name = "api"


class NothingView(APIView):
    """Any other address: 404 in the API's own shape, to whoever asks."""

    permission_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, rest: str) -> Response:
        """Nothing here."""
        raise NotFound

    post = put = patch = delete = get


router = SimpleRouter()
router.register("supplies", SupplyViewSet, "supply")
router.register("demands", DemandViewSet, "demand")
router.register("facilities", FacilityViewSet, "facility")
router.register("materials", MaterialViewSet, "material")
router.register("routes", RouteViewSet, "route")
router.register("parameters", ParameterViewSet, "parameter")
router.register("offers", OfferViewSet, "offer")
router.register("agreements", AgreementViewSet, "agreement")
router.register("runs", RunViewSet, "run")
router.register("scenarios", ScenarioViewSet, "scenario")
router.register("notices", NoticeViewSet, "notice")
router.register("webhooks", HookViewSet, "webhook")
router.register("ledger", LedgerViewSet, "entry")
router.register("declarations", DeclarationViewSet, "declaration")
router.register("notes", NoteViewSet, "note")
router.register("alerts", AlertViewSet, "alert")

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="api:schema",
            template_name="api/docs.html",
            # What OPTIONS answers has no template.
            http_method_names=["get", "head"],
        ),
        name="docs",
    ),
    path("v1/balance/", BalanceView.as_view(), name="balance"),
    path("v1/balance.csv", BalanceCsvView.as_view(), name="balance-csv"),
    path("v1/balance.geojson", BalanceGeoJsonView.as_view(), name="balance-geojson"),
    path("v1/balance/series/", BalanceSeriesView.as_view(), name="balance-series"),
    path("v1/balance/flows/", BalanceFlowsView.as_view(), name="balance-flows"),
    path("v1/balance/uses/", BalanceUsesView.as_view(), name="balance-uses"),
    path("v1/balance/history/", BalanceHistoryView.as_view(), name="balance-history"),
    path("v1/market/", MarketView.as_view(), name="market"),
    path("v1/balance/reality/", RealityView.as_view(), name="reality"),
    path("v1/blends/", BlendView.as_view(), name="blends"),
    path("v1/compatibility/", CompatibilityView.as_view(), name="compatibility"),
    path("v1/deliveries/<uuid:public_id>/resend/", ResendView.as_view(), name="resend"),
    path("v1/notice-settings/", NoticeSettingsView.as_view(), name="notice-settings"),
    path("v1/open/balance/", OpenBalanceView.as_view(), name="open-balance"),
    path("v1/open/balance.csv", OpenCsvView.as_view(), name="open-balance-csv"),
    path(
        "v1/open/balance.geojson",
        OpenGeoJsonView.as_view(),
        name="open-balance-geojson",
    ),
    path(
        "v1/plans/<uuid:public_id>/flows.csv", FlowsCsvView.as_view(), name="flows-csv"
    ),
    path(
        "v1/plans/<uuid:public_id>/flows.geojson",
        FlowsGeoJsonView.as_view(),
        name="flows-geojson",
    ),
    path(
        "v1/plans/<uuid:public_id>/flows.xlsx",
        FlowsXlsxView.as_view(),
        name="flows-xlsx",
    ),
    path(
        "v1/scenarios/<uuid:public_id>/turns.csv",
        TurnsCsvView.as_view(),
        name="scenario-turns",
    ),
    path("v1/plans/<uuid:public_id>/worth/", WorthView.as_view(), name="worth"),
    path("v1/sitings/", SitingView.as_view(), name="sitings"),
    path("v1/", include(router.urls)),
    path("<path:rest>", NothingView.as_view()),
]
