"""PURE: the read-me of an open-data download, in Chinese and English."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_HIDDEN = (
    "空白为保密数据:企业少于{firms}家,或可由此推知某一企业数据的地区,以及为防止倒推而一并"
    "隐去的地区;某地区隐去时,其所有指标、所有时期均隐去。0 表示确为零。",
    "An empty figure is confidential: regions with fewer than {firms} firms, or where "
    "one firm's figure could be told, and further ones so that these can not be "
    "reckoned back; where a region is left out, so are all its measures and periods. "
    "0 means nought.",
)
_INVENTED = (
    "注意:全部为虚构的演示数据,不反映任何真实企业或地区。",
    "Note: all of this is invented demo data and tells of no real firm or region.",
)


@dataclass(frozen=True)
class Both:
    """The same words in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Download:
    """What a read-me tells of a download.

    ``period`` is written as in the file, ``made_at`` is aware of its time zone,
    ``licence`` is the operator's own words, ``min_firms`` is ``Params.min_firms``: how
    dominant one firm may be is not told (Handbook on Statistical Disclosure Control,
    sec. 4.2). ``definitions`` say what each measure is, with its source.
    """

    title: Both
    period: str
    made_at: datetime
    licence: str
    min_firms: int
    definitions: Sequence[Both]
    is_invented: bool


def read_me(download: Download) -> str:
    """Every line first in Chinese, then in English; masses are in wet tonnes.

    Raises
    ------
    ValueError
        For a time without a zone.
    """
    if download.made_at.tzinfo is None:
        raise ValueError("made_at must have a time zone")
    hidden_zh, hidden_en = (text.format(firms=download.min_firms) for text in _HIDDEN)
    made_at = download.made_at.isoformat(timespec="minutes")
    lines = [
        download.title.zh,
        download.title.en,
        *(_INVENTED if download.is_invented else ()),
        f"时期 Period: {download.period}",
        f"制作时间 Made at: {made_at}",
        f"许可 Licence: {download.licence}",
        "质量单位为吨(湿基)。",
        "Masses are wet tonnes.",
        hidden_zh,
        hidden_en,
        *(text for both in download.definitions for text in (both.zh, both.en)),
    ]
    return "\n".join(lines) + "\n"
