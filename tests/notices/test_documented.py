"""The check of a signature that docs/webhooks.md gives away."""

import re
import time
from pathlib import Path

import pytest

from wastehub.notices.sending import signature

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"


@pytest.fixture(scope="module")
def is_genuine():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict = {}
    exec(code, names)
    return names["is_genuine"]


def test_what_we_sign_is_genuine(is_genuine):
    assert is_genuine("s", signature("s", int(time.time()), b"{}"), b"{}")


@pytest.mark.parametrize(
    ("secret", "age_s", "body"), [("t", 0, b"{}"), ("s", 0, b"[]"), ("s", 600, b"{}")]
)
def test_another_secret_body_or_time_is_not(is_genuine, secret, age_s, body):
    header = signature(secret, int(time.time()) - age_s, b"{}")
    assert not is_genuine("s", header, body)
