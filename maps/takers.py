"""Who could take a material: demands by routes that admit it on a day."""

from datetime import date

from django.db.models import QuerySet

from wastehub.catalogue.models import Admission
from wastehub.registry.models import Demand


def open_for(material_code: str, day: date) -> QuerySet[Demand]:
    """Open demands whose route admits the material on a day, by rule alone."""
    admitting = Admission.objects.on(day).filter(
        material__code=material_code, admitted=True
    )
    return Demand.objects.open(day).filter(route__in=admitting.values("route"))
