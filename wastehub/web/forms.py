"""Forms of the pages: they check form and units; services check the rest."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import Material
from wastehub.errors import Refused
from wastehub.places.models import Region
from wastehub.places.services import county_at
from wastehub.registry.models import Facility, Supply
from wastehub.registry.sites import point_in_wgs84
from wastehub.units import kg_from_tonnes
from wastehub.web.assay_fields import AssayFields
from wastehub.web.templatetags.naming import both_plain, name

DEFAULT_RADIUS_KM = 100
NEAREST_RADIUS_KM, FARTHEST_RADIUS_KM, RADIUS_STEP_KM = 5, 500, 5
DEFAULT_VALIDITY = timedelta(days=90)

DATUM_HELP = _(
    "Amap, Tencent and WeChat pins are GCJ-02; Baidu pins are BD-09; "
    "a GPS receiver gives WGS 84. A wrong datum shifts the site by up to a kilometre."
)


class NamedChoice(forms.ModelChoiceField):
    """A choice among things with two names, by code, shown in both languages."""

    def label_from_instance(self, obj: Any) -> str:
        return both_plain(obj)


class PlaceChoice(forms.ModelChoiceField):
    """A choice among things shown in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return name(obj)


def refuse(
    form: forms.Form, refused: Refused, entered_as: Mapping[str, str] | None = None
) -> None:
    """Put a service's refusal beside the fields it names, the rest above the form.

    ``entered_as`` gives the form's name of a field that the service calls otherwise.
    """
    names = entered_as or {}
    found = {names.get(field, field): text for field, text in refused.fields.items()}
    beside = {field: text for field, text in found.items() if field in form.fields}
    for field, text in beside.items():
        form.add_error(field, text)
    if not beside:
        form.add_error(None, refused.message)


def written(form: forms.Form, service: Callable[[], Any]) -> Any:
    """What a service made of a form; nothing where it refused, which the form says."""
    try:
        return service()
    except Refused as refused:
        refuse(form, refused, getattr(form, "entered_as", None))
        return None


def counties_by_prefecture() -> list[tuple[str, Any]]:
    """Options of a county select, grouped by prefecture."""
    groups: dict[str, list[tuple[str, str]]] = {}
    rows = Region.objects.current().at(Region.Level.COUNTY).select_related("parent")
    for row in rows.only("adcode", "name_zh", "name_en", *_of_parent("parent")):
        group = name(row.parent) if row.parent else ""
        groups.setdefault(group, []).append((row.adcode, name(row)))
    return [("", _("Choose a county")), *groups.items()]


def map_levels() -> list[tuple[str, Any]]:
    """By what a map may be coloured: by provinces only where the country is loaded."""
    levels = [Region.Level.PREFECTURE, Region.Level.COUNTY]
    if Region.objects.current().at(Region.Level.COUNTRY).exists():
        levels.insert(0, Region.Level.PROVINCE)
    return [(level.value, level.label) for level in levels]


def materials_on_offer_first() -> QuerySet[Material]:
    """All materials; those that somebody offers today come first."""
    offers = Supply.objects.open().filter(material=OuterRef("pk"))
    return Material.objects.order_by(Exists(offers).desc(), "code")


def choose_among(field: forms.Field, things: Any) -> None:
    """Offer what only the request knows: rows, or pairs of value and words."""
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = things
    elif isinstance(field, forms.ChoiceField):
        field.choices = things


def _of_parent(path: str) -> list[str]:
    return [f"{path}__name_zh", f"{path}__name_en"]


class PointFields(forms.Form):
    """A point typed in, with the datum it was read in."""

    lon = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    lat = forms.FloatField(
        label=_("Latitude"),
        min_value=-90,
        max_value=90,
        error_messages={
            "max_value": _(
                "Latitude lies between -90 and 90: are the two the wrong way round?"
            )
        },
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    datum = forms.ChoiceField(
        label=_("Datum"),
        choices=[("", _("Choose a datum")), *Facility.Datum.choices],
        help_text=DATUM_HELP,
    )


class SearchForm(PointFields):
    """Which material, near which point, how far around it."""

    material = NamedChoice(
        Material.objects.all(),
        label=_("Material"),
        to_field_name="code",
        required=False,
        empty_label=_("All materials"),
        error_messages={"invalid_choice": _("This material is not in the catalogue.")},
    )
    county = forms.ChoiceField(
        label=_("Near"),
        choices=counties_by_prefecture,
        required=False,
        error_messages={"invalid_choice": _("There is no such county.")},
    )
    within_km = forms.FloatField(
        label=_("Within"),
        min_value=NEAREST_RADIUS_KM,
        max_value=FARTHEST_RADIUS_KM,
        required=False,
        initial=DEFAULT_RADIUS_KM,
        widget=forms.NumberInput(attrs={"type": "range", "step": RADIUS_STEP_KM}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self.fields["material"], materials_on_offer_first())
        for field in ("lon", "lat", "datum"):
            self.fields[field].required = False

    def clean(self) -> dict[str, Any]:
        """Adds ``point``, in WGS 84, or ``None`` where no place was given."""
        data = super().clean() or self.cleaned_data
        data["within_km"] = data.get("within_km") or DEFAULT_RADIUS_KM
        data["point"] = None
        try:
            data["point"] = self._point(data)
        except Refused as refused:
            refuse(self, refused)
        return data

    def _point(self, data: dict[str, Any]) -> Point | None:
        lon, lat = data.get("lon"), data.get("lat")
        if lon is None and lat is None:
            return self._middle_of(data.get("county"))
        if lon is None or lat is None:
            self._ask_for_both(lon is None)
            return None
        point = point_in_wgs84(lon, lat, data.get("datum") or "")
        county_at(point)
        return point

    def _ask_for_both(self, longitude_is_missing: bool) -> None:
        field = "lon" if longitude_is_missing else "lat"
        if field not in self.errors:
            self.add_error(field, _("Give both longitude and latitude, or neither."))

    def _middle_of(self, adcode: str | None) -> Point | None:
        if not adcode or self.errors:
            return None
        counties = Region.objects.current()
        return counties.values_list("middle", flat=True).get(adcode=adcode)


class SiteForm(PointFields):
    """A new site of one of the user's organisations."""

    field_order = ["organisation", "name_zh", "name_en", "lon", "lat", "datum"]

    organisation = PlaceChoice(None, label=_("Organisation"), empty_label=None)
    name_zh = forms.CharField(label=_("Chinese name of the site"), max_length=200)
    name_en = forms.CharField(
        label=_("English name of the site"), max_length=200, required=False
    )
    is_approximate = forms.BooleanField(
        label=_("The point is approximate"), required=False
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self.fields["organisation"], organisations)


class SupplyForm(AssayFields):
    """What is offered, in tonnes, with or without an assay; services take kilograms."""

    facility = PlaceChoice(
        None, label=_("Site"), to_field_name="public_id", empty_label=_("Choose a site")
    )
    material = NamedChoice(
        Material.objects.all(),
        label=_("Material"),
        to_field_name="code",
        empty_label=_("Choose a material"),
    )
    stock_t = forms.DecimalField(
        label=_("Stock in hand, tonnes"),
        required=False,
        max_digits=20,
        decimal_places=3,
        help_text=_("What lies in the yard today, as delivered (wet)."),
    )
    rate_t_per_year = forms.DecimalField(
        label=_("New material a year, tonnes"),
        required=False,
        max_digits=20,
        decimal_places=3,
        help_text=_("What is added in a year; leave empty for a single lot."),
    )
    price_yuan_per_t = forms.DecimalField(
        label=_("Price asked, CNY per tonne"),
        initial=0,
        max_digits=12,
        decimal_places=2,
        help_text=_(
            "At your gate. Negative if you pay the taker: -20 means "
            "that you pay 20 CNY for each tonne taken."
        ),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("You can renew it with one click."),
    )

    def __init__(self, *args: Any, facilities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self.fields["facility"], facilities)
        self.fields["valid_until"].initial = timezone.localdate() + DEFAULT_VALIDITY

    @property
    def entered_as(self) -> dict[str, str]:
        """The form's name of each field that the services call otherwise."""
        masses = {"stock_kg": "stock_t", "rate_kg_per_year": "rate_t_per_year"}
        return masses | self.assay_entered_as

    def values(self) -> dict[str, Any]:
        """What ``supply_create`` takes."""
        data = self.cleaned_data
        return {
            "facility": data["facility"],
            "material": data["material"],
            "stock_kg": kg_from_tonnes(data["stock_t"] or 0),
            "rate_kg_per_year": kg_from_tonnes(data["rate_t_per_year"] or 0),
            "price_yuan_per_t": data["price_yuan_per_t"],
            "valid_until": data["valid_until"],
        }


class MarketForm(forms.Form):
    """Which material's supply and room, by which regions, coloured by which number."""

    material = NamedChoice(
        Material.objects.all(),
        label=_("Material"),
        to_field_name="code",
        empty_label=None,
        error_messages={"invalid_choice": _("This material is not in the catalogue.")},
    )
    level = forms.ChoiceField(label=_("By"), choices=map_levels)
    measure = forms.ChoiceField(label=_("Colour shows"))

    def __init__(self, *args: Any, measures: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self.fields["measure"], list(measures))
