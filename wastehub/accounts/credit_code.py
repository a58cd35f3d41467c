"""The unified social credit code of an organisation (GB 32100-2015).

Eighteen characters; the last is a check character: the weighted sum of the values of
the first seventeen, with weights 3**i mod 31, taken from 31 modulo 31. The alphabet
leaves out I, O, S, V and Z.
"""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_WEIGHTS = tuple(pow(3, i, 31) for i in range(LENGTH - 1))


def check_character(first_seventeen: str) -> str:
    """The eighteenth character.

    Raises
    ------
    ValueError
        A character is not in the alphabet, or there are not seventeen of them.
    """
    if len(first_seventeen) != LENGTH - 1:
        raise ValueError("a credit code has 17 characters before its check character")
    total = sum(
        weight * ALPHABET.index(character)
        for weight, character in zip(_WEIGHTS, first_seventeen, strict=True)
    )
    return ALPHABET[-total % 31]


def fault(code: str) -> str | None:
    """Why a code is not valid: ``length``, ``alphabet``, ``check``, or ``None``."""
    if len(code) != LENGTH:
        return "length"
    if any(character not in ALPHABET for character in code):
        return "alphabet"
    return None if check_character(code[:-1]) == code[-1] else "check"
