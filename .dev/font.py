"""Make one plain TrueType font of the pages' typeface: font.py FOLDER FILE.

The typeface comes as a variable font in about a hundred WOFF2 files by range of
characters, which browsers like and writers of PDF do not take. This fixes the weight,
leaves out what a PDF does not use, and puts the files together.
"""

import logging
import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHT = 400
# Layout for other scripts, vertical setting, hints for screens.
UNUSED = ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "prep", "vhea", "vmtx"]


def plain(source: Path, target: Path) -> None:
    """One range of characters at one weight."""
    font = TTFont(source)
    for table in UNUSED:
        if table in font:
            del font[table]
    instancer.instantiateVariableFont(font, {"wght": WEIGHT}, inplace=True)
    font.flavor = None
    font.save(target)


def main(folder: Path, target: Path) -> None:
    sources = sorted(folder.glob("*.woff2"))
    with tempfile.TemporaryDirectory() as parts:
        plains = [Path(parts, source.stem).with_suffix(".ttf") for source in sources]
        for source, part in zip(sources, plains, strict=True):
            plain(source, part)
        Merger().merge([str(part) for part in plains]).save(target)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
