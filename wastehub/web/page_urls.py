"""Addresses of the pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path, re_path
from django.views.i18n import set_language

from wastehub.web.pages import (
    balance,
    blend,
    catalogue,
    declarations,
    facility,
    home,
    ledger,
    listings,
    note,
    note_papers,
    notes,
    parameters,
    past,
    plans,
    registers,
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
