"""Addresses of the pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path, re_path
from django.views.i18n import set_language

from wastehub.web.pages import (
    agreements,
    blend,
    catalogue,
    declarations,
    exchange,
    facility,
    home,
    hooks,
    ledger,
    listings,
    market,
    note,
    note_papers,
    notes,
    notices,
    offers,
    parameters,
    past,
    plans,
    registers,
    scenario_edit,
    scenarios,
    search,
    siting,
    sources,
    supply,
    trail,
    worklist,
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
    path("balance/", market.market, name="market"),
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
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/new", scenarios.scenario_new, name="scenario_new"),
    path("scenarios/<uuid:public_id>/", scenarios.scenario, name="scenario"),
    path(
        "scenarios/<uuid:public_id>/edit",
        scenario_edit.scenario_edit,
        name="scenario_edit",
    ),
    path(
        "scenarios/<uuid:public_id>/name",
        scenario_edit.scenario_name,
        name="scenario_name",
    ),
    path(
        "scenarios/<uuid:public_id>/changes/<int:position>/remove",
        scenario_edit.change_remove,
        name="scenario_change_remove",
    ),
    path("scenarios/<uuid:public_id>/run", scenarios.scenario_run, name="scenario_run"),
    path(
        "scenarios/<uuid:public_id>/delete",
        scenarios.scenario_delete,
        name="scenario_delete",
    ),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:key>/", notices.notice_open, name="notice_open"),
    path("notices/read", notices.notices_read, name="notices_read"),
    path("notices/settings", notices.notice_settings, name="notice_settings"),
    path("notices/webhooks/", hooks.hooks, name="hooks"),
    path("notices/webhooks/new", hooks.hook_new, name="hook_new"),
    path("notices/webhooks/<uuid:public_id>/", hooks.hook, name="hook"),
    path(
        "notices/webhooks/<uuid:public_id>/secret",
        hooks.hook_secret,
        name="hook_secret",
    ),
    path(
        "notices/webhooks/<uuid:public_id>/remove",
        hooks.hook_remove,
        name="hook_remove",
    ),
    path(
        "notices/deliveries/<uuid:public_id>/again",
        hooks.delivery_again,
        name="delivery_again",
    ),
    path("trail/", trail.trail, name="trail"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/<uuid:public_id>/", worklist.alert, name="alert"),
    path(
        "worklist/<uuid:public_id>/acknowledge",
        worklist.alert_acknowledge,
        name="alert_acknowledge",
    ),
    path(
        "worklist/<uuid:public_id>/settle", worklist.alert_settle, name="alert_settle"
    ),
    path("ledger/", ledger.ledgers, name="ledger"),
    re_path(
        r"^ledger/template\.(?P<ending>csv|xlsx)$",
        past.past_template,
        name="past_template",
    ),
    path("ledger/<uuid:public_id>/", ledger.ledger, name="ledger_of"),
    path(
        "ledger/<uuid:public_id>/new", ledger.ledger_entry_new, name="ledger_entry_new"
    ),
    path(
        "ledger/<uuid:public_id>/<int:sequence>/correct",
        ledger.ledger_entry_correct,
        name="ledger_entry_correct",
    ),
    path("ledger/<uuid:public_id>/yard", ledger.ledger_yard, name="ledger_yard"),
    path("ledger/<uuid:public_id>/past", past.ledger_past, name="ledger_past"),
    path(
        "ledger/<uuid:public_id>/declare",
        declarations.declaration_new,
        name="declaration_new",
    ),
    path("declarations/", declarations.declarations, name="declarations"),
    path(
        "declarations/<uuid:public_id>/", declarations.declaration, name="declaration"
    ),
    path(
        "declarations/<uuid:public_id>/declaration.pdf",
        declarations.declaration_paper,
        name="declaration_paper",
    ),
    *(
        path(
            f"declarations/<uuid:public_id>/{act}",
            getattr(declarations, f"declaration_{act}"),
            name=f"declaration_{act}",
        )
        for act in ("refill", "submit", "accept", "return")
    ),
    path("registers/", registers.registers, name="registers"),
    re_path(
        r"^registers/(?P<name>ledger|notes|declarations)\.(?P<ending>csv|xlsx|pdf)$",
        registers.register_file,
        name="register_file",
    ),
    path("registers/pack.zip", registers.pack_of_provinces, name="pack_of_provinces"),
    path(
        "registers/pack-<slug:number>.zip",
        registers.pack_of_agreement,
        name="pack_of_agreement",
    ),
    path("notes/", notes.notes, name="notes"),
    path("agreements/<uuid:public_id>/notes/new", notes.note_new, name="note_new"),
    path("notes/<uuid:public_id>/", note.note, name="note"),
    path("notes/<uuid:public_id>/note.pdf", note_papers.note_pdf, name="note_pdf"),
    path(
        "notes/<uuid:public_id>/attachments/<uuid:file_id>",
        note_papers.attachment,
        name="note_attachment",
    ),
    path("notes/<uuid:public_id>/<slug:act>", note.note_act, name="note_act"),
    path("n/<str:token>", note_papers.glance, name="note_glance"),
    path("siting/", siting.siting, name="siting"),
    path("sources/", sources.sources, name="sources"),
    path("login/", LoginView.as_view(template_name="web/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
]
