"""``manage.py siting FILE`` prints what the page shows, and says what is wrong."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.web import world as worlds
from wastehub.catalogue.models import Limit

pytestmark = pytest.mark.django_db

LINE = "甲地,104.5,30.5,cement_blending,10,500"


@pytest.fixture(autouse=True)
def _world():
    worlds.two_counties()
    Limit.objects.all().delete()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text(f"name,lon,lat,route,capacity,fixed\n{LINE}\n", encoding="utf-8")
    return path


def _printed(path, **options):
    out = StringIO()
    call_command("siting", path, accept="unknown", stdout=out, **options)
    return out.getvalue()


def test_the_report_tells_each_site(table):
    report = json.loads(_printed(table, json=True))
    assert report["proven"] is True
    (site,) = report["sites"]
    assert (site["name"], site["build"], site["taken_t"]) == ("甲地", True, 10.0)
    assert report["taken_t"] == 10.0


def test_the_words_tell_the_same(table):
    words = _printed(table)
    assert "build" in words
    assert "甲地 (cement_blending)" in words
    assert "proven" in words


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (LINE, {"region": "990000"}, "region: "),
        (LINE, {"datum": "moon"}, "datum: "),
        ("甲地,104.5", {}, "pasted: "),
        (LINE.replace("104.5", "east"), {}, "site 1: lon: "),
        ("", {}, "site|场址"),
        (b"\xff\xfe\xff", {}, "can not be read"),
    ],
)
def test_what_can_not_be_compared_is_said(tmp_path, text, options, said):
    path = tmp_path / "sites.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CommandError, match=said):
        _printed(path, **options)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nothing\.csv"):
        _printed(tmp_path / "nothing.csv")
