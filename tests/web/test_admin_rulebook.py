"""Operators propose rows in the admin, others publish them, and all can look back."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from seeds.history import published_rows
from seeds.load import load_catalogue
from tests import worlds
from wastehub.accounts.models import User
from wastehub.catalogue.models import Draft, Limit, Rulebook, UseRoute
from wastehub.registry.services import assay_create

TITLE = {"draft-title": "Expansion, read again"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load_catalogue()


def signed_in(name: str, **kind: bool) -> Client:
    user, _ = User.objects.get_or_create(username=name, defaults=kind)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def author() -> Client:
    return signed_in("author", is_staff=True, is_superuser=True)


@pytest.fixture
def reviewer() -> Client:
    client = signed_in("reviewer", is_staff=True)
    User.objects.get(username="reviewer").user_permissions.set(
        Permission.objects.filter(codename__in=["publish_draft", "view_draft"])
    )
    return client


def expansion() -> Limit:
    return Limit.objects.get(
        route__code="road_base",
        material__code="steel_slag",
        parameter__code="expansion",
    )


def page_of(item: Any, page: str = "change") -> str:
    name = f"admin:catalogue_{item._meta.model_name}_{page}"
    return reverse(name, args=[item.pk])


def typed(table: str, where: dict[str, str], **changes: str) -> dict[str, str]:
    """The fields of a row's form, with some of them changed."""
    rows = published_rows()[table].values()
    (row,) = [row for row in rows if where.items() <= row.items()]
    return {
        f"row-{column}": cell for column, cell in {**row, **changes}.items()
    } | TITLE


LIMIT = {"route": "road_base", "material": "steel_slag", "parameter": "expansion"}


def propose(client: Client, **changes: str) -> HttpResponse:
    entry = typed("limits", LIMIT, **changes)
    return client.post(page_of(expansion()), entry, follow=True)


def step(client: Client, draft: Draft, name: str, **told: object) -> HttpResponse:
    return client.post(page_of(draft), {name: "", **told}, follow=True)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_a_row_shows_its_columns_with_what_they_may_hold(author: Client) -> None:
    form = author.get(page_of(expansion())).context["row_form"]
    assert form["value"].initial == "2.0"
    assert form.fields["parameter"].disabled
    assert ("JTG F40", "JTG F40") in form.fields["standard"].choices
    assert ("%", "%") in form.fields["unit"].choices


def test_saving_proposes_and_publishes_nothing(author: Client) -> None:
    answer = propose(author, value="1.5")
    draft = Draft.objects.get()
    assert answer.redirect_chain[-1][0] == page_of(draft)
    assert "Nothing is published yet" in text(answer)
    assert "<del>2.0</del>" in text(answer)
    assert "<ins>1.5</ins>" in text(answer)
    assert expansion().value == 2.0


def test_a_second_edit_joins_the_open_draft(author: Client) -> None:
    propose(author, value="1.5")
    draft = Draft.objects.get()
    form = author.get(page_of(expansion())).context
    assert form["row_form"]["value"].initial == "1.5"
    assert form["draft_form"]["draft"].initial == draft
    entry = typed("limits", LIMIT, value="1.4") | {"draft-draft": draft.pk}
    author.post(page_of(expansion()), entry)
    assert draft.edits.get().after["value"] == "1.4"


def test_a_fault_is_said_beside_its_field_and_leaves_no_draft(author: Client) -> None:
    answer = propose(author, value="100000")
    (said,) = answer.context["row_form"].errors["value"]
    assert "is not plausible" in said
    assert "limits.csv: road_base steel_slag expansion" in text(answer)
    assert not Draft.objects.exists()


def test_an_edit_without_a_reason_is_refused(author: Client) -> None:
    answer = author.post(
        page_of(expansion()), typed("limits", LIMIT, value="1.5") | {"draft-title": ""}
    )
    assert answer.context["draft_form"].errors["title"]
    assert not Draft.objects.exists()


def test_a_row_is_added(author: Client) -> None:
    row = {"code": "tiles", "name_zh": "瓦", "name_en": "Tiles"}
    sourced = {"source": "a test", "confidence": "M"}
    entry = {f"row-{column}": cell for column, cell in (row | sourced).items()} | TITLE
    author.post(reverse("admin:catalogue_useroute_add"), entry)
    edit = Draft.objects.get().edits.get()
    assert (edit.key, edit.before) == (["tiles"], None)
    assert not UseRoute.objects.filter(code="tiles").exists()
    (shown,) = author.get(page_of(edit.draft)).context["rows"]
    again = shown["address"]
    assert author.get(again).context["row_form"]["code"].initial == "tiles"


def test_a_row_may_name_another_of_the_same_draft(author: Client) -> None:
    sourced = {"row-source": "a test", "row-confidence": "M"}
    route = {"row-code": "tiles", "row-name_zh": "瓦", "row-name_en": "Tiles"}
    author.post(reverse("admin:catalogue_useroute_add"), route | sourced | TITLE)
    pair = {"row-route": "tiles", "row-material": "steel_slag", "row-admitted": "true"}
    entry = {**pair, **sourced, "row-max_share_frac": "1"}
    draft = Draft.objects.get()
    author.post(
        reverse("admin:catalogue_admission_add"), entry | {"draft-draft": draft.pk}
    )
    assert [edit.table for edit in draft.edits.all()] == ["routes", "admissions"]


def test_the_removal_of_a_row_is_proposed(author: Client) -> None:
    page = page_of(expansion(), "delete")
    assert author.get(page).status_code == 200
    author.post(page, TITLE)
    assert Draft.objects.get().edits.get().after is None
    assert expansion().value == 2.0


def test_an_edit_is_taken_out_of_the_draft(author: Client) -> None:
    propose(author, value="1.5")
    draft = Draft.objects.get()
    step(author, draft, "take_back", edit=draft.edits.get().pk)
    assert not draft.edits.exists()


def test_two_people_bring_an_edit_into_force(author: Client, reviewer: Client) -> None:
    propose(author, value="1.5")
    draft = Draft.objects.get()
    assert "waits for another person" in text(step(author, draft, "submit"))
    assert 'name="publish"' not in text(author.get(page_of(draft)))
    assert 'name="publish"' in text(reviewer.get(page_of(draft)))
    step(reviewer, draft, "publish")
    assert expansion().value == 1.5
    assert Rulebook.objects.latest().draft == draft


def test_the_author_is_refused_by_name_of_the_rule(author: Client) -> None:
    propose(author, value="1.5")
    draft = Draft.objects.get()
    step(author, draft, "submit")
    answer = step(author, draft, "publish")
    assert "Whoever wrote a draft can not publish it" in text(answer)
    assert expansion().value == 2.0


def test_a_draft_is_handed_back_with_a_note(author: Client, reviewer: Client) -> None:
    propose(author, value="1.5")
    draft = Draft.objects.get()
    step(author, draft, "submit")
    step(reviewer, draft, "hand_back", note="Which edition?")
    answer = author.get(page_of(draft))
    assert "Handed back: Which edition?" in text(answer)
    assert 'name="submit"' in text(answer)


@pytest.mark.parametrize("note", ["\0", "x" * 501], ids=["null", "too long"])
def test_a_note_that_can_not_be_kept_is_refused(author: Client, note: str) -> None:
    propose(author, value="1.5")
    draft = Draft.objects.get()
    step(author, draft, "submit")
    assert step(author, draft, "hand_back", note=note).status_code == 200
    assert Draft.objects.get().status == "submitted"


def test_the_page_of_a_draft_tells_which_verdicts_change(author: Client) -> None:
    worlds.two_counties()
    slag = worlds.supply("steel_slag")
    today = timezone.localdate()
    assay_create(supply=slag, sampled_on=today, values={"expansion": 1.9})
    propose(author, value="1.5")
    answer = author.get(page_of(Draft.objects.get()))
    assert "open supplies: 1." in text(answer)
    told = {row["route"]: row for row in answer.context["outlook"]["verdicts"]}
    assert "expansion <= 1.5 %" in told["road_base"]["after"]
    assert expansion().value == 2.0


def test_a_day_that_is_none_is_said(author: Client) -> None:
    propose(author, value="1.5")
    answer = author.get(page_of(Draft.objects.get()), {"as_of": "never"})
    assert "Enter a valid date" in text(answer)


def test_history_shows_what_each_rulebook_changed(
    author: Client, reviewer: Client
) -> None:
    propose(author, value="1.5")
    draft = Draft.objects.get()
    step(author, draft, "submit")
    step(reviewer, draft, "publish")
    listed = text(author.get(reverse("admin:catalogue_rulebook_changelist")))
    assert "CSV files" in listed
    assert draft.title in listed
    page = text(author.get(page_of(Rulebook.objects.latest())))
    assert "by reviewer" in page
    assert "<del>2.0</del>" in page


def test_the_rows_of_a_rulebook_are_downloaded(author: Client) -> None:
    answer = author.get(page_of(Rulebook.objects.latest(), "csv"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "limits.csv" in archive.namelist()
        assert b"road_base,steel_slag,,expansion" in archive.read("limits.csv")


def _addresses() -> list[str]:
    draft = Draft.objects.create(
        title="Somebody's", author=User.objects.create(username="x")
    )
    return [
        page_of(expansion()),
        page_of(expansion(), "delete"),
        reverse("admin:catalogue_limit_add"),
        page_of(draft),
        page_of(Rulebook.objects.latest()),
        page_of(Rulebook.objects.latest(), "csv"),
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_for_who_is_no_operator(method: str) -> None:
    for address in _addresses():
        for client in (Client(), signed_in("plain")):
            answer = getattr(client, method)(address, {"withdraw": ""})
            assert answer.status_code == 302, address
            assert "login" in answer["location"]
    assert Draft.objects.get().status == "open"


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_operator_without_permission_is_forbidden(method: str) -> None:
    client = signed_in("clerk", is_staff=True)
    for address in _addresses():
        answer = getattr(client, method)(address, {"withdraw": ""})
        assert answer.status_code == 403, address


def test_who_may_only_look_is_shown_the_row_and_no_button() -> None:
    client = signed_in("reader", is_staff=True)
    reader = User.objects.get(username="reader")
    reader.user_permissions.set(Permission.objects.filter(codename="view_limit"))
    answer = client.get(page_of(expansion()))
    assert answer.context["row_form"].fields["value"].disabled
    assert 'type="submit" class="default"' not in text(answer)
    assert client.post(page_of(expansion()), {}).status_code == 403


@pytest.mark.parametrize("step_name", ["", "explode", "__class__"])
def test_a_step_that_is_none_is_not_found(author: Client, step_name: str) -> None:
    propose(author, value="1.5")
    answer = step(author, Draft.objects.get(), step_name)
    assert answer.status_code == 404


STRANGE: dict[str, Callable[[], str]] = {
    "edit that is no number": lambda: "?edit=x",
    "edit of nobody": lambda: "?edit=999999999999999999999",
    "draft of nobody": lambda: "?draft=999999999999999999999",
}


@pytest.mark.parametrize("query", STRANGE.values(), ids=STRANGE)
def test_a_strange_query_is_left_aside(
    author: Client, query: Callable[[], str]
) -> None:
    address = reverse("admin:catalogue_limit_add") + query()
    assert author.get(address).status_code == 200


def test_a_row_that_only_past_results_cite_is_shown_as_gone(author: Client) -> None:
    limit = expansion()
    limit.grade = "old"
    limit.save()
    page = author.get(reverse("admin:catalogue_limit_change", args=[limit.pk]))
    assert "no longer in the rulebook" in page.content.decode()
    assert 'name="row-value"' not in page.content.decode()
