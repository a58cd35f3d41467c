"""What an act is called in the reader's language; made when it is read or sent."""

from wastehub.notices.kinds import Kind
from wastehub.notices.subjects import About


def headline(kind: str, about: About | None, *, chinese: bool) -> str:
    """Such as "Delivery loaded: LD-2026-000001, phosphogypsum".

    ``kind`` is told in the active language, the material in the one asked for.
    """
    told = str(Kind(kind).label)
    if about is None:
        return told
    material = about.material
    name = material.name_zh if chinese else material.name_en or material.name_zh
    parts = [part for part in (about.number, name) if part]
    return f"{told}：{'，'.join(parts)}" if chinese else f"{told}: {', '.join(parts)}"
