"""GB 32100: the same answer from Python and from the database's own function."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from wastehub.accounts import credit_code, services
from wastehub.accounts.models import Organisation
from wastehub.errors import Refused

# Two codes that their holders print in public notices.
PUBLISHED = ["91110000802100433B", "914403001922038216"]

seventeen = st.text(credit_code.ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_are_valid(code: str) -> None:
    assert credit_code.fault(code) is None


@given(seventeen, st.integers(0, 16), st.sampled_from(credit_code.ALPHABET))
def test_one_wrong_character_is_always_found(
    start: str, place: int, other: str
) -> None:
    code = start + credit_code.check_character(start)
    wrong = code[:place] + other + code[place + 1 :]
    assert (credit_code.fault(wrong) is None) == (wrong == code)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("9111000080210043", "length"),
        ("91110000802100433BX", "length"),
        ("9111000080210O433B", "alphabet"),
        ("91110000802100433b", "alphabet"),
        ("91110000802100433C", "check"),
    ],
)
def test_the_fault_is_named(code: str, fault: str) -> None:
    assert credit_code.fault(code) == fault


@pytest.mark.django_db
def test_the_database_judges_as_python_does() -> None:
    codes = [*PUBLISHED, "91110000802100433C", "9111000080210O433B", "91", ""]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT credit_code_is_valid(c) FROM unnest(%s::text[]) AS c", [codes]
        )
        by_database = [row[0] for row in cursor.fetchall()]
    assert by_database == [credit_code.fault(code) is None for code in codes]


@pytest.mark.django_db
def test_no_way_past_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name_zh="某厂", credit_code="91110000802100433C")


@pytest.mark.django_db
def test_an_organisation_registers_once() -> None:
    services.organisation_create(name_zh="某厂", credit_code=PUBLISHED[0])
    with pytest.raises(Refused) as refusal:
        services.organisation_create(name_zh="别厂", credit_code=PUBLISHED[0])
    assert refusal.value.code == "organisation_exists"
    assert set(refusal.value.fields) == {"credit_code"}


@pytest.mark.django_db
def test_a_wrong_check_character_is_said_at_its_field() -> None:
    with pytest.raises(Refused) as refusal:
        services.organisation_create(name_zh="某厂", credit_code="91110000802100433C")
    assert set(refusal.value.fields) == {"credit_code"}
    assert not Organisation.objects.exists()
