"""The pages of the ledger and the declarations: who sees them, what they take."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.exchange import market
from tests.exchange.files import PDF
from tests.ledger.yard import add, retarder, unguarded
from tests.reporting import office
from tests.reporting.office import Office, drafted, submitted
from wastehub.exchange.attachments import attachment_add
from wastehub.exchange.notes import note_judge
from wastehub.exchange.states import Side
from wastehub.ledger.kinds import Kind
from wastehub.ledger.models import Entry, QuotaTerms, YardCapacity
from wastehub.reporting.models import Declaration
from wastehub.trail.models import Actor
from wastehub.web.idempotency import FIELD

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Office:
    return office.office()


def client(actor: Actor) -> Client:
    found = Client(headers={"accept-language": "en"})
    assert actor.user
    found.force_login(actor.user)
    return found


def at(here: Office, rest: str = "") -> str:
    return f"/ledger/{here.site.public_id}/{rest}"


def entry(**changes: object) -> dict[str, object]:
    return {
        FIELD: "7a3c5f00-0000-4000-8000-000000000001",
        "material": "phosphogypsum",
        "kind": "generated",
        "mass_t": "12.5",
        "occurred_on": timezone.localdate().isoformat(),
        "evidence": "weighed",
    } | changes


def test_the_page_shows_the_stock_the_chain_and_the_entries(here: Office) -> None:
    page = client(here.declarant).get(at(here)).content.decode()
    assert "verified: 5 entries" in page
    assert "1.250" in page
    assert "stock-chart" in page


def test_a_site_and_its_supplies_lead_to_the_ledger_for_those_who_see_it() -> None:
    here = market.market()
    ledger = f"/ledger/{here.seller.site.public_id}/"
    for path in (
        f"/facilities/{here.seller.site.public_id}/",
        f"/supplies/{here.supply.public_id}/",
    ):
        own, others = (client(one.actor).get(path) for one in (here.seller, here.buyer))
        assert f'href="{ledger}' in own.content.decode()
        assert ledger not in others.content.decode()


def test_a_broken_chain_is_said_to_be(here: Office) -> None:
    with unguarded():
        Entry.objects.filter(sequence=2).update(mass_kg=501)
    page = client(here.declarant).get(at(here)).content.decode()
    assert "the chain does not hold" in page


def test_a_regulator_of_the_place_reads_and_does_not_write(here: Office) -> None:
    watcher = client(here.regulator)
    assert watcher.get(at(here)).status_code == 200
    for page in ("new", "1/correct", "yard", "past"):
        assert watcher.get(at(here, page)).status_code == 403


def test_an_outsider_finds_nothing(here: Office) -> None:
    for page in ("", "new", "1/correct", "yard", "past"):
        assert client(here.stranger).get(at(here, page)).status_code == 404
    told = submitted(here)
    address = f"/declarations/{told.public_id}/"
    assert client(here.stranger).get(address).status_code == 404


def test_who_is_not_logged_in_is_asked_to(here: Office) -> None:
    assert Client().get(at(here)).status_code == 302


def test_an_entry_sent_twice_is_written_once(here: Office) -> None:
    own = client(here.declarant)
    for _time in range(2):
        assert own.post(at(here, "new"), entry()).status_code == 302
    assert Entry.objects.filter(mass_kg=12_500).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mass_t": "-1"}, "mass_t"),
        ({"mass_t": "many"}, "mass_t"),
        ({"kind": "used"}, "route"),
        ({"kind": "disposed", "mass_t": "99999"}, "mass_t"),
        ({"occurred_on": "2999-01-01"}, "occurred_on"),
        ({"kind": "opening"}, "kind"),
        ({"kind": "shipped"}, "counterparty_name"),
        ({"material": "gold"}, "material"),
    ],
)
def test_a_faulty_entry_is_refused_beside_its_field(
    here: Office, changes: dict[str, object], field: str
) -> None:
    answer = client(here.declarant).post(at(here, "new"), entry(**changes))
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {field}


def test_a_correction_strikes_the_entry_and_shows_what_is_right(here: Office) -> None:
    own = client(here.declarant)
    told = {"mass_t": "0.4", "reason": "weighed again"}
    assert own.post(at(here, "2/correct"), told).status_code == 302
    page = own.get(at(here)).content.decode()
    assert "<del>0.500</del>" in page
    assert "<ins>0.400</ins>" in page
    # What the correction itself did: less was made, so the stock is smaller.
    assert "−0.100" in page
    assert "corrects no. 2" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=generated", 2),
        ("first=2026-09-30", 3),
        ("last=2026-08-31", 1),
        ("material=phosphogypsum", 5),
        ("counterparty=nobody", 0),
    ],
)
def test_the_entries_are_filtered(here: Office, query: str, count: int) -> None:
    answer = client(here.declarant).get(at(here, f"?{query}"))
    assert len(answer.context["page"]) == count


def test_a_filter_that_makes_no_sense_is_a_400(here: Office) -> None:
    answer = client(here.declarant).get(at(here, "?first=soon"))
    assert answer.status_code == 400


def test_a_site_says_how_much_its_yard_holds_and_sees_the_clock(here: Office) -> None:
    own = client(here.declarant)
    told = {
        "material": "phosphogypsum",
        "capacity_t": "2.5",
        "source": "a survey",
        "declared_on": "2026-01-01",
    }
    assert own.post(at(here, "yard"), told).status_code == 302
    assert YardCapacity.objects.get().capacity_kg == 2500
    assert own.get(at(here)).context["outlook"].clock.capacity_kg == 2500


def test_a_site_sets_the_terms_of_its_headroom(here: Office) -> None:
    told = {
        "about": "terms",
        "material": "phosphogypsum",
        "carry_t": "1",
        "stock_plan_t": "",
        "weight": "0.5",
    }
    assert client(here.declarant).post(at(here, "yard"), told).status_code == 302
    assert QuotaTerms.objects.get().carry_kg == 1000


def test_other_numbers_can_be_supposed(here: Office) -> None:
    page = client(here.declarant).get(at(here, "?used_t=50&weight=0"))
    outlook = page.context["outlook"]
    assert outlook.is_supposed
    assert outlook.headroom.quota_kg == 50_000


def test_a_past_ledger_is_tried_marked_and_written(here: Office) -> None:
    retarder()
    own = client(here.declarant)
    good = "日期,物料,类别,质量\n2025-01-01,磷石膏,产生量,5\n"

    def sent(table: str, act: str):
        file = SimpleUploadedFile("past.csv", table.encode())
        told = {"file": file, "act": act, FIELD: "one-page"}
        return own.post(at(here, "past"), told)

    assert sent(good + "soon,磷石膏,产生量,5\n", "write").status_code == 400
    marked = sent(good + "soon,磷石膏,产生量,5\n", "sheet")
    assert "attachment" in marked["Content-Disposition"]
    assert sent(good, "try").status_code == 200
    assert not Entry.objects.filter(mass_kg=5000).exists()
    assert sent(good, "write").status_code == 302
    assert Entry.objects.filter(mass_kg=5000).count() == 1


def test_a_month_is_drawn_up_submitted_and_accepted(here: Office) -> None:
    own, authority = client(here.declarant), client(here.regulator)
    told = {"material": "phosphogypsum", "month": "2026-09"}
    address = own.post(at(here, "declare"), told).url
    assert "does not close" in own.get(address).content.decode()
    assert authority.get(address).status_code == 404
    own.post(f"{address}submit")
    authority.post(f"{address}return", {"reason": "no scale"})
    assert "no scale" in own.get(address).content.decode()
    own.post(f"{address}submit")
    authority.post(f"{address}accept")
    assert Declaration.objects.get().status == "accepted"
    assert own.post(at(here, "declare"), told).url != address


def test_a_declaration_s_page_tells_who_did_what(here: Office) -> None:
    told = submitted(here)
    page = client(here.regulator).get(f"/declarations/{told.public_id}/")
    drawn_up, handed_in = page.context["trail"]
    assert [(one.field, one.after) for one in drawn_up["changes"]][:2] == [
        ("Generated", "500 kg"),
        ("Used on the site", "300 kg"),
    ]
    assert handed_in["act"] == "Declaration submitted"
    assert "Audit trail" in page.content.decode()


def test_figures_that_can_not_be_stand_beside_their_fields(here: Office) -> None:
    found = drafted(here)
    own = client(here.declarant)
    page = own.get(f"/declarations/{found.public_id}/")
    masses = page.context["form"].masses()
    told = {field.html_name: field.value() for field in masses}
    answer = own.post(f"/declarations/{found.public_id}/", told | {"generated_t": "-1"})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"generated_t"}


def test_a_regulator_sees_who_is_missing(here: Office) -> None:
    page = client(here.regulator).get("/declarations/?month=2026-09&standing=missing")
    [row] = page.context["page"]
    assert row.facility == here.site
    assert client(here.stranger).get("/declarations/").context["page"].object_list == []


@pytest.mark.parametrize("name", ["ledger", "notes", "declarations"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_register_holds_what_its_reader_may_see(
    here: Office, name: str, ending: str
) -> None:
    submitted(here)
    for actor, count in (
        (here.declarant, {"ledger": 5, "declarations": 1}),
        (here.stranger, {}),
    ):
        answer = client(actor).get(f"/registers/{name}.{ending}")
        assert answer.status_code == 200
        assert rows_of(answer.content, ending) == 1 + count.get(name, 0)


def test_a_register_that_is_asked_nonsense_says_so(here: Office) -> None:
    answer = client(here.declarant).get("/registers/ledger.csv?first=soon")
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["ledger", "notes", "declarations"])
def test_a_register_goes_on_paper(here: Office, name: str) -> None:
    submitted(here)
    answer = client(here.declarant).get(f"/registers/{name}.pdf")
    words = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "5 年" in words
    assert ("厂区" in words) == (name != "notes")


def test_a_declaration_goes_on_paper_in_the_statutory_words(here: Office) -> None:
    told = submitted(here)
    answer = client(here.regulator).get(
        f"/declarations/{told.public_id}/declaration.pdf"
    )
    words = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for figure in ("产生量", "其中综合利用往年贮存量", "倾倒丢弃量", "结转库存"):
        assert figure in words
    assert "0.480" in words


def rows_of(content: bytes, ending: str) -> int:
    if ending == "csv":
        return len(content.decode().splitlines())
    return load_workbook(BytesIO(content)).active.max_row


def test_a_pack_holds_the_notes_their_entries_and_the_parties_and_no_price() -> None:
    here = market.market()
    add(here.seller.site, Kind.OPENING, 1_000_000)
    note = note_judge(note=market.received(here), actor=here.buyer.actor)
    upload = SimpleUploadedFile("a.pdf", PDF)
    attachment_add(
        note=note,
        side=Side.CONSIGNEE,
        kind="weigh_slip",
        upload=upload,
        actor=here.buyer.actor,
    )
    number = note.agreement.number
    answer = client(here.seller.actor).get(f"/registers/pack-{number}.zip")
    with ZipFile(BytesIO(answer.content)) as packed:
        texts = {name: packed.read(name) for name in packed.namelist()}
    assert note.number in texts["联单-notes.csv"].decode()
    assert texts["台账-ledger.csv"].decode().count(note.number) == 2
    assert len(texts["单位-parties.csv"].decode().splitlines()) == 3
    (page,) = PdfReader(BytesIO(texts[f"联单-notes/{note.number}.pdf"])).pages
    assert note.number in page.extract_text()
    assert texts[f"附件-attachments/{note.number}/1-a.pdf"] == PDF
    assert "30" in texts["说明-read-me.txt"].decode()
    assert not any(
        "price" in text.decode() for name, text in texts.items() if name.endswith("csv")
    )


def test_a_pack_of_strangers_is_not_found() -> None:
    here = market.market()
    agreement = market.agreement(here)
    outsider = market.party(104.6)
    answer = client(outsider.actor).get(f"/registers/pack-{agreement.number}.zip")
    assert answer.status_code == 404


def test_a_pack_between_provinces_takes_a_period(here: Office) -> None:
    query = "one=510000&other=510000&first=2026-01-01&last=2026-12-31"
    answer = client(here.declarant).get(f"/registers/pack.zip?{query}")
    assert answer["Content-Type"] == "application/zip"
    assert client(here.declarant).get("/registers/pack.zip").status_code == 400
