"""Conversions of mass and money; the only place where factors stand.

Mass is whole kilograms inside, tonnes at the edge. Money is whole fen inside the
engine, yuan elsewhere.
"""

from decimal import ROUND_HALF_EVEN, Decimal

KG_PER_TONNE = 1000
KG_PER_MEGATONNE = 10**9
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


def dry_from_wet(value: float, moisture_percent: float) -> float:
    """A share of the dry mass from one of the wet mass.

    Raises
    ------
    ValueError
        The moisture is not a wet-basis percentage from 0 to below 100.
    """
    if not 0 <= moisture_percent < 100:
        raise ValueError(f"{moisture_percent} is not a moisture in percent")
    return value / (1 - moisture_percent / 100)


def _whole(value: Decimal) -> int:
    if not value.is_finite():
        raise ValueError(f"{value} is not a finite number")
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
