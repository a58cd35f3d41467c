"""What a plan places of a material, by the region that it comes from."""

from collections import Counter
from collections.abc import Collection, Sequence

from django.db.models import F, Sum

from matching.models import Match, MatchRun, PlantMatch
from wastehub.places import adcodes


def placed(
    run: MatchRun, materials: Sequence[int], regions: Collection[str]
) -> Counter[str]:
    """Kilograms placed over the plan's horizon, by region; plants supposed count too.

    Parameters
    ----------
    materials
        Keys of materials.
    regions
        Adcodes; what comes from elsewhere is left out.
    """
    found: Counter[str] = Counter()
    for model in (Match, PlantMatch):
        rows = model.objects.filter(run=run, supply__material__in=materials)
        county = F("supply__facility__county__adcode")
        sums = rows.order_by().values_list(county).annotate(Sum("mass_kg"))
        for adcode, mass_kg in sums:
            region = adcodes.standing_for(adcode, regions)
            if region is not None:
                found[region] += mass_kg
    return found
