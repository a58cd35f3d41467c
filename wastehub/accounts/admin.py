"""The operator's view of people and organisations."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext as _

from wastehub.accounts import credit_code as codes
from wastehub.accounts.models import Jurisdiction, Membership, Organisation, User
from wastehub.accounts.services import code_fault_message


class MembershipInline(admin.TabularInline):
    """Who may act for whom."""

    model = Membership
    autocomplete_fields = ("user", "organisation")
    extra = 0


class JurisdictionInline(admin.TabularInline):
    """What a regulator watches."""

    model = Jurisdiction
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People, with their organisations and the regions they watch."""

    inlines = (MembershipInline, JurisdictionInline)


class OrganisationForm(forms.ModelForm):
    """Says what is wrong with a credit code, beside the code."""

    class Meta:
        model = Organisation
        fields = ("name_zh", "name_en", "credit_code", "verified_at")

    def clean_credit_code(self) -> str | None:
        """The code in capitals, or nothing where the source is a public tracker."""
        entered = self.cleaned_data["credit_code"]
        if entered:
            return _checked(entered.strip().upper())
        if self.instance.source_key is None:
            raise forms.ValidationError(_("A credit code is required."))
        return None


def _checked(code: str) -> str:
    fault = codes.fault(code)
    if fault is not None:
        raise forms.ValidationError(code_fault_message(fault))
    return code


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Organisations by name and credit code."""

    form = OrganisationForm
    inlines = (MembershipInline,)
    list_display = ("name_zh", "name_en", "credit_code", "verified_at", "created_at")
    list_filter = (
        ("verified_at", admin.EmptyFieldListFilter),
        ("credit_code", admin.EmptyFieldListFilter),
    )
    search_fields = ("name_zh", "name_en", "credit_code", "public_id")
    readonly_fields = ("public_id", "source_key", "created_at")
