"""What a balance can be of."""

import pytest

from maps.subjects import BULK, subject, subjects
from wastehub.catalogue.models import Category, Material
from wastehub.errors import Refused

pytestmark = pytest.mark.django_db


def material(code: str, category: str | None) -> Material:
    told = {"source": "a test", "confidence": "L"}
    return Material.objects.create(
        code=code,
        name_zh=code,
        reach_km=100,
        colour="#000000",
        category=category
        and Category.objects.get_or_create(code=category, defaults=told)[0],
        **told,
    )


@pytest.fixture
def gypsums() -> None:
    """Two forms of phosphogypsum, fly ash, and a slag without a category."""
    material("phosphogypsum", "SW10")
    material("pg_anhydrite", "SW10")
    material("fly_ash", "SW02")
    material("lithium_slag", None)


def test_a_material_stands_for_itself(gypsums) -> None:
    assert [m.code for m in subject("fly_ash").materials] == ["fly_ash"]


def test_a_category_is_all_its_forms(gypsums) -> None:
    told = {m.code for m in subject("SW10").materials}
    assert told == {"phosphogypsum", "pg_anhydrite"}


def test_bulk_waste_leaves_out_what_has_no_category(gypsums) -> None:
    told = {m.code for m in subject(BULK).materials}
    assert told == {"phosphogypsum", "pg_anhydrite", "fly_ash"}


def test_what_the_catalogue_does_not_know_is_refused(gypsums) -> None:
    with pytest.raises(Refused) as refusal:
        subject("gold")
    assert "gold" in refusal.value.fields["material"]


def test_only_categories_of_several_materials_are_offered(gypsums) -> None:
    assert [one.code for one in subjects()] == [
        BULK,
        "SW10",
        "fly_ash",
        "lithium_slag",
        "pg_anhydrite",
        "phosphogypsum",
    ]
