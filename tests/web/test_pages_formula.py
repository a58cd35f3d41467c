"""How an estimate is laid out: sums by their terms, factors by their names."""

import pytest
from django.template import Context, Template
from django.utils import translation

from wastehub.catalogue.models import Factor
from wastehub.web.templatetags.formulas import formula

RETARDER = Factor(
    code="retarder_share_of_cement", name_zh="缓凝剂掺量", name_en="Retarder share"
)
TEXT = (
    "2.5 Mt/y 水泥 cement x 0.05 (retarder_share_of_cement, H) = 125,000 t/y. "
    "以产能作年产量，为上限。Capacity is taken as a year's output."
)


def _statements(text, language="en"):
    with translation.override(language):
        return formula(text, [RETARDER])["statements"]


def test_a_sum_has_a_term_a_line_with_its_sign():
    assert _statements(TEXT)[0].terms == [
        "2.5 Mt/y 水泥 cement",
        "× 0.05 (Retarder share, H)",
        "= 125,000 t/y",
    ]


def test_a_factor_is_named_as_the_reader_speaks():
    assert "缓凝剂掺量, H" in _statements(TEXT, "zh-hans")[0].terms[1]


def test_a_name_stands_for_its_code_however_sure_it_is():
    text = "5 t x 2 (retarder_share_of_cement, M-) = 10 t"
    assert _statements(text)[0].terms[1] == "× 2 (Retarder share, M-)"


def test_each_sentence_stands_by_itself_in_its_language():
    told = [(row.terms, row.lang) for row in _statements(TEXT)[1:]]
    assert told == [
        (["以产能作年产量，为上限。"], "zh-Hans"),
        (["Capacity is taken as a year's output."], "en"),
    ]


def test_several_sums_and_a_division_are_told_apart():
    text = "#1: 300 MW x 1000 kW/MW / 20 = 15,000 t/y; 合计 sum 15,000 t/y. Coal."
    first, second, third = _statements(text)
    assert first.terms == ["#1: 300 MW", "× 1000 kW/MW", "÷ 20", "= 15,000 t/y"]
    assert second.terms == ["合计 sum 15,000 t/y."]
    assert third.terms == ["Coal."]


def test_a_sentence_with_a_semicolon_stays_whole():
    told = "Dry gypsum is meant; the base is the cement."
    assert [row.terms for row in _statements(told)] == [[told]]


def test_a_factor_that_the_catalogue_lost_keeps_its_code():
    assert "(gone, M-)" in _statements("5 t x 2 (gone, M-) = 10 t")[0].terms[1]


@pytest.mark.django_db
def test_what_a_formula_says_is_never_markup():
    page = Template("{% load formulas %}{% formula text factors %}")
    drawn = page.render(Context({"text": "<b>1</b> x 2 = 2", "factors": []}))
    assert "&lt;b&gt;1&lt;/b&gt;" in drawn
