"""Addresses of the pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.i18n import set_language

from wastehub.web.pages import (
    agreements,
    balance,
    blend,
    catalogue,
    exchange,
    facility,
    home,
    listings,
    offers,
    parameters,
    plans,
    search,
    siting,
    sources,
    supply,
    worth,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("supplies/", search.supplies, name="supplies"),
    path("supplies/new", listings.supply_new, name="supply_new"),
    path("supplies/<uuid:public_id>/", supply.supply, name="supply"),
    path("supplies/<uuid:public_id>/renew", listings.supply_renew, name="supply_renew"),
    path(
        "supplies/<uuid:public_id>/withdraw",
        listings.supply_withdraw,
        name="supply_withdraw",
    ),
    path("facilities/new", listings.facility_new, name="facility_new"),
    path("facilities/<uuid:public_id>/", facility.facility, name="facility"),
    path("mine/", listings.mine, name="mine"),
    path("exchange/", exchange.exchange, name="exchange"),
    path("offers/", offers.offers, name="offers"),
    path("offers/new", offers.offer_new, name="offer_new"),
    path("offers/<uuid:public_id>/", offers.offer, name="offer"),
    path("offers/<uuid:public_id>/counter", offers.offer_counter, name="offer_counter"),
    path(
        "offers/<uuid:public_id>/<slug:move>", offers.offer_answer, name="offer_answer"
    ),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/<uuid:public_id>/", agreements.agreement, name="agreement"),
    path(
        "agreements/<uuid:public_id>/end",
        agreements.agreement_stop,
        name="agreement_end",
    ),
    path("blend/", blend.blend, name="blend"),
    path("balance/", balance.balance, name="balance"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/routes/<slug:code>/", catalogue.route, name="catalogue_route"),
    path("catalogue/parameters/", parameters.parameters, name="catalogue_parameters"),
    path("catalogue/<slug:code>/", catalogue.material, name="catalogue_material"),
    path("plans/", plans.plans, name="plans"),
    path("plans/new", plans.plan_new, name="plan_new"),
    path("plans/<uuid:public_id>/", plans.plan, name="plan"),
    path("plans/<uuid:public_id>/worth/", worth.plan_worth, name="plan_worth"),
    path("plans/<uuid:public_id>/cancel", plans.plan_cancel, name="plan_cancel"),
    path("plans/<uuid:public_id>/retry", plans.plan_retry, name="plan_retry"),
    path("siting/", siting.siting, name="siting"),
    path("sources/", sources.sources, name="sources"),
    path("login/", LoginView.as_view(template_name="web/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
]
