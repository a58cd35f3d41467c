"""Conversions of mass, money and moisture; the only place where factors stand.

Mass is whole kilograms inside, tonnes at the edge. Money is whole fen inside the
engine, yuan elsewhere. Moisture is a fraction of the WET mass.
"""

from decimal import ROUND_HALF_EVEN, Decimal

KG_PER_TONNE = 1000
FEN_PER_YUAN = 100


def kg_from_tonnes(mass_t: Decimal | float | str) -> int:
    """Whole kilograms, rounded half to even.

    Raises
    ------
    ValueError
        The mass is not a finite number.
    """
    return _whole(Decimal(str(mass_t)) * KG_PER_TONNE)


def tonnes_from_kg(mass_kg: int) -> Decimal:
    """Tonnes, exact to the kilogram."""
    return Decimal(mass_kg) / KG_PER_TONNE


def fen_from_yuan(yuan: Decimal | float | str) -> int:
    """Whole fen, rounded half to even.

    Raises
    ------
    ValueError
        The amount is not a finite number.
    """
    return _whole(Decimal(str(yuan)) * FEN_PER_YUAN)


def yuan_from_fen(fen: int) -> Decimal:
    """Yuan, exact to the fen."""
    return Decimal(fen) / FEN_PER_YUAN


def dry_kg(wet_kg: int, moisture_frac: float) -> int:
    """Dry mass in a wet mass; ``moisture_frac`` is water over wet mass."""
    return round(wet_kg * (1 - _checked(moisture_frac)))


def wet_kg(dry_mass_kg: int, moisture_frac: float) -> int:
    """Wet mass that holds a dry mass; the inverse of :func:`dry_kg`."""
    return round(dry_mass_kg / (1 - _checked(moisture_frac)))


def _checked(moisture_frac: float) -> float:
    if not 0 <= moisture_frac < 1:
        raise ValueError(f"moisture_frac is {moisture_frac}, not within [0, 1)")
    return moisture_frac


def _whole(value: Decimal) -> int:
    if not value.is_finite():
        raise ValueError(f"{value} is not a finite number")
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
