"""Writing organisations."""

from django.db import transaction
from django.utils.translation import gettext as _

from wastehub import sourcekey
from wastehub.accounts import credit_code as codes
from wastehub.accounts.models import Organisation
from wastehub.errors import Refused


@transaction.atomic
def organisation_create(
    *, name_zh: str, credit_code: str, name_en: str = "", is_invented: bool = False
) -> Organisation:
    """Register an organisation by its unified social credit code.

    What an invented one lists is never matched, planned or summed with what is real.

    Raises
    ------
    Refused
        ``credit_code_invalid`` or ``organisation_exists``, at ``credit_code``.
    """
    fault = codes.fault(credit_code)
    if fault is not None:
        raise _refused("credit_code_invalid", code_fault_message(fault))
    if Organisation.objects.filter(credit_code=credit_code).exists():
        raise _refused(
            "organisation_exists", _("This credit code is registered already.")
        )
    return Organisation.objects.create(
        name_zh=name_zh,
        name_en=name_en,
        credit_code=credit_code,
        is_invented=is_invented,
    )


def organisation_put(
    *, source_key: str, name_zh: str, name_en: str = ""
) -> tuple[Organisation, bool]:
    """Bring an organisation known from an outside source up to date."""
    return sourcekey.put(Organisation, source_key, name_zh=name_zh, name_en=name_en)


def code_fault_message(fault: str) -> str:
    """A sentence for what :func:`wastehub.accounts.credit_code.fault` found."""
    return {
        "length": _("A unified social credit code has 18 characters."),
        "alphabet": _(
            "A credit code has only digits and capital letters, "
            "without I, O, S, V and Z."
        ),
        "check": _(
            "The last character of the credit code does not fit the others: "
            "please compare it with the licence."
        ),
    }[fault]


def _refused(code: str, message: str) -> Refused:
    return Refused(code, message, {"credit_code": message})
