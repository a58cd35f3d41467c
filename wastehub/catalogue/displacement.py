"""Which CO2 a use of a material saves, by what it takes the place of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wastehub.sourced import Sourced


class Displacement(Sourced):
    """A tonne of the material, used by the route, saves the CO2 of the factor.

    The factor is in kilograms of CO2 equivalent per tonne. A use without a row is
    credited nothing.
    """

    route = models.ForeignKey("catalogue.UseRoute", models.CASCADE)
    material = models.ForeignKey("catalogue.Material", models.CASCADE)
    factor = models.ForeignKey("catalogue.Factor", models.PROTECT)

    class Meta:
        verbose_name = _("displacement")
        verbose_name_plural = _("displacements")
        ordering = ["route", "material"]
        constraints = [
            models.UniqueConstraint(
                fields=["route", "material"], name="displacement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.route_id} {self.material_id}"
